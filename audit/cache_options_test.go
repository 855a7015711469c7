package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/audit"
	"esaudit/snapshot"
)

// What is judged to be kept only does not fail an audit that does not ask for it: an
// own rule that fails there is nobody's concern.
func TestCacheFailsByWhatIsAskedForOnly(t *testing.T) {
	s, _ := someEstate(t, 2)
	var clusters []string
	for _, a := range s.Accounts() {
		for _, o := range a.Objects(snapshot.Cluster) {
			clusters = append(clusters, o.ID)
		}
	}
	rule := strings.TrimSpace(fmt.Sprintf(ownRule, "low")) + fmt.Sprintf(" if s.id != %q\n", clusters[0])
	o := audit.Options{OwnRules: []fs.FS{fstest.MapFS{"a.rego": {Data: []byte(rule)}}}, Rules: []string{"ACME-NAM-001"}, All: true}

	o.Clusters = clusters[:1]
	_, want := audit.Run(context.Background(), s, o)
	o.Cache = openCache(t, t.TempDir(), "secret").Cache
	if _, got := audit.Run(context.Background(), s, o); want == nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("asked for: %v, want %v", got, want)
	}
	o.Clusters = clusters[1:2]
	kept := reported(t, s, o)
	o.Cache = nil
	if plain := reported(t, s, o); !bytes.Equal(kept, plain) {
		t.Errorf("not asked for: %s", firstDifference(kept, plain))
	}
}

// Each thing that cannot be kept is told by itself, and the report is the same.
func TestCacheTellsEachThingThatCannotBeKept(t *testing.T) {
	s, _ := someEstate(t, 1)
	o := audit.Options{All: true}
	want := reported(t, s, o)
	dir := filepath.Join(t.TempDir(), "kept")
	c := openCache(t, dir, "secret")
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	o.Cache = c.Cache
	if got := reported(t, s, o); !bytes.Equal(got, want) {
		t.Error(firstDifference(got, want))
	}
	if len(c.notes) != 2 || strings.Contains(strings.Join(c.notes, ""), "\n") {
		t.Errorf("notes: %q", c.notes)
	}
}
