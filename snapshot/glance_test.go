package snapshot_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"esaudit/snapshot"

	"pgregory.net/rapid"
)

// seen compares what is seen at a glance with a value of a document that was read
// by ParseJSON.
func seen(t rapid.TB, got snapshot.Glance, want *snapshot.Node) {
	if got.Kind() != want.Kind() || got.Text() != want.Text() || got.Passing() != want.Text() || got.Exists() != want.Exists() {
		t.Fatalf("%s is seen as %d %q, want %d %q", want.Pointer(), got.Kind(), got.Text(), want.Kind(), want.Text())
	}
	items := 0
	for item := range got.Each {
		if items++; items > len(want.Items()) {
			t.Fatalf("%s is seen with items it has not", want.Pointer())
		}
		seen(t, item, want.Items()[items-1])
	}
	if items != len(want.Items()) {
		t.Fatalf("%s is seen with %d items, want %d", want.Pointer(), items, len(want.Items()))
	}
	for i, key := range want.Keys() {
		seen(t, got.Get(key), want.Items()[i])
		for _, other := range []string{key + "a", key[:len(key)/2], `"` + key} {
			if there := got.Get(other).Kind() != snapshot.Absent; there != (want.Get(other) != nil) {
				t.Fatalf("%s: key %q is there: %t", want.Pointer(), other, there)
			}
		}
	}
	keys := slices.Sorted(slices.Values(append(slices.Clone(want.Keys()), "", "a", "k", "zz")))
	for i, value := range got.Fields(nil, keys...) {
		if one := got.Get(keys[i]); value.Kind() != one.Kind() || value.Text() != one.Text() {
			t.Fatalf("%s: key %q is seen as %d %q among others, and as %d %q alone", want.Pointer(), keys[i], value.Kind(), value.Text(), one.Kind(), one.Text())
		}
	}
	if want.Kind() != snapshot.Map && got.Get("a").Kind() != snapshot.Absent {
		t.Fatalf("%s is seen with a key", want.Pointer())
	}
}

// readBothWays reads a document as it is, and packed.
func readBothWays(t rapid.TB, text []byte) (roots []*snapshot.Node) {
	t.Helper()
	for _, read := range []func() (*snapshot.Source, error){
		func() (*snapshot.Source, error) { return snapshot.ReadSource(bytes.NewReader(text), len(text)) },
		func() (*snapshot.Source, error) { return snapshot.ReadPacked(bytes.NewReader(text), 0) },
	} {
		source, err := read()
		if err != nil {
			t.Fatal(err)
		}
		root, err := source.Root()
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, root)
	}
	return roots
}

// A glance shows what values say, whether they were opened, some of them, or none.
func TestGlanceShowsWhatValuesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made, err := snapshot.ParseJSON(bytesOf(t, value(5).Draw(t, "document")))
		if err != nil {
			t.Fatal(err)
		}
		text := nested(made.Clone(nil), rapid.IntRange(0, 9).Draw(t, "depth")).AppendJSON(nil)
		want, err := snapshot.ParseJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, root := range readBothWays(t, text) {
			seen(t, root.Glance(), want)
			openSome(t, root)
			seen(t, root.Glance(), want)
			same(t, root, want)
			seen(t, root.Glance(), want)
		}
	})
}

// openSome opens some of what a value holds.
func openSome(t *rapid.T, n *snapshot.Node) {
	for _, key := range n.Keys() {
		if rapid.Bool().Draw(t, "opened") {
			openSome(t, n.Get(key))
		}
	}
	if n.Kind() == snapshot.Array && rapid.Bool().Draw(t, "items") {
		for _, item := range n.Items() {
			openSome(t, item)
		}
	}
}

// Fields of objects are seen by any keys, few and many of them, and what was let go
// is seen again.
func TestGlanceAtAnyKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	text := differing(r, 300)
	want, err := snapshot.ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	source, err := snapshot.ReadSource(bytes.NewReader(text), len(text))
	if err != nil {
		t.Fatal(err)
	}
	root, err := source.Root()
	if err != nil {
		t.Fatal(err)
	}
	seen(t, root.Glance(), want)
	asked(t, r, root, want)
	seen(t, root.Glance(), want)
}

// Pointers lead back to where they come from, however long they are.
func TestLongPointers(t *testing.T) {
	for length := 1; length < 300; length += 7 {
		key := strings.Repeat("a/", length)
		root := snapshot.NewObject(map[string]*snapshot.Node{key: snapshot.NewArray(snapshot.NewObject(map[string]*snapshot.Node{"z~" + key: snapshot.NewNull()}))})
		want := root.Get(key).Items()[0].Items()[0]
		if p := want.Pointer(); p != "/"+snapshot.EscapePointer(key)+"/0/"+snapshot.EscapePointer("z~"+key) || root.Resolve(p) != want {
			t.Errorf("%d: %q", length, p)
		}
	}
}
