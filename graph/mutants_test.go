package graph_test

import (
	"slices"
	"testing"

	"esaudit/graph"
)

// A verdict is read as it is written; another word is none.
func TestVerdictTexts(t *testing.T) {
	for _, v := range []graph.Verdict{graph.Reachable, graph.Blocked, graph.Unknown} {
		var got graph.Verdict
		if err := got.UnmarshalText([]byte(v.String())); err != nil || got != v {
			t.Errorf("%s is read as %s, %v", v, got, err)
		}
	}
	var got graph.Verdict
	if err := got.UnmarshalText([]byte("perhaps")); err == nil {
		t.Errorf("perhaps is %s", got)
	}
}

// A thing has the name by which it is drawn.
func TestNamesOfThings(t *testing.T) {
	named := map[string]int{}
	for _, dir := range []string{"demo", "p3-peered", "p6-forwarded", "half-blind"} {
		g := build(t, "../testdata/estates/"+dir)
		for _, x := range g.View().Things() {
			if !slices.Contains([]string{graph.VPC, graph.Host, graph.LoadBalancer, graph.NATGateway, graph.ClusterThing}, x.Kind) {
				continue
			}
			if name := g.NameOf(x.Kind, x.Key); name != x.Name {
				t.Errorf("%s: %s %s is %q, drawn as %q", dir, x.Kind, x.Key, name, x.Name)
			} else if name != "" {
				named[x.Kind]++
			}
			if name := g.NameOf(x.Kind, "nobody"); name != "" {
				t.Errorf("%s: nobody is %q", dir, name)
			}
		}
	}
	if len(named) < 4 {
		t.Errorf("named: %v, too few", named)
	}
}
