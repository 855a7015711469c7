package audit_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"esaudit/audit"
	"esaudit/config"
	"esaudit/locality"
	"esaudit/snapshot"
)

// Whichever attributes objects get, lose or say otherwise, the ones that nobody
// asked for and the others, the report is that of an audit without a cache.
func TestCacheKnowsWhatIsAskedFor(t *testing.T) {
	seeds := uint64(3)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 60
	}
	known, judged := 0, 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 33))
		s, declared := someEstate(t, seed)
		c := openCache(t, t.TempDir(), "secret")
		reported(t, s, audit.Options{Config: declared})
		reported(t, s, audit.Options{Config: declared, Cache: c.Cache})
		asked := s.Asked()
		for step := range 5 {
			edited := atInstant(t, s.Edited(attributed(r, s, asked, 1+r.IntN(8))...), 0)
			o := audit.Options{Config: declared, All: true}
			want := reported(t, edited, o)
			o.Cache = c.Cache
			if got := reported(t, edited, o); !bytes.Equal(got, want) || len(c.notes) > 0 {
				t.Fatalf("seed %d, step %d: %s; notes: %q", seed, step, firstDifference(got, want), c.notes)
			}
			known, judged = known+c.known, judged+c.parts-c.known
			if r.IntN(2) == 0 {
				s = edited
			}
		}
	}
	t.Logf("%d parts were known, %d were not", known, judged)
	if known < 10 || judged < 10 {
		t.Error("too few")
	}
}

// attributed has some objects say something else, or something more or less: of what
// somebody asks for, of what others of their kind say, or of what none does.
func attributed(r *rand.Rand, s *snapshot.Snapshot, asked snapshot.Asked, n int) []snapshot.Edit {
	var all []snapshot.Object
	values := map[snapshot.Kind]map[string][]*snapshot.Node{}
	for kind, names := range asked.Names {
		values[kind] = map[string][]*snapshot.Node{"Remark": {snapshot.NewString("x")}}
		for name := range names {
			values[kind][name] = []*snapshot.Node{snapshot.NewString(""), snapshot.NewString("i-1"), snapshot.NewInt(1), snapshot.NewBool(true)}
		}
	}
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			if kind == snapshot.Region || values[kind] == nil {
				continue
			}
			for _, o := range a.Objects(kind) {
				all = append(all, o)
				for name, value := range o.Attr().Clone(nil).Fields() {
					values[kind][name] = append(values[kind][name], value)
				}
			}
		}
	}
	var edits []snapshot.Edit
	taken := map[*snapshot.Node]bool{}
	for range n {
		o := all[r.IntN(len(all))]
		if len(o.Attr().Keys()) == 0 || taken[o.Node] {
			continue
		}
		taken[o.Node] = true
		fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
		names := slices.Sorted(maps.Keys(values[o.Kind]))
		name := names[r.IntN(len(names))]
		if r.IntN(4) == 0 {
			delete(attributes, name)
		} else {
			attributes[name] = values[o.Kind][name][r.IntN(len(values[o.Kind][name]))]
		}
		fields["attributes"] = snapshot.NewObject(attributes)
		edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
	}
	return edits
}

// What nobody asks for has nothing judged again, though every object says more of it;
// what somebody looked for and did not find has.
func TestCacheKnowsWhatNobodyAsksFor(t *testing.T) {
	s, _ := someEstate(t, 1)
	c := openCache(t, t.TempDir(), "secret")
	reported(t, s, audit.Options{})
	reported(t, s, audit.Options{Cache: c.Cache})
	saying := func(kind snapshot.Kind, name string, value *snapshot.Node) *snapshot.Snapshot {
		var edits []snapshot.Edit
		for _, o := range s.Accounts()[0].Objects(kind) {
			fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
			attributes[name] = value
			fields["attributes"] = snapshot.NewObject(attributes)
			edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
		}
		return atInstant(t, s.Edited(edits...), 0)
	}
	for _, kind := range []snapshot.Kind{snapshot.Cluster, snapshot.ECS, snapshot.SecurityGroup, snapshot.RAMUser} {
		edited := saying(kind, "Remark", snapshot.NewString("nobody reads this"))
		want := reported(t, edited, audit.Options{})
		if got := reported(t, edited, audit.Options{Cache: c.Cache}); !bytes.Equal(got, want) || c.known != c.parts {
			t.Errorf("%s: %d of %d parts are known: %s", kind, c.known, c.parts, firstDifference(got, want))
		}
	}
	edited := saying(snapshot.Cluster, "status", snapshot.NewString("frozen"))
	want := reported(t, edited, audit.Options{})
	if got := reported(t, edited, audit.Options{Cache: c.Cache}); !bytes.Equal(got, want) || c.known == c.parts {
		t.Errorf("status: %d of %d parts are known: %s", c.known, c.parts, firstDifference(got, want))
	}
	parts, _ := locality.Divide(s, config.Config{}).Digests(s.Asked())
	if others, _ := locality.Divide(edited, config.Config{}).Digests(s.Asked()); slices.Equal(parts, others) {
		t.Error("digests do not tell what is asked for")
	}
}
