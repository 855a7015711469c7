package terraform

import (
	"bytes"
	"strings"
	"testing"

	"esaudit/change"
	"esaudit/collector"
	"esaudit/snapshot"
)

// estates are the stories that the laws are tried on: every kind of resource.
func estates() []string {
	return []string{
		"demo", "p1-office", "e1-ldap", "e1-reindex", "e1-narrow-acl", "p3-peered", "p4-cen", "p5-published", "p6-forwarded", "sg-001-admitted", "sg-002-open-backend",
		"ram-people", "ram-careless", "two-accounts", "slb-001-elastic-ip", "pvl-open-service",
	}
}

// A plan of an estate that equals the live one changes no byte, and nothing
// drifted.
func TestNothingPlannedChangesNothing(t *testing.T) {
	for _, name := range estates() {
		s := live(t, name)
		w := newPlan(t)
		imported(t, s, func(address string, v values) { w.keep(address, v) })
		p := w.plan()
		after, _, err := p.Overlay(s)
		if err != nil {
			t.Fatal(err)
		}
		if after != s {
			t.Errorf("%s: another snapshot", name)
		}
		drift, err := p.Drift(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range drift {
			if c.Gone || c.Unread != (snapshot.Call{}) {
				t.Errorf("%s: %s %s: gone or unread", name, c.Kind, c.ID)
			}
			for _, d := range c.Differences {
				t.Errorf("%s: %s %s: %s: stored %s, live %s", name, c.Kind, c.ID, d.Field, d.Stored.AppendJSON(nil), d.Live.AppendJSON(nil))
			}
		}
		if len(drift) == 0 {
			t.Errorf("%s: nothing was compared", name)
		}
	}
}

// What a plan deletes is nowhere in the snapshot, nor are calls about it.
func TestDeletedIsGone(t *testing.T) {
	for _, name := range estates() {
		s := live(t, name)
		w, gone := newPlan(t), map[snapshot.Kind][]string{}
		imported(t, s, func(address string, v values) { w.remove(address, v) })
		p := w.plan()
		for _, id := range p.before(finder(s.Accounts()[0])).ids() {
			if owned := p.before(finder(s.Accounts()[0])).objects[id]; owned.own {
				gone[id.kind] = append(gone[id.kind], id.id)
			}
		}
		after, _, err := p.Overlay(s)
		if err != nil {
			t.Fatal(err)
		}
		a := after.Accounts()[0]
		for kind, ids := range gone {
			for _, o := range a.Objects(kind) {
				for _, id := range ids {
					if o.ID == id {
						t.Errorf("%s: %s %s is still there", name, kind, id)
					}
				}
			}
		}
		for _, kind := range []snapshot.Kind{snapshot.Cluster, snapshot.CLBListener, snapshot.NLBListener, snapshot.CLBVServerGroup, snapshot.ForwardTable} {
			if n := len(a.Objects(kind)); n > 0 && len(gone[snapshot.Cluster]) > 0 {
				t.Errorf("%s: %d of %s are left", name, n, kind)
			}
		}
		for _, c := range a.Coverage() {
			for _, subjects := range c.Subjects {
				for _, subject := range subjects {
					for _, id := range gone[snapshot.Cluster] {
						if subject == id {
							t.Errorf("%s: %s %s is still told of", name, c.Operation, subject)
						}
					}
				}
			}
		}
	}
}

// An update changes what an edit of the same setting changes.
func TestUpdateIsAnEdit(t *testing.T) {
	s := live(t, "p1-office")
	var before values
	imported(t, s, func(address string, v values) {
		if strings.HasPrefix(address, "alicloud_elasticsearch_instance") {
			before = v
		}
	})
	for name, c := range map[string]struct {
		after values
		edits []string
	}{
		"a switch":    {values{"enable_public": false}, []string{"set es-cn-story000001.enablePublic=false"}},
		"a protocol":  {values{"protocol": "HTTP"}, []string{"set es-cn-story000001.protocol=HTTP"}},
		"a whitelist": {values{"public_whitelist": []string{"203.0.113.0/25", "0.0.0.0/0"}}, []string{"add es-cn-story000001/PUBLIC_ES:default:0.0.0.0/0"}},
	} {
		after, _, err := newPlan(t).update("alicloud_elasticsearch_instance.main", before, c.after).plan().Overlay(s)
		if err != nil {
			t.Fatal(err)
		}
		var edits []change.Edit
		for _, text := range c.edits {
			verb, place, _ := strings.Cut(text, " ")
			e, err := change.Parse(map[string]change.Verb{"set": change.Set, "add": change.Add, "remove": change.Remove}[verb], place)
			if err != nil {
				t.Fatal(err)
			}
			edits = append(edits, e)
		}
		want, err := change.Apply(s, edits...)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := sorted(after), sorted(want); !bytes.Equal(a, b) {
			t.Errorf("%s: %s", name, different(a, b))
		}
	}
}

// sorted is a snapshot with its arrays in canonical order: an edit leaves a group
// where it stood.
func sorted(s *snapshot.Snapshot) []byte {
	return collector.Canonical(s.Root()).AppendJSON(nil)
}

func different(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "got " + x[i] + ", want " + y[i]
		}
	}
	return "one ends before the other"
}
