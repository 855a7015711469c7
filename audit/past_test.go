package audit_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"esaudit/audit"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Where every part changed in something, rules are asked again of those few alone of
// which they see something else.
func TestCacheKnowsOfWhomRulesSeeTheSame(t *testing.T) {
	judged, made := 0, 0
	for seed := uint64(1); seed < 4; seed++ {
		s, declared := someEstate(t, seed)
		r := rand.New(rand.NewPCG(seed, 35))
		c := openCache(t, t.TempDir(), "secret")
		o := audit.Options{Config: declared, Cache: c.Cache, All: true}
		reported(t, s, o)
		var asked, all atomic.Int64
		c.Judged = func(judged, made int) {
			asked.Add(int64(judged))
			all.Add(int64(made))
		}
		for range 3 {
			edited, ok := wild.Edited(r, s, 3)
			if !ok {
				continue
			}
			s = atInstant(t, edited, 0)
			want := reported(t, s, audit.Options{Config: declared, All: true})
			if got := reported(t, s, o); !bytes.Equal(got, want) || len(c.notes) > 0 {
				t.Fatalf("seed %d: %s; notes %q", seed, firstDifference(got, want), c.notes)
			}
		}
		judged, made = judged+int(asked.Load()), made+int(all.Load())
	}
	t.Logf("rules were asked of %d of %d subjects", judged, made)
	if made < 300 || judged*2 > made {
		t.Errorf("rules were asked of %d subjects of which facts were made of %d", judged, made)
	}
}

// That a rule saw the instant is known of what was taken over from another part, too.
func TestCacheKnowsWhoseInstantWasSeenBefore(t *testing.T) {
	waiting := waitingEndpoint(t)
	statusOf := func(text string) *snapshot.Snapshot {
		var edits []snapshot.Edit
		for _, o := range waiting.Accounts()[0].Objects(snapshot.ECS) {
			fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
			attributes["Status"] = snapshot.NewString(text)
			fields["attributes"] = snapshot.NewObject(attributes)
			edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
		}
		return atInstant(t, waiting.Edited(edits...), 0)
	}
	o := audit.Options{Rules: []string{"ES-PVL-001"}}
	later := atInstant(t, statusOf("Starting"), time.Hour)
	want := reported(t, later, o)
	o.Cache = openCache(t, t.TempDir(), "secret").Cache
	reported(t, waiting, o)
	for _, s := range []*snapshot.Snapshot{statusOf("Stopped"), later} {
		asked := atomic.Int64{}
		o.Cache.Judged = func(judged, _ int) { asked.Add(int64(judged)) }
		got := reported(t, s, o)
		if s == later && !bytes.Equal(got, want) {
			t.Errorf("later: %s", firstDifference(got, want))
		}
		t.Logf("rules were asked of %d subjects", asked.Load())
	}
}

// Where nothing changed, nobody is judged again: accounts and regions neither, of which
// facts are made each time.
func TestCacheAsksNobodyAgain(t *testing.T) {
	for _, lean := range []bool{false, true} {
		s, declared := someEstate(t, 2)
		o := audit.Options{Config: declared, Cache: openCache(t, t.TempDir(), "secret").Cache, Lean: lean}
		first := reported(t, s, o)
		var asked, all atomic.Int64
		o.Cache.Judged = func(judged, made int) {
			asked.Add(int64(judged))
			all.Add(int64(made))
		}
		if again := reported(t, s, o); !bytes.Equal(first, again) {
			t.Error(firstDifference(again, first))
		}
		if asked.Load() > 0 || all.Load() == 0 {
			t.Errorf("rules were asked of %d of %d subjects", asked.Load(), all.Load())
		}
	}
}

// A grant that runs out is one no more when the same answers are read later.
func TestCacheKnowsWhatRunsOut(t *testing.T) {
	people := aStory(t, "ram-people")
	ends := people.Accounts()[0].TakenAt.Add(12 * time.Hour).Format(time.RFC3339)
	grant := `{"Version":"1","Statement":[{"Effect":"Allow","Action":"elasticsearch:*","Resource":"*","Condition":{"DateLessThan":{"acs:CurrentTime":"` + ends + `"}}}]}`
	document, err := snapshot.ParseJSON([]byte(grant))
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.New(people.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
		if n.Key() == "document" && n.Get("Statement").Exists() && strings.Contains(n.Pointer(), "/ramPolicy/") {
			return document.Clone(nil)
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	s = atInstant(t, s, 0)
	o := audit.Options{All: true}
	at := func(later time.Duration) (passed int, report []byte) {
		report = reported(t, atInstant(t, s, later), o)
		return bytes.Count(report, []byte(`"pass"`)), report
	}
	before, _ := at(0)
	after, want := at(24 * time.Hour)
	if before >= after {
		t.Fatalf("%d results pass before a grant runs out, %d after", before, after)
	}
	c := openCache(t, t.TempDir(), "secret")
	o.Cache = c.Cache
	for range 2 {
		at(0)
		if _, got := at(24 * time.Hour); !bytes.Equal(got, want) || len(c.notes) > 0 {
			t.Errorf("%s; notes %q", firstDifference(got, want), c.notes)
		}
	}
}

// Where nobody knows when an account was read, it is judged all the same.
func TestAuditsOfNoInstant(t *testing.T) {
	for _, name := range []string{"dat-unprotected", "e1-ldap", "ram-people", "demo"} {
		never, err := snapshot.New(aStory(t, name).Root().Clone(func(n *snapshot.Node) *snapshot.Node {
			if n.Key() == "takenAt" {
				return snapshot.NewString(time.Time{}.Format(time.RFC3339))
			}
			return nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.Run(t.Context(), never, audit.Options{Optional: true}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
