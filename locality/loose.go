package locality

import (
	"bytes"
	"slices"

	"esaudit/snapshot"
)

// loose reports whether an object of a canonical text does not say what it belongs to,
// though objects of its kind do: then it may belong to anything.
func loose(o snapshot.Object, text []byte) bool {
	switch o.Kind {
	case snapshot.Cluster:
		return o.Attr("networkConfig", "vpcId").Text() == ""
	case snapshot.NATGateway, snapshot.NLB, snapshot.NLBServerGroup, snapshot.VSwitch, snapshot.RouteTable, snapshot.NetworkACL, snapshot.ENI, snapshot.VPNGateway:
		return !says(text, "VpcId", false)
	case snapshot.TransitRouter:
		return !says(text, "CenId", false)
	case snapshot.NLBListener:
		return !says(text, "LoadBalancerId", false)
	case snapshot.CLB, snapshot.SecurityGroup: // in no VPC: ""
		return !says(text, "VpcId", true)
	case snapshot.ECS:
		return !bytes.Contains(text, []byte(inside+`VpcId": "`)) // of VpcAttributes
	}
	return false
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

// says reports whether an attribute is a text, which may be empty or not. It looks
// into canonical text: opening most objects of an estate would take longer than
// all else.
func says(text []byte, name string, empty bool) bool {
	_, rest, there := bytes.Cut(text, []byte(attribute+name+`": "`))
	return there && (empty || rest[0] != '"')
}
