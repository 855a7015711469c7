package snapshot_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"esaudit/snapshot"
)

// oneKey is a key that is often another one's beginning, or written with escapes.
func oneKey(r *rand.Rand) string {
	letters := []string{"a", "b", "aa", `"`, `\`, `": "`, "é", "\u2028", "~", "/", " "}
	var b strings.Builder
	for range 1 + r.IntN(3) {
		b.WriteString(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// differing is a snapshot of objects with keys of every kind, few and many of them.
func differing(r *rand.Rand, objects int) []byte {
	ids := map[string]*snapshot.Node{}
	for i := range objects {
		fields := map[string]*snapshot.Node{}
		for range r.IntN(6) {
			fields[oneKey(r)] = snapshot.NewString(oneKey(r))
		}
		fields["nested"] = snapshot.NewObject(map[string]*snapshot.Node{
			fmt.Sprint(i % 700): snapshot.NewArray(snapshot.NewObject(nil), snapshot.NewNull(), snapshot.NewString("}\\\"]")), fmt.Sprint(i): snapshot.NewInt(int64(i)),
		})
		if i%100 == 0 {
			for j := range 300 * (i % 3) {
				fields[fmt.Sprint("many", j)] = snapshot.NewBool(true)
			}
			fields["large"] = snapshot.NewString(strings.Repeat("x", 70_000*(i%2)))
		}
		ids[fmt.Sprint("es-", i)] = snapshot.NewObject(map[string]*snapshot.Node{"attributes": snapshot.NewObject(fields)})
	}
	regions := snapshot.NewObject(map[string]*snapshot.Node{"cn-hangzhou": snapshot.NewObject(ids)})
	account := snapshot.NewObject(map[string]*snapshot.Node{"objects": snapshot.NewObject(map[string]*snapshot.Node{"elasticsearch": regions})})
	return snapshot.NewObject(map[string]*snapshot.Node{"accounts": snapshot.NewArray(account)}).AppendJSON(nil)
}

// Values that are asked for by their keys, in any order and by several at once, are
// those of ParseJSON, whatever keys were seen before; and one place is one Node.
func TestValuesAreFoundByAnyKeys(t *testing.T) {
	for seed, objects := range []int{1, 50, 3000} {
		text := differing(rand.New(rand.NewPCG(uint64(seed), 3)), objects)
		want, err := snapshot.ParseJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, root := range readBothWays(t, text) {
			var group sync.WaitGroup
			for i := range 3 {
				group.Go(func() { asked(t, rand.New(rand.NewPCG(uint64(i), 4)), root, want) })
			}
			group.Wait()
			same(t, root, want)
		}
	}
}

// asked compares values of two documents that it asks for by keys.
func asked(t *testing.T, r *rand.Rand, root, plain *snapshot.Node) {
	path := []string{"elasticsearch", "cn-hangzhou"}
	got, want := root.Get("accounts").Items()[0].Get("objects").Get(path...), plain.Get("accounts").Items()[0].Get("objects").Get(path...)
	for _, i := range r.Perm(len(want.Keys())) {
		a, b := got.Items()[i].Get("attributes"), want.Items()[i].Get("attributes")
		for range 10 {
			key := oneKey(r)
			if r.IntN(2) == 0 {
				key = b.Keys()[r.IntN(len(b.Keys()))]
			}
			x, y := a.Get(key), b.Get(key)
			if (x == nil) != (y == nil) {
				t.Errorf("%s: key %q is there: %t, want %t", b.Pointer(), key, x != nil, y != nil)
				return
			}
			if y == nil {
				continue
			}
			same(t, x, y)
			if x != a.Get(key) {
				t.Errorf("%s is there twice", y.Pointer())
			}
		}
	}
}

// Objects with the same keys share them.
func TestKeysAreKeptOnce(t *testing.T) {
	s, err := snapshot.Parse(manyObjects(10).AppendJSON(nil))
	if err != nil {
		t.Fatal(err)
	}
	list := s.Accounts()[0].Objects(snapshot.Cluster)
	first := list[0].Attr("key7").Keys()
	for _, o := range list {
		if keys := o.Attr("key11").Keys(); &keys[0] != &first[0] {
			t.Errorf("%s has keys of its own", o.ID)
		}
	}
}

// Keys that are too many to be kept do not keep others from it.
func TestKeysAreKeptAfterManyOthers(t *testing.T) {
	const others = 1<<14 + 10
	items := make([]*snapshot.Node, 0, others+2)
	keyed := func(keys ...string) {
		fields := map[string]*snapshot.Node{}
		for _, key := range keys {
			fields[key] = snapshot.NewNull()
		}
		items = append(items, snapshot.NewObject(fields))
	}
	for i := range others {
		keyed("a", fmt.Sprint("b", i))
	}
	keyed("c", "d")
	keyed("c", "d")
	root := manyObjects(1).Clone(func(n *snapshot.Node) *snapshot.Node {
		if n.Key() == "empty" {
			return snapshot.NewArray(items...)
		}
		return nil
	})
	s, err := snapshot.Parse(root.AppendJSON(nil))
	if err != nil {
		t.Fatal(err)
	}
	list := s.Accounts()[0].Objects(snapshot.Cluster)[0].Attr("empty").Items()
	for _, n := range list[:others] {
		n.Keys()
	}
	if x, y := list[others].Keys(), list[others+1].Keys(); len(x) != 2 || &x[0] != &y[0] {
		t.Errorf("%q and %q are kept twice", x, y)
	}
}
