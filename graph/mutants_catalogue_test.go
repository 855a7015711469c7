package graph_test

import (
	"fmt"
	"net/netip"
	"testing"

	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/netset"
	"esaudit/snapshot"
)

// What facts ask of an estate beside its paths: network ACLs, elastic IPs, next
// hops, listeners before a cluster, features. The same of random estates today
// as yesterday.
func TestSettings(t *testing.T) {
	found := newCatalogue()
	for seed := range uint64(40) {
		e := wild.New(seed)
		g := graphOf(t, e.Config, e.Part)
		a := g.Snapshot().Accounts()[0]
		for _, o := range a.Objects(snapshot.VSwitch) {
			found.gate(g.GateOf(o))
			for _, address := range []string{"10.2.1.1", "10.3.2.1", "192.168.0.9", "x"} {
				found.control("next hop", g.NextHop(a, o.Region, o.ID, address))
			}
		}
		for _, o := range a.Objects(snapshot.ECS) {
			for _, f := range g.IngressPorts(o, netset.AllV4()) {
				found.filter(f)
			}
		}
		found.control("next hop of nobody", g.NextHop(a, "cn-nowhere", "vsw-1", "10.0.0.1"))
		for _, b := range g.Balancers() {
			found.balancer(b)
			if g.BalancerAnywhere(a, b.ID) == nil || g.BalancerAnywhere(a, "lb-nobody") != nil || g.BalancerAnywhere(nil, b.ID) != nil {
				t.Errorf("seed %d: %s is not found, or somebody else is", seed, b.ID)
			}
		}
		for _, c := range g.Clusters() {
			found.cluster(g, c)
		}
	}
	found.compare(t, "testdata/settings.golden")
}

func (c catalogue) control(what string, x graph.Control) {
	c.add(1, "%s %s: %s (%s), settled by %d", what, x.Verdict, c.plain(x.Why), c.plain(x.At.Pointer()), len(x.Settle))
}

// filter counts how each verdict of some groups is explained.
func (c catalogue) filter(f graph.PortFilter) {
	for v, set := range map[graph.Verdict]netset.Set{graph.Reachable: f.Admitted, graph.Blocked: f.Denied, graph.Unknown: f.Undecided} {
		if set.IsEmpty() {
			continue
		}
		why, at, settle := f.Why(v)
		c.add(1, "groups %s: %s (%s)", v, c.plain(why), c.plain(at.Pointer()))
		for _, call := range settle {
			c.add(1, "groups %s settled by %s", v, call.Operation)
		}
	}
}

func (c catalogue) gate(gate graph.Gate) {
	c.add(1, "gate read %v, named %v, at %s, settled by %d", gate.Read, gate.ID != "", c.plain(gate.At.Pointer()), len(gate.Settle))
	for _, all := range []bool{false, true} {
		for _, far := range []netset.Set{{}, netset.AllV4(), netset.Of(netip.MustParsePrefix("10.1.0.0/16"))} {
			for _, r := range gate.Inward(far, 1024, 65535, all) {
				c.add(1, "inward %s (%s), all %v, %d-%d", r.Verdict, c.plain(r.At.Pointer()), all, r.First, r.Last)
			}
			for _, r := range gate.Outward(far, 9200, 9300, all) {
				c.add(1, "outward %s (%s), all %v, %d-%d", r.Verdict, c.plain(r.At.Pointer()), all, r.First, r.Last)
			}
		}
	}
}

func (c catalogue) balancer(b *graph.Balancer) {
	at, settle := b.Elastic()
	c.add(1, "elastic IPs %d, settled by %d", len(at), len(settle))
	c.add(1, "working %s, its listeners settled by %d", b.Working(), len(b.UnreadListeners()))
	for _, call := range b.UnreadListeners() {
		c.add(1, "unread %s, of one %v", call.Operation, call.Subject != "")
	}
	for _, l := range b.Listeners {
		admitted, unknown, need := l.FromInternet()
		c.add(len(admitted.Prefixes()), "prefixes that listeners admit")
		c.add(len(unknown.Prefixes()), "prefixes that listeners may admit, settled by %d", len(need))
		set, lists := l.AccessLists()
		c.add(len(set.Prefixes()), "prefixes of access lists, settled by %d, %v", len(lists), lists == nil)
		c.add(1, "running %s, unread %v %d", l.Running(), l.Unread == nil, len(l.Unread))
		c.control("private filter", l.PrivateFilter())
		for _, s := range l.Backends {
			c.control("health", l.Health(s))
			c.add(1, "active %s, port %v", l.Active(s), s.PortAt(l.First))
		}
	}
}

func (c catalogue) cluster(g *graph.Graph, cluster *graph.Cluster) {
	listeners, unread := g.ListenersBefore(cluster)
	c.add(1, "listeners before a cluster: %d, settled by %d", len(listeners), len(unread))
	for _, l := range listeners {
		for _, s := range l.Backends {
			v, settle := cluster.Serving(l, s)
			c.add(1, "serving %s, settled by %v", v, settle)
		}
	}
	for _, f := range g.Features(cluster) {
		c.add(1, "%s %s by %s (%s), settled by %d", f.Name, f.State, f.Origin, c.plain(f.At.Pointer()), len(f.Settle))
	}
	for _, scheme := range []string{"es", "kibana"} {
		for _, address := range []string{"203.0.113.9", "8.8.8.8", "10.1.1.1"} {
			for _, p := range g.Public(cluster, scheme, netip.MustParseAddr(address)) {
				c.add(1, "public %s: %s with %d controls", p.Entry, p.Verdict, len(p.Hops))
			}
		}
	}
	for _, e := range cluster.Aspect(snapshot.VPCEndpoints).Items() {
		id := e.Get("endpointId").Text()
		known := g.EndpointOf(cluster, id+".epsrv-1.cn-hangzhou.privatelink.aliyuncs.com")
		c.add(1, "endpoint %s found %v, itself %v", c.plain(id), known != nil, known == e)
	}
	for _, item := range cluster.Aspect(snapshot.KibanaPVL).Items() {
		admitted, by, settle := cluster.KibanaIngress(item)
		c.add(len(by), "rules that admit to a private connection, settled by %d", len(settle))
		c.add(len(admitted.Reachable.Prefixes()), "prefixes of a private connection")
	}
	c.add(1, "another host's endpoint found %v", g.EndpointOf(cluster, "ldap.example.com") != nil)
	arch := g.Architecture(cluster)
	c.add(1, "architecture %q (%s), settled by %d", arch.Value, c.plain(arch.Because), len(arch.Settle))
	for _, entry := range append(graph.EntryNames(), "another") {
		ports, uncertain, at, ok := cluster.Ports(entry)
		v, why, where := cluster.EntryExists(entry)
		c.add(1, "%s: ports %s by %s, %v", entry, fmt.Sprint(len(ports), len(uncertain)), c.plain(at.Pointer()), ok)
		c.add(1, "%s exists %s: %s (%s)", entry, v, c.plain(why), c.plain(where.Pointer()))
	}
}
