package graph_test

import (
	"encoding/json"
	"os"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// What cannot decide who gets to a cluster can be left out.
func TestAroundAgreesWithTheWholeEstate(t *testing.T) {
	seeds, less := uint64(24), 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 400
	}
	for seed := range seeds {
		e := wild.New(seed)
		part, declared := e.Part, e.Config
		if seed%3 == 2 {
			part, declared = estate.Large(6, seed).Part(), config.Config{}
		}
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		g := graph.Build(s, declared)
		for _, c := range g.Clusters() {
			around, ok := g.Around(map[string]bool{c.ID: true})
			if !ok {
				continue
			}
			if listed(around) < listed(s) {
				less++
			}
			got, err := graph.Build(around, declared).Sources("es:" + c.ID)
			if err != nil {
				t.Fatal(err)
			}
			want, err := g.Sources("es:" + c.ID)
			if err != nil {
				t.Fatal(err)
			}
			a, _ := json.Marshal(got.Entries)
			b, _ := json.Marshal(want.Entries)
			if string(a) != string(b) {
				t.Errorf("seed %d, %s:\n%s\nof the whole estate:\n%s", seed, c.ID, a, b)
			}
		}
	}
	if less < 20 {
		t.Errorf("only %d estates had something to leave out", less)
	}
}

// listed is how many objects there are that may decide.
func listed(s *snapshot.Snapshot) int {
	n := 0
	for _, a := range s.Accounts() {
		for _, kind := range []snapshot.Kind{snapshot.Cluster, snapshot.ECS, snapshot.VSwitch, snapshot.SecurityGroup, snapshot.RouteTable, snapshot.NLBListener} {
			n += len(a.Objects(kind))
		}
	}
	return n
}
