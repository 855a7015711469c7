package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	gonum "gonum.org/v1/gonum/graph"
	"pgregory.net/rapid"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
)

var _ gonum.Directed = (*graph.View)(nil)

// The view of an estate says of every entry what the sets say of it: the same
// addresses of the internet and of VPCs, and of hosts nothing else.
func TestViewAgreesWithSets(t *testing.T) {
	kinds, joins := map[string]int{}, map[string]int{}
	for _, dir := range estates(t) {
		g := build(t, dir)
		if len(g.Snapshot().Accounts()) > 1 {
			continue // the same ids stand in several accounts
		}
		v := g.View()
		for _, x := range v.Things() {
			kinds[x.Kind]++
		}
		for _, j := range v.Joins() {
			joins[j.Kind+" "+j.Verdict.String()]++
		}
		for _, c := range g.Clusters() {
			s, err := g.Sources("es:" + c.ID)
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range s.Entries {
				checkEntry(t, dir, v, graph.EntryOf(s, i), o)
			}
		}
	}
	for _, kind := range []string{
		graph.Internet, graph.VPC, graph.VSwitch, graph.Host, graph.LoadBalancer, graph.ListenerThing, graph.NATGateway, graph.EndpointService,
		graph.Endpoint, graph.Peering, graph.CEN, graph.ClusterThing, graph.EntryThing, graph.OnPremises,
	} {
		if kinds[kind] == 0 {
			t.Errorf("no estate shows a thing of the kind %s", kind)
		}
	}
	for _, kind := range []string{"holds", "faces", "listens", "serves", "forwards", "joins", "leads", "reaches", "uses", "offers"} {
		if joins[kind+" reachable"] == 0 {
			t.Errorf("no estate shows a join of the kind %s: %v", kind, joins)
		}
	}
}

// checkEntry compares the joins to one entry of the view with an opening.
func checkEntry(t *testing.T, dir string, v *graph.View, end graph.Thing, o graph.Opening) {
	t.Helper()
	var entry *graph.Thing
	for _, x := range v.Things() {
		if x.Kind == graph.EntryThing && x.Key == end.Key {
			entry = x
		}
	}
	if entry == nil {
		t.Errorf("%s: %s is not in the view", dir, end.Key)
		return
	}
	vpcs := map[string]graph.Addresses{}
	hosts := map[string]string{}
	var internet graph.Addresses
	for from := v.To(entry.ID()); from.Next(); {
		x := from.Node().(*graph.Thing)
		j := v.Joint(x, entry)
		switch {
		case j.Kind != "reaches":
		case x.Kind == graph.Internet:
			internet = j.Sources
		case x.Kind == graph.VPC:
			vpcs[x.Key] = j.Sources
		case x.Kind == graph.Host:
			hosts[x.Key] = j.Verdict.String()
		}
	}
	if !same(internet, o.Internet) {
		t.Errorf("%s: %s: the internet differs", dir, end.Key)
	}
	for vpc, a := range vpcs {
		if !same(a, o.VPCs[vpc]) {
			t.Errorf("%s: %s: %s differs: %v and %v", dir, end.Key, vpc, a, o.VPCs[vpc])
		}
	}
	for vpc, a := range o.VPCs { // of VPCs that are not joined only what is unknown is left out
		if _, shown := vpcs[vpc]; !shown && !a.Reachable.IsEmpty() {
			t.Errorf("%s: %s: %s gets in and is not shown", dir, end.Key, vpc)
		}
	}
	for id, verdict := range hosts {
		list := map[string][]string{"reachable": o.Hosts.Reachable, "unknown": o.Hosts.Unknown}[verdict]
		if !slices.Contains(list, id) {
			t.Errorf("%s: %s: %s is shown as %s", dir, end.Key, id, verdict)
		}
	}
	for _, id := range o.Hosts.Reachable {
		if hosts[id] == "" {
			t.Errorf("%s: %s: %s gets in and is not shown", dir, end.Key, id)
		}
	}
}

func same(a, b graph.Addresses) bool {
	return a.Reachable.Equal(b.Reachable) && a.Unknown.Equal(b.Unknown)
}

// The same estate gives the same view.
func TestViewIsDeterministic(t *testing.T) {
	show := func(v *graph.View) string {
		var b strings.Builder
		for _, x := range v.Things() {
			fmt.Fprintln(&b, x.ID(), x.Kind, x.Key, x.Label, x.Name, x.Account, x.Region)
		}
		for _, j := range v.Joins() {
			from, to := j.Ends()
			fmt.Fprintln(&b, from.ID(), to.ID(), j.Kind, j.Verdict, j.Sources)
		}
		return b.String()
	}
	for _, name := range []string{"demo", "half-blind", "two-accounts", "paged"} {
		dir := "../testdata/estates/" + name
		if one, other := show(build(t, dir).View()), show(build(t, dir).View()); one != other || len(one) < 100 {
			t.Errorf("%s: two views differ, or show nothing", name)
		}
	}
}

// What everything from the internet passes, told from what is known of stories.
func TestPassed(t *testing.T) {
	for _, c := range []struct{ estate, to, want string }{
		{"demo", "es:es-cn-legacylogs01", "es-private: nlb-legacylogs00001 nlb-legacylogs00001:9200"},
		{"demo", "es:es-cn-orderssearch1", ""},
		{"p6-forwarded", "es:es-cn-archive00001", "es-private: ngw-bp1story"},
	} {
		g := build(t, "../testdata/estates/"+c.estate)
		s, err := g.Sources(c.to)
		if err != nil {
			t.Fatal(err)
		}
		v := g.SourcesView(s)
		var got []string
		for i, o := range s.Entries {
			var passed []string
			for _, x := range v.Passed(v.Add(graph.Thing{Kind: graph.Internet, Key: graph.Internet}), v.Add(graph.EntryOf(s, i))) {
				passed = append(passed, x.Key)
			}
			if passed != nil {
				got = append(got, o.Entry+": "+strings.Join(passed, " "))
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s %s: %q, not %q", c.estate, c.to, got, c.want)
		}
	}
}

// A proxy behind a load balancer is passed after it; what stands before proxies
// lets in together whom the proxy does.
func TestProxies(t *testing.T) {
	e := estate.New("1234567890123456", day(), "cn-hangzhou")
	v := e.VPC("cn-hangzhou", "vpc-1", "10.0.0.0/16")
	at := []*estate.VSwitch{v.VSwitch("vsw-1", "cn-hangzhou-h", "10.0.1.0/24"), v.VSwitch("vsw-2", "cn-hangzhou-i", "10.0.2.0/24")}
	e.Cluster("es-cn-000000001", at)
	host := at[0].ECS("i-proxy", 9, v.SecurityGroup("sg-1").Allow("TCP", "80/80", "0.0.0.0/0"))
	v.NLB("nlb-1", at, 20).Public("203.0.113.1", "203.0.113.2").Listen("TCP", 443, v.ServerGroup("sgp-1", "Instance", []estate.Server{host.Server(80)}))
	g := graph.Build(assembled(t, e), config.Config{Proxies: []config.Proxy{{ECS: "i-proxy", Listen: 80, Cluster: "es-cn-000000001", Port: 9200}}})
	s, err := g.Sources("es:es-cn-000000001:9200")
	if err != nil {
		t.Fatal(err)
	}
	view := g.SourcesView(s)
	var passed []string
	for _, x := range view.Passed(view.Add(graph.Thing{Kind: graph.Internet, Key: graph.Internet}), view.Add(graph.EntryOf(s, 0))) {
		passed = append(passed, x.Key)
	}
	if strings.Join(passed, " ") != "nlb-1 nlb-1:443 i-proxy" {
		t.Errorf("everything passes %v", passed)
	}
	proxies := 0
	for _, dir := range estates(t) {
		g := build(t, dir)
		for _, c := range g.Clusters() {
			s, err := g.Sources("es:" + c.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range s.Entries {
				for _, via := range o.Via {
					var sum graph.Addresses
					for _, front := range via.Fronts {
						sum = sum.Or(front.Internet)
					}
					if via.Kind == "proxy" && !same(sum, via.Internet) {
						t.Errorf("%s: %s: what stands before %s lets in others", dir, c.ID, via.ID)
					}
					if via.Kind == "proxy" {
						proxies++
					}
				}
			}
		}
	}
	if proxies == 0 {
		t.Error("no estate has a proxy")
	}
}

// drawView draws a view of a few things. Without loops, things join later ones
// only.
func drawView(t *rapid.T, loops bool) (*graph.View, []*graph.Thing) {
	v := graph.NewView()
	var things []*graph.Thing
	n := rapid.IntRange(2, 9).Draw(t, "things")
	for i := range n {
		things = append(things, v.Add(graph.Thing{Kind: graph.Host, Key: fmt.Sprint(i)}))
	}
	for range rapid.IntRange(0, 3*n).Draw(t, "joins") {
		from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
		if !loops && from > to {
			from, to = to, from
		}
		v.Connect(things[from], things[to], graph.Join{Verdict: rapid.SampledFrom([]graph.Verdict{graph.Blocked, graph.Unknown, graph.Reachable}).Draw(t, "verdict")})
	}
	return v, things
}

// leads reports whether a way that is not blocked leads from one thing to
// another without passing a third.
func leads(v *graph.View, from, to, without *graph.Thing) bool {
	seen := map[*graph.Thing]bool{without: true}
	var follow func(*graph.Thing) bool
	follow = func(at *graph.Thing) bool {
		if at == to {
			return true
		}
		seen[at] = true
		for next := v.From(at.ID()); next.Next(); {
			x := next.Node().(*graph.Thing)
			if !seen[x] && v.Joint(at, x).Verdict != graph.Blocked && follow(x) {
				return true
			}
		}
		return false
	}
	return from != without && follow(from)
}

// A thing is passed exactly when nothing leads on without it.
func TestPassedAgreesWithLeavingOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, things := drawView(t, true)
		from, to := things[0], things[len(things)-1]
		passed := v.Passed(from, to)
		for _, x := range things[1 : len(things)-1] {
			needed := leads(v, from, to, nil) && !leads(v, from, to, x)
			if needed != slices.Contains(passed, x) {
				t.Fatalf("%s needed: %v, passed: %v", x.Key, needed, passed)
			}
		}
		for i := 1; i < len(passed); i++ {
			if leads(v, from, passed[i], passed[i-1]) {
				t.Fatalf("%s stands before %s", passed[i-1].Key, passed[i].Key)
			}
		}
	})
}

// Joins lead to later layers, and nothing stands later than it must; things of
// one island are those that joins lead between.
func TestLayersAndIslands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, things := drawView(t, false)
		layers, err := v.Layers()
		if err != nil {
			t.Fatal(err)
		}
		at := map[*graph.Thing]int{}
		for i, layer := range layers {
			for _, x := range layer {
				at[x] = i
			}
		}
		first := map[*graph.Thing]int{}
		islands := v.Islands()
		for _, j := range v.Joins() {
			from, to := j.Ends()
			first[to] = max(first[to], at[from]+1)
			if islands[from] != islands[to] {
				t.Fatalf("%s and %s are joined, and on two islands", from.Key, to.Key)
			}
		}
		for _, x := range things {
			if at[x] != first[x] {
				t.Fatalf("%s stands in layer %d, not %d", x.Key, at[x], first[x])
			}
			if numbers := islands[x]; numbers < 1 || numbers > len(things) {
				t.Fatalf("island %d", numbers)
			}
		}
		if n := count(islands); n != parts(v, things) {
			t.Fatalf("%d islands, not %d", n, parts(v, things))
		}
	})
	v, things := graph.NewView(), []*graph.Thing(nil)
	for i := range 2 {
		things = append(things, v.Add(graph.Thing{Kind: graph.VPC, Key: fmt.Sprint(i)}))
	}
	v.Connect(things[0], things[1], graph.Join{})
	v.Connect(things[1], things[0], graph.Join{})
	if _, err := v.Layers(); err == nil {
		t.Error("a cycle has layers")
	}
}

func count(islands map[*graph.Thing]int) int {
	seen := map[int]bool{}
	for _, n := range islands {
		seen[n] = true
	}
	return len(seen)
}

// parts counts what joins leave apart, by joining one after the other.
func parts(v *graph.View, things []*graph.Thing) int {
	head := map[*graph.Thing]*graph.Thing{}
	var find func(*graph.Thing) *graph.Thing
	find = func(x *graph.Thing) *graph.Thing {
		if head[x] == nil {
			return x
		}
		return find(head[x])
	}
	n := len(things)
	for _, j := range v.Joins() {
		from, to := j.Ends()
		if a, b := find(from), find(to); a != b {
			head[a] = b
			n--
		}
	}
	return n
}

// Joining twice keeps the better verdict and all sources; nothing is joined with
// itself.
func TestConnect(t *testing.T) {
	v := graph.NewView()
	a, b := v.Add(graph.Thing{Kind: graph.VPC, Key: "a"}), v.Add(graph.Thing{Kind: graph.VPC, Key: "b"})
	if v.Add(graph.Thing{Kind: graph.VPC, Key: "a"}) != a || v.Add(graph.Thing{Kind: graph.Host, Key: "a"}) == a {
		t.Error("a thing is told by its kind and key")
	}
	v.Connect(a, a, graph.Join{Verdict: graph.Reachable})
	v.Connect(a, b, graph.Join{Verdict: graph.Unknown})
	v.Connect(a, b, graph.Join{Verdict: graph.Blocked})
	if len(v.Joins()) != 1 || v.Joint(a, b).Verdict != graph.Unknown || v.Joint(b, a) != nil {
		t.Errorf("%d joins", len(v.Joins()))
	}
	v.Connect(a, b, graph.Join{Verdict: graph.Reachable})
	if v.Joint(a, b).Verdict != graph.Reachable {
		t.Error("the better verdict does not stand")
	}
}

// A picture of paths begins where the question does, ends where the paths end,
// and has every control of every path on its way.
func TestPathsView(t *testing.T) {
	drawn := 0
	for _, dir := range estates(t) {
		g := build(t, dir)
		for _, c := range g.Clusters() {
			for _, from := range someSources(g) {
				a, err := g.Reach(from, "es:"+c.ID+":9200")
				if err != nil {
					t.Fatalf("%s: %v", dir, err)
				}
				v := graph.PathsView(a.Paths)
				if _, err := v.Layers(); err != nil {
					t.Fatalf("%s: %s -> %s: %v", dir, from, c.ID, err)
				}
				hops := map[graph.Hop]bool{}
				starts := 0
				for _, x := range v.Things() {
					if v.To(x.ID()).Len() == 0 {
						starts++
					}
				}
				for _, j := range v.Joins() {
					verdict := graph.Reachable
					for _, h := range j.Hops {
						hops[h] = true
						verdict = graph.Along(verdict, h.Verdict)
					}
					if verdict != j.Verdict {
						t.Errorf("%s: %s -> %s: a join is %s, its controls are %s", dir, from, c.ID, j.Verdict, verdict)
					}
				}
				for _, p := range a.Paths {
					for _, h := range p.Hops {
						if !hops[h] {
							t.Errorf("%s: %s -> %s: %s %s is not shown", dir, from, c.ID, p.Kind, h.Control)
						}
					}
				}
				if len(a.Paths) > 0 && starts != 1 {
					t.Errorf("%s: %s -> %s begins at %d things", dir, from, c.ID, starts)
				}
				drawn++
			}
		}
	}
	if drawn < 200 {
		t.Errorf("only %d pictures were drawn", drawn)
	}
}

// someSources are questions from everywhere.
func someSources(g *graph.Graph) []string {
	out := []string{"internet:203.0.113.9", "internet:2001:db8::9"}
	for _, scheme := range []string{"ecs", "onprem"} {
		names := g.Names(scheme)
		for _, id := range names[:min(len(names), 6)] {
			out = append(out, scheme+":"+id)
		}
	}
	for _, vpc := range g.Names("vpc") {
		out = append(out, "vpc:"+vpc+"/10.0.1.9", "vpc:"+vpc+"/10.10.1.9", "vpc:"+vpc+"/192.168.1.9")
	}
	return out
}
