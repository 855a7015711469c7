package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// conversion turns the value of an attribute into the vendor's; nil when it
// cannot be told.
type conversion func(*snapshot.Node) *snapshot.Node

// asNumber reads a number that is written as a text.
func asNumber(n *snapshot.Node) *snapshot.Node {
	text := n.Text()
	if text == "" {
		return nil
	}
	if n.Kind() == snapshot.String && json.Valid([]byte(text)) && strings.Trim(text, "-0123456789") == "" {
		return snapshot.NewNumber(text)
	}
	return n.Clone(nil)
}

// asText writes a number as a text.
func asText(n *snapshot.Node) *snapshot.Node { return snapshot.NewString(n.Text()) }

func asUpper(n *snapshot.Node) *snapshot.Node { return snapshot.NewString(strings.ToUpper(n.Text())) }

// asTitle writes a text with a capital first letter: accept is Accept.
func asTitle(n *snapshot.Node) *snapshot.Node {
	text := n.Text()
	return snapshot.NewString(strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):])
}

// asSet is a list whose order means nothing, in canonical order.
func asSet(n *snapshot.Node) *snapshot.Node {
	if n.Kind() != snapshot.Array {
		return nil
	}
	return snapshot.Sorted(n.Clone(nil).Items())
}

// asCommas is a text with commas as a list.
func asCommas(n *snapshot.Node) *snapshot.Node {
	list := slices.DeleteFunc(strings.Split(n.Text(), ","), func(s string) bool { return s == "" })
	slices.Sort(list)
	return snapshot.NewStrings(list...)
}

// asOnly is a text as a list; nil for none.
func asOnly(n *snapshot.Node) *snapshot.Node {
	if n.Text() == "" {
		return nil
	}
	return snapshot.NewStrings(n.Text())
}

// asPresence tells whether there is a block.
func asPresence(n *snapshot.Node) *snapshot.Node {
	if n.Kind() != snapshot.Array {
		return nil
	}
	return snapshot.NewBool(len(n.Items()) > 0)
}

// asMap is a map of texts.
func asMap(n *snapshot.Node) *snapshot.Node {
	if n.Kind() != snapshot.Map {
		return nil
	}
	return n.Clone(nil)
}

// asTags is a map as the vendor's list of keys and values.
func asTags(key, value string) conversion {
	return func(n *snapshot.Node) *snapshot.Node {
		items := []*snapshot.Node{}
		for i, name := range n.Keys() {
			items = append(items, snapshot.NewObject(map[string]*snapshot.Node{
				key: snapshot.NewString(name), value: snapshot.NewString(n.Items()[i].Text()),
			}))
		}
		return snapshot.Sorted(items)
	}
}

// asEntries is a list of blocks in their order.
func asEntries(fields ...field) conversion {
	return func(n *snapshot.Node) *snapshot.Node {
		if n.Kind() != snapshot.Array {
			return nil
		}
		items := make([]*snapshot.Node, len(n.Items()))
		for i, block := range n.Items() {
			entry := map[string]*snapshot.Node{}
			for _, x := range fields {
				if v := block.Get(x.from); v.Exists() {
					entry[x.to] = v.Clone(nil)
				}
			}
			items[i] = snapshot.NewObject(entry)
		}
		return snapshot.NewArray(items...)
	}
}

// asDocument is a policy document; one that does not parse stays a text.
func asDocument(n *snapshot.Node) *snapshot.Node {
	if doc, err := snapshot.ParseJSON([]byte(n.Text())); err == nil && doc.Kind() == snapshot.Map {
		return doc.Clone(nil)
	}
	return n.Clone(nil)
}
