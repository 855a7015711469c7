package wild

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"esaudit/collector/api"
)

// tears gives objects twice: what the second copy says differs from the first in
// one field. It draws from a stream of its own, so that an estate without them is
// the same as before.
type tears struct {
	r    *rand.Rand
	rate float64
}

func newTears(seed uint64, rate float64) tears {
	t := tears{rand.New(rand.NewPCG(seed, 8)), rate}
	if rates := []float64{0, 0, 0, 0.02, 0.1}; rate < 0 {
		t.rate = rates[t.r.IntN(len(rates))]
	}
	return t
}

// torn are answers that contradict what a call says, or say the same again.
func (t tears) torn(c *call) []api.Answer {
	if t.rate == 0 || t.r.Float64() >= t.rate {
		return nil
	}
	if c.path == "" {
		return []api.Answer{c.answer(200, t.other(c, c.rest, nil))}
	}
	if len(c.items) == 0 {
		return nil
	}
	if strings.HasSuffix(c.operation, "ServerGroupAttribute") { // one object with a list in it
		some := slices.Clone(c.items)
		at := t.r.IntN(len(some))
		some[at] = t.other(c, some[at], some)
		return []api.Answer{c.answer(200, c.page(anys(some), len(some), true))}
	}
	item := c.items[t.r.IntN(len(c.items))]
	return []api.Answer{c.answer(200, c.page(anys([]body{t.other(c, item, c.items)}), len(c.items), true))}
}

// other is a copy of an item that says something else in one field: what another
// item says there, or what none says. One in ten is the same.
func (t tears) other(c *call, item body, all []body) body {
	fields := t.fields(c, item, nil)
	copied := deep(item)
	if len(fields) == 0 || t.r.IntN(10) == 0 {
		return copied
	}
	at := fields[t.r.IntN(len(fields))]
	holder := copied
	for _, key := range at[:len(at)-1] {
		holder = holder[key].(body)
	}
	key := at[len(at)-1]
	if len(all) > 0 && t.r.IntN(2) == 0 {
		if v, there := under(deep(all[t.r.IntN(len(all))]), at); there && v != nil {
			holder[key] = v
			return copied
		}
	}
	holder[key] = t.changed(holder[key])
	return copied
}

func (t tears) changed(v any) any {
	switch v := v.(type) {
	case bool:
		return !v
	case float64:
		return v + 1
	case []any:
		if len(v) == 0 {
			return []any{"another"}
		}
		if at := t.r.IntN(len(v)); t.r.IntN(2) == 0 {
			if one, object := v[at].(body); object && len(one) > 0 { // one of the objects says something else
				key := slices.Sorted(maps.Keys(one))[t.r.IntN(len(one))]
				one[key] = t.changed(one[key])
				return v
			}
		}
		if _, object := v[0].(body); object || t.r.IntN(2) == 0 {
			return v[:len(v)-1]
		}
		return append(v, "another")
	case string:
		words := []string{
			"Accept", "Drop", "Active", "Running", "Stopped", "ingress", "egress", "0.0.0.0/0", "10.1.1.0/24", "9200/9200", "1/65535", "on", "off", "white", "black",
			"public", "local", "VpcPeer", "inactive", "normal", "enterprise", "Available", "tcp", "Any", "internet", "intranet", "10.1.1.20", "zone-b", "System",
		}
		return words[t.r.IntN(len(words))]
	}
	return "another"
}

// fields are the ways to what a copy may say differently: not which object it is.
func (t tears) fields(c *call, v body, way []string) [][]string {
	var out [][]string
	for _, key := range slices.Sorted(maps.Keys(v)) {
		at := append(slices.Clone(way), key)
		if slices.Contains(identities(c), strings.Join(at, ".")) {
			continue
		}
		if inner, is := v[key].(body); is {
			out = append(out, t.fields(c, inner, at)...)
			continue
		}
		if v[key] != nil {
			out = append(out, at)
		}
	}
	return out
}

// identities are the fields of a call's items that say which object it is, or
// whose.
func identities(c *call) []string {
	switch c.operation {
	case "ListInstance", "DescribeInstance":
		return []string{"instanceId", "Result.instanceId"}
	case "DescribeInstances", "ListVpcPeerConnections":
		return []string{"InstanceId"}
	case "ListVpcEndpoints":
		return []string{"endpointId"}
	case "ListKibanaPvlNetwork":
		return []string{"pvlId"}
	case "DescribeNetworkInterfaces":
		return []string{"NetworkInterfaceId"}
	case "DescribeSecurityGroups":
		return []string{"SecurityGroupId"}
	case "DescribeSecurityGroupAttribute":
		return []string{"SecurityGroupRuleId", "SecurityGroupId"}
	case "DescribeVpcs":
		return []string{"VpcId"}
	case "DescribeVSwitches":
		return []string{"VSwitchId"}
	case "DescribeRouteTableList":
		return []string{"RouteTableId"}
	case "DescribeRouteEntryList":
		return []string{"RouteEntryId"}
	case "DescribeNetworkAcls", "DescribeNetworkAclAttributes":
		return []string{"NetworkAclId", "NetworkAclAttribute.NetworkAclId"}
	case "DescribeNatGateways":
		return []string{"NatGatewayId"}
	case "DescribeForwardTableEntries":
		return []string{"ForwardEntryId", "ForwardTableId", "NatGatewayId"}
	case "DescribeEipAddresses":
		return []string{"AllocationId"}
	case "DescribeCenAttachedChildInstances":
		return []string{"ChildInstanceId"}
	case "ListTransitRouters":
		return []string{"TransitRouterId", "CenId"}
	case "ListServerGroups":
		return []string{"ServerGroupId"}
	case "ListVpcEndpointServices", "GetVpcEndpointServiceAttribute":
		return []string{"ServiceId"}
	case "ListVpcEndpointConnections":
		return []string{"ServiceId", "EndpointId"}
	case "ListListeners", "GetListenerAttribute":
		return []string{"ListenerId", "LoadBalancerId"}
	}
	return []string{"LoadBalancerId", "ListenerPort", "ListenerProtocol", "CenId", "ServiceId", "ListenerId"}
}

// under is what stands at the end of a way.
func under(v body, way []string) (any, bool) {
	for _, key := range way[:len(way)-1] {
		inner, is := v[key].(body)
		if !is {
			return nil, false
		}
		v = inner
	}
	last, there := v[way[len(way)-1]]
	return last, there
}

// deep is a copy that shares nothing.
func deep(b body) body {
	raw, err := json.Marshal(b)
	if err != nil {
		panic(fmt.Sprintf("copy an item: %v", err))
	}
	var out body
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(fmt.Sprintf("copy an item: %v", err))
	}
	return out
}
