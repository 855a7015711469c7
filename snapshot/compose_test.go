package snapshot_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"esaudit/snapshot"
)

// A document that is written in parts, with objects that are made meanwhile in place of
// others, is the one that is written in one piece when all objects are there.
func TestComposedIsWrittenInOnePiece(t *testing.T) {
	for _, size := range []int{0, 1, 63, 64, 65, 200} {
		rapid.Check(t, func(t *rapid.T) { composesOf(t, size) })
	}
}

// composesOf composes documents with so many objects, or as many values that stand higher
// or deeper.
func composesOf(t *rapid.T, size int) {
	source, err := snapshot.ParseJSON(bytesOf(t, value(4).Draw(t, "value")))
	if err != nil {
		t.Fatal(err)
	}
	objects := map[string]*snapshot.Node{}
	for i := range size {
		objects[strconv.Itoa(i)] = source.Clone(nil)
		if i%3 == 1 {
			objects[strconv.Itoa(i)] = snapshot.NewObject(map[string]*snapshot.Node{"n": snapshot.NewInt(int64(i))})
		}
	}
	depth := rapid.SampledFrom([]int{5, 5, 0, 1, 4, 6, 9}).Draw(t, "depth")
	whole := nested(snapshot.NewObject(objects), depth)
	text := string(whole.AppendJSON(nil))
	later := map[*snapshot.Node]*snapshot.Node{}
	for i := range size {
		key := strconv.Itoa(i)
		n := objects[key]
		if depth == 5 && rapid.Bool().Draw(t, "later") { // objects stand at depth 6
			place := snapshot.NewObject(nil)
			objects[key], later[place] = place, n.Clone(nil)
		}
	}
	if depth == 5 {
		whole = nested(snapshot.NewObject(objects), depth)
	}
	made := func(n *snapshot.Node) *snapshot.Node { return later[n] }
	composed, err := snapshot.Composed(whole, made, rapid.SampledFrom([]int{0, 300, snapshot.KeptText}).Draw(t, "kept"))
	if err != nil {
		t.Fatal(err)
	}
	if got := composed.Text(); got != text {
		t.Fatalf("%s, want %s", got, text)
	}
	if !composed.Canonical() {
		t.Fatal("it is not read line by line")
	}
	want, err := snapshot.ParseJSON([]byte(text))
	alike(t, []byte(text), want, err, composed)
}

// What cannot be read line by line is read all the same: values that are nested deep, and
// texts that are not UTF-8, which are mended.
func TestComposedOfAnything(t *testing.T) {
	deep := snapshot.NewString("x")
	for range 90 {
		deep = snapshot.NewArray(deep)
	}
	hostile := rand.New(rand.NewPCG(7, 9))
	for name, n := range map[string]*snapshot.Node{
		"deep": deep, "no UTF-8": snapshot.NewObject(map[string]*snapshot.Node{"a\xff": snapshot.NewString("\xc3"), "a\xfe\x80b": snapshot.NewNull()}),
		"hostile": snapshot.NewString(hostileText(hostile, 500)), "nothing": snapshot.NewObject(nil),
	} {
		root := nested(snapshot.NewObject(map[string]*snapshot.Node{"x": n, "y": snapshot.NewNull()}), 4)
		text := root.AppendJSON(nil)
		composed, err := snapshot.Composed(root, nil, snapshot.KeptText)
		if err != nil {
			t.Fatal(err)
		}
		want, err := snapshot.ParseJSON(text)
		if strings.Contains(name, "UTF") != strings.Contains(string(text), "\uFFFD") {
			t.Errorf("%s: %s", name, text)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := composed.Root()
		if err != nil || composed.Text() != string(text) {
			t.Fatalf("%s: %v, text is the same: %v", name, err, composed.Text() == string(text))
		}
		same(t, got, want)
	}
}

// Objects that are put together of lists are those that are put together of maps.
func TestObjectsOfLists(t *testing.T) {
	key := rapid.StringMatching(`[a-d]{0,2}`)
	rapid.Check(t, func(t *rapid.T) {
		object := func(name string) (keys []string, values []*snapshot.Node, fields map[string]*snapshot.Node) {
			fields = map[string]*snapshot.Node{}
			for i, k := range rapid.SliceOfN(key, 0, 9).Draw(t, name) {
				v := snapshot.NewString(name + strconv.Itoa(i))
				keys, values, fields[k] = append(keys, k), append(values, v), v.Clone(nil)
			}
			return keys, values, fields
		}
		text := func(n *snapshot.Node) string { return string(n.AppendCompact(nil)) }
		keys, values, fields := object("one")
		if got, want := snapshot.NewPairs(keys, values), snapshot.NewObject(fields); text(got) != text(want) {
			t.Fatalf("%s, want %s", text(got), text(want))
		}
		_, _, others := object("other")
		both := map[string]*snapshot.Node{}
		for k := range fields {
			both[k] = snapshot.NewString(fields[k].Text() + others[k].Text() + k)
		}
		for k := range others {
			both[k] = snapshot.NewString(fields[k].Text() + others[k].Text() + k)
		}
		delete(both, "a")
		got := snapshot.NewUnion(snapshot.NewObject(fields), snapshot.NewObject(others), func(key string, a, b *snapshot.Node) *snapshot.Node {
			if key == "a" {
				return nil
			}
			return snapshot.NewString(a.Text() + b.Text() + key)
		})
		if want := snapshot.NewObject(both); text(got) != text(want) {
			t.Fatalf("%s, want %s", text(got), text(want))
		}
		for _, kid := range got.Items() {
			if kid.Parent() != got || got.Get(kid.Key()) != kid {
				t.Fatalf("%s is not found", kid.Key())
			}
		}
	})
}
