package facts

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// resource is how the vendor's ARNs write a kind of object.
type resource struct{ product, path string }

// resources are the kinds that are looked at (ARNs of CONTRACT 5, and those of
// each product's RAM authentication).
func resources() map[snapshot.Kind]resource {
	return map[snapshot.Kind]resource{
		snapshot.Cluster: {"elasticsearch", "instances"}, snapshot.CLB: {"slb", "loadbalancer"}, snapshot.CLBListener: {"slb", "listener"},
		snapshot.CLBACL: {"slb", "acl"}, snapshot.NLB: {"nlb", "loadbalancer"}, snapshot.NLBListener: {"nlb", "listener"}, snapshot.NLBServerGroup: {"nlb", "servergroup"},
		snapshot.EndpointService: {"privatelink", "vpcendpointservice"}, snapshot.VPC: {"vpc", "vpc"}, snapshot.VSwitch: {"vpc", "vswitch"},
		snapshot.RouteTable: {"vpc", "routetable"}, snapshot.NetworkACL: {"vpc", "networkacl"}, snapshot.NATGateway: {"vpc", "natgateway"},
		snapshot.ForwardTable: {"vpc", "forwardtable"}, snapshot.EIP: {"vpc", "eip"}, snapshot.VPCPeer: {"vpcpeer", "vpcpeer"}, snapshot.ECS: {"ecs", "instance"}, snapshot.ENI: {"ecs", "eni"},
		snapshot.SecurityGroup: {"ecs", "securitygroup"}, snapshot.PrefixList: {"ecs", "prefixlist"},
	}
}

// checkedKind is what is looked at in objects of a kind.
type checkedKind struct {
	name       snapshot.Kind
	values     []checkedValues
	references []reference
	keys       []string // attributes that they begin with, sorted
}

func kindOf(name snapshot.Kind) checkedKind {
	k := checkedKind{name: name, references: referencesOf(name)}
	for _, r := range valuesOf(name) {
		k.values = append(k.values, checkedValues{r, slices.Sorted(slices.Values(r.fields))})
		switch {
		case r.aspect != "":
		case len(r.list) > 0:
			k.keys = append(k.keys, r.list[0])
		default:
			k.keys = append(k.keys, r.fields...)
		}
	}
	for _, r := range k.references {
		k.keys = append(k.keys, r.path[0])
	}
	slices.Sort(k.keys)
	k.keys = slices.Compact(k.keys)
	return k
}

// checkedValues are values that have to parse.
type checkedValues struct {
	reading
	sorted []string // the fields
}

// shown are some attributes of an object.
type shown struct {
	keys   []string
	values []snapshot.Glance
}

// mostKeys is how many attributes of an object are shown without asking for memory.
const mostKeys = 8

// get is the value at the end of a path that begins with one of the keys.
func (s shown) get(path ...string) snapshot.Glance {
	return s.values[slices.Index(s.keys, path[0])].Get(path[1:]...)
}

// reading says where a kind of object holds values of a form.
type reading struct {
	aspect snapshot.Aspect // "": attributes
	list   []string        // the way to a list of items; none: the object itself
	fields []string
	parses func(string) bool
}

func isCIDR(text string) bool { _, err := netset.ParseCIDR(text); return err == nil }
func isIP(text string) bool   { _, err := netip.ParseAddr(text); return err == nil }

// isPorts accepts what the vendor writes for ports: 80, 80/443, -1/-1.
func isPorts(text string) bool {
	first, last, cut := strings.Cut(text, "/")
	if !cut {
		last = first
	}
	lo, err1 := strconv.ParseUint(first, 10, 16)
	hi, err2 := strconv.ParseUint(last, 10, 16)
	return first == "-1" && last == "-1" || err1 == nil && err2 == nil && lo <= hi
}

// isForwarded accepts what a forward entry says of ports: one, a range, or any.
func isForwarded(text string) bool { return strings.EqualFold(text, "any") || isPorts(text) }

// isPort accepts one port; 0 is the standard one (SEMANTICS 4).
func isPort(text string) bool { _, err := strconv.ParseUint(text, 10, 16); return err == nil }

// valuesOf are the values of a kind that have to parse.
func valuesOf(kind snapshot.Kind) []reading {
	switch kind {
	case snapshot.VPC:
		return []reading{{"", nil, []string{"CidrBlock", "Ipv6CidrBlock"}, isCIDR}, {"", []string{"SecondaryCidrBlocks", "SecondaryCidrBlock"}, nil, isCIDR}}
	case snapshot.VSwitch:
		return []reading{{"", nil, []string{"CidrBlock", "Ipv6CidrBlock"}, isCIDR}}
	case snapshot.RouteTable:
		return []reading{{snapshot.Entries, nil, []string{"DestinationCidrBlock"}, func(s string) bool { return isCIDR(s) || strings.HasPrefix(s, "pl-") }}}
	case snapshot.SecurityGroup:
		return []reading{
			{snapshot.Rules, nil, []string{"SourceCidrIp", "Ipv6SourceCidrIp", "DestCidrIp", "Ipv6DestCidrIp"}, isCIDR},
			{snapshot.Rules, nil, []string{"PortRange", "SourcePortRange"}, isPorts},
		}
	case snapshot.PrefixList:
		return []reading{{snapshot.Entries, nil, []string{"Cidr"}, isCIDR}}
	case snapshot.CLBACL:
		return []reading{{snapshot.Entries, nil, []string{"AclEntryIP"}, isCIDR}}
	case snapshot.NetworkACL:
		return []reading{
			{"", []string{"IngressAclEntries", "IngressAclEntry"}, []string{"SourceCidrIp"}, isCIDR}, {"", []string{"IngressAclEntries", "IngressAclEntry"}, []string{"Port"}, isPorts},
			{"", []string{"EgressAclEntries", "EgressAclEntry"}, []string{"DestinationCidrIp"}, isCIDR}, {"", []string{"EgressAclEntries", "EgressAclEntry"}, []string{"Port"}, isPorts},
		}
	case snapshot.EIP:
		return []reading{{"", nil, []string{"IpAddress"}, isIP}}
	case snapshot.ENI:
		return []reading{{"", nil, []string{"PrivateIpAddress"}, isIP}}
	case snapshot.Cluster:
		return []reading{
			{snapshot.Nodes, nil, []string{"host"}, isIP},
			{"", nil, []string{"port", "publicPort", "kibanaPort", "kibanaPrivatePort"}, isPort},
		}
	case snapshot.NLBServerGroup:
		return []reading{{snapshot.Servers, nil, []string{"ServerIp"}, isIP}}
	case snapshot.ForwardTable:
		return []reading{
			{snapshot.Entries, nil, []string{"ExternalIp", "InternalIp"}, isIP},
			{snapshot.Entries, nil, []string{"ExternalPort", "InternalPort"}, isForwarded},
		}
	}
	return nil
}

// reference is a field that names an object, and the call that lists these.
type reference struct {
	path          []string
	kinds         []snapshot.Kind
	product, list string
}

// referencesOf are the references that the graph follows.
func referencesOf(kind snapshot.Kind) []reference {
	vpc := func(path ...string) reference {
		return reference{path, []snapshot.Kind{snapshot.VPC}, "vpc", "DescribeVpcs"}
	}
	vswitch := func(path ...string) reference {
		return reference{path, []snapshot.Kind{snapshot.VSwitch}, "vpc", "DescribeVSwitches"}
	}
	groups := func(path ...string) reference {
		return reference{path, []snapshot.Kind{snapshot.SecurityGroup}, "ecs", "DescribeSecurityGroups"}
	}
	switch kind {
	case snapshot.Cluster:
		return []reference{vpc("networkConfig", "vpcId"), vswitch("networkConfig", "vswitchId")}
	case snapshot.VSwitch:
		return []reference{vpc("VpcId"), {[]string{"NetworkAclId"}, []snapshot.Kind{snapshot.NetworkACL}, "vpc", "DescribeNetworkAcls"}}
	case snapshot.ECS:
		return []reference{vpc("VpcAttributes", "VpcId"), vswitch("VpcAttributes", "VSwitchId"), groups("SecurityGroupIds", "SecurityGroupId"), groups("SecurityGroupIds")}
	case snapshot.ENI:
		return []reference{vpc("VpcId"), vswitch("VSwitchId")}
	case snapshot.CLB:
		return []reference{vpc("VpcId"), vswitch("VSwitchId")}
	case snapshot.NLB:
		return []reference{vpc("VpcId"), groups("SecurityGroupIds")}
	case snapshot.NLBListener:
		return []reference{{[]string{"ServerGroupId"}, []snapshot.Kind{snapshot.NLBServerGroup}, "nlb", "ListServerGroups"}}
	case snapshot.SecurityGroup, snapshot.RouteTable, snapshot.NATGateway:
		return []reference{vpc("VpcId")}
	}
	return nil
}
