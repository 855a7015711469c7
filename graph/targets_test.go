package graph_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
)

// What a source gets to is what single questions say: over the entries of one
// port together, and nothing is said of a port that no entry has.
func TestTargetsAgreeWithSingleQuestions(t *testing.T) {
	asked := map[string]int{}
	for _, dir := range estates(t) {
		g := build(t, dir)
		for _, from := range someSources(g) {
			targets, err := g.Targets(from)
			if err != nil {
				t.Fatalf("%s: %s: %v", dir, from, err)
			}
			sum := map[string]graph.Verdict{}
			for _, x := range targets.Targets {
				if strings.HasPrefix(from, "onprem:") && !strings.HasPrefix(x.To, "es:") {
					t.Errorf("%s: %s: %s is no question from there", dir, from, x.To)
					continue
				}
				old, there := sum[x.To]
				if !there {
					old = graph.Blocked
				}
				sum[x.To] = graph.Over(old, x.Verdict)
				if len(x.Paths) > 0 && x.Paths[0].Verdict != x.Verdict {
					t.Errorf("%s: %s -> %s %s: the deciding path is not the first", dir, from, x.To, x.Entry)
				}
			}
			for to, verdict := range sum {
				a, err := g.Reach(from, to)
				if err != nil {
					t.Fatalf("%s: %s -> %s: %v", dir, from, to, err)
				}
				scheme, _, _ := strings.Cut(from, ":")
				asked[scheme+" "+verdict.String()]++
				if a.Verdict != verdict {
					t.Errorf("%s: %s -> %s is %s, of all targets %s", dir, from, to, a.Verdict, verdict)
				}
			}
			unknown := slices.ContainsFunc(targets.Targets, func(x graph.Targeted) bool { return x.Verdict == graph.Unknown && len(x.Paths[0].Settle) > 0 })
			if unknown && len(targets.Settle) == 0 {
				t.Errorf("%s: %s: nothing would settle what is unknown", dir, from)
			}
		}
	}
	for _, kind := range []string{"internet reachable", "internet blocked", "internet unknown", "ecs reachable", "ecs blocked", "vpc reachable", "vpc blocked", "onprem blocked"} {
		if asked[kind] < 5 {
			t.Errorf("%s was asked %d times only", kind, asked[kind])
		}
	}
}

func TestTargetsRefuse(t *testing.T) {
	g := build(t, "../testdata/estates/demo")
	for _, from := range []string{"", "internet", "internet:1.2.3", "ecs:i-nobody", "vpc:vpc-nobody/10.0.0.1", "onprem:nobody", "host:1"} {
		if _, err := g.Targets(from); err == nil {
			t.Errorf("%q is accepted", from)
		}
	}
	_, err := g.Targets("ecs:i-nobody")
	if missing, ok := errors.AsType[*graph.NotFoundError](err); !ok || missing.Scheme != "ecs" || missing.ID != "i-nobody" {
		t.Errorf("%v does not say what is missing", err)
	}
	blind := build(t, "../testdata/estates/blind")
	for _, from := range []string{"ecs:i-whatever", "internet:203.0.113.9"} {
		targets, err := blind.Targets(from)
		if err != nil || !targets.Lost || len(targets.Settle) == 0 {
			t.Errorf("%s of an estate where nothing was read: %+v, %v", from, targets, err)
		}
	}
}

// Every host that a setting names is there with its answer, and nothing else.
func TestDependencies(t *testing.T) {
	e := estate.Demo()
	s := assembled(t, e)
	g := graph.Build(s, config.Config{})
	d, err := g.Dependencies("es:es-cn-identaudit01")
	if err != nil || len(d.Dependencies) != 1 || !d.Readable || d.Cluster == nil {
		t.Fatalf("%+v, %v", d, err)
	}
	x := d.Dependencies[0]
	if x.Host != "10.30.2.15" || x.Port != 636 || x.Feature != "ldap" || !strings.HasSuffix(x.Origin, ".url") || x.Answer.Verdict != graph.Blocked || x.At.Line() == 0 {
		t.Errorf("%+v", x)
	}
	for _, c := range g.Clusters() {
		d, err := g.Dependencies("es:" + c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range d.Dependencies {
			a, err := g.Reach("es:"+c.ID, hostPort(x))
			if err == nil && a.Verdict != x.Answer.Verdict {
				t.Errorf("%s: %s:%d is %s, asked alone %s", c.ID, x.Host, x.Port, x.Answer.Verdict, a.Verdict)
			}
		}
	}
	for _, from := range []string{"", "es", "es:", "es:nobody", "ecs:i-1"} {
		if _, err := g.Dependencies(from); err == nil {
			t.Errorf("%q is accepted", from)
		}
	}
	lost, err := build(t, "../testdata/estates/blind").Dependencies("es:es-cn-whatever")
	if err != nil || !lost.Lost || len(lost.Settle) == 0 || lost.Dependencies == nil {
		t.Errorf("a cluster that could not be listed: %+v, %v", lost, err)
	}
}

func hostPort(d graph.Dependency) string {
	if strings.Contains(d.Host, ":") {
		return "[" + d.Host + "]:" + fmt.Sprint(d.Port)
	}
	return d.Host + ":" + fmt.Sprint(d.Port)
}

// What cannot be asked is unknown and says why; another cluster is found in the
// settings of yml and in those changed while it runs.
func TestDependenciesOfEveryForm(t *testing.T) {
	e := estate.New("1234567890123456", day(), "cn-hangzhou")
	v := e.VPC("cn-hangzhou", "vpc-1", "10.0.0.0/16")
	at := []*estate.VSwitch{v.VSwitch("vsw-1", "cn-hangzhou-h", "10.0.1.0/24")}
	e.Cluster("es-cn-000000001", at,
		estate.Yml("reindex.remote.whitelist", []string{"a.example:9200", "10.*:9200", "localhost:9200", "b.example:99999"}),
		estate.Yml("cluster.remote.one.seeds", []string{"10.0.1.7:9300", "[2001:db8::7]:9301"}), estate.Yml("cluster.remote.two.proxy_address", "c.example"))
	e.Edit(estate.Edit{Call: "elasticsearch.DescribeDynamicSettings es-cn-000000001", Set: map[string]any{
		"/Result": `{"persistent":{"cluster":{"remote":{"three":{"seeds":["d.example:9300"]}}}},"transient":{"search.remote.four.seeds":"e.example:70000"}}`,
	}})
	d, err := graph.Build(assembled(t, e), config.Config{}).Dependencies("es:es-cn-000000001")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range d.Dependencies {
		got = append(got, x.Feature+" "+x.Origin+" "+hostPort(x)+" "+x.Answer.Verdict.String())
		if len(x.Answer.Path) == 0 || x.Answer.Path[0].Why == "" {
			t.Errorf("%s does not say why", x.Host)
		}
	}
	want := []string{
		"reindex reindex.remote.whitelist a.example:9200 blocked", "reindex reindex.remote.whitelist 10.*:9200 unknown",
		"reindex reindex.remote.whitelist b.example:9200 unknown",
		"remote_cluster cluster.remote.one.seeds 10.0.1.7:9300 blocked", "remote_cluster cluster.remote.one.seeds [2001:db8::7]:9301 blocked",
		"remote_cluster cluster.remote.two.proxy_address c.example:9300 blocked",
		"remote_cluster cluster.remote.three.seeds d.example:9300 blocked", "remote_cluster search.remote.four.seeds e.example:9300 unknown",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
