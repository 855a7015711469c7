package graph

import (
	"net/netip"
	"slices"

	"esaudit/netset"
)

// target is where a connection to the cluster goes: known addresses, which all
// count, or a vSwitch's CIDR of which any may.
type target struct {
	set   netset.Set
	exact bool
	lost  *decision // why the target is not known
}

// destination returns the cluster as a destination (SEMANTICS 4).
func (c *Cluster) destination() target { return c.where.get(c.readDestination) }

func (c *Cluster) readDestination() target {
	n := c.net
	if !n.mapped(c.vpc) {
		d := unsure(c.Node, n.need("vpc", "DescribeVSwitches", ""), "where the cluster's addresses are cannot be told: its VPC's vSwitches are not known")
		return target{lost: &d}
	}
	if c.nodesRead && !c.known.IsEmpty() {
		return target{set: c.known, exact: true}
	}
	v := n.switchIDs[c.vswitch]
	if v == nil || v.cidrs.V4().IsEmpty() {
		d := unsure(c.nearest(c.Attr("networkConfig")), slices.Clone(c.unread), "where the cluster's addresses are cannot be told: its vSwitch is not known")
		return target{lost: &d}
	}
	return target{set: v.cidrs.V4()}
}

// toward applies a judgement of the addresses to a target.
func (t target) toward(j func(netset.Set) judgement) decision {
	switch {
	case t.lost != nil:
		return *t.lost
	case t.exact:
		return j(t.set).all()
	}
	return j(t.set).uniform()
}

// match is why an address is the cluster, or is not, or may be (SEMANTICS 4).
type match uint8

const (
	vpcUnknown match = iota
	otherVPC
	switchesUnknown
	unreadable // the address
	own
	foreign
	outside // its vSwitch
	possible
)

func (m match) verdict() Verdict {
	switch m {
	case own:
		return Reachable
	case otherVPC, foreign, outside:
		return Blocked
	}
	return Unknown
}

// match compares an address of a VPC with those of the cluster. vpc is "" when
// it is not known; a is not valid when it cannot be read.
func (c *Cluster) match(vpc string, a netip.Addr) match {
	switch {
	case vpc == "" || c.vpc == "":
		return vpcUnknown
	case vpc != c.vpc:
		return otherVPC
	case !c.net.mapped(vpc):
		return switchesUnknown
	case !a.IsValid():
		return unreadable
	case c.known.Contains(a):
		return own
	case c.described && c.nodesRead && !c.known.IsEmpty():
		return foreign
	}
	if v := c.net.switchIDs[c.vswitch]; v != nil && !v.cidrs.V4().IsEmpty() && !v.cidrs.Contains(a) {
		return outside
	}
	return possible
}

// matches says whether an address of a VPC is the cluster: Reachable for yes,
// Blocked for no. vpc is "" when it is not known.
func (c *Cluster) matches(vpc, address string) decision {
	a, _ := netset.ParseAddr(address)
	switch c.match(vpc, a) {
	case vpcUnknown:
		return unsure(c.nearest(c.Attr("networkConfig")), c.net.need("elasticsearch", "DescribeInstance", c.ID), "which VPC it is in is not known")
	case otherVPC:
		return blocks(c.Home(), "%s is in %s", c.ID, c.vpc)
	case switchesUnknown:
		return unsure(c.Node, c.net.need("vpc", "DescribeVSwitches", ""), "the vSwitches of %s are not known", c.vpc)
	case unreadable:
		return unsure(c.Node, nil, "the address %q cannot be read", address)
	case own:
		return passes(c.Node, "%s is an address of %s", a, c.ID)
	case foreign:
		return blocks(c.Node, "%s is no address of %s", a, c.ID)
	case outside:
		return blocks(c.net.switchIDs[c.vswitch].Node, "%s is outside the vSwitch of %s", a, c.ID)
	}
	return unsure(c.Node, slices.Clone(c.unread), "%s may be an address of %s", a, c.ID)
}
