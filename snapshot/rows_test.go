package snapshot_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// A row shows what a glance at the object does, of text that is kept or packed, of what was
// built, edited, opened, and of attributes of any form.
func TestRowsShowWhatGlancesDo(t *testing.T) {
	shown := map[snapshot.NodeKind]int{}
	torn := 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 11))
		for i, s := range rowEstates(t, r, seed) {
			for _, a := range s.Accounts() {
				for _, kind := range snapshot.Kinds() {
					if n := len(a.Objects(kind)); n > 0 {
						a.Rows(kind).At(r.IntN(n)) // whichever is asked for first
					}
					var rows []snapshot.Row
					for row := range a.Rows(kind).Each {
						rows = append(rows, row)
						if r.IntN(3) == 0 {
							row.Attr("VpcId")
						}
						for _, key := range append([]string{"Status"}, row.Attr().Keys()...) {
							sameGlance(t, fmt.Sprintf("seed %d: snapshot %d: %s %s", seed, i, row.Node.Pointer(), key), row.Get(key), row.Glance(key))
							shown[row.Get(key).Kind()]++
							for _, below := range row.Attr(key).Keys() {
								sameGlance(t, key+" "+below, row.Get(key, below), row.Glance(key, below))
							}
						}
						for j, got := range row.Fields(nil, "SecurityGroupIds", "VpcId") {
							sameGlance(t, row.ID, got, row.Glance([]string{"SecurityGroupIds", "VpcId"}[j]))
						}
						if row.Torn() != row.GlanceAspect(snapshot.Contradictions).Exists() {
							t.Errorf("%s is torn: %t", row.Node.Pointer(), row.Torn())
						}
						if row.Torn() && (kind == snapshot.ECS || kind == snapshot.ENI) {
							torn++
						}
					}
					if !slices.EqualFunc(rows, a.Objects(kind), func(x snapshot.Row, y snapshot.Object) bool { return x.Object == y }) {
						t.Errorf("seed %d: snapshot %d: rows of %s are other objects", seed, i, kind)
					}
				}
			}
		}
	}
	for kind := snapshot.Absent; kind <= snapshot.Map; kind++ {
		if shown[kind] == 0 {
			t.Errorf("no value of kind %d was looked at: %v", kind, shown)
		}
	}
	if torn == 0 {
		t.Error("nothing was torn")
	}
}

// rowEstates are an estate with attributes of hosts and interfaces of any form: as it was
// built, kept, packed and edited.
func rowEstates(t *testing.T, r *rand.Rand, seed uint64) []*snapshot.Snapshot {
	t.Helper()
	assembled, err := collector.Assemble([]recording.Part{wild.New(seed).Part})
	if err != nil {
		t.Fatal(err)
	}
	text := assembled.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
		of := func(kind string) bool { return kind == string(snapshot.ECS) || kind == string(snapshot.ENI) }
		switch object := n.Parent().Parent(); {
		case of(object.Key()) && r.IntN(6) == 0: // n is one
			return snapshot.NewObject(map[string]*snapshot.Node{"attributes": n.Get("attributes").Clone(nil), "contradictions": snapshot.NewInt(1)})
		case of(object.Parent().Parent().Key()) && n.Parent().Key() == "attributes" && r.IntN(6) == 0:
			return anyForm(r)
		}
		return nil
	}).AppendJSON(nil)
	kept, err := snapshot.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	source, err := snapshot.ReadPacked(bytes.NewReader(text), 0)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := source.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	out := []*snapshot.Snapshot{assembled, kept, packed}
	if edited, ok := wild.Edited(r, packed, 4); ok {
		out = append(out, edited)
	}
	return out
}

// anyForm is a value of some form.
func anyForm(r *rand.Rand) *snapshot.Node {
	switch r.IntN(7) {
	case 0:
		return snapshot.NewNull()
	case 1:
		return snapshot.NewBool(true)
	case 2:
		return snapshot.NewInt(7)
	case 3:
		return snapshot.NewString("a\n\"}")
	case 4:
		return snapshot.NewStrings("sg-1", "sg-2")
	case 5:
		return snapshot.NewObject(map[string]*snapshot.Node{})
	}
	return snapshot.NewObject(map[string]*snapshot.Node{"SecurityGroupId": snapshot.NewStrings("sg-1"), "VpcId": snapshot.NewString("vpc-1"), "attributes": snapshot.NewInt(1)})
}

func sameGlance(t *testing.T, what string, got, want snapshot.Glance) {
	t.Helper()
	if got.Kind() != want.Kind() || got.Text() != want.Text() || got.Passing() != want.Passing() || got.Exists() != want.Exists() {
		t.Fatalf("%s: a row shows %d %q, a glance %d %q", what, got.Kind(), got.Text(), want.Kind(), want.Text())
	}
	items := func(g snapshot.Glance) (out []snapshot.Glance) { return slices.AppendSeq(out, g.Each) }
	x, y := items(got), items(want)
	if len(x) != len(y) {
		t.Fatalf("%s: a row shows %d items, a glance %d", what, len(x), len(y))
	}
	for i := range x {
		sameGlance(t, what, x[i], y[i])
	}
}

// Of many objects some are looked at together.
func TestRowsOfMany(t *testing.T) {
	objects := map[string]*snapshot.Node{}
	for i := range 1200 {
		vpc := snapshot.NewObject(map[string]*snapshot.Node{"VpcId": snapshot.NewString(fmt.Sprintf("vpc-%d", i))})
		objects[fmt.Sprintf("eni-%04d", i)] = snapshot.NewObject(map[string]*snapshot.Node{"attributes": vpc})
	}
	node := func(text string) *snapshot.Node {
		n, err := snapshot.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	account := node(`{"id": "1", "takenAt": "2026-01-01T00:00:00Z", "regions": ["r"], "coverage": []}`).Fields()
	account["objects"] = snapshot.NewObject(map[string]*snapshot.Node{"eni": snapshot.NewObject(map[string]*snapshot.Node{"r": snapshot.NewObject(objects)})})
	s, err := snapshot.New(snapshot.NewObject(map[string]*snapshot.Node{
		"schema": snapshot.NewString(snapshot.Schema), "accounts": snapshot.NewArray(snapshot.NewObject(account)),
	}))
	if err != nil {
		t.Fatal(err)
	}
	a, n := s.Accounts()[0], 0
	for row := range a.Rows(snapshot.ENI).Each {
		if want := fmt.Sprintf("vpc-%d", n); row.Get("VpcId").Text() != want || row.Get("InstanceId").Exists() {
			t.Fatalf("%s is in %q, want %q", row.ID, row.Get("VpcId").Text(), want)
		}
		n++
	}
	if n != 1200 {
		t.Errorf("%d rows", n)
	}
}
