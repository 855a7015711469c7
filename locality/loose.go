package locality

import (
	"bytes"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// loose reports whether an object, of which look and a canonical text tell, does not say
// what it belongs to, though objects of its kind do: then it may belong to anything.
func loose(o snapshot.Object, look snapshot.Glance, text []byte) bool {
	if addressed(o.Kind) && mapped(text) {
		return true
	}
	switch o.Kind {
	case snapshot.Cluster:
		return !isOf("vpc-", look.Get("attributes", "networkConfig", "vpcId").Passing()) || hasPlainEndpoint(look) || hasOtherName(o, look) || disguised(text)
	case snapshot.NATGateway, snapshot.NLB, snapshot.NLBServerGroup, snapshot.VSwitch, snapshot.RouteTable, snapshot.NetworkACL, snapshot.ENI, snapshot.VPNGateway:
		return !says(text, "VpcId", "vpc-", false)
	case snapshot.RouterInterface:
		return isOfNoRouter(o)
	case snapshot.TransitRouter:
		return !says(text, "CenId", "cen-", false)
	case snapshot.NLBListener:
		return !says(text, "LoadBalancerId", "nlb-", false)
	case snapshot.CLB, snapshot.SecurityGroup: // in no VPC: ""
		return !says(text, "VpcId", "vpc-", true)
	case snapshot.ECS:
		return !saysAt(text, inside, "VpcId", "vpc-", true) // of VpcAttributes
	}
	return false
}

// isOfNoRouter reports whether a router interface says its VPC, or the router where it says
// none, by what has not the prefix of one.
func isOfNoRouter(o snapshot.Object) bool {
	vpc, router := o.Attr("VpcInstanceId").Text(), o.Attr("RouterId").Text()
	if vpc != "" {
		return !isOf("vpc-", vpc)
	}
	return router != "" && !isOf("vrt-", router) && !isOf("vbr-", router)
}

// open reports whether an object that joins VPCs does not say one of them: then it may
// join any with those that it says. Facts of whoever it says rest on nothing more; those
// of a way through a declared proxy may rest on it wherever they are.
func open(o snapshot.Object) bool {
	switch o.Kind {
	case snapshot.VPCPeer:
		return o.Attr("Vpc", "VpcId").Text() == "" || o.Attr("AcceptingVpc", "VpcId").Text() == ""
	case snapshot.CEN:
		return slices.ContainsFunc(o.Aspect(snapshot.Children).Items(), func(child *snapshot.Node) bool { return child.Get("ChildInstanceId").Text() == "" })
	}
	return false
}

// attribute is how the line of an attribute begins in canonical text, and inside
// that of a field of one.
const (
	attribute = "\n                \""
	inside    = "\n                  \""
)

// says reports whether an attribute is an id with a prefix, or, where it may, empty.
// It looks into canonical text: opening most objects of an estate would take longer than
// all else.
func says(text []byte, name, prefix string, empty bool) bool {
	return saysAt(text, attribute, name, prefix, empty)
}

func saysAt(text []byte, depth, name, prefix string, empty bool) bool {
	_, rest, there := bytes.Cut(text, []byte(depth+name+`": "`))
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return there && (empty && len(value) == 0 || isOf(prefix, string(value)))
}

// isOf reports whether a text is one word with a prefix of the vendor's: one with another
// prefix, which no list shows, is not taken for a name.
func isOf(prefix, text string) bool { return strings.HasPrefix(text, prefix) && isWord(text) }

// disguised reports whether a text may hold K or I as a letter of another alphabet: of
// these alone, the small one is of ASCII.
func disguised(text []byte) bool {
	return bytes.Contains(text, []byte("\u212a")) || bytes.Contains(text, []byte("\u0130"))
}

// mapped reports whether a text may hold an address of IPv4 as one of IPv6, which is not
// told from other words.
func mapped(text []byte) bool {
	for at := 0; ; at++ {
		next := bytes.IndexByte(text[at:], ':')
		if next < 0 {
			return false
		}
		at += next
		if first := at - len("ffff"); first >= 0 && text[at-1]|' ' == 'f' && bytes.EqualFold(text[first:at], []byte("ffff")) {
			return true
		}
	}
}

// hasPlainEndpoint reports whether a cluster has an endpoint whose id is no name: another
// one may have the same.
func hasPlainEndpoint(cluster snapshot.Glance) bool {
	for e := range cluster.Get(string(snapshot.VPCEndpoints)).Each {
		if id := e.Get("endpointId").Passing(); id != "" && !isOf("ep-", id) {
			return true
		}
	}
	return false
}

// hasOtherName reports whether a cluster has a domain that does not begin with its id, or
// an address of IPv6: neither is found in the settings of those that name it.
func hasOtherName(o snapshot.Object, cluster snapshot.Glance) bool {
	id := strings.ToLower(o.ID)
	for _, field := range []string{"domain", "publicDomain"} {
		name, _, _ := strings.Cut(strings.ToLower(cluster.Get("attributes", field).Passing()), ".")
		if at := strings.LastIndexByte(name, '-'); name != "" && name != id && (at < 0 || name[:at] != id) {
			return true
		}
	}
	for host := range owned(o.Kind, cluster) {
		if host.Is6() {
			return true
		}
	}
	return false
}
