package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/audit"
	"esaudit/lang"
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

// An endpoint that two clusters list is two subjects of one name. Each says in another
// language what it says in English.
func TestCacheTranslatesSubjectsOfOneName(t *testing.T) {
	zh, err := lang.Of("zh")
	if err != nil {
		t.Fatal(err)
	}
	s := twiceListed(t, "es-cn-metricshub01")
	o := audit.Options{Texts: zh, Rules: []string{"ES-PVL-005"}}
	want := reported(t, s, o)
	o.Cache = openCache(t, t.TempDir(), "secret").Cache
	for range 2 {
		if got := reported(t, s, o); !bytes.Equal(got, want) {
			t.Error(firstDifference(got, want))
		}
	}
}

// twiceListed is the demonstration with one more cluster, which is like one that it has.
func twiceListed(t *testing.T, id string) *snapshot.Snapshot {
	t.Helper()
	var document struct {
		Schema   any `json:"schema"`
		Accounts []struct {
			Coverage any                                  `json:"coverage"`
			ID       any                                  `json:"id"`
			Objects  map[string]map[string]map[string]any `json:"objects"`
			Regions  any                                  `json:"regions"`
			TakenAt  any                                  `json:"takenAt"`
		} `json:"accounts"`
	}
	if err := json.Unmarshal(aStory(t, "demo").Canonical(), &document); err != nil {
		t.Fatal(err)
	}
	clusters := document.Accounts[0].Objects["elasticsearch"]["cn-hangzhou"]
	clusters[id+"-2"] = clusters[id]
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
