package graph

import (
	"maps"
	"reflect"

	"esaudit/snapshot"
)

// Touched returns the clusters, by id, of which something that may decide who
// gets to them differs between two graphs; all is true when it may be any. Who
// gets to the others is the same in both.
func Touched(old, new *Graph) (ids map[string]bool, all bool) {
	before, after := old.snapshot.Accounts(), new.snapshot.Accounts()
	if !reflect.DeepEqual(old.config, new.config) || len(before) != len(after) {
		return nil, true
	}
	t := touch{old, new, map[string]bool{}, map[*Graph]map[string][]string{}}
	for i, a := range before {
		b := after[i]
		if a.ID != b.ID || !reflect.DeepEqual(a.Regions, b.Regions) || !reflect.DeepEqual(a.Coverage(), b.Coverage()) {
			return nil, true
		}
		for _, kind := range snapshot.Kinds() {
			if !t.objects(a, b, kind) {
				return nil, true
			}
		}
	}
	ids = map[string]bool{}
	for _, g := range []*Graph{old, new} {
		for _, c := range g.clusters {
			near := c.near()
			if near == nil {
				return nil, true
			}
			for vpc := range near {
				if t.vpcs[vpc] {
					ids[c.ID] = true
				}
			}
		}
	}
	return ids, false
}

// touch finds the VPCs of the objects that differ.
type touch struct {
	old, new *Graph
	vpcs     map[string]bool
	using    map[*Graph]map[string][]string // VPCs of those that name a group, an ACL or a table
}

// objects looks at the objects of a kind; false when one that differs may
// decide about any cluster.
func (t *touch) objects(a, b *snapshot.Account, kind snapshot.Kind) bool {
	if !decides(kind) {
		return true
	}
	x, y := a.Objects(kind), b.Objects(kind)
	for len(x)+len(y) > 0 {
		switch {
		case len(y) == 0 || len(x) > 0 && (x[0].Region < y[0].Region || x[0].Region == y[0].Region && x[0].ID < y[0].ID):
			if !t.vpcOf(t.old, x[0]) {
				return false
			}
			x = x[1:]
		case len(x) == 0 || x[0].Region != y[0].Region || x[0].ID != y[0].ID:
			if !t.vpcOf(t.new, y[0]) {
				return false
			}
			y = y[1:]
		default:
			if !x[0].Node.Equal(y[0].Node) && !(t.vpcOf(t.old, x[0]) && t.vpcOf(t.new, y[0])) {
				return false
			}
			x, y = x[1:], y[1:]
		}
	}
	return true
}

// decides reports whether objects of a kind say anything of who gets in.
func decides(kind snapshot.Kind) bool {
	switch kind {
	case snapshot.RAMUser, snapshot.RAMGroup, snapshot.RAMRole, snapshot.RAMPolicy, snapshot.RAMAccount, snapshot.PolicyAttachment, snapshot.Trail, snapshot.FlowLog:
		return false
	}
	return true
}

// Around returns the snapshot without the objects that cannot decide who gets to
// some clusters: those that, if they were not there, would touch none of them
// (Touched). ok is false when it may be any.
func (g *Graph) Around(ids map[string]bool) (s *snapshot.Snapshot, ok bool) {
	near := map[string]bool{}
	for _, c := range g.clusters {
		if !ids[c.ID] {
			continue
		}
		vpcs := c.near()
		if vpcs == nil {
			return g.snapshot, false
		}
		maps.Copy(near, vpcs)
	}
	t := touch{g, g, map[string]bool{}, map[*Graph]map[string][]string{}}
	return g.snapshot.Only(func(o snapshot.Object) bool {
		if !decides(o.Kind) {
			return false
		}
		clear(t.vpcs)
		if !t.vpcOf(g, o) {
			return true
		}
		for vpc := range t.vpcs {
			if near[vpc] {
				return true
			}
		}
		return false
	}), true
}

// vpcOf notes the VPC of an object that decides about clusters near it only;
// false for any other, and when the VPC is not known.
func (t *touch) vpcOf(g *Graph, o snapshot.Object) bool {
	vpc := ""
	switch o.Kind {
	case snapshot.Cluster:
		vpc = o.Attr("networkConfig", "vpcId").Text()
	case snapshot.ECS:
		if len(g.config.Proxies) == 0 {
			vpc = o.Attr("VpcAttributes", "VpcId").Text()
		}
	case snapshot.VSwitch:
		vpc = o.Attr("VpcId").Text()
	case snapshot.SecurityGroup, snapshot.RouteTable, snapshot.NetworkACL:
		vpc = o.Attr("VpcId").Text()
		for _, user := range t.users(g)[o.ID] {
			t.vpcs[user] = true
		}
	case snapshot.CLBListener, snapshot.NLBListener:
		b := g.BalancerAnywhere(o.Account, o.Attr("LoadBalancerId").Text())
		if b == nil || b.vpc == "" {
			return false
		}
		t.vpcs[b.vpc] = true
		for _, l := range b.Listeners {
			for _, s := range l.serves {
				t.vpcs[s.cluster.vpc] = true
			}
			if l.Unread != nil {
				return false
			}
		}
		return true
	}
	t.vpcs[vpc] = true
	return vpc != ""
}

// users returns the VPCs of everything that names a security group, a network
// ACL or a route table, whatever VPC that says it is in itself.
func (t *touch) users(g *Graph) map[string][]string {
	if known := t.using[g]; known != nil {
		return known
	}
	out := map[string][]string{}
	add := func(id, vpc string) {
		if list := out[id]; id != "" && (len(list) == 0 || list[len(list)-1] != vpc) {
			out[id] = append(list, vpc)
		}
	}
	each := func(ids *snapshot.Node, vpc string) {
		for _, id := range texts(ids) {
			add(id, vpc)
		}
	}
	for _, at := range g.regions {
		for _, v := range g.networks[at].vswitches {
			add(v.acl, v.vpc)
			add(v.table, v.vpc)
		}
		for _, o := range at.objects(snapshot.ECS) {
			each(o.Attr("SecurityGroupIds", "SecurityGroupId"), o.Attr("VpcAttributes", "VpcId").Text())
		}
		for _, o := range at.objects(snapshot.NLB) {
			each(o.Attr("SecurityGroupIds"), o.Attr("VpcId").Text())
		}
	}
	for _, c := range g.clusters {
		for _, item := range c.Aspect(snapshot.KibanaPVL).Items() {
			each(item.Get("securityGroups"), c.vpc)
		}
	}
	t.using[g] = out
	return out
}
