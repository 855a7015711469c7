package change_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// A snapshot that shares what does not change is the one that its whole document
// parses to: the same objects, found the same way, with the same pointers; and
// what was shared stands where it stood.
func TestEditedAgreesWithTheWholeDocument(t *testing.T) {
	seeds, made := uint64(30), 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 500
	}
	for seed := range seeds {
		s, err := collector.Assemble([]recording.Part{wild.New(seed).Part})
		if err != nil {
			t.Fatal(err)
		}
		before := s.Canonical()
		r := rand.New(rand.NewPCG(seed, 5))
		for range 10 {
			edited, ok := wild.Edited(r, s, 1+r.IntN(4))
			if !ok {
				continue
			}
			made++
			whole, err := snapshot.Parse(edited.Canonical())
			if err != nil {
				t.Fatal(err)
			}
			sameObjects(t, edited, whole)
			stays(t, s, edited)
		}
		if !bytes.Equal(s.Canonical(), before) {
			t.Fatalf("seed %d: edits changed the snapshot they were made on", seed)
		}
	}
	if made < 100 {
		t.Errorf("only %d estates were edited", made)
	}
}

func sameObjects(t *testing.T, edited, whole *snapshot.Snapshot) {
	t.Helper()
	for i, a := range edited.Accounts() {
		b := whole.Accounts()[i]
		for _, kind := range snapshot.Kinds() {
			x, y := a.Objects(kind), b.Objects(kind)
			if len(x) != len(y) {
				t.Fatalf("%d objects of kind %s, and %d of the whole document", len(x), kind, len(y))
			}
			for j, o := range x {
				p := y[j]
				switch {
				case o.Account != a, o.Region != p.Region, o.ID != p.ID, !o.Node.Equal(p.Node):
					t.Fatalf("%s %s is %s of the whole document", kind, o.ID, p.ID)
				case a.Object(kind, o.Region, o.ID).Node != o.Node:
					t.Fatalf("%s %s is not found by its name", kind, o.ID)
				case edited.Root().Resolve(o.Node.Pointer()) != o.Node:
					t.Fatalf("%s %s does not stand at %s", kind, o.ID, o.Node.Pointer())
				}
				samePointers(t, o.Node, p.Node)
			}
		}
	}
}

func samePointers(t *testing.T, a, b *snapshot.Node) {
	t.Helper()
	if a.Pointer() != b.Pointer() || a.Key() != b.Key() {
		t.Fatalf("%s, and %s of the whole document", a.Pointer(), b.Pointer())
	}
	for i, item := range a.Items() {
		samePointers(t, item, b.Items()[i])
	}
}

// stays compares what has a line with what stands on that line. Little has none.
func stays(t *testing.T, s, edited *snapshot.Snapshot) {
	t.Helper()
	lines := bytes.Split([]byte(edited.Source()), []byte("\n"))
	if edited.Source() != s.Source() {
		t.Fatal("another source")
	}
	without := 0
	var walk func(n *snapshot.Node)
	walk = func(n *snapshot.Node) {
		for _, item := range n.Items() {
			walk(item)
		}
		start, end := n.Span()
		text := n.AppendCompact(nil)
		if n.Kind() >= snapshot.Array {
			text, end = text[:1], start+1
		}
		switch {
		case n.Line() == 0:
			without++
		case !bytes.Equal([]byte(edited.Source()[start:end]), text) || !bytes.Contains(lines[n.Line()-1], text):
			t.Fatalf("%s is %s, on line %d: %s", n.Pointer(), text, n.Line(), lines[n.Line()-1])
		}
	}
	walk(edited.Root())
	if without > 100 {
		t.Fatalf("%d values have no line", without)
	}
}
