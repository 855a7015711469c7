package locality_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/locality"
	"esaudit/snapshot"
)

// Two estates that have nothing to do with each other, in two accounts or in one, are
// known part by part also where objects of one name what the other one has, in whatever
// way they write it.
func TestPartsAreLocalWhateverIsNamed(t *testing.T) {
	seeds, apart := uint64(4), 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 200
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 41))
		s, err := collector.Assemble([]recording.Part{sound(t, 2*seed, false), sound(t, 2*seed+1, true)})
		if err != nil {
			t.Fatal(err)
		}
		if seed%2 == 1 {
			s = oneAccount(t, s)
		}
		s = undoubted(t, s, config.Config{})
		for i := range 25 {
			edited := s
			if i%5 == 0 {
				edited = wild.Renamed(r, s)
			}
			edited = undoubted(t, wild.Lent(r, edited, r.IntN(5)), config.Config{})
			parts, whole := partByPart(t, edited), subjects(t, facts.Build(graph.Build(edited, config.Config{})))
			for arn, text := range parts {
				if !bytes.Equal(text, whole[arn]) {
					t.Fatalf("seed %d, %d: %s: %s", seed, i, arn, split(text, whole[arn]))
				}
			}
			if parts != nil && len(parts) != len(whole) {
				t.Fatalf("seed %d, %d: %d subjects of %d", seed, i, len(parts), len(whole))
			}
			if parts != nil {
				apart++
			}
		}
	}
	t.Logf("%d estates fall into parts without doubt", apart)
	if apart < 40 {
		t.Error("too few")
	}
}

// sound is a random account of which nothing is in doubt, once everything was read.
func sound(t *testing.T, seed uint64, other bool) recording.Part {
	t.Helper()
	o := wild.Options{Seed: seed * 100, Account: "1234567890123456", Tag: "w", Regions: []string{"cn-hangzhou"}, Placed: true}
	if other {
		o.Account, o.Tag, o.Elsewhere = "1234567890123457", "x", true
	}
	for ; ; o.Seed++ {
		part := wild.With(o).Part
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		if s = undoubted(t, s, config.Config{}); partByPart(t, s) != nil {
			return part
		}
	}
}

// oneAccount has the objects of all accounts in the first one.
func oneAccount(t *testing.T, s *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	type objects = map[string]map[string]map[string]any // by kind, region and id
	var doc struct {
		Schema   string `json:"schema"`
		Accounts []struct {
			Coverage []any    `json:"coverage"`
			ID       string   `json:"id"`
			Objects  objects  `json:"objects"`
			Regions  []string `json:"regions"`
			TakenAt  string   `json:"takenAt"`
		} `json:"accounts"`
	}
	if err := json.Unmarshal(s.Canonical(), &doc); err != nil {
		t.Fatal(err)
	}
	all := doc.Accounts[0].Objects
	for kind, regions := range doc.Accounts[1].Objects {
		for region, list := range regions {
			if all[kind] == nil {
				all[kind] = map[string]map[string]any{}
			}
			if all[kind][region] == nil {
				all[kind][region] = map[string]any{}
			}
			maps.Copy(all[kind][region], list)
		}
	}
	doc.Accounts = doc.Accounts[:1]
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	one, err := snapshot.Parse(text)
	if err != nil {
		t.Fatal(fmt.Errorf("put two accounts into one: %w", err))
	}
	return one
}

// partByPart are the facts of each part alone; nil where there is one only, or a doubt.
func partByPart(t *testing.T, s *snapshot.Snapshot) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	d := locality.Divide(s, config.Config{})
	for i := range d.Parts {
		alone := d.Only(func(part int) bool { return part == i })
		for arn, text := range subjects(t, facts.Build(graph.Build(alone, config.Config{}))) {
			out[arn] = append(out[arn], text...)
		}
		for _, a := range alone.Accounts() {
			if network, _ := a.Doubts(); network {
				return nil
			}
		}
	}
	if len(d.Parts) == 1 {
		return nil
	}
	return out
}
