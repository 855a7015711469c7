package fix

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"esaudit/change"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/diff"
	"esaudit/graph"
	"esaudit/snapshot"
)

func estateOf(t *testing.T, name string) *snapshot.Snapshot {
	t.Helper()
	r, err := recording.Open(filepath.Join("../testdata/estates", name))
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What is collected afterwards is compared with what was promised, and undone
// with what was before: who gets in and should not, who does not and should, and
// of whom that is not known.
func TestVerify(t *testing.T) {
	s := estateOf(t, "net-001-open-group")
	open := graph.Build(s, config.Config{})
	id := open.Clusters()[0].ID
	edit, err := change.Parse(change.Remove, id+"/PUBLIC_ES:tmp:0.0.0.0/0")
	if err != nil {
		t.Fatal(err)
	}
	edited, err := change.Apply(s, edit)
	if err != nil {
		t.Fatal(err)
	}
	narrow := graph.Build(edited, config.Config{})
	clusters := []string{id}
	promised := Ways{Clusters: clusters, Before: diff.Ways(open, clusters), After: diff.Ways(narrow, clusters), Unclear: diff.Unclear(open, clusters)}
	for name, c := range map[string]struct {
		apply, undo *graph.Graph
		err         error
		why         string
		differs     int
	}{
		"as promised":  {narrow, open, nil, "", 0},
		"nothing":      {open, open, nil, "not promised: 1.0.0.0/8, 2.0.0.0/7, 4.0.0.0/6, 8.0.0.0/7, and 65 more networks to es:" + id + " port 9200 by es-public", 1},
		"not restored": {narrow, narrow, nil, "promised, and not so: 1.0.0.0/8", 1},
		"gone":         {graph.Build(estateOf(t, "net-013-both"), config.Config{}), open, nil, "promised, and not so: 203.0.113.0/24", 1},
		"not known":    {nil, open, errors.New("no network"), "not known: no network", 0},
	} {
		plan := planOf(closeService("a1"))
		plan.Promised = promised
		f, files := newFakeAccount(), newCrashFiles()
		o := options(f, files)
		o.Collect = func(context.Context) (*graph.Graph, error) { return c.apply, c.err }
		_, err := Apply(t.Context(), plan, o)
		if err == nil {
			o.Collect = func(context.Context) (*graph.Graph, error) { return c.undo, nil }
			_, err = Undo(t.Context(), o)
		}
		if c.why == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		stopped, ok := errors.AsType[*StoppedError](err)
		if !ok || !strings.Contains(err.Error(), c.why) || len(stopped.Differences) < c.differs {
			t.Errorf("%s: %v", name, err)
		}
		if s, err := Status(files, o.Journal); err != nil || s.Verified {
			t.Errorf("%s: %+v %v", name, s, err)
		}
	}
	blind := graph.Build(estateOf(t, "half-blind"), config.Config{})
	var all []string
	for _, c := range blind.Clusters() {
		all = append(all, c.ID)
	}
	unclear := diff.Unclear(blind, all)
	if len(unclear) == 0 {
		t.Fatal("everything is known")
	}
	if list := deviations(blind, Ways{Clusters: all}, diff.Ways(blind, all)); len(list) == 0 || !strings.HasPrefix(list[0], "not known any more: ") {
		t.Errorf("%q", list)
	}
	if list := deviations(blind, Ways{Clusters: all, Unclear: unclear}, diff.Ways(blind, all)); len(list) > 0 {
		t.Errorf("%q", list)
	}
}
