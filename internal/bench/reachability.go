package main

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"gonum.org/v1/gonum/graph/simple"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/naive"
	"esaudit/internal/oracle"
	"esaudit/netset"
	"esaudit/snapshot"
)

// intersections is six lists of fifty CIDRs intersected, as along a path of six
// controls.
func (b *bench) intersections() error {
	random := rand.New(rand.NewPCG(6, 50))
	lists := make([][]netip.Prefix, 6)
	sets := make([]netset.Set, 6)
	for i := range lists {
		for range 50 {
			a := netip.AddrFrom4([4]byte{10, byte(random.IntN(8)), byte(random.IntN(256)), 0})
			lists[i] = append(lists[i], netip.PrefixFrom(a, 16+random.IntN(9)).Masked())
		}
		sets[i] = netset.Of(lists[i]...)
	}
	ours := each(1000, func() {
		for range 1000 {
			all := sets[0]
			for _, s := range sets[1:] {
				all = all.Intersect(s)
			}
		}
	})
	naive := each(10, func() {
		for range 10 {
			all := lists[0]
			for _, list := range lists[1:] {
				all = common(all, list)
			}
		}
	})
	b.line("netset: six sets of 50 intersected", ours, naive, "every prefix against every other; under 3µs")
	return nil
}

// common is the intersection of two lists of prefixes, pair by pair.
func common(a, b []netip.Prefix) []netip.Prefix {
	var out []netip.Prefix
	seen := map[netip.Prefix]bool{}
	for _, p := range a {
		for _, q := range b {
			if p.Overlaps(q) {
				if p.Bits() < q.Bits() {
					p, q = q, p
				}
				if !seen[p] {
					out, seen[p] = append(out, p), true
				}
			}
		}
	}
	return out
}

// build is the graph of the estate beside one of gonum that holds the same
// objects and what they name of each other.
func (b *bench) build() error {
	names, edges := references(b.snapshot)
	ours, oursHeld := held(func() *graph.Graph { return graph.Build(b.snapshot, config.Config{}) })
	theirs, theirsHeld := held(func() *simple.DirectedGraph { return gonum(names, edges) })
	build := timed(func() { ours = graph.Build(b.snapshot, config.Config{}) })
	other := timed(func() { theirs = gonum(names, edges) })
	what := fmt.Sprintf("gonum/graph/simple with %d nodes, %d edges", theirs.Nodes().Len(), len(edges))
	b.line("graph: build", build, other, what)
	b.size("graph: memory", oursHeld, theirsHeld, what)
	_ = ours
	return nil
}

func gonum(names int, edges [][2]int64) *simple.DirectedGraph {
	g := simple.NewDirectedGraph()
	for i := range names {
		g.AddNode(simple.Node(i))
	}
	for _, e := range edges {
		g.SetEdge(g.NewEdge(simple.Node(e[0]), simple.Node(e[1])))
	}
	return g
}

// references numbers all objects and finds which name which.
func references(s *snapshot.Snapshot) (objects int, edges [][2]int64) {
	numbers := map[string]int64{}
	var all []snapshot.Object
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				if _, there := numbers[o.ID]; !there {
					numbers[o.ID] = int64(len(numbers))
				}
				all = append(all, o)
			}
		}
	}
	seen := map[[2]int64]bool{}
	for _, o := range all {
		eachText(o.Node, func(text string) {
			e := [2]int64{numbers[o.ID], 0}
			to, there := numbers[text]
			if e[1] = to; there && e[0] != e[1] && !seen[e] {
				edges, seen[e] = append(edges, e), true
			}
		})
	}
	return len(numbers), edges
}

func eachText(n *snapshot.Node, visit func(string)) {
	if text, ok := n.Str(); ok {
		visit(text)
	}
	for _, item := range n.Items() {
		eachText(item, visit)
	}
}

// questions asks about hosts, addresses of VPCs and of the internet, for
// clusters, their Kibana and load balancers.
func (b *bench) questions(n int) []graph.Question {
	random := rand.New(rand.NewPCG(1, 2))
	clusters := b.graph.Clusters()
	var out []graph.Question
	for range n {
		c := clusters[random.IntN(len(clusters))]
		q := graph.Question{To: "es:" + c.ID + ":9200"}
		switch random.IntN(4) {
		case 0:
			q.To = "kibana:" + c.ID + ":5601"
		case 1:
			if len(b.lb) > 0 {
				q.To = "lb:" + b.lb[random.IntN(len(b.lb))] + ":9200"
			}
		}
		switch random.IntN(3) {
		case 0:
			q.From = fmt.Sprintf("internet:120.%d.%d.%d", random.IntN(250), random.IntN(250), 1+random.IntN(250))
		case 1:
			q.From = "ecs:" + b.hosts[random.IntN(len(b.hosts))]
		case 2:
			q.From = fmt.Sprintf("vpc:%s/10.%d.%d.%d", c.Attr("networkConfig", "vpcId").Text(), random.IntN(250), 1+random.IntN(3), 1+random.IntN(250))
		}
		out = append(out, q)
	}
	return out
}

// batch is many questions with verdict and deciding control.
func (b *bench) batch() error {
	questions := b.questions(200_000)
	g := graph.Build(b.snapshot, config.Config{}) // it was asked nothing yet
	first := once(func() { g.Decide(questions) }) / time.Duration(len(questions))
	again := each(len(questions), func() { g.Decide(questions) })
	naive, asked, err := b.naive()
	if err != nil {
		return err
	}
	i := 0
	other := timed(func() {
		_, err = naive.Answer(asked[i].From, asked[i].To)
		i++
	})
	b.rate("batch: verdict, deciding control", first, other, "the naive evaluator on 100 clusters at most; 300000/s")
	b.rate("batch: the same asked again", again, other, "the same")
	full := each(2000, func() {
		for _, q := range questions[:2000] {
			_, err = b.graph.Reach(q.From, q.To)
		}
	})
	b.rate("batch: with every path explained", full, other, "the same")
	return err
}

// naive is the naive evaluator on a smaller estate, because it scans the whole
// recording for every question, and questions about that.
func (b *bench) naive() (*oracle.Oracle, []graph.Question, error) {
	s, part, err := large(min(b.clusters, 100), b.seed)
	if err != nil {
		return nil, nil, err
	}
	small := &bench{data: s.Canonical()}
	if _, err := small.load(); err != nil {
		return nil, nil, err
	}
	answers, err := naive.Recording(part)
	return oracle.New(oracle.Config{}, answers), small.questions(100_000), err
}

// sets is who gets to a cluster, exactly, for every cluster.
func (b *bench) sets() error {
	var err error
	clusters := b.graph.Clusters()
	some := clusters[:min(len(clusters), 100)]
	ours := each(len(some), func() {
		for _, c := range some {
			_, err = b.graph.Sources("es:" + c.ID)
		}
	})
	other := timed(func() {
		for _, host := range b.hosts {
			_, err = b.graph.Reach("ecs:"+host, "es:"+clusters[0].ID+":9200")
		}
	})
	b.rate("sets: clusters, all their sources", ours, other, "every host asked by itself, and no address")
	whole := timed(func() {
		for _, c := range clusters {
			_, err = b.graph.Sources("es:" + c.ID)
		}
	})
	b.line("sets: all clusters", whole, time.Duration(len(clusters))*other, "the same; one set is under 2s")
	return err
}
