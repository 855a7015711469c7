package snapshot_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Values that were read from canonical text are compared, written and digested by
// it. The plain way looks at each of them: what it compares was read from text
// that is not canonical. Edited estates hold both, and what was built.
func TestTextSaysWhatValuesSay(t *testing.T) {
	equal, differ := 0, 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 5))
		s, err := collector.Assemble([]recording.Part{wild.New(seed).Part})
		if err != nil {
			t.Fatal(err)
		}
		edited, ok := wild.Edited(r, s, 4)
		if !ok {
			continue
		}
		again, ok := wild.Edited(r, edited, 2)
		if !ok {
			again = edited
		}
		all := []*snapshot.Snapshot{s, edited, again, read(t, edited.Canonical())}
		plain := make([]*snapshot.Snapshot, len(all))
		for i, x := range all {
			plain[i] = read(t, compact(t, x.Root().AppendCompact(nil)))
			sum := sha256.Sum256(plain[i].Canonical())
			if !bytes.Equal(x.Canonical(), plain[i].Canonical()) || x.Digest() != "sha256:"+hex.EncodeToString(sum[:]) {
				t.Fatalf("seed %d: snapshot %d is written in another way", seed, i)
			}
		}
		for i, x := range all {
			for j, y := range all {
				want := bytes.Equal(plain[i].Canonical(), plain[j].Canonical())
				if got := x.Root().Equal(y.Root()); got != want {
					t.Errorf("seed %d: snapshots %d and %d: %t, want %t", seed, i, j, got, want)
				}
				e, d := objectsEqual(t, x, y, plain[i], plain[j])
				equal, differ = equal+e, differ+d
			}
		}
	}
	if equal < 1000 || differ < 50 {
		t.Errorf("%d pairs are equal, %d differ", equal, differ)
	}
}

// objectsEqual compares the objects of x and y that have one identity, and what
// stands in them, as their plain twins do.
func objectsEqual(t *testing.T, x, y, plainX, plainY *snapshot.Snapshot) (equal, differ int) {
	t.Helper()
	for i, a := range x.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				other := y.Accounts()[i].Object(kind, o.Region, o.ID)
				m := plainX.Accounts()[i].Object(kind, o.Region, o.ID).Node
				n := plainY.Accounts()[i].Object(kind, o.Region, o.ID).Node
				want := m.Equal(n)
				if o.Node.Equal(other.Node) != want || o.Node.Equal(n) != want || m.Equal(other.Node) != want {
					t.Errorf("%s: want equal: %t", o.Node.Pointer(), want)
				}
				if got := o.Attr().Equal(other.Attr()); got != m.Get("attributes").Equal(n.Get("attributes")) {
					t.Errorf("%s/attributes: equal: %t", o.Node.Pointer(), got)
				}
				if want {
					equal++
				} else {
					differ++
				}
			}
		}
	}
	return equal, differ
}

// The text of an object is the same for who goes through it once as for who keeps it:
// kept, packed, edited, opened, and for what stands deeper.
func TestTextThatIsThereOnce(t *testing.T) {
	var room snapshot.Room
	texts := 0
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 9))
		kept, err := collector.Assemble([]recording.Part{wild.New(seed).Part})
		if err != nil {
			t.Fatal(err)
		}
		source, err := snapshot.ReadPacked(bytes.NewReader(kept.Canonical()), 0)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := source.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		all := []*snapshot.Snapshot{kept, packed}
		if edited, ok := wild.Edited(r, packed, 4); ok {
			all = append(all, edited)
		}
		for i, s := range all {
			same := func(n *snapshot.Node) {
				t.Helper()
				if got := onceText(t, n, &room); got != n.CanonicalText() {
					t.Fatalf("seed %d: snapshot %d: %s is %q, want %q", seed, i, n.Pointer(), got, n.CanonicalText())
				}
				texts++
			}
			for _, a := range s.Accounts() {
				for _, kind := range snapshot.Kinds() {
					for _, o := range a.Objects(kind) {
						if r.IntN(3) == 0 {
							o.Attr("a")
						}
						same(o.Node)
						same(o.Attr())
					}
				}
			}
		}
	}
	if texts < 1000 {
		t.Errorf("%d texts are too few", texts)
	}
}

func read(t *testing.T, text []byte) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// compact is a document in text that is not canonical.
func compact(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// onceText is the text that Once gives; what it shows is what a glance does.
func onceText(t *testing.T, n *snapshot.Node, room *snapshot.Room) string {
	t.Helper()
	look, text := n.Once(room)
	sameGlance(t, n.Pointer(), look, n.Glance())
	return string(text)
}
