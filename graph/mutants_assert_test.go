package graph

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
)

// What sources name is looked for in every VPC that holds any of it: VPCs may
// have the same addresses.
func TestEverybodyInEveryVPC(t *testing.T) {
	i := slices.IndexFunc(estate.Stories(), func(s estate.Story) bool { return s.Name == "p3-peered" })
	part := estate.Stories()[i].Accounts[0].Part()
	for i, a := range part.Answers {
		part.Answers[i].Body = bytes.ReplaceAll(a.Body, []byte("10.40.1."), []byte("10.10.1."))
	}
	g := Build(assembled(t, part), config.Config{})
	got := g.everybody([]string{"10.10.1.0/25", "192.168.0.0/24", "203.0.113.0/24"}).names()
	want := []string{"192.168.0.0/24", "203.0.113.0/24"}
	for _, vpc := range g.Names("vpc") {
		want = append(want, vpc+"/10.10.1.0/25")
	}
	if !slices.Equal(got, want) || len(want) < 4 {
		t.Errorf("%q, want %q", got, want)
	}
}

// The path that shows a broken assertion is one that is open, or, of what has to
// be reachable, one that is not; what is undecided shows one that is.
func TestExamplesShowWhatIsBroken(t *testing.T) {
	shown := map[string]int{}
	for seed := range uint64(60) {
		e := wild.New(seed)
		c := e.Config
		c.Assertions = []string{
			"never internet -> es:*", "never internet -> kibana:*", "never 10.0.0.0/8, 192.168.0.0/16 -> es:*", "only 203.0.113.0/24 -> es:*:9200",
			"never 10.0.0.0/8 -> kibana:*", "must 203.0.113.0/24 -> es:*:9200", "must 10.0.0.0/16 -> kibana:*:5601",
		}
		for _, x := range Build(assembled(t, e.Part), c).Assertions() {
			want := Reachable
			switch {
			case x.Violating == nil && x.Undecided == nil:
				if x.Path != nil {
					t.Errorf("seed %d: %s %s holds and shows a path", seed, x.Cluster.ID, x.Text)
				}
				continue
			case x.Violating == nil:
				want = Unknown
			case x.Verb == "must":
				want = Blocked
			}
			got := Reachable
			for _, h := range x.Path {
				got = Along(got, h.Verdict)
			}
			shown[x.Verb+" "+want.String()]++
			if got != want || x.Path == nil {
				t.Errorf("seed %d: %s %s is broken by %.3q, undecided for %.3q, and shows a path that is %s", seed, x.Cluster.ID, x.Text, x.Violating, x.Undecided, got)
			}
		}
	}
	for _, kind := range []string{"must blocked", "must unknown", "never reachable", "never unknown", "only reachable", "only unknown"} {
		if shown[kind] < 20 {
			t.Errorf("%d paths of %s: too few", shown[kind], kind)
		}
	}
}

// Networks on premises and hosts are named by themselves, or by their addresses.
func TestNamedSources(t *testing.T) {
	c := config.Config{OnPrem: []config.OnPrem{{Name: "office", CIDRs: []string{"192.168.1.0/24"}}, {Name: "branch", CIDRs: []string{"192.168.2.0/24"}}}}
	i := slices.IndexFunc(estate.Stories(), func(s estate.Story) bool { return s.Name == "p3-peered" })
	g := Build(assembled(t, estate.Stories()[i].Accounts[0].Part()), c)
	all := newWho()
	for _, name := range []string{"office", "branch", "lost"} {
		all.onPrem[name] = true
	}
	for _, host := range g.Names(schemeECS) {
		all.hosts[host] = true
	}
	for source, want := range map[string][]string{
		"onprem:office": {"onprem:office"}, "192.168.0.0/16": {"onprem:branch", "onprem:office"}, "192.168.1.0/25": nil, "onprem:lost": {"onprem:lost"},
	} {
		named := g.named([]string{source})
		both, beyond := all.both(named, g).names(), all.beyond(named, g).names()
		if !slices.Equal(both, want) {
			t.Errorf("%s names %q, want %q", source, both, want)
		}
		if whole := slices.Sorted(slices.Values(slices.Concat(both, beyond))); !slices.Equal(whole, all.names()) {
			t.Errorf("%s: %q and %q are not everybody", source, both, beyond)
		}
	}
}

// What would settle an undecided must of a cluster is what would settle the
// question.
func TestOutboundMustIsSettledAsItsQuestion(t *testing.T) {
	undecided := 0
	for seed := range uint64(40) {
		e := wild.New(seed)
		c := e.Config
		c.Assertions = []string{"must es:es-cn-w01 -> 10.1.1.20:636", "must es:es-cn-w02 -> ldap.example.com:636"}
		g := Build(assembled(t, e.Part), c)
		for _, x := range g.Assertions() {
			a, err := g.Reach(x.Sources[0], x.Target)
			if err != nil {
				t.Fatal(err)
			}
			if len(x.Settle) != len(a.Settle) || (a.Verdict == Unknown) != (x.Undecided != nil) || (a.Verdict == Blocked) != (x.Violating != nil) {
				t.Errorf("seed %d: %s: %q undecided, settled by %v; alone it is %s, settled by %v", seed, x.Text, x.Undecided, x.Settle, a.Verdict, a.Settle)
			}
			if len(a.Settle) > 0 {
				undecided++
			}
		}
	}
	if undecided < 3 {
		t.Errorf("%d undecided: too few", undecided)
	}
}

// An assertion breaks on everybody inside whom the sets of its target name: each
// of them when it must never get in, and all of them when only the internet may.
func TestAssertionsNameWhomSetsName(t *testing.T) {
	looked := map[string]int{}
	for seed := range uint64(60) {
		e := wild.New(seed)
		c := e.Config
		g := Build(assembled(t, e.Part), c)
		var sources []string
		sources = append(sources, g.Names("vpc")...)
		for _, name := range g.Names("ecs") {
			sources = append(sources, "ecs:"+name)
		}
		c.Assertions = []string{"only internet -> es:*"}
		for _, s := range sources {
			c.Assertions = append(c.Assertions, "never "+s+" -> es:*")
		}
		g = Build(assembled(t, e.Part), c)
		for _, x := range g.Assertions() {
			in := whoGetsIn(g.ask(nil).cluster(x.Cluster, schemeES, 0), schemeES).sure
			inside := len(in.vpcs) + len(in.hosts)
			if x.Verb == "never" {
				id, host := strings.CutPrefix(x.Sources[0], "ecs:")
				inside = len(in.vpcs[id].Prefixes())
				if host {
					inside = map[bool]int{true: 1}[in.hosts[id]]
				}
			}
			if inside == 0 {
				continue
			}
			looked[x.Verb]++
			if len(x.Violating) == 0 {
				t.Errorf("seed %d: %s: %q holds, and its sets say otherwise", seed, x.Cluster.ID, x.Text)
			}
		}
	}
	if looked["never"] < 40 || looked["only"] < 10 {
		t.Errorf("too few: %v", looked)
	}
}
