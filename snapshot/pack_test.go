package snapshot_test

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"

	"esaudit/snapshot"
)

// Objects of any size are packed beside examples of theirs, and come back: tiny
// ones, some far longer than an example, such with long keys, hostile text, and of
// more kinds than there are examples.
func TestObjectsOfAnySizeArePacked(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for round, sizes := range [][]int{{0, 1, 2, 8}, {100, 0, 20_000, 5}, {200_000, 40, 1 << 16, 32 << 10}, {1000}} {
		objects := map[string]*snapshot.Node{}
		for i := range []int{40, 40, 8, 400}[round] {
			key := strings.Repeat("k", 1+sizes[i%len(sizes)]/30) + strconv.Itoa(i%300)
			fields := map[string]*snapshot.Node{key: snapshot.NewString(hostileText(r, sizes[r.IntN(len(sizes))]))}
			if i%3 > 0 {
				fields["also"] = snapshot.NewStrings(hostileText(r, 9), strings.Repeat("{\n}", i%4))
			}
			n := snapshot.NewObject(map[string]*snapshot.Node{strconv.Itoa(i % 290): snapshot.NewObject(fields)})
			if i%7 == 0 {
				n = snapshot.NewObject(nil)
			}
			objects[hostileText(r, i%5)+strconv.Itoa(i)] = n
		}
		text := nested(snapshot.NewObject(objects), 5).AppendJSON(nil)
		twins(t, text, len(text), bytes.NewReader(text))
		source, err := snapshot.ReadPacked(bytes.NewReader(text), 0)
		if err != nil {
			t.Fatal(err)
		}
		root, err := source.Root()
		if err != nil {
			t.Fatal(err)
		}
		want, err := snapshot.ParseJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		seen(t, root.Glance(), want)
	}
}

// Texts that were unpacked lately are there for who looks again: as many as are to be
// kept, none in the place of another one.
func TestTextsUnpackedLatelyAreKept(t *testing.T) {
	all := packedObjects(t, 1000).Items()
	look := func() {
		for _, n := range all {
			if !n.Glance().Get("Name").Exists() {
				t.Fatal("there is no name")
			}
		}
	}
	look()
	if made := testing.AllocsPerRun(2, look); made > 0 {
		t.Errorf("%v allocations to look at them again", made)
	}
}

// Texts that are pushed out by others are unpacked again, and say the same.
func TestTextsArePushedOut(t *testing.T) {
	all := packedObjects(t, 5000)
	var group sync.WaitGroup
	for from := range 4 {
		group.Go(func() {
			r := rand.New(rand.NewPCG(uint64(from), 7))
			for range 20_000 {
				i := r.IntN(5000)
				if got := all.Glance().Get(strconv.Itoa(i), "Name").Text(); got != strconv.Itoa(i) {
					t.Errorf("object %d says that it is %q", i, got)
					return
				}
			}
		})
	}
	group.Wait()
}

// Packed objects are unpacked for once in whichever part of the text they stand.
func TestPackedTextOnce(t *testing.T) {
	all := packedObjects(t, 30_000)
	var room snapshot.Room
	for i, n := range all.Items() {
		want := "{\n              \"Name\": " + all.Keys()[i] + "\n            }"
		if got := onceText(t, n, &room); got != want {
			t.Fatalf("object %s is %q, want %q", all.Keys()[i], got, want)
		}
	}
}

// packedObjects holds so many packed objects, which say their number.
func packedObjects(t *testing.T, many int) *snapshot.Node {
	objects := map[string]*snapshot.Node{}
	for i := range many {
		objects[strconv.Itoa(i)] = snapshot.NewObject(map[string]*snapshot.Node{"Name": snapshot.NewInt(int64(i))})
	}
	text := nested(snapshot.NewObject(objects), 5).AppendJSON(nil)
	source, err := snapshot.ReadPacked(bytes.NewReader(text), 0)
	if err != nil {
		t.Fatal(err)
	}
	root, err := source.Root()
	if err != nil {
		t.Fatal(err)
	}
	return root.Get("m").Items()[1].Get("m", "m").Items()[1]
}

// hostileText is made of what has a meaning in JSON, and of what has none anywhere.
func hostileText(r *rand.Rand, size int) string {
	var b strings.Builder
	for parts := []string{"{", "}\n", "]", `"`, `\`, ",\n", "            \"", "é", "\u2028", "\x00", "\x7f", "a", "sg-", "10.0.0.1"}; b.Len() < size; {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}
