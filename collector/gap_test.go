package collector

import (
	"path/filepath"
	"testing"

	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// An account that cannot be asked is an account of which every call is skipped,
// on disk as well.
func TestGap(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	o := Options{Account: "2345678901234567", Regions: []string{"cn-beijing", "cn-hangzhou"}, Record: dir}
	part, err := Gap(o, demo().TakenAt, "the role cannot be assumed: NoPermission")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	a := s.Accounts()[0]
	if a.ID != "2345678901234567" || len(a.Regions) != 2 || !a.TakenAt.Equal(demo().TakenAt) {
		t.Errorf("%s %v %v", a.ID, a.Regions, a.TakenAt)
	}
	for _, c := range a.Coverage() {
		if c.Count(snapshot.Skipped) == 0 || len(c.Subjects) != 1 {
			t.Errorf("%s.%s in %s: %v", c.Product, c.Operation, c.Region, c.Subjects)
		}
	}
	for _, call := range []snapshot.Call{
		{Region: snapshot.Global, Product: "ram", Operation: "ListUsers"}, {Region: "cn-beijing", Product: "elasticsearch", Operation: "ListInstance"},
	} {
		if a.Answer(call) != snapshot.Skipped || a.Code(call) == "" {
			t.Errorf("%v is %s %q", call, a.Answer(call), a.Code(call))
		}
	}
	read, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Assemble(read.Parts)
	if err != nil || again.Digest() != s.Digest() {
		t.Errorf("the recording gives another snapshot: %v", err)
	}
}
