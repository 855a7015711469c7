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
	t := newTouch(old, new)
	for i, a := range before {
		b := after[i]
		if a.ID != b.ID || !reflect.DeepEqual(a.Regions, b.Regions) {
			return nil, true
		}
		for _, kind := range snapshot.Kinds() {
			if !t.objects(a, b, kind) {
				return nil, true
			}
		}
		if !t.calls(a, b) {
			return nil, true
		}
	}
	ids = map[string]bool{}
	for _, g := range []*Graph{old, new} {
		for _, c := range g.clusters {
			near := c.near()
			if near == nil && len(t.differ) > 0 { // anybody may be
				ids[c.ID] = true
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
	using    map[*Graph]map[string][]string // VPCs of those that name a group, an ACL or a table, and of those a load balancer leads to
	differ   map[string]bool                // ids of objects that differ
}

func newTouch(old, new *Graph) *touch {
	return &touch{old, new, map[string]bool{}, map[*Graph]map[string][]string{}, map[string]bool{}}
}

// calls looks at what came of calls; false when one that differs may decide about
// any cluster: it is about no object that differs.
func (t *touch) calls(a, b *snapshot.Account) bool {
	if reflect.DeepEqual(a.Coverage(), b.Coverage()) {
		return true
	}
	for _, pair := range [][2]*snapshot.Account{{a, b}, {b, a}} {
		for _, c := range pair[0].Coverage() {
			if snapshot.OfDirectory(c.Product) {
				continue
			}
			for state, subjects := range c.Subjects {
				for _, subject := range subjects {
					call := snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation, Subject: subject}
					if pair[1].Answer(call) != state && !t.differ[subject] {
						return false
					}
				}
			}
		}
	}
	return true
}

// objects looks at the objects of a kind; false when one that differs may
// decide about any cluster.
func (t *touch) objects(a, b *snapshot.Account, kind snapshot.Kind) bool {
	if !admits(kind) {
		return true
	}
	one := func(g *Graph, o snapshot.Object) bool {
		t.differ[o.ID] = true
		return t.vpcOf(g, o)
	}
	x, y := a.Objects(kind), b.Objects(kind)
	for len(x)+len(y) > 0 {
		switch {
		case len(y) == 0 || len(x) > 0 && (x[0].Region < y[0].Region || x[0].Region == y[0].Region && x[0].ID < y[0].ID):
			if !one(t.old, x[0]) {
				return false
			}
			x = x[1:]
		case len(x) == 0 || x[0].Region != y[0].Region || x[0].ID != y[0].ID:
			if !one(t.new, y[0]) {
				return false
			}
			y = y[1:]
		default:
			if !x[0].Node.Equal(y[0].Node) && !(one(t.old, x[0]) && one(t.new, y[0])) {
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

// admits reports whether objects of a kind say anything of who gets to a cluster:
// of the others that decide, some say where clusters get to.
func admits(kind snapshot.Kind) bool {
	switch kind {
	case snapshot.ALB, snapshot.ALBACL, snapshot.ALBListener, snapshot.ALBServerGroup, snapshot.Endpoint, snapshot.EndpointService, snapshot.Event,
		snapshot.Identity, snapshot.NLBSecurityPolicy, snapshot.SnatTable, snapshot.TRRouteTable:
		return false
	}
	return decides(kind)
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
	t := newTouch(g, g)
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
	case snapshot.NATGateway:
		vpc = o.Attr("VpcId").Text()
	case snapshot.VPC:
		vpc = o.ID
	case snapshot.CLBListener, snapshot.NLBListener:
		return t.balancer(g.BalancerAnywhere(o.Account, o.Attr("LoadBalancerId").Text()))
	default:
		return t.joining(g, o)
	}
	t.vpcs[vpc] = true
	return vpc != ""
}

// joining notes the VPCs of an object that joins others, or stands between them.
// Where one of several readings may be right, it may be any.
func (t *touch) joining(g *Graph, o snapshot.Object) bool {
	var ids []string
	switch {
	case o.Aspect(snapshot.Contradictions).Exists():
		return false
	case o.Kind == snapshot.VPCPeer:
		t.vpcs[o.Attr("Vpc", "VpcId").Text()], t.vpcs[o.Attr("AcceptingVpc", "VpcId").Text()] = true, true
		return true
	case o.Kind == snapshot.CLB, o.Kind == snapshot.NLB:
		b := g.BalancerAnywhere(o.Account, o.ID)
		if b == nil || b.UnreadListeners() != nil {
			return false
		}
		return t.balancer(b)
	case o.Kind == snapshot.CLBACL, o.Kind == snapshot.CLBVServerGroup, o.Kind == snapshot.CLBMasterSlaveServerGroup:
	case o.Kind == snapshot.NLBServerGroup:
		t.vpcs[o.Attr("VpcId").Text()] = true
	case o.Kind == snapshot.EIP && len(g.config.Proxies) == 0:
		ids = []string{o.Attr("InstanceId").Text(), o.Attr("AllocationId").Text()}
	case o.Kind == snapshot.ENI && len(g.config.Proxies) == 0:
		t.vpcs[o.Attr("VpcId").Text()] = true
	case o.Kind == snapshot.ForwardTable:
		for _, e := range o.Aspect(snapshot.Entries).Items() {
			ids = append(ids, e.Get("NatGatewayId").Text())
		}
	default:
		return false
	}
	for _, id := range append(ids, o.ID) {
		for _, vpc := range t.users(g)[id] {
			t.vpcs[vpc] = true
		}
	}
	return true
}

// balancer notes the VPCs in which a load balancer leads to a cluster.
func (t *touch) balancer(b *Balancer) bool {
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

// users returns, by id, the VPCs of everything that names a security group, a
// network ACL, a route table or a forward table, whatever VPC that says it is in
// itself; those that a load balancer leads to, for each of its parts; and that of a
// NAT gateway.
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
		for _, o := range at.objects(snapshot.RouteTable) { // of two that list a vSwitch, neither is its own
			for _, id := range texts(o.Attr("VSwitchIds", "VSwitchId")) {
				if v := g.networks[at].switchIDs[id]; v != nil {
					add(o.ID, v.vpc)
				}
			}
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
	for _, b := range g.balancers {
		led := &touch{vpcs: map[string]bool{}}
		if !led.balancer(b) {
			led.vpcs[""] = true // which is near every cluster
		}
		for id := range b.parts() {
			for vpc := range led.vpcs {
				add(id, vpc)
			}
		}
	}
	for _, at := range g.regions {
		for _, o := range at.objects(snapshot.NATGateway) {
			add(o.ID, o.Attr("VpcId").Text())
			each(o.Attr("ForwardTableIds", "ForwardTableId"), o.Attr("VpcId").Text())
		}
	}
	t.using[g] = out
	return out
}

// parts are the ids of what a load balancer is made of: addresses, groups, access
// control lists, servers.
func (b *Balancer) parts() map[string]bool {
	ids := map[string]bool{b.ID: true}
	add := func(list ...*snapshot.Node) {
		for _, n := range list {
			for _, id := range append(texts(n), n.Text()) {
				ids[id] = true
			}
		}
	}
	b.eachAddress(func(a *snapshot.Node) { add(a.Get("AllocationId"), a.Get("EniId")) })
	for _, l := range b.Listeners {
		add(l.Node.Get("VServerGroupId"), l.Node.Get("ServerGroupId"))
		add(masterSlaveGroups(l.Node)...)
		for _, id := range l.accessListIDs() {
			ids[id] = true
		}
		for _, s := range l.Backends {
			ids[s.ID] = true
		}
	}
	return ids
}
