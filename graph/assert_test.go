package graph_test

import (
	"slices"
	"strings"
	"testing"

	"esaudit/config"
	"esaudit/graph"
)

func asserting(t *testing.T, estate string, assertions ...string) map[string]graph.Checked {
	t.Helper()
	s := build(t, "../testdata/estates/"+estate).Snapshot()
	c := declarations(s)
	c.Assertions = assertions
	out := map[string]graph.Checked{}
	for _, x := range graph.Build(s, c).Assertions() {
		out[x.Cluster.ID+" "+x.Text] = x
	}
	return out
}

// What an assertion says, target by target, with the exact addresses.
func TestAssertions(t *testing.T) {
	const orders, clicks, logs, ident, partner = "es-cn-orderssearch1", "es-cn-clickstream1", "es-cn-legacylogs01", "es-cn-identaudit01", "es-cn-partnerfeed1"
	checked := asserting(t, "demo",
		"never internet -> es:*", "never 203.0.113.0/24 -> es:"+orders, "never 10.0.0.0/8 -> es:"+ident+":9200",
		"only internet, vpc-bp1analytics -> es:"+logs, "only 203.0.113.0/24 -> es:"+orders+":9200", "only vpc-bp1shared -> es:"+ident,
		"must 203.0.113.9 -> es:"+orders+":9200", "must 203.0.113.9 -> es:"+ident+":9200", "must ecs:i-bp1collect1 -> es:"+logs+":9200",
		"must es:"+ident+" -> 10.30.2.15:636", "never internet -> kibana:*", "must vpc-bp1analytics -> es:"+logs,
	)
	for _, c := range []struct {
		key       string
		violating string // the first one, "" for none
		undecided bool
	}{
		{orders + " never internet -> es:*", "1.0.0.0/8", false},
		{clicks + " never internet -> es:*", "1.0.0.0/8", false},
		{logs + " never internet -> es:*", "1.0.0.0/8", false},
		{ident + " never internet -> es:*", "", false},
		{partner + " never internet -> es:*", "", true},
		{orders + " never 203.0.113.0/24 -> es:" + orders, "203.0.113.0/24", false},
		{ident + " never 10.0.0.0/8 -> es:" + ident + ":9200", "ecs:", false},
		{logs + " only internet, vpc-bp1analytics -> es:" + logs, "", false},
		{orders + " only 203.0.113.0/24 -> es:" + orders + ":9200", "1.0.0.0/8", false},
		{orders + " must 203.0.113.9 -> es:" + orders + ":9200", "", false},
		{ident + " must 203.0.113.9 -> es:" + ident + ":9200", "203.0.113.9/32", false},
		{logs + " must ecs:i-bp1collect1 -> es:" + logs + ":9200", "", false},
		{ident + " must es:" + ident + " -> 10.30.2.15:636", "es:" + ident, false},
	} {
		x, there := checked[c.key]
		if !there {
			t.Errorf("%s was not checked", c.key)
			continue
		}
		first := ""
		if len(x.Violating) > 0 {
			first = x.Violating[0]
		}
		if (c.violating == "") != (first == "") || !strings.HasPrefix(first, c.violating) || c.undecided != (len(x.Undecided) > 0) {
			t.Errorf("%s: violating %.5q, undecided %.5q", c.key, x.Violating, x.Undecided)
		}
		if (first != "" || c.undecided) && len(x.Path) == 0 {
			t.Errorf("%s: no path shows it", c.key)
		}
		if c.undecided && len(x.Settle) == 0 {
			t.Errorf("%s: nothing would settle it", c.key)
		}
	}
}

// Every name that breaks an assertion does so when it is asked alone, and a
// source that is named by another assertion of the same target does not.
func TestAssertionsAgreeWithSingleQuestions(t *testing.T) {
	asked := 0
	for _, estate := range []string{"demo", "half-blind", "p5-published", "p6-forwarded", "e1-ldap"} {
		g := build(t, "../testdata/estates/"+estate)
		s, c := g.Snapshot(), declarations(g.Snapshot())
		c.Assertions = []string{"never internet -> es:*:9200", "never 10.0.0.0/8, 192.168.0.0/16 -> es:*:9200", "only 10.10.0.0/16 -> es:*:9200", "must 10.10.1.0/24 -> es:*:9200"}
		for _, x := range graph.Build(s, c).Assertions() {
			for list, want := range map[string][]string{"violating": x.Violating, "undecided": x.Undecided} {
				for _, name := range slices.Concat(want[:min(3, len(want))], want[max(0, len(want)-3):]) {
					a, err := g.Reach(single(name), "es:"+x.Cluster.ID+":9200")
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					asked++
					good := a.Verdict == graph.Reachable
					if x.Verb == "must" {
						good = a.Verdict == graph.Blocked
					}
					if list == "undecided" {
						good = a.Verdict == graph.Unknown
					}
					if !good {
						t.Errorf("%s: %q: %s is %s, and asked alone it is %s", estate, x.Text, name, list, a.Verdict)
					}
				}
			}
		}
	}
	if asked < 60 {
		t.Errorf("only %d questions were asked", asked)
	}
}

// single is the question about one address of a name.
func single(name string) string {
	switch head, rest, inside := strings.Cut(name, "/"); {
	case strings.HasPrefix(name, "ecs:"), strings.HasPrefix(name, "onprem:"):
		return name
	case inside && strings.HasPrefix(head, "vpc-"):
		address, _, _ := strings.Cut(rest, "/")
		return "vpc:" + head + "/" + address
	default:
		return "internet:" + head
	}
}

func TestAssertedParts(t *testing.T) {
	c := config.Config{Assertions: []string{"only vpc-1, 10.0.0.0/8 -> es:es-cn-1:9200"}}
	a := c.Asserted()[0]
	if a.Verb != "only" || !slices.Equal(a.Sources, []string{"vpc-1", "10.0.0.0/8"}) || a.Target != "es:es-cn-1:9200" {
		t.Errorf("%+v", a)
	}
}
