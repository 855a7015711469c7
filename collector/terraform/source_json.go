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
		return line
	}
	if n.Kind() == snapshot.Map && len(names) > 1 {
		if entry := n.Get(strings.Join(names[1:], ".")); entry != nil {
			return entry.Line()
		}
	}
	blocks := objectsOf(n)
	for i, block := range blocks {
		if value == "" || hasText(block.Items(), value) || i == len(blocks)-1 {
			if len(names) == 1 {
				return block.Line()
			}
			return jsonBody{block}.lineOf(names[1:], value, block.Line())
		}
	}
	for _, item := range n.Items() {
		if value != "" && item.Text() == value {
			return item.Line()
		}
	}
	return n.Line()
}

func hasText(list []*snapshot.Node, value string) bool {
	return slices.ContainsFunc(list, func(n *snapshot.Node) bool { return n.Text() == value })
}
