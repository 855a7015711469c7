package facts

import "esaudit/graph"

// Assertion is what the configuration asserts of a cluster, and who breaks it
// (CONTRACT 1). Rego cannot compute it: it compares sets of addresses along
// every path.
type Assertion struct {
	Text      string   `json:"text"` // as written
	Verb      string   `json:"verb"` // never, only or must
	Target    string   `json:"target"`
	Violating []string `json:"violating"` // exactly: CIDRs, VPC/CIDR, ecs:ID, onprem:NAME, es:ID
	Undecided []string `json:"undecided"` // who may
	Hops      []Hop    `json:"hops"`      // of one who does, or may
	At        At       `json:"at"`        // the cluster
	Settle    []Call   `json:"settle"`
}

// assertionsOf returns what is asserted of a cluster; never nil.
func assertionsOf(checked []graph.Checked, c *graph.Cluster) []Assertion {
	out := []Assertion{}
	for _, x := range checked {
		if x.Cluster != c {
			continue
		}
		out = append(out, Assertion{
			Text: x.Text, Verb: x.Verb, Target: x.Target, Violating: append([]string{}, x.Violating...), Undecided: append([]string{}, x.Undecided...),
			Hops: append([]Hop{}, x.Path...), At: At{c.Node}, Settle: calls(c.Account, x.Settle),
		})
	}
	return out
}
