package facts

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/ram"
	"esaudit/snapshot"
)

// someEstates gives snapshots of random estates, and of regular ones.
func someEstates(t *testing.T, yield func(uint64, wild.Estate, *snapshot.Snapshot)) {
	t.Helper()
	for seed := range uint64(80) {
		e := wild.New(seed)
		if seed%4 == 1 {
			e.Part = estate.Large(4, seed).Part()
		}
		s, err := collector.Assemble([]recording.Part{e.Part})
		if err != nil {
			t.Fatal(err)
		}
		yield(seed, *e, s)
	}
}

// What grants come to is told once for actions that the same statements are for, and
// is what it would be for each action by itself.
func TestAlikeActionsAreDecidedAlike(t *testing.T) {
	several := 0
	someEstates(t, func(seed uint64, _ wild.Estate, s *snapshot.Snapshot) {
		for _, a := range s.Accounts() {
			d := ram.NewDirectory(a)
			for _, p := range d.Principals() {
				grants := d.Grants(p, request(a))
				got, want := decide(grants, true), decideEach(grants)
				if !reflect.DeepEqual(got, want) {
					t.Errorf("seed %d: %s: %v, want %v", seed, p.ARN(), got, want)
				}
				if len(want) > 1 {
					several++
				}
			}
		}
	})
	if several < 50 {
		t.Errorf("only %d principals may do some actions and not others", several)
	}
}

// decideEach is decide for whoever made the calls, action by action.
func decideEach(grants ram.Grants) (out decisions) {
	powers := grants.Powers()
	add := func(name, example string) {
		example = strings.ToLower(example)
		out.add(name, powerOf(powers.Everywhere(example)), powerOf(powers.Somewhere(example)))
	}
	for _, action := range ram.Actions() {
		add(action, action)
	}
	for _, pattern := range grants.Named("") {
		if pattern != everything {
			add(pattern, ram.Example(pattern))
		}
	}
	out.add(everything, powerOf(powers.Everything()), powerOf(powers.Everything()))
	return out
}

// The clusters connected to a load balancer are those of all that a relation names.
func TestConnectedClusters(t *testing.T) {
	found := 0
	someEstates(t, func(seed uint64, e wild.Estate, s *snapshot.Snapshot) {
		g := graph.Build(s, e.Config)
		paths := newScope(g)
		for _, b := range g.Balancers() {
			names := func(r Relation) bool { return r.By == "service" }
			behind := slices.ContainsFunc(paths.ofBalancer[b].relations, names)
			var want []*graph.Cluster
			for _, c := range g.Clusters() {
				names := func(r Relation) bool { return r.By == "service" && r.Cluster == c.ID }
				if c.Account == b.Account && slices.ContainsFunc(paths.ofBalancer[b].relations, names) {
					want = append(want, c)
				}
			}
			got, services := paths.connectedTo(b)
			if !slices.Equal(got, want) || services != behind {
				t.Errorf("seed %d: %s: %v %v, want %v %v", seed, b.ID, got, services, want, behind)
			}
			found += len(got)
		}
	})
	if found < 50 {
		t.Errorf("only %d clusters are connected", found)
	}
}
