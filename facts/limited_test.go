package facts_test

import (
	"encoding/json"
	"os"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Values that are let go and made again give the same facts: nothing is told by
// which Node it is.
func TestLimitedValuesGiveTheSameFacts(t *testing.T) {
	same := func(name string, c config.Config, parts ...recording.Part) {
		t.Helper()
		built := func(limit int) string {
			s, err := collector.Assemble(parts)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			s.Limit(limit)
			text, err := json.Marshal(facts.Build(graph.Build(s, c)))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		if built(0) != built(1) {
			t.Errorf("%s: other facts", name)
		}
	}
	endpoints := 0
	for seed := range uint64(12) {
		e := wild.New(seed)
		same("wild", e.Config, e.Part)
	}
	entries, err := os.ReadDir("../testdata/estates")
	if err != nil {
		t.Fatal(err)
	}
	for i, entry := range entries {
		r, err := recording.Open("../testdata/estates/" + entry.Name())
		if err != nil {
			continue // estates of several accounts, and broken ones
		}
		if s, err := collector.Assemble(r.Parts); err == nil {
			several := false
			for _, a := range s.Accounts() {
				for _, c := range a.Objects(snapshot.Cluster) {
					several = several || len(c.Aspect(snapshot.VPCEndpoints).Items()) > 0
				}
			}
			if several {
				endpoints++
			}
			if several || i%10 == 0 {
				same(entry.Name(), config.Config{}, r.Parts...)
			}
		}
	}
	if endpoints < 5 {
		t.Errorf("only %d estates with endpoints", endpoints)
	}
}
