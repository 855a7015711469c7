package graph

import (
	"maps"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// SourcesView shows who gets to a target, and through what. What is certain
// stands before what is not known, and each in the order of Sources.
func (g *Graph) SourcesView(s Sources) *View {
	v := NewView()
	for i, o := range s.Entries {
		end := v.Add(EntryOf(s, i))
		reach := func(from *Thing, a Addresses) {
			if !a.IsEmpty() {
				v.Connect(from, end, Join{Kind: "reaches", Verdict: a.Verdict(), Sources: a})
			}
		}
		if !o.Internet.IsEmpty() {
			reach(v.internet(), o.Internet)
		}
		for _, via := range o.Via {
			reach(v.behind(g, via), via.Internet)
		}
		for _, vpc := range slices.Sorted(maps.Keys(o.VPCs)) {
			reach(v.Add(Thing{Kind: VPC, Key: vpc, Name: g.NameOf(VPC, vpc)}), o.VPCs[vpc])
		}
		for _, name := range slices.Sorted(maps.Keys(o.OnPrem)) {
			reach(v.Add(Thing{Kind: OnPremises, Key: name}), o.OnPrem[name])
		}
		for _, id := range o.Hosts.Reachable {
			v.Connect(v.host(g, id), end, Join{Kind: "reaches", Verdict: Reachable})
		}
		for _, id := range o.Hosts.Unknown {
			v.Connect(v.host(g, id), end, Join{Kind: "reaches"})
		}
	}
	return v
}

// EntryOf returns the thing that the nth opening is of: an entry of a cluster,
// or a listener.
func EntryOf(s Sources, n int) Thing {
	o := s.Entries[n]
	if id, ok := strings.CutPrefix(o.Entry, schemeLB+":"); ok {
		return Thing{Kind: ListenerThing, Key: id + ":" + itoa(o.Port)}
	}
	_, id, _ := strings.Cut(s.To, ":")
	id, _, _ = strings.Cut(id, ":")
	return Thing{Kind: EntryThing, Key: id + " " + o.Entry + ":" + itoa(o.Port), Label: o.Entry + " " + itoa(o.Port)}
}

// Verdict is what is so of the best off of the addresses.
func (a Addresses) Verdict() Verdict {
	switch {
	case !a.Reachable.IsEmpty():
		return Reachable
	case !a.Unknown.IsEmpty():
		return Unknown
	}
	return Blocked
}

func (v *View) internet() *Thing { return v.Add(Thing{Kind: Internet, Key: Internet}) }

func (v *View) host(g *Graph, id string) *Thing {
	return v.Add(Thing{Kind: Host, Key: id, Name: g.NameOf(Host, id)})
}

// behind adds what stands between the internet and a target, and returns the
// last of it.
func (v *View) behind(g *Graph, via Via) *Thing {
	a := via.Internet
	join := func(from, to *Thing, kind string) {
		v.Connect(from, to, Join{Kind: kind, Verdict: a.Verdict(), Sources: a})
	}
	switch via.Kind {
	case "lb":
		if via.ID == "" {
			t := v.Add(Thing{Kind: Other, Key: "lb", Label: "load balancers that were not read"})
			join(v.internet(), t, "faces")
			return t
		}
		lb := v.Add(Thing{Kind: LoadBalancer, Key: via.ID, Name: g.NameOf(LoadBalancer, via.ID)})
		join(v.internet(), lb, "faces")
		if via.Port == 0 {
			return lb
		}
		listener := v.Add(Thing{Kind: ListenerThing, Key: via.ID + ":" + itoa(via.Port), Label: itoa(via.Port)})
		join(lb, listener, "listens")
		return listener
	case "dnat":
		nat := Thing{Kind: NATGateway, Key: via.ID, Name: g.NameOf(NATGateway, via.ID)}
		if via.ID == "" {
			nat = Thing{Kind: Other, Key: "nat", Label: "NAT gateways that were not read"}
		}
		t := v.Add(nat)
		join(v.internet(), t, "faces")
		return t
	case "proxy":
		host := v.host(g, via.ID)
		for _, front := range via.Fronts {
			if front.Kind == "eip" {
				join(v.internet(), host, "faces")
				continue
			}
			before := v.behind(g, front)
			v.Connect(before, host, Join{Kind: "forwards", Verdict: front.Internet.Verdict(), Sources: front.Internet})
		}
		return host
	}
	t := v.Add(Thing{Kind: Other, Key: "unread", Label: "what was not read"})
	join(v.internet(), t, "faces")
	return t
}

// NameOf returns what its owner calls a VPC, host, load balancer, NAT gateway
// or cluster; "" when nothing, or no answer says.
func (g *Graph) NameOf(kind, id string) string {
	switch kind {
	case VPC:
		if n := g.homes[id]; n != nil {
			return n.object(snapshot.VPC, id).Attr("VpcName").Text()
		}
	case Host:
		host, _ := g.host(id)
		return host.Attr("InstanceName").Text()
	case LoadBalancer:
		if b := g.byID.balancers[id]; b != nil {
			return b.Attr("LoadBalancerName").Text()
		}
	case NATGateway:
		for _, at := range g.regions {
			if o := at.object(snapshot.NATGateway, id); o.Exists() {
				return o.Attr("Name").Text()
			}
		}
	case ClusterThing:
		if c := g.byID.clusters[id]; c != nil {
			return c.Attr("description").Text()
		}
	}
	return ""
}
