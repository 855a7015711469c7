package graph_test

import (
	"math/rand/v2"
	"regexp"
	"testing"

	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Every hop stands somewhere in the snapshot: at the value that decided, else at
// what would hold it.
func TestHopsPointIntoTheSnapshot(t *testing.T) {
	names := regexp.MustCompile(`[a-z]+(-[a-z]+)*-[a-z]*[0-9]+[a-z0-9]*|[0-9.:a-f/]*[0-9][0-9.:a-f/]*`)
	missing := map[string]int{}
	look := func(g *graph.Graph, questions [][2]string) {
		root := g.Snapshot().Root()
		for _, q := range questions {
			a, err := g.Reach(q[0], q[1])
			if err != nil {
				continue
			}
			for _, p := range a.Paths {
				for _, h := range p.Hops {
					if n := root.Resolve(h.Pointer); h.Pointer == "" || n == nil || n.Line() != h.Line {
						missing[h.Kind+" "+h.Control+": "+names.ReplaceAllString(h.Why, "_")]++
					}
				}
			}
		}
	}
	for seed := range seeds(60) {
		e := wild.New(uint64(seed))
		look(graphOf(t, e.Config, e.Part), e.Questions(rand.New(rand.NewPCG(uint64(seed), 31)), 100))
	}
	for i, dir := range estates(t) {
		g := build(t, dir)
		var targets []string
		for _, c := range g.Clusters() {
			targets = append(targets, "es:"+c.ID+":9200", "kibana:"+c.ID+":5601")
		}
		for _, b := range g.Balancers() {
			targets = append(targets, "lb:"+b.ID+":9200")
		}
		for j, to := range targets {
			from := []string{"internet:203.0.113.9", "internet:10.0.0.1"}
			for _, a := range g.Snapshot().Accounts() {
				for _, o := range a.Objects(snapshot.ECS) {
					from = append(from, "ecs:"+o.ID)
				}
				for _, o := range a.Objects(snapshot.VPC) {
					from = append(from, "vpc:"+o.ID+"/10.10.1.9")
				}
			}
			look(g, [][2]string{{from[(i+j)%len(from)], to}})
		}
	}
	for what, n := range missing {
		t.Errorf("%d hops point nowhere: %s", n, what)
	}
}
