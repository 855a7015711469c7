package esyml

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"

	"esaudit/snapshot"
)

// Settings is a cluster's settings by their full dotted key. A key that stands
// twice, dotted and nested, keeps both values.
type Settings struct {
	all  []setting // by key, those of one key in their order
	root *snapshot.Node
}

// setting is one value with its full key.
type setting struct {
	key  string
	node *snapshot.Node
}

// Parse flattens esConfig. A nil or null value is no settings; anything but a
// map is not readable, and ok is false.
func Parse(esConfig *snapshot.Node) (s Settings, ok bool) {
	s = Settings{root: esConfig}
	if !esConfig.Exists() {
		return s, true
	}
	if esConfig.Kind() != snapshot.Map {
		return s, false
	}
	s.all = make([]setting, 0, len(esConfig.Keys()))
	s.flatten("", esConfig)
	slices.SortStableFunc(s.all, func(a, b setting) int { return cmp.Compare(a.key, b.key) })
	return s, true
}

func (s *Settings) flatten(prefix string, n *snapshot.Node) {
	values := n.Items()
	for i, key := range n.Keys() {
		full := strings.TrimSpace(key)
		if prefix != "" {
			full = prefix + "." + full
		}
		value := values[i]
		if base, number, ok := cutLast(full); ok && isNumber(number) && value.Kind() != snapshot.Map {
			full = base // "list.0", "list.1": Elasticsearch's flat form of a list
		}
		if value.Kind() == snapshot.Map {
			s.flatten(full, value)
			continue
		}
		if value.Exists() {
			s.all = append(s.all, setting{full, value})
		}
	}
}

// cutLast parts a key at its last dot.
func cutLast(key string) (before, last string, ok bool) {
	i := strings.LastIndexByte(key, '.')
	if i < 0 {
		return "", key, false
	}
	return key[:i], key[i+1:], true
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// Keys are all keys, sorted.
func (s Settings) Keys() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, x := range s.all {
			if (i == 0 || s.all[i-1].key != x.key) && !yield(x.key) {
				return
			}
		}
	}
}

// from are the settings from the first one on whose key is not before a text.
func (s Settings) from(text string) []setting {
	return s.all[sort.Search(len(s.all), func(i int) bool { return s.all[i].key >= text }):]
}

// under is what stands under a key.
func (s Settings) under(key string) []setting {
	from := s.from(key)
	n := 0
	for n < len(from) && from[n].key == key {
		n++
	}
	return from[:n]
}

// Switch is a setting that is on or off.
type Switch struct {
	On    bool
	Set   bool           // the key is there
	Valid bool           // absent, or a switch; false when it holds something else
	Node  *snapshot.Node // nil when absent
}

// Switch reads a setting that is on or off: true, "true", " TRUE ". When the
// key stands twice and the values differ it is not valid.
func (s Settings) Switch(key string) Switch {
	out := Switch{Valid: true}
	for i, x := range s.under(key) {
		on, ok := parseBool(x.node)
		out.Set, out.Node = true, x.node
		if !ok || i > 0 && on != out.On {
			out.Valid = false
		}
		out.On = on
	}
	return out
}

func parseBool(n *snapshot.Node) (value, ok bool) {
	switch strings.ToLower(strings.TrimSpace(n.Text())) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// Item is one element of a list setting. Node is the value it stands in: the
// element, or the whole string when the list is written as one.
type Item struct {
	Text string
	Node *snapshot.Node
}

// List reads a list setting: a JSON array, a string that holds one, a string
// with commas, or a YAML list. Empty elements are left out.
func (s Settings) List(key string) []Item {
	var out []Item
	for _, x := range s.under(key) {
		out = appendItems(out, x.node)
	}
	return out
}

func appendItems(out []Item, n *snapshot.Node) []Item {
	if n.Kind() == snapshot.Array {
		for _, kid := range n.Items() {
			out = appendItems(out, kid)
		}
		return out
	}
	text := strings.TrimSpace(n.Text())
	if text == redacted {
		return append(out, Item{text, n})
	}
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") && !isBracketedIPv6(text) {
		if list, err := snapshot.ParseJSON([]byte(text)); err == nil && list.Kind() == snapshot.Array {
			for _, kid := range list.Items() {
				for _, item := range appendItems(nil, kid) {
					out = append(out, Item{item.Text, n})
				}
			}
			return out
		}
		text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	}
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "- ") // YAML's form of a list
		for part := range strings.SplitSeq(line, ",") {
			if part = strings.Trim(strings.TrimSpace(part), `"'`); part != "" {
				out = append(out, Item{part, n})
			}
		}
	}
	return out
}

// redacted stands for a secret value (CONTRACT 4): it is there, and unknown.
const redacted = "[redacted]"

// isBracketedIPv6 tells "[::1]" from a list.
func isBracketedIPv6(text string) bool {
	return strings.Count(text, ":") >= 2 && !strings.ContainsAny(text, `",' `)
}
