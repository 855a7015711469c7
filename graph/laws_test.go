package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/netset"
)

// The laws of SEMANTICS 11, on random estates.

// seeds is how many estates a law is tried on.
func seeds(n int) int {
	switch {
	case os.Getenv("ESAUDIT_LONG") != "":
		return 20 * n
	case testing.Short():
		return (n + 2) / 3
	}
	return n
}

func graphOf(t testing.TB, c config.Config, parts ...recording.Part) *graph.Graph {
	t.Helper()
	return newTwins(t, c, parts...).fast
}

// bodyOf decodes the body of an answer; nil when it has none.
func bodyOf(t testing.TB, a api.Answer) any {
	t.Helper()
	if a.Body == nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(a.Body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// edited changes the body of every answer.
func edited(t testing.TB, p recording.Part, change func(api.Answer, any) any) recording.Part {
	t.Helper()
	p.Answers = slices.Clone(p.Answers)
	for i, a := range p.Answers {
		if body := bodyOf(t, a); body != nil {
			p.Answers[i].Body = encoded(t, change(a, body))
		}
	}
	return p
}

// ask answers a question: its verdict, or "error".
func ask(g *graph.Graph, q [2]string) string {
	a, err := g.Reach(q[0], q[1])
	if err != nil {
		return "error"
	}
	return a.Verdict.String()
}

// compareAll asks questions before and after a change.
func compareAll(t *testing.T, what string, before, after *graph.Graph, questions [][2]string, rename func(string) string, right func(before, after string) bool) {
	t.Helper()
	for _, q := range questions {
		old, now := ask(before, q), ask(after, [2]string{rename(q[0]), rename(q[1])})
		if !right(old, now) {
			a, _ := before.Reach(q[0], q[1])
			b, _ := after.Reach(rename(q[0]), rename(q[1]))
			t.Fatalf("%s: %s -> %s was %s, is %s\n%s\n\n%s", what, q[0], q[1], old, now, told(a), told(b))
		}
	}
}

func unchanged(s string) string             { return s }
func sameVerdict(before, after string) bool { return before == after }

// orLost allows an id that was certainly not there to be nowhere known.
func orLost(before, after string) bool {
	return before == after || before == "error" && after == "unknown"
}

// Adding an allow entry never shrinks a reachable set.
func TestAllowEntriesNeverShrink(t *testing.T) {
	for seed := range seeds(60) {
		r := rand.New(rand.NewPCG(uint64(seed), 21))
		e := wild.New(uint64(seed))
		before := graphOf(t, e.Config, e.Part)
		cidr := []string{"0.0.0.0/0", "10.0.0.0/8", "203.0.113.0/24", "10.1.2.20/32", "2001:db8::/32"}[r.IntN(5)]
		part := edited(t, e.Part, func(a api.Answer, v any) any { return allowed(r, v, cidr) })
		after := graphOf(t, e.Config, part)
		what := fmt.Sprintf("seed %d: allowing %s", seed, cidr)
		compareAll(t, what, before, after, e.Questions(r, 60), unchanged, func(before, after string) bool {
			return before != "reachable" || after == "reachable"
		})
		for _, to := range e.Targets() {
			a, err := before.Sources(to)
			if err != nil {
				continue
			}
			b, err := after.Sources(to)
			if err != nil {
				t.Fatal(err)
			}
			small, large := reachableSets(a), reachableSets(b)
			for key, set := range small {
				if !large[key].ContainsSet(set) {
					t.Fatalf("%s: %s: %s lost %s", what, to, key, set.Minus(large[key]))
				}
			}
		}
	}
}

// allowed adds an allow entry to each list that is one, now and then.
func allowed(r *rand.Rand, v any, cidr string) any {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(mapKeys(v)) {
			list, ok := v[key].([]any)
			if v[key] = allowed(r, v[key], cidr); !ok || r.IntN(3) == 0 {
				continue
			}
			at := r.IntN(len(list) + 1)
			entry := map[string]any{"Policy": "accept", "Protocol": "all", "Port": "-1/-1"}
			switch key {
			case "publicIpWhitelist", "privateNetworkIpWhiteList", "kibanaIPWhitelist", "kibanaPrivateIPWhitelist", "ips":
				v[key] = slices.Insert(slices.Clone(list), at, any(cidr))
			case "IngressAclEntry":
				entry["SourceCidrIp"] = cidr
				v[key] = slices.Insert(slices.Clone(list), at, any(entry))
			case "EgressAclEntry":
				entry["DestinationCidrIp"] = cidr
				v[key] = slices.Insert(slices.Clone(list), at, any(entry))
			case "Permission":
				rule := map[string]any{"SecurityGroupRuleId": "sgr-more", "Policy": "Accept", "IpProtocol": "ALL", "PortRange": "-1/-1", "Priority": r.IntN(4), "Direction": "ingress"}
				rule["SourceCidrIp"] = cidr
				if strings.Contains(cidr, "::") {
					delete(rule, "SourceCidrIp")
					rule["Ipv6SourceCidrIp"] = cidr
				}
				v[key] = slices.Insert(slices.Clone(list), at, any(rule))
			}
		}
	case []any:
		for i := range v {
			v[i] = allowed(r, v[i], cidr)
		}
	}
	return v
}

func mapKeys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// reachableSets are the reachable addresses and hosts of each port, by whom.
func reachableSets(s graph.Sources) map[string]netset.Set {
	out := map[string]netset.Set{}
	add := func(key string, set netset.Set) { out[key] = out[key].Union(set) }
	for _, o := range s.Entries {
		at := fmt.Sprintf("kibana %v %d ", strings.HasPrefix(o.Entry, "kibana"), o.Port)
		add(at+"internet", o.Internet.Reachable)
		for _, v := range o.Via {
			add(at+"internet", v.Internet.Reachable)
		}
		for vpc, a := range o.VPCs {
			add(at+vpc, a.Reachable)
		}
		for _, id := range o.Hosts.Reachable {
			add(at+id, netset.AllV4())
		}
	}
	return out
}

// Removing data never turns anything into reachable or blocked.
func TestRemovedDataLeavesUnknown(t *testing.T) {
	removed := map[string]int{}
	for seed := range seeds(150) {
		r := rand.New(rand.NewPCG(uint64(seed), 22))
		e := wild.New(uint64(seed))
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

// Neither the order of objects and answers nor the ids of objects change a
// verdict.
func TestOrderAndNamesDoNotMatter(t *testing.T) {
	ids := regexp.MustCompile(`(?i)-w\d\d`)
	for seed := range seeds(100) {
		r := rand.New(rand.NewPCG(uint64(seed), 23))
		e := wild.New(uint64(seed))
		before := graphOf(t, e.Config, e.Part)
		questions := e.Questions(r, 60)
		mixed := edited(t, e.Part, func(_ api.Answer, v any) any { shuffle(r, v); return v })
		r.Shuffle(len(mixed.Answers), func(i, j int) { mixed.Answers[i], mixed.Answers[j] = mixed.Answers[j], mixed.Answers[i] })
		compareAll(t, fmt.Sprintf("seed %d in another order", seed), before, graphOf(t, e.Config, mixed), questions, unchanged, sameVerdict)

		order := r.Perm(100)
		rename := func(s string) string {
			return ids.ReplaceAllStringFunc(s, func(id string) string {
				n := int(id[2]-'0')*10 + int(id[3]-'0')
				return fmt.Sprintf("-%c%02d", id[1]+1, order[n])
			})
		}
		named := mixed
		named.Answers = slices.Clone(mixed.Answers)
		for i, a := range named.Answers {
			params := map[string]string{}
			for k, v := range a.Params {
				params[k] = rename(v)
			}
			named.Answers[i].Params = params
			if a.Body != nil {
				named.Answers[i].Body = []byte(rename(string(a.Body)))
			}
		}
		var declared config.Config
		if err := json.Unmarshal([]byte(rename(string(encoded(t, e.Config)))), &declared); err != nil {
			t.Fatal(err)
		}
		compareAll(t, fmt.Sprintf("seed %d under other names", seed), before, graphOf(t, declared, named), questions, rename, sameVerdict)
	}
}

// shuffle puts lists into another order, but for those in which it counts.
func shuffle(r *rand.Rand, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(mapKeys(v)) {
			shuffle(r, v[key])
			list, ok := v[key].([]any)
			if ok && !slices.Contains([]string{"IngressAclEntry", "EgressAclEntry", "NextHop", "IpAddress"}, key) {
				r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			}
		}
	case []any:
		for _, item := range v {
			shuffle(r, item)
		}
	}
}

// Two disjoint estates merged answer as before: of two accounts, of two regions
// of one, and where all is known of one region.
func TestMergedEstatesAnswerAsBefore(t *testing.T) {
	for seed := range seeds(60) {
		n := uint64(seed)
		first := wild.New(n)
		for _, o := range []struct {
			what    string
			options wild.Options
		}{
			{"another account", wild.Options{Seed: n + 1000, Account: "2345678901234567", Tag: "v", Rough: -1, Blind: -1}},
			{"another region", wild.Options{Seed: n + 1000, Account: "1234567890123456", Tag: "v", Regions: []string{"eu-central-1"}, Rough: -1, Blind: -1}},
			{"the same region", wild.Options{Seed: n + 1000, Account: "1234567890123456", Tag: "v", Regions: []string{"cn-hangzhou"}}},
		} {
			a := first
			if o.what == "the same region" {
				a = wild.With(wild.Options{Seed: n, Account: "1234567890123456", Tag: "w", Regions: []string{"cn-hangzhou"}})
			}
			b := wild.With(o.options)
			c := config.Config{Proxies: slices.Concat(a.Config.Proxies, b.Config.Proxies), OnPrem: slices.Concat(a.Config.OnPrem, b.Config.OnPrem), Architecture: map[string]string{}}
			for _, x := range []*wild.Estate{a, b} {
				for id, value := range x.Config.Architecture {
					c.Architecture[id] = value
				}
			}
			parts := []recording.Part{a.Part, b.Part}
			if o.what == "the same region" {
				parts = []recording.Part{united(t, a.Part, b.Part)}
			}
			merged := graphOf(t, c, parts...)
			for _, x := range []*wild.Estate{a, b} {
				questions := x.Questions(rand.New(rand.NewPCG(n, 24)), 40)
				compareAll(t, fmt.Sprintf("seed %d beside %s", seed, o.what), graphOf(t, x.Config, x.Part), merged, questions, unchanged, orLost)
			}
		}
	}
}

// united merges the recordings of one region: of a list, the pages of both with
// the total of both.
func united(t testing.TB, a, b recording.Part) recording.Part {
	t.Helper()
	totals := map[string]int{}
	count := func(p recording.Part) {
		seen := map[string]bool{}
		for _, x := range p.Answers {
			key := fmt.Sprint(x.Region, x.Operation, x.Params)
			body, _ := bodyOf(t, x).(map[string]any)
			n, ok := body["TotalCount"].(json.Number)
			if ok && !seen[key] {
				m, _ := n.Int64()
				totals[key] += int(m)
			}
			seen[key] = true
		}
	}
	count(a)
	count(b)
	a.Answers = slices.Concat(a.Answers, b.Answers)
	return edited(t, a, func(x api.Answer, v any) any {
		if body, ok := v.(map[string]any); ok && body["TotalCount"] != nil {
			body["TotalCount"] = totals[fmt.Sprint(x.Region, x.Operation, x.Params)]
		}
		return v
	})
}

// 0.0.0.0/1 and 128.0.0.0/1 answer as 0.0.0.0/0, wherever it stands.
func TestHalvesAnswerAsTheWhole(t *testing.T) {
	split := 0
	for seed := range seeds(80) {
		e := wild.New(uint64(seed))
		part := edited(t, e.Part, func(_ api.Answer, v any) any { return halved(v, &split) })
		before, after := graphOf(t, e.Config, e.Part), graphOf(t, e.Config, part)
		compareAll(t, fmt.Sprintf("seed %d in halves", seed), before, after, e.Questions(rand.New(rand.NewPCG(uint64(seed), 25)), 80), unchanged, sameVerdict)
		for _, to := range e.Targets() {
			a, errA := before.Sources(to)
			b, errB := after.Sources(to)
			if (errA == nil) != (errB == nil) || string(encoded(t, a.Entries)) != string(encoded(t, b.Entries)) {
				t.Fatalf("seed %d: the sources of %s differ", seed, to)
			}
		}
	}
	if split < seeds(80) {
		t.Errorf("%d entries were divided only", split)
	}
}

func halved(v any, split *int) any {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = halved(inner, split)
		}
	case []any:
		var out []any
		for _, item := range v {
			out = append(out, halves(halved(item, split), split)...)
		}
		if out == nil {
			return v
		}
		return out
	}
	return v
}

// halves divides one item of a list that speaks of 0.0.0.0/0.
func halves(item any, split *int) []any {
	const whole = "0.0.0.0/0"
	if item == whole {
		*split++
		return []any{"0.0.0.0/1", "128.0.0.0/1"}
	}
	o, ok := item.(map[string]any)
	if !ok {
		return []any{item}
	}
	for key, value := range o {
		if value != whole {
			continue
		}
		*split++
		second := map[string]any{}
		for k, v := range o {
			second[k] = v
			if id, ok := v.(string); ok && (k == "SecurityGroupRuleId" || k == "RouteEntryId") {
				second[k] = id + "b"
			}
		}
		o[key], second[key] = "0.0.0.0/1", "128.0.0.0/1"
		return []any{o, second}
	}
	return []any{item}
}

// The law of SEMANTICS 9: sets say what single questions do.
func TestSetsOfRandomEstates(t *testing.T) {
	asked := map[string]int{}
	for seed := range seeds(24) {
		e := wild.New(uint64(seed))
		g := graphOf(t, e.Config, e.Part)
		for _, to := range e.Targets() {
			if _, err := g.Sources(to); err == nil {
				checkTarget(t, g, fmt.Sprintf("seed %d", seed), to, asked)
			}
		}
		if t.Failed() {
			return
		}
	}
	for _, kind := range []string{"internet reachable", "internet blocked", "internet unknown", "vpc reachable", "vpc blocked", "vpc unknown", "ecs reachable", "ecs blocked", "ecs unknown"} {
		if asked[kind] < 30 {
			t.Errorf("%s was asked %d times only", kind, asked[kind])
		}
	}
}
