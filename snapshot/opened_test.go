package snapshot_test

import (
	"bytes"
	"runtime"
	"sync"
	"testing"

	"esaudit/snapshot"
)

// Values that are let go and made again say what they said, also while others
// ask for them, and to who kept some.
func TestLimitedValuesAreTheSame(t *testing.T) {
	text := manyObjects(40).AppendJSON(nil)
	want, err := snapshot.ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, most := range []int{1, 300} {
		source, err := snapshot.ReadPacked(bytes.NewReader(text), 0)
		if err != nil {
			t.Fatal(err)
		}
		s, err := source.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		s.Limit(most)
		var kept []*snapshot.Node
		walk(s.Root(), func(n *snapshot.Node) { kept = append(kept, n) })
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() { same(t, s.Root(), want) })
		}
		group.Wait()
		for _, n := range kept {
			if other := want.Resolve(n.Pointer()); other == nil || n.Text() != other.Text() || !n.Equal(other) || n.Key() != other.Key() {
				t.Fatalf("%s is not what it was", n.Pointer())
			}
		}
	}
}

// What is let go leaves memory.
func TestLimitBoundsMemory(t *testing.T) {
	s, err := snapshot.Parse(manyObjects(3000).AppendJSON(nil))
	if err != nil {
		t.Fatal(err)
	}
	s.Limit(1000)
	before := live()
	var kept *snapshot.Node // which must not hold others
	walk(s.Root(), func(n *snapshot.Node) { kept = n })
	if more := int64(live()) - int64(before); more > 1_500_000 {
		t.Errorf("%d bytes are held after everything was looked at", more)
	}
	runtime.KeepAlive(kept)
	runtime.KeepAlive(s)
}

func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Long text takes a fraction of its size.
func TestPackedTextIsSmall(t *testing.T) {
	text := manyObjects(3000).AppendJSON(nil)
	before := live()
	source, err := snapshot.ReadPacked(bytes.NewReader(text), len(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := source.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if more := int64(live()) - int64(before); more > int64(len(text)/3) {
		t.Errorf("%d bytes are held of %d of text", more, len(text))
	}
	if s.Source() != string(text) {
		t.Error("it is another text")
	}
	runtime.KeepAlive(text)
}

// Who keeps a little of packed text does not keep the block that it is from.
func TestPackedTextIsLetGo(t *testing.T) {
	text := manyObjects(3000).AppendJSON(nil)
	source, err := snapshot.ReadPacked(bytes.NewReader(text), len(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := source.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	s.Limit(300)
	before := live()
	var kept []string
	for _, o := range s.Accounts()[0].Objects(snapshot.Cluster) {
		kept = append(kept, o.Attr("key7", "s").Text())
	}
	if more := int64(live()) - int64(before); more > int64(len(text)/2) {
		t.Errorf("%d bytes are held of %d of text", more, len(text))
	}
	runtime.KeepAlive(text)
	runtime.KeepAlive(kept)
	runtime.KeepAlive(s)
}
