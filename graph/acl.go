package graph

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// networkACL is one network ACL (SEMANTICS 8): rules in order, the first that
// matches decides, none drops.
type networkACL struct {
	snapshot.Object
	read            bool // both lists are there
	ingress, egress []aclRule
	in, out         *snapshot.Node // the lists
}

type aclRule struct {
	node  *snapshot.Node
	match netset.Set // the far side
	ports portRange
	// sure is false when the entry does not say its protocol, ports or far side,
	// so that it might match.
	sure    bool
	verdict Verdict // Unknown when the entry does not say its policy
}

func newNetworkACL(o snapshot.Object) *networkACL {
	ingress, egress := o.Attr("IngressAclEntries", "IngressAclEntry"), o.Attr("EgressAclEntries", "EgressAclEntry")
	return &networkACL{
		Object: o, read: ingress.Kind() == snapshot.Array && egress.Kind() == snapshot.Array,
		in: ingress, out: egress, ingress: aclRules(ingress, "SourceCidrIp"), egress: aclRules(egress, "DestinationCidrIp"),
	}
}

func aclRules(list *snapshot.Node, field string) []aclRule {
	var out []aclRule
	for _, e := range list.Items() {
		match, silent := netset.Union(netset.AllV4(), netset.AllV6()), e.Get(field).Kind() <= snapshot.Null
		if !silent {
			prefix, err := netset.ParseCIDR(e.Get(field).Text())
			if err != nil {
				continue
			}
			match = netset.Of(prefix)
		}
		protocol := e.Get("Protocol").Text()
		if protocol != "" && !strings.EqualFold(protocol, "all") && !strings.EqualFold(protocol, "tcp") {
			continue
		}
		r := aclRule{node: e, match: match, sure: protocol != "" && !silent, verdict: policy(e.Get("Policy"))}
		var readable bool
		if r.ports, readable = parsePorts(e.Get("Port").Text()); !readable {
			r.ports, r.sure = portRange{0, 65535}, false
		}
		out = append(out, r)
	}
	return out
}

// policy reads Accept or Drop, in any case.
func policy(n *snapshot.Node) Verdict {
	switch {
	case strings.EqualFold(n.Text(), "accept"):
		return Reachable
	case strings.EqualFold(n.Text(), "drop"):
		return Blocked
	}
	return Unknown
}

// judge says what the rules say of one port and every address of a set. From
// the last rule to the first, each overrides what stands behind it.
func judge(rules []aclRule, set netset.Set, port int) split {
	s := everywhere(set, Blocked)
	for _, r := range slices.Backward(rules) {
		if r.ports.holds(port) {
			s = s.override(r.match.Intersect(set), r.verdict, r.sure)
		}
	}
	return s
}

// judgeAll says what the rules say of every port of a range: what they say of
// all of them, else unknown.
func judgeAll(rules []aclRule, set netset.Set, ports portRange) split {
	s := judge(rules, set, ports.first)
	for _, r := range rules {
		for _, begin := range []int{r.ports.first, r.ports.last + 1} {
			if begin > ports.first && begin <= ports.last {
				other := judge(rules, set, begin)
				s.pass, s.block = s.pass.Intersect(other.pass), s.block.Intersect(other.block)
			}
		}
	}
	s.unknown = set.Minus(s.pass).Minus(s.block)
	return s
}

// deciding returns the first rule that speaks of an address of set and a port
// of the range, with the verdict that was reached if there is one.
func deciding(rules []aclRule, set netset.Set, ports portRange, v Verdict) *snapshot.Node {
	var first *snapshot.Node
	for _, r := range rules {
		if r.ports.last < ports.first || ports.last < r.ports.first || !r.match.Overlaps(set) {
			continue
		}
		if r.verdict == v {
			return r.node
		}
		if first == nil {
			first = r.node
		}
	}
	return first
}

// ephemeral is where a client's own ports are: replies go there.
func ephemeral() portRange { return portRange{1024, 65535} }

// filtered judges a connection by the ACL of a vSwitch: egress to the far side
// and its port, and the reply, which may come to any port of the client's own.
func (n *network) filtered(v *vswitch, far netset.Set, port int) (out, reply judgement) {
	if v.acl == "" {
		j := same(far, v.free.get(func() decision {
			return kept(passes(nearest(v.Attr("NetworkAclId"), v.Attr()), "%s has no network ACL", v.ID))
		}))
		return j, j
	}
	if at := v.Attr("NetworkAclId"); at.Contradicted() {
		j := same(far, unsure(at, nil, "which network ACL %s has is not known", v.ID))
		return j, j
	}
	acl := n.acls.of(v.acl)
	if acl == nil || !acl.read {
		j := same(far, unsure(v.Attr("NetworkAclId"), n.need("vpc", "DescribeNetworkAclAttributes", v.acl), "the entries of %s were not read", v.acl))
		return j, j
	}
	one := portRange{port, port}
	out = judgement{judge(acl.egress, far, port), func(verdict Verdict) decision {
		return acl.explain(acl.egress, acl.out, far, one, verdict, fmt.Sprintf("TCP %d out of %s", port, v.ID))
	}}
	reply = judgement{judgeAll(acl.ingress, far, ephemeral()), func(verdict Verdict) decision {
		return acl.explain(acl.ingress, acl.in, far, ephemeral(), verdict, "the reply into "+v.ID)
	}}
	return out, reply
}

func (a *networkACL) explain(rules []aclRule, list *snapshot.Node, far netset.Set, ports portRange, v Verdict, what string) decision {
	node := deciding(rules, far, ports, v)
	if node == nil {
		return decide(v, list, "no entry of %s is for %s: it drops", a.ID, what)
	}
	if v == Unknown {
		return unsure(node, nil, "%s accepts some of %s and drops some", a.ID, what)
	}
	return decide(v, node, "%s %s %s", a.ID, verb(v), what)
}
