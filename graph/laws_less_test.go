package graph_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/internal/wild"
)

// Removing data never turns anything into reachable or blocked.
func TestRemovedDataLeavesUnknown(t *testing.T) {
	removed := map[string]int{}
	for seed := range seeds(150) {
		r := rand.New(rand.NewPCG(uint64(seed), 22))
		e := wild.Whole(uint64(seed))
		if len(e.Part.Answers) == 0 {
			continue
		}
		before := graphOf(t, e.Config, e.Part)
		questions := e.Questions(r, 40)
		for range 4 {
			part, what := lessOf(t, r, e.Part)
			removed[strings.Fields(what)[0]]++
			after := graphOf(t, e.Config, part)
			compareAll(t, fmt.Sprintf("seed %d: %s", seed, what), before, after, questions, unchanged, func(before, after string) bool {
				return before == after || after == "unknown" || after == "error"
			})
		}
	}
	for _, how := range []string{"call", "refused", "field"} {
		if removed[how] < seeds(150)/2 {
			t.Errorf("%s was removed %d times only", how, removed[how])
		}
	}
}

// lessOf takes something out of a recording: a call with all its pages, one
// answer that is refused instead, or a field of an object.
func lessOf(t testing.TB, r *rand.Rand, p recording.Part) (recording.Part, string) {
	t.Helper()
	at := r.IntN(len(p.Answers))
	a := p.Answers[at]
	p.Answers = slices.Clone(p.Answers)
	name := fmt.Sprintf("%s %v", a.Operation, a.Params)
	switch r.IntN(4) {
	case 0:
		p.Answers = slices.DeleteFunc(p.Answers, func(x api.Answer) bool {
			return x.Region == a.Region && x.Operation == a.Operation && fmt.Sprint(x.Params) == fmt.Sprint(a.Params)
		})
		return p, "call " + name
	case 1:
		p.Answers[at].Status, p.Answers[at].Body = 403, []byte(`{"Code":"Forbidden.RAM"}`)
		return p, "refused " + name
	}
	body := bodyOf(t, a)
	holders := fieldsOf(body)
	if len(holders) == 0 {
		return p, "nothing"
	}
	// The same field is taken out of every answer that has the object.
	key := holders[r.IntN(len(holders))]
	part := edited(t, p, func(x api.Answer, v any) any {
		if x.Region == a.Region && x.Product == a.Product {
			without(v, key[0], key[1])
		}
		return v
	})
	return part, "field " + key[1] + " of " + key[0] + ": " + name
}

// fieldsOf lists the fields that objects with an id can lose, as id and field.
func fieldsOf(v any) [][2]string {
	var out [][2]string
	switch v := v.(type) {
	case map[string]any:
		id := identity(v)
		for _, key := range slices.Sorted(mapKeys(v)) {
			if id != "" && !means(key) {
				out = append(out, [2]string{id, key})
			}
			out = append(out, fieldsOf(v[key])...)
		}
	case []any:
		for _, item := range v {
			out = append(out, fieldsOf(item)...)
		}
	}
	return out
}

// identity is the id of an object; "" when it has none.
func identity(o map[string]any) string {
	for _, key := range []string{
		"instanceId", "endpointId", "pvlId", "SecurityGroupRuleId", "RouteEntryId", "ForwardEntryId", "ListenerId", "ServerGroupId", "VSwitchId",
		"NetworkInterfaceId", "AllocationId", "LoadBalancerId", "NatGatewayId", "ServiceId", "SecurityGroupId", "InstanceId",
	} {
		if id, ok := o[key].(string); ok {
			return id
		}
	}
	return ""
}

// means tells fields whose absence says something (SEMANTICS 3 to 8), that name
// an object, or join it to another.
func means(key string) bool {
	return strings.HasSuffix(strings.ToLower(key), "id") || slices.Contains([]string{
		"NetworkAclId", "Priority", "port", "publicPort", "kibanaPort", "kibanaPrivatePort", "AddressIPVersion", "AddressIpVersion", "SourceCidrIp", "DestCidrIp",
		"Ipv6SourceCidrIp", "Ipv6DestCidrIp", "publicIpWhitelist", "privateNetworkIpWhiteList", "kibanaIPWhitelist", "kibanaPrivateIPWhitelist",
		"networkConfig", "Ipv6CidrBlock", "Ipv6AddressType", "EipAddress", "NextHops", "TCPListenerConfig", "UDPListenerConfig", "Type", "endpoints", "NextToken", "TotalCount",
		"zoneId", "ListenerPort", "ListenerProtocol", "ZoneMappings", "ServerIp", "NextHopType", "InternalIp", "AclId", "ForwardTableIds", "RouteTable",
		"Permissions", "NextHopId", "VpcAttributes", "SecurityGroupIds", "Vpc", "AcceptingVpc", "ServerGroupInfos", "BackendServers",
	}, key)
}

// without takes a field out of the objects with an id.
func without(v any, id, field string) {
	switch v := v.(type) {
	case map[string]any:
		if identity(v) == id {
			delete(v, field)
		}
		for _, inner := range v {
			without(inner, id, field)
		}
	case []any:
		for _, item := range v {
			without(item, id, field)
		}
	}
}
