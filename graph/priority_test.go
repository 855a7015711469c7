package graph

import (
	"strings"
	"testing"

	"esaudit/netset"
	"esaudit/snapshot"
)

// A priority that is no number may come before or behind any other: what the rule
// says decides nothing that the others do not say too. Without one it is 1
// (SEMANTICS 7).
func TestUnreadablePriority(t *testing.T) {
	for rules, want := range map[string]Verdict{
		`Drop "x", Accept "1"`:   Unknown,
		`Accept "x", Drop "2"`:   Unknown,
		`Accept "2.5", Accept 1`: Reachable,
		`Drop true, Drop 1`:      Blocked,
		`Drop "", Accept 1`:      Blocked,
		`Drop null, Accept 2`:    Blocked,
		`Accept "x"`:             Unknown,
		`Accept 1, Drop "x"`:     Unknown,
		`Accept "1", Drop "2"`:   Reachable,
	} {
		n := &network{}
		g := &group{basic: Reachable}
		for rule := range strings.SplitSeq(rules, ", ") {
			policy, priority, _ := strings.Cut(rule, " ")
			node, err := snapshot.ParseJSON([]byte(`{"Policy":"` + policy + `","PortRange":"1/65535","SourceCidrIp":"0.0.0.0/0","Priority":` + priority + `}`))
			if err != nil {
				t.Fatal(err)
			}
			g.ingress = n.appendRule(g.ingress, node, "Source", true, false)
		}
		p := peer{addresses: netset.Internet4()}
		s := fold(merged([]*group{g}, ingress), []*group{g}, ingress, p, 9200)
		if got := s.of(netset.Internet4().First()); got != want {
			t.Errorf("%s: %v, want %v", rules, got, want)
		}
	}
}
