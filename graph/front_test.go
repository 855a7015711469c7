package graph

import (
	"path/filepath"
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
)

// The index of what stands before clusters holds exactly the servers that are,
// or may be, an address of a cluster, found here by looking at every pair.
func TestFrontsAgreeWithEveryPair(t *testing.T) {
	dirs, err := filepath.Glob("../testdata/estates/*")
	if err != nil || len(dirs) < 20 {
		t.Fatalf("%d estates, %v", len(dirs), err)
	}
	beside, _ := filepath.Glob("../../shared/conformance/reach/*")
	held := map[Verdict]int{}
	for _, dir := range append(dirs, beside...) {
		r, err := recording.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		s, err := collector.Assemble(r.Parts)
		if err != nil {
			t.Fatal(err)
		}
		g := Build(s, config.Config{})
		fronts := map[*Cluster][]front{}
		for _, b := range g.balancers {
			for _, l := range b.Listeners {
				var want []serving
				for _, backend := range l.Backends {
					for _, c := range g.clusters {
						if d := c.isBackend(l, backend); d.verdict != Blocked {
							want = append(want, serving{backend, c})
							held[d.verdict]++
						}
					}
				}
				if !slices.Equal(l.serves, want) {
					t.Errorf("%s: %s serves %d clusters, and %d when every pair is looked at", dir, l.ID, len(l.serves), len(want))
				}
				for _, c := range g.clusters {
					here := c.net == b.net && l.Unread != nil || slices.ContainsFunc(want, func(s serving) bool { return s.cluster == c })
					if here {
						fronts[c] = append(fronts[c], front{b, l})
					}
				}
			}
			if b.UnreadListeners() != nil {
				for _, c := range b.net.clusters {
					fronts[c] = append(fronts[c], front{b, nil})
				}
			}
		}
		for _, c := range g.clusters {
			if !slices.Equal(c.fronts, fronts[c]) {
				t.Errorf("%s: %s has %d fronts, not %d", dir, c.ID, len(c.fronts), len(fronts[c]))
			}
		}
	}
	if held[Reachable] < 20 || beside != nil && held[Unknown] < 20 {
		t.Errorf("servers that are a cluster: %d, that may be: %d", held[Reachable], held[Unknown])
	}
}
