package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
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
	s, err := collector.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	return graph.Build(s, c)
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
		e := wild.Whole(uint64(seed))
		before := graphOf(t, e.Config, e.Part)
		cidr := []string{"0.0.0.0/0", "10.0.0.0/8", "203.0.113.0/24", "10.1.2.20/32", "2001:db8::/32"}[r.IntN(5)]
		part := edited(t, e.Part, func(a api.Answer, v any) any { return allowed(t, uint64(seed), v, cidr) })
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
func allowed(t testing.TB, seed uint64, v any, cidr string) any {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(mapKeys(v)) {
			list, ok := v[key].([]any)
			sum := fnv.New64a()
			sum.Write(encoded(t, v[key]))
			r := rand.New(rand.NewPCG(seed, sum.Sum64())) // a list that answers give twice gets the same
			if v[key] = allowed(t, seed, v[key], cidr); !ok || r.IntN(3) == 0 {
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
				rule := map[string]any{"SecurityGroupRuleId": fmt.Sprintf("sgr-%x", sum.Sum64()), "Policy": "Accept", "IpProtocol": "ALL", "PortRange": "-1/-1", "Priority": r.IntN(4), "Direction": "ingress"}
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
			v[i] = allowed(t, seed, v[i], cidr)
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
