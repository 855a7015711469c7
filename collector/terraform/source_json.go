package terraform

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// jsonBody is a block in Terraform's JSON syntax, where each level is an object
// or a list of objects.
type jsonBody struct{ *snapshot.Node }

func declaredInJSON(data []byte, _ string) []declaration {
	root, err := snapshot.ParseJSON(data)
	if err != nil {
		return nil
	}
	var out []declaration
	for _, kind := range members(root.Get("resource")) {
		for _, n := range members(kind) {
			for _, block := range objectsOf(n) {
				out = append(out, declaration{labels: []string{kind.Key(), n.Key()}, body: jsonBody{block}, line: block.Line()})
			}
		}
	}
	for _, n := range members(root.Get("module")) {
		for _, block := range objectsOf(n) {
			out = append(out, declaration{labels: []string{n.Key()}, source: block.Get("source").Text()})
		}
	}
	return out
}

// objectsOf is an object, or the objects of a list.
func objectsOf(n *snapshot.Node) []*snapshot.Node {
	if n.Kind() == snapshot.Map {
		return []*snapshot.Node{n}
	}
	return slices.DeleteFunc(slices.Clone(n.Items()), func(item *snapshot.Node) bool { return item.Kind() != snapshot.Map })
}

// members are what an object holds, or the objects of a list.
func members(n *snapshot.Node) []*snapshot.Node {
	var out []*snapshot.Node
	for _, object := range objectsOf(n) {
		out = append(out, object.Items()...)
	}
	return out
}

func (j jsonBody) lineOf(names []string, value string, line int) int {
	n := j.Get(names[0])
	if n == nil {
		if made := j.Get("dynamic", names[0]); made != nil {
			return made.Line()
		}
		return line
	}
	if n.Kind() == snapshot.Map && len(names) > 1 {
		if entry := n.Get(strings.Join(names[1:], ".")); entry != nil {
			return entry.Line()
		}
	}
	blocks := objectsOf(n)
	at := slices.IndexFunc(blocks, func(b *snapshot.Node) bool { return value != "" && hasText(b, names[1:], value) })
	switch {
	case at < 0 && len(blocks) == 1:
		at = 0
	case at < 0 && len(blocks) > 1:
		return blocks[0].Line()
	}
	if at >= 0 {
		if len(names) == 1 {
			return blocks[at].Line()
		}
		return jsonBody{blocks[at]}.lineOf(names[1:], value, blocks[at].Line())
	}
	for _, item := range n.Items() {
		if value != "" && item.Text() == value {
			return item.Line()
		}
	}
	return n.Line()
}

// hasText reports whether a value of a block, any when none is named, is a text.
func hasText(block *snapshot.Node, names []string, text string) bool {
	if len(names) > 0 {
		return block.Get(names[0]).Text() == text
	}
	return slices.ContainsFunc(block.Items(), func(n *snapshot.Node) bool { return n.Text() == text })
}
