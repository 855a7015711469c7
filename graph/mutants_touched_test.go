package graph

import (
	"fmt"
	"slices"
	"testing"

	"esaudit/collector/api"
	"esaudit/config"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Everything that names a group, an ACL or a table is among its users, and what
// changes about a host or a listener is known to a VPC only where it says one.
func TestTouchKnowsWhoIsConcerned(t *testing.T) {
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		x := newTouch(g, g)
		for range 2 {
			users := x.users(g)
			if users[""] != nil {
				t.Errorf("seed %d: nothing is used", seed)
			}
			for _, h := range g.byID.hosts {
				vpc := h.Attr("VpcAttributes", "VpcId").Text()
				for _, id := range texts(h.Attr("SecurityGroupIds", "SecurityGroupId")) {
					if id != "" && !slices.Contains(users[id], vpc) {
						t.Errorf("seed %d: %s in %s is no user of %s", seed, h.ID, vpc, id)
					}
				}
			}
			for _, v := range g.networks[g.regions[0]].vswitches {
				if v.acl != "" && !slices.Contains(users[v.acl], v.vpc) {
					t.Errorf("seed %d: %s is no user of %s", seed, v.ID, v.acl)
				}
			}
		}
		for _, h := range g.byID.hosts {
			want := len(g.config.Proxies) == 0 && h.Attr("VpcAttributes", "VpcId").Text() != ""
			if got := x.vpcOf(g, h.Object); got != want {
				t.Errorf("seed %d: the VPC of %s is known: %v", seed, h.ID, got)
			}
		}
		a := g.snapshot.Accounts()[0]
		for _, o := range slices.Concat(a.Objects(snapshot.CLBListener), a.Objects(snapshot.NLBListener)) {
			b := g.BalancerAnywhere(a, o.Attr("LoadBalancerId").Text())
			want := b != nil && b.vpc != "" && !slices.ContainsFunc(b.Listeners, func(l *Listener) bool { return l.Unread != nil })
			if got := x.vpcOf(g, o); got != want || got && !x.vpcs[b.vpc] {
				t.Errorf("seed %d: the VPCs of %s are known: %v", seed, o.ID, got)
			}
		}
	})
}

// What is gone touches the clusters that what is new does.
func TestTouchedBothWays(t *testing.T) {
	told := 0
	for seed := range uint64(8) {
		e := wild.With(wild.Options{Seed: seed, Account: "1234567890123456", Tag: "w"})
		e.Config.Proxies = nil
		old := Build(assembled(t, e.Part), e.Config)
		for _, host := range old.Names(schemeECS) {
			less := e.Part
			less.Answers = slices.Clone(less.Answers)
			for i, a := range less.Answers {
				if a.Product == "ecs" && a.Operation == "DescribeInstances" {
					less.Answers[i] = api.Answer{Request: a.Request, Status: a.Status, Body: without(a.Body, `"`+host+`"`)}
				}
			}
			now := Build(assembled(t, less), e.Config)
			ids, all := Touched(old, now)
			back, allBack := Touched(now, old)
			vpc := old.byID.hosts[host].Attr("VpcAttributes", "VpcId").Text()
			if all != allBack || len(ids) != len(back) {
				t.Errorf("seed %d: without %s %v %v, with it %v %v", seed, host, ids, all, back, allBack)
			}
			for _, c := range old.clusters {
				if near := c.near(); !all && ids[c.ID] != near[vpc] {
					t.Errorf("seed %d: %s touches %s: %v", seed, host, c.ID, ids[c.ID])
				}
			}
			if !all {
				told++
			}
		}
	}
	if told < 8 {
		t.Errorf("%d told: too few", told)
	}
}

// Without one of an estate's objects the clusters that it does not touch answer
// as before. Of each kind there are some of which it is known which they touch.
func TestTouchedByEachObject(t *testing.T) {
	narrowed, apart := map[snapshot.Kind]int{}, 0
	for seed := range uint64(6) {
		e := wild.With(wild.Options{Seed: seed, Account: "1234567890123456", Tag: "w"})
		e.Config.Proxies = nil
		apart += withoutEach(t, fmt.Sprint("seed ", seed), Build(assembled(t, e.Part), e.Config), narrowed)
	}
	if apart < 100 {
		t.Errorf("%d answers of clusters that are not touched: too few", apart)
	}
	for _, kind := range []snapshot.Kind{
		snapshot.VPC, snapshot.VSwitch, snapshot.VPCPeer, snapshot.ECS, snapshot.ENI, snapshot.EIP, snapshot.NATGateway, snapshot.ForwardTable, snapshot.CLB,
		snapshot.CLBListener, snapshot.CLBACL, snapshot.CLBVServerGroup, snapshot.CLBMasterSlaveServerGroup, snapshot.NLB, snapshot.NLBListener, snapshot.NLBServerGroup,
	} {
		if narrowed[kind] < 5 {
			t.Errorf("of %d objects of %s it is known which clusters they touch: too few", narrowed[kind], kind)
		}
	}
}

// withoutEach takes each object of an estate away, counts of which kinds it is known
// which clusters they touch, and looks at who gets to the others: how often.
func withoutEach(t *testing.T, name string, with *Graph, narrowed map[snapshot.Kind]int) (apart int) {
	t.Helper()
	answer := func(g *Graph, id string) string {
		c, all := g.Cluster(id), g.ask(nil)
		return answered(t, all, all.cluster(c, schemeES, 0))
	}
	before := map[string]string{}
	for _, c := range with.clusters {
		before[c.ID] = answer(with, c.ID)
	}
	for _, kind := range snapshot.Kinds() {
		if kind == snapshot.Cluster || !admits(kind) {
			continue
		}
		for _, gone := range with.snapshot.Accounts()[0].Objects(kind) {
			without := Build(with.snapshot.Only(func(o snapshot.Object) bool { return o.Kind != kind || o.Region != gone.Region || o.ID != gone.ID }), with.config)
			ids, all := Touched(with, without)
			if all {
				continue
			}
			narrowed[kind]++
			for id, want := range before {
				if ids[id] {
					continue
				}
				if apart++; answer(without, id) != want {
					t.Errorf("%s: without %s %s, %s answers differently, and is not touched", name, kind, gone.ID, id)
				}
			}
		}
	}
	return apart
}

// The same where a peering does not say an end, or a CEN a network: nobody knows who is
// near the clusters at the other end, and all that differs touches them.
func TestTouchedWhereAnEndIsNotKnown(t *testing.T) {
	narrowed, apart, open := map[snapshot.Kind]int{}, 0, 0
	for seed := range uint64(12) {
		s := assembled(t, wild.With(wild.Options{Seed: seed, Account: "1234567890123456", Tag: "w"}).Part)
		ends := map[*snapshot.Node]*snapshot.Node{}
		for _, o := range s.Accounts()[0].Objects(snapshot.VPCPeer) {
			ends[o.Attr("AcceptingVpc", "VpcId")] = snapshot.NewString("")
		}
		if seed%4 == 0 {
			for _, o := range s.Accounts()[0].Objects(snapshot.CEN) {
				for _, child := range o.Aspect(snapshot.Children).Items() {
					ends[child.Get("ChildInstanceId")] = snapshot.NewString("")
				}
			}
		}
		if len(ends) == 0 {
			continue
		}
		s, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return ends[n] }))
		if err != nil {
			t.Fatal(err)
		}
		g := Build(s, config.Config{})
		for _, c := range g.clusters {
			if c.near() == nil {
				open++
			}
		}
		apart += withoutEach(t, fmt.Sprint("seed ", seed), g, narrowed)
	}
	if open < 5 || apart < 100 {
		t.Errorf("%d clusters near which anybody may be, %d answers of clusters that are not touched: too few", open, apart)
	}
}
