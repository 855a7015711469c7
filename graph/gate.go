package graph

import (
	"slices"

	"esaudit/netset"
	"esaudit/snapshot"
)

// Gate is the network ACL of a vSwitch, as those see it who cross it
// (SEMANTICS 8).
type Gate struct {
	ID     string          // of the ACL; "" when there is none, and everything passes
	At     *snapshot.Node  // where the vSwitch names it
	Read   bool            // its entries are known
	Settle []snapshot.Call // what would tell them

	acl *networkACL
}

// GateRange is what a network ACL says of a range of ports. At is the entry that
// decided, or the ACL.
type GateRange struct {
	First, Last int
	Verdict     Verdict
	At          *snapshot.Node
}

// GateOf returns the network ACL of a vSwitch.
func (g *Graph) GateOf(o snapshot.Object) Gate {
	n := g.networks[scope{o.Account, o.Region}]
	at := o.Attr("NetworkAclId")
	gate := Gate{ID: at.Text(), At: at, Read: true}
	if at.Contradicted() {
		gate.ID, gate.Read = "not known", false
		return gate
	}
	if gate.ID == "" {
		gate.At = nearest(at, o.Node)
		return gate
	}
	if gate.acl = n.acls.of(gate.ID); gate.acl == nil || !gate.acl.read {
		gate.Read, gate.Settle = false, n.need("vpc", "DescribeNetworkAclAttributes", gate.ID)
	}
	return gate
}

// Inward judges what comes into the vSwitch from a set of addresses to a range
// of ports. With all true every address counts: one that is dropped drops.
// Otherwise any of them may be the one that counts: a mixture is Unknown.
func (t Gate) Inward(far netset.Set, first, last int, all bool) []GateRange {
	return t.cross(true, far, portRange{first, last}, all)
}

// Outward judges what leaves the vSwitch in the same way.
func (t Gate) Outward(far netset.Set, first, last int, all bool) []GateRange {
	return t.cross(false, far, portRange{first, last}, all)
}

func (t Gate) cross(in bool, far netset.Set, ports portRange, all bool) []GateRange {
	switch {
	case far.IsEmpty() || !t.Read:
		return []GateRange{{ports.first, ports.last, Unknown, t.At}}
	case t.ID == "":
		return []GateRange{{ports.first, ports.last, Reachable, t.At}}
	}
	rules, list := t.acl.egress, t.acl.out
	if in {
		rules, list = t.acl.ingress, t.acl.in
	}
	begins := []int{ports.first}
	for _, r := range rules {
		for _, begin := range []int{r.ports.first, r.ports.last + 1} {
			if begin > ports.first && begin <= ports.last {
				begins = append(begins, begin)
			}
		}
	}
	slices.Sort(begins)
	begins = append(slices.Compact(begins), ports.last+1)
	var out []GateRange
	for i, first := range begins[:len(begins)-1] {
		s := judge(rules, far, first)
		v := s.uniform()
		if all {
			v = s.all()
		}
		at := deciding(rules, far, portRange{first, first}, v)
		if at == nil {
			at = list
		}
		if n := len(out); n > 0 && out[n-1].Verdict == v {
			out[n-1].Last = begins[i+1] - 1
			continue
		}
		out = append(out, GateRange{first, begins[i+1] - 1, v, at})
	}
	return out
}
