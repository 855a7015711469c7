package terraform

import (
	"cmp"
	"maps"
	"slices"

	"esaudit/snapshot"
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// ids returns the objects of a side, by kind and id.
func (d *drafts) ids() []objectID {
	return slices.SortedFunc(maps.Keys(d.objects), compareIDs)
}

func compareIDs(a, b objectID) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id))
}

// elsewhere finds an object that no resource is: in the live snapshot. The zero
// Object when there is none.
type elsewhere func(kind snapshot.Kind, id string) snapshot.Object

// derive adds what follows from other objects: the VPC of a subnet's cluster or
// load balancer, and regions.
func (d *drafts) derive(live elsewhere) {
	for _, id := range d.ids() {
		o := d.objects[id]
		switch id.kind {
		case snapshot.Cluster:
			d.vpcOf(o, "networkConfig.vswitchId", "networkConfig.vpcId", live)
		case snapshot.CLB, snapshot.ENI:
			d.vpcOf(o, "VSwitchId", "VpcId", live)
		case snapshot.ECS:
			d.vpcOf(o, "VpcAttributes.VSwitchId", "VpcAttributes.VpcId", live)
		}
	}
	for range 4 { // a listener's balancer's subnet's VPC
		for _, id := range d.ids() {
			if o := d.objects[id]; o.region == "" {
				o.region = d.near(o, live)
			}
		}
	}
	for _, o := range d.objects {
		if o.region == "" && o.alias {
			o.region = unnamed
		}
	}
}

// vpcOf gives an object the VPC of the subnet it names.
func (d *drafts) vpcOf(o *draft, from, to string, live elsewhere) {
	named, at := o.fields[pathOf(from)], pathOf(to)
	if named.node.Text() == "" {
		return
	}
	if s := d.objects[objectID{snapshot.VSwitch, named.node.Text()}]; s != nil && s.own {
		if vpc := s.fields[pathOf("VpcId")]; vpc.node != nil {
			o.fields[at] = leaf{node: vpc.node.Clone(nil), origin: named.origin, minor: true}
		} else {
			o.hidden[at] = named.origin
		}
		return
	}
	if vpc := live(snapshot.VSwitch, named.node.Text()).Attr("VpcId"); vpc.Exists() {
		o.fields[at] = leaf{node: vpc.Clone(nil), origin: named.origin, minor: true}
	}
}

// joining are the fields by which objects of one region name each other.
func joining() []struct {
	field string
	kind  snapshot.Kind
} {
	return []struct {
		field string
		kind  snapshot.Kind
	}{
		{"networkConfig.vswitchId", snapshot.VSwitch}, {"VSwitchId", snapshot.VSwitch}, {"VpcAttributes.VSwitchId", snapshot.VSwitch}, {"VpcId", snapshot.VPC}, {"Vpc.VpcId", snapshot.VPC},
		{"LoadBalancerId", snapshot.CLB}, {"LoadBalancerId", snapshot.NLB},
	}
}

// near is the region of an object that this one names.
func (d *drafts) near(o *draft, live elsewhere) string {
	for _, j := range joining() {
		name := o.fields[pathOf(j.field)].node.Text()
		if other := d.objects[objectID{j.kind, name}]; name != "" && other != nil && other.region != "" {
			return other.region
		}
		if other := live(j.kind, name); other.Exists() {
			return other.Region
		}
	}
	return ""
}
