package locality_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Where a peering does not say an end, a CEN a network, or a private connection its
// VPC, parts still stand for themselves, and what is in no different part is the same.
func TestWhatDoesNotSayWhatItJoins(t *testing.T) {
	seeds := uint64(12)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 300
	}
	always := func(*snapshot.Snapshot) bool { return true }
	silent := map[string]int{}
	var n tally
	for seed := range seeds {
		s, err := collector.Assemble([]recording.Part{joined(seed).Part()})
		if err != nil {
			t.Fatal(err)
		}
		for what, ids := range joins(s) {
			declared := config.Config{}
			if seed%2 == 1 {
				declared.Proxies = []config.Proxy{{ECS: "i-bp1other", Listen: 9200, Cluster: "es-cn-lone0000001", Port: 9200}}
			}
			r := rand.New(rand.NewPCG(seed, 21))
			dumb := undoubted(t, without(t, s, ids[r.IntN(len(ids))]), declared)
			name := fmt.Sprintf("seed %d, %s", seed, what)
			n.hold(t, name, dumb, declared)
			old := graph.Build(dumb, declared)
			a := timeless(subjects(t, facts.Build(old)))
			silent[what]++
			for try := range 5 {
				other, ok := wild.Edited(r, dumb, 1)
				if try%2 == 1 {
					other, ok = fewer(r, dumb)
				}
				if !ok {
					continue
				}
				new := graph.Build(other, declared)
				b := timeless(subjects(t, facts.Build(new)))
				_, after := facts.BuildChanged(old, new, always)
				built := timeless(subjects(t, after))
				for arn := range b {
					if text, made := built[arn]; made && !bytes.Equal(text, b[arn]) || !made && !bytes.Equal(a[arn], b[arn]) {
						t.Fatalf("%s, %d: %s, made: %v: %s", name, try, arn, made, split(a[arn], b[arn]))
					}
				}
			}
		}
	}
	t.Logf("%v, %d parts", silent, n.local)
	for _, what := range []string{"peering", "CEN", "Kibana"} {
		if silent[what] < 3 {
			t.Errorf("%d of %s: too few", silent[what], what)
		}
	}
}

// joined is an estate with two networks that a CEN and a peering join, with a host, and
// a cluster whose Kibana is open to one of them; and beside it a cluster that nothing
// joins with anything, whose list and routes would let the host in, and another one,
// which may be a proxy for it.
func joined(seed uint64) *estate.Estate {
	const region = "cn-hangzhou"
	e := estate.Large(6, seed)
	network := func(name, cidr string) (*estate.VPC, *estate.VSwitch) {
		v := e.VPC(region, "vpc-bp1"+name, cidr)
		v.Route("10.0.0.0/8", "RouterInterface", "ri-bp1"+name)
		return v, v.VSwitch("vsw-bp1"+name, region+"-h", cidr)
	}
	far, at := network("far", "10.240.0.0/16")
	group := far.SecurityGroup("sg-bp1far")
	at.ECS("i-bp1far", 10, group)
	near, in := network("near", "10.241.0.0/16")
	open := estate.Whitelist(estate.PrivateES, "neighbours", "10.0.0.0/8")
	e.Cluster("es-cn-near0000001", []*estate.VSwitch{in}, open, estate.KibanaLink(at, group))
	_, alone := network("lone", "10.242.0.0/16")
	e.Cluster("es-cn-lone0000001", []*estate.VSwitch{alone}, open)
	elsewhere, there := network("other", "10.243.0.0/16")
	there.ECS("i-bp1other", 10, elsewhere.SecurityGroup("sg-bp1other"))
	e.CEN("cen-bp1", far, near)
	e.Peer("pcc-bp1", far, near)
	return e
}

// joins are the nodes that say which VPCs something joins, by what it is.
func joins(s *snapshot.Snapshot) map[string][]*snapshot.Node {
	out := map[string][]*snapshot.Node{}
	add := func(what string, n *snapshot.Node) {
		if n.Text() != "" {
			out[what] = append(out[what], n)
		}
	}
	a := s.Accounts()[0]
	for _, o := range a.Objects(snapshot.VPCPeer) {
		add("peering", o.Attr("Vpc", "VpcId"))
		add("peering", o.Attr("AcceptingVpc", "VpcId"))
	}
	for _, o := range a.Objects(snapshot.CEN) {
		for _, child := range o.Aspect(snapshot.Children).Items() {
			add("CEN", child.Get("ChildInstanceId"))
		}
	}
	for _, o := range a.Objects(snapshot.Cluster) {
		for _, item := range o.Aspect(snapshot.KibanaPVL).Items() {
			add("Kibana", item.Get("vpcId"))
		}
	}
	return out
}

// without is a snapshot with an empty text in place of another one.
func without(t *testing.T, s *snapshot.Snapshot, text *snapshot.Node) *snapshot.Snapshot {
	t.Helper()
	out, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
		if n == text {
			return snapshot.NewString("")
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
