package topology_test

import (
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/report/topology"
)

// What a picture leaves out of a large estate is told truly: a cluster that is not
// drawn and that the exact sets say somebody outside gets to, or may get to, is
// counted, and where the picture says that nobody does, nobody does.
func TestWhatIsSaidOfTheRest(t *testing.T) {
	for _, clusters := range []int{20, 90} {
		s, err := collector.Assemble([]recording.Part{estate.Large(clusters, 3).Part()})
		if err != nil {
			t.Fatal(err)
		}
		g := graph.Build(s, config.Config{})
		var all, open []string
		for _, c := range s.Accounts()[0].Objects("elasticsearch") {
			all = append(all, c.ID)
			sources, err := g.Sources("es:" + c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(sources.Entries, fromOutside) {
				open = append(open, c.ID)
			}
		}
		for name, first := range map[string][]string{"in order": nil, "the shut first": without(all, open)} {
			m := topology.New(g.View(), first)
			missing := 0
			for _, id := range open {
				if m.Find(id) == nil {
					missing++
				}
			}
			said := string(m.SVG(topology.English(), ""))
			if m.Open < missing || missing > 0 && strings.Contains(said, "nobody outside gets") {
				t.Errorf("%d clusters, %s: %d open ones are not drawn, told are %d", clusters, name, missing, m.Open)
			}
			t.Logf("%d clusters, %s: %d of %d open, %d of them not drawn, %d open places of %d told", clusters, name, len(open), len(all), missing, m.Open, m.Left)
		}
	}
}

// fromOutside reports whether somebody of the internet, or on premises, gets in or
// may get in.
func fromOutside(o graph.Opening) bool {
	some := func(a graph.Addresses) bool { return !a.Reachable.IsEmpty() || !a.Unknown.IsEmpty() }
	for _, a := range o.OnPrem {
		if some(a) {
			return true
		}
	}
	return some(o.Internet) || slices.ContainsFunc(o.Via, func(v graph.Via) bool { return some(v.Internet) })
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return slices.Contains(others, x) })
}
