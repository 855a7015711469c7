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
		return !isOf("vpc-", look.Get("attributes", "networkConfig", "vpcId").Passing()) || hasPlainEndpoint(look) || hasPlainGroup(look) || hasOtherName(o, look) || disguised(text)
	case snapshot.NATGateway, snapshot.NLB, snapshot.NLBServerGroup, snapshot.VSwitch, snapshot.RouteTable, snapshot.NetworkACL, snapshot.ENI, snapshot.VPNGateway:
		return !isOf("vpc-", attribute(text, "VpcId"))
	case snapshot.RouterInterface:
		return isOfNoRouter(o)
	case snapshot.TransitRouter:
		return !isOf("cen-", attribute(text, "CenId"))
	case snapshot.NLBListener:
		return !isOf("nlb-", attribute(text, "LoadBalancerId"))
	case snapshot.CLB, snapshot.SecurityGroup:
		return !isOfNoneOr("vpc-", attribute(text, "VpcId"))
	case snapshot.ECS:
		return !isOfNoneOr("vpc-", attribute(text, "VpcAttributes", "VpcId"))
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

// attribute is the text of an attribute, or of a member of one, as it stands in an object's
// canonical text; notSaid where none stands there. It looks for lines: opening most objects of
// an estate would take longer than all else.
func attribute(text []byte, path ...string) string {
	for depth := aspectDepth; ; depth += 2 {
		line := append(bytes.Repeat([]byte(" "), depth+1), '"')
		line[0] = '\n'
		name := "attributes"
		if depth > aspectDepth {
			name, path = path[0], path[1:]
		}
		_, rest, there := bytes.Cut(text, append(append(line, name...), `": `...))
		switch {
		case !there:
			return notSaid
		case depth > aspectDepth && len(path) == 0:
			value, _, _ := bytes.Cut(rest, []byte("\n"))
			return quoted(bytes.TrimSuffix(value, []byte(",")))
		case !bytes.HasPrefix(rest, []byte("{\n")):
			return notSaid
		}
		text, _, _ = bytes.Cut(rest[1:], append(line[:depth+1], '}'))
	}
}

// notSaid is no id, and not empty.
const notSaid = "\n"

// quoted is what stands between quotation marks; notSaid where it is no text.
func quoted(value []byte) string {
	if len(value) < 2 || value[0] != '"' {
		return notSaid
	}
	return string(value[1 : len(value)-1])
}

// isOfNoneOr is isOf for what may be in no VPC: then it says "".
func isOfNoneOr(prefix, text string) bool { return text == "" || isOf(prefix, text) }

// isOf reports whether a text is one word with a prefix of the vendor's: one with another
// prefix, which no list shows, is not taken for a name.
func isOf(prefix, text string) bool { return strings.HasPrefix(text, prefix) && isWord(text) }

// disguised reports whether a text may hold K or I as a letter of another alphabet: of
// these alone, the small one is of ASCII. Or JSON in which any letter stands as its number.
func disguised(text []byte) bool {
	return bytes.Contains(text, []byte("\u212a")) || bytes.Contains(text, []byte("\u0130")) || bytes.Contains(text, []byte(`\\u`))
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

// hasPlainGroup reports whether a private connection of a cluster has a security group whose id
// is no name: who else has the same would not be found, if no list has it.
func hasPlainGroup(cluster snapshot.Glance) bool {
	for connection := range cluster.Get(string(snapshot.KibanaPVL)).Each {
		for id := range connection.Get("securityGroups").Each {
			if !isOf("sg-", id.Passing()) {
				return true
			}
		}
	}
	return false
}

// hasOtherName reports whether a cluster has a domain that does not begin with its id, or
// an address of IPv6: neither is found in the settings of those that name it.
func hasOtherName(o snapshot.Object, cluster snapshot.Glance) bool {
	id := strings.ToLower(o.ID)
	for _, field := range []string{"domain", "publicDomain"} {
		domain := strings.ToLower(cluster.Get("attributes", field).Passing())
		name, _, _ := strings.Cut(domain, ".")
		if at := strings.LastIndexByte(name, '-'); domain != "" && name != id && (at < 0 || name[:at] != id) {
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
