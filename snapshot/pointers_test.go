package snapshot_test

import (
	"strconv"
	"testing"

	"esaudit/snapshot"

	"pgregory.net/rapid"
)

// Pointers written one after the other are those that are written alone, and each names
// the value that it was written of.
func TestPointersSideBySide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root := tree(t, 0)
		var all []*snapshot.Node
		walk(root, func(n *snapshot.Node) { all = append(all, n) })
		var p snapshot.Pointers
		for _, i := range rapid.SliceOfN(rapid.IntRange(-1, len(all)-1), 0, 40).Draw(t, "turns") {
			var n *snapshot.Node
			if i >= 0 {
				n = all[i]
			}
			text := string(p.Append([]byte("at "), n))
			if text != "at "+n.Pointer() {
				t.Fatalf("%q, and alone %q", text, n.Pointer())
			}
			if n != nil && root.Resolve(text[len("at "):]) != n {
				t.Fatalf("%q names another value", text)
			}
		}
	})
}

// tree is a value that holds others, under keys that pointers have to escape too.
func tree(t *rapid.T, depth int) *snapshot.Node {
	n := rapid.IntRange(0, 3).Draw(t, "items")
	if depth == 4 || depth > 0 && n == 0 {
		return snapshot.NewString(strconv.Itoa(depth))
	}
	fields := map[string]*snapshot.Node{}
	var items []*snapshot.Node
	for range n {
		item := tree(t, depth+1)
		items = append(items, item)
		fields[rapid.SampledFrom([]string{"", "a", "~1", "/", "a/b~", "é\x00"}).Draw(t, "key")] = item
	}
	if rapid.Bool().Draw(t, "list") {
		return snapshot.NewArray(items...)
	}
	return snapshot.NewObject(fields)
}
