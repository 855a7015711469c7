package facts

import (
	"strings"

	"esaudit/graph"
	"esaudit/snapshot"
)

// BalancerSettings is what a load balancer says of itself. A setting that is not
// there has no value.
type BalancerSettings struct {
	Status       Ref      `json:"status"`
	Business     Ref      `json:"business_status"`
	Locks        []Ref    `json:"locks"` // of an NLB
	Ways         []Facing `json:"internet"`
	Deletion     Ref      `json:"deletion_protection"`     // true or false
	Modification Ref      `json:"modification_protection"` // ConsoleProtection or NonProtection
	Groups       Ref      `json:"security_groups"`         // of an NLB: how many
	VPC          Ref      `json:"vpc"`
	Tags         []Tag    `json:"tags"`
	Settle       []Call   `json:"settle"` // what would show settings that are not there
}

// Facing says whether a load balancer has an address of the internet of one
// kind: address, ipv6_address or eip.
type Facing struct {
	Kind string `json:"kind"`
	Answer
	Text   any    `json:"text,omitempty"` // the setting
	Settle []Call `json:"settle"`
}

// Tag is a tag of an object.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	At    At     `json:"at"`
}

func balancerSettings(b *graph.Balancer) BalancerSettings {
	s := BalancerSettings{
		Status: attribute(b, "LoadBalancerStatus"), Business: attribute(b, "BusinessStatus"), Locks: []Ref{}, Ways: facing(b),
		Modification: attribute(b, "ModificationProtectionStatus"), Groups: Ref{At: At{b.Node}}, VPC: attribute(b, "VpcId"),
		Tags: tagsOf(b), Settle: calls(b.Account, b.Self()),
	}
	deletion := b.Attr("DeleteProtection")
	s.Deletion = onOff(deletion, b.Node)
	if !b.IsNetwork() {
		return s
	}
	s.Business, s.Modification = attribute(b, "LoadBalancerBusinessStatus"), attribute(b, "ModificationProtectionConfig", "Status")
	s.Deletion = onOff(b.Attr("DeletionProtectionConfig", "Enabled"), b.Node)
	for _, lock := range b.Attr("OperationLocks").Items() {
		s.Locks = append(s.Locks, ref(textOf(lock.Get("LockType")), lock.Get("LockType"), lock))
	}
	if ids := b.Attr("SecurityGroupIds"); ids.Kind() == snapshot.Array {
		s.Groups = Ref{Value: len(ids.Items()), At: At{ids}}
	}
	return s
}

func attribute(b *graph.Balancer, path ...string) Ref {
	n := b.Attr(path...)
	r := ref(textOf(n), n, b.Node)
	if r.Value == "" {
		r.Value = nil
	}
	return r
}

// onOff reads a switch that is true, "on" or the like; anything else has no
// value.
func onOff(n, nearest *snapshot.Node) Ref {
	r := ref(nil, n, nearest)
	on, ok := n.Bool()
	switch {
	case ok:
		r.Value = on
	case strings.EqualFold(n.Text(), "on"):
		r.Value = true
	case strings.EqualFold(n.Text(), "off"):
		r.Value = false
	}
	return r
}

func tagsOf(b *graph.Balancer) []Tag {
	out := []Tag{}
	list := b.Attr("Tags")
	if !b.IsNetwork() {
		list = b.Attr("Tags", "Tag")
	}
	for _, t := range list.Items() {
		tag := Tag{Key: t.Get("Key").Text(), Value: t.Get("Value").Text(), At: At{t}}
		if !b.IsNetwork() || tag.Key == "" {
			tag.Key, tag.Value = t.Get("TagKey").Text(), t.Get("TagValue").Text()
		}
		out = append(out, tag)
	}
	return out
}

// facing says by which addresses a load balancer faces the internet.
func facing(b *graph.Balancer) []Facing {
	way := func(kind string, n *snapshot.Node, value string, settle []snapshot.Call) Facing {
		f := Facing{Kind: kind, Answer: Answer{Value: value, At: ref(nil, n, b.Node).At}, Settle: calls(b.Account, settle)}
		if n.Exists() && n.Text() != "" {
			f.Text = n.Text()
		}
		return f
	}
	side := func(n *snapshot.Node) (string, []snapshot.Call) {
		switch strings.ToLower(n.Text()) {
		case "internet":
			return "yes", nil
		case "intranet":
			return "no", nil
		}
		return "unknown", b.Self()
	}
	kind := b.Attr("AddressType")
	value, settle := side(kind)
	out := []Facing{way("address", kind, value, settle)}
	if b.IsNetwork() {
		six := b.Attr("Ipv6AddressType")
		value, settle = side(six)
		if value == "unknown" && strings.EqualFold(b.Attr("AddressIpVersion").Text(), "ipv4") {
			value, settle = "no", nil
		}
		out = append(out, way("ipv6_address", six, value, settle))
	}
	bound, settle := b.Elastic()
	for _, at := range bound {
		out = append(out, way("eip", at, "yes", nil))
	}
	switch {
	case len(bound) > 0:
	case len(settle) > 0:
		out = append(out, way("eip", nil, "unknown", settle))
	case b.IsNetwork() && b.Attr("ZoneMappings").Kind() != snapshot.Array:
		out = append(out, way("eip", nil, "unknown", nil))
	default:
		out = append(out, way("eip", nil, "no", nil))
	}
	return out
}
