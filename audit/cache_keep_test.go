package audit_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// What is kept is written anew when enough is judged again by each run, and not before;
// what a run says does not rest on that.
func TestCacheKeepsWhereItIsWorthIt(t *testing.T) {
	e := estate.Large(60, 1)
	e.VPC("cn-hangzhou", "vpc-bp1lonely", "192.168.0.0/16").VSwitch("vsw-bp1lonely", "cn-hangzhou-h", "192.168.1.0/24")
	s, err := collector.Assemble([]recording.Part{e.Part()})
	if err != nil {
		t.Fatal(err)
	}
	objects := 0
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			objects += len(a.Objects(kind))
		}
	}
	c := openCache(t, t.TempDir(), "secret")
	o := audit.Options{Cache: c.Cache}
	reported(t, s, o)
	var asked atomic.Int64
	c.Judged = func(_, made int) { asked.Add(int64(made)) }
	again := func(s *snapshot.Snapshot) int {
		t.Helper()
		asked.Store(0)
		want := reported(t, s, audit.Options{})
		if got := reported(t, s, o); !bytes.Equal(got, want) || len(c.notes) > 0 {
			t.Fatalf("%s; notes %q", firstDifference(got, want), c.notes)
		}
		return int(asked.Load())
	}
	around := again(s) // accounts and regions
	for _, step := range []struct {
		users int
		kept  bool
	}{{objects / 50, false}, {objects / 30, false}, {objects / 20, true}} {
		s = renamed(s, step.users)
		if judged := again(s); judged != around+step.users {
			t.Errorf("%d users have other names: %d subjects are judged, and %d always", step.users, judged, around)
		}
		if judged := again(s); (judged == around) != step.kept {
			t.Errorf("%d of %d objects changed: %d subjects are judged the next time, and %d always", step.users, objects, judged, around)
		}
	}
	lonely := s.Accounts()[0].Object(snapshot.VSwitch, "cn-hangzhou", "vsw-bp1lonely")
	before := largest(t, c.dir)
	again(s.Edited(snapshot.Edit{Object: lonely}))
	if bytes.Equal(largest(t, c.dir), before) {
		t.Error("all were divided anew, which is not kept")
	}
}

// largest is the largest file of a folder.
func largest(t *testing.T, dir string) (text []byte) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if other, err := os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		} else if len(other) > len(text) {
			text = other
		}
	}
	return text
}

// renamed is an estate in which the first users have another name.
func renamed(s *snapshot.Snapshot, users int) *snapshot.Snapshot {
	var edits []snapshot.Edit
	for _, o := range s.Accounts()[0].Objects(snapshot.RAMUser)[:users] {
		fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
		attributes["DisplayName"] = snapshot.NewString("renamed")
		fields["attributes"] = snapshot.NewObject(attributes)
		edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
	}
	return s.Edited(edits...)
}
