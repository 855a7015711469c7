package graph

import (
	"slices"
	"testing"

	"esaudit/config"
	"esaudit/internal/estate"
)

// Who is near a cluster is everybody who gets in or may, those included whom a
// CEN joins with it that only another account lists.
func TestNearAcrossAccounts(t *testing.T) {
	for _, story := range []string{"p3-peered", "p4-cen"} {
		i := slices.IndexFunc(estate.Stories(), func(s estate.Story) bool { return s.Name == story })
		whole := estate.Stories()[i].Accounts[0].Part()
		for _, far := range Build(assembled(t, whole), config.Config{}).Names("vpc") {
			alone := Build(assembled(t, whole), config.Config{}).Clusters()[0]
			if far == alone.vpc {
				continue
			}
			cluster, other := parted(whole, alone.vpc, far)
			g := Build(assembled(t, cluster, other), config.Config{})
			c := g.Clusters()[0]
			few, all := g.ask(c.near()), g.ask(nil)
			if got, want := answered(t, few, few.cluster(c, schemeES, 0)), answered(t, all, all.cluster(c, schemeES, 0)); got != want {
				t.Errorf("%s, %s in another account:\n%s\neverybody:\n%s", story, far, got, want)
			}
		}
	}
}
