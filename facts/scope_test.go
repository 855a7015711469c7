package facts

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
)

// story gives the graph of an estate after some edits.
func story(t *testing.T, name string, c config.Config, edits ...estate.Edit) *graph.Graph {
	t.Helper()
	for _, s := range estate.Stories() {
		if s.Name != name {
			continue
		}
		part, err := estate.Apply(s.Accounts[0].Part(), edits)
		if err != nil {
			t.Fatal(err)
		}
		shot, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		return graph.Build(shot, c)
	}
	t.Fatalf("no estate %q", name)
	return nil
}

// members says of every object that a scope is about whether it is in it, as
// "yes service", "unknown" with the calls that would settle it, or "no".
func members(g *graph.Graph) map[string]string {
	s, out := newScope(g), map[string]string{}
	for _, b := range g.Balancers() {
		out[b.ID] = inWords(s.balancer(b))
	}
	for _, nat := range g.Gateways() {
		out[nat.ID] = inWords(s.gateway(nat.Account, nat.Region, nat.ID))
	}
	for _, a := range g.Snapshot().Accounts() {
		for _, o := range a.Objects("ecs") {
			out[o.ID] = inWords(s.host(a, o.Region, o.ID))
		}
		for _, o := range a.Objects("vswitch") {
			out[o.ID] = inWords(s.vswitch(a, o.Region, o.ID))
		}
	}
	return out
}

func inWords(m Membership) string {
	words := []string{m.Value}
	if m.Value == "unknown" {
		for _, c := range m.Settle {
			words = append(words, strings.Fields(c.Call)[0])
		}
	}
	for _, r := range m.Because {
		if m.Value == "yes" && r.Match == "yes" && !slices.Contains(words, r.By) {
			words = append(words, r.By)
		}
	}
	return strings.Join(words, " ")
}

func TestScope(t *testing.T) {
	proxy := config.Config{Proxies: []config.Proxy{{ECS: "i-bp1story1", Listen: 8080, Cluster: "es-cn-story000001", Port: 9200}}}
	deny := func(calls ...string) []estate.Edit {
		var out []estate.Edit
		for _, c := range calls {
			out = append(out, estate.Edit{Call: c, Deny: true})
		}
		return out
	}
	forward := func(to string) []estate.Edit {
		return []estate.Edit{{Call: "vpc.DescribeForwardTableEntries", Set: map[string]any{"/ForwardTableEntries/ForwardTableEntry/0/InternalIp": to}}}
	}
	for _, c := range []struct {
		name, estate string
		config       config.Config
		edits        []estate.Edit
		want         map[string]string
	}{
		{"behind an endpoint service", "e1-ldap", config.Config{}, nil, map[string]string{
			"lb-bp1ldap": "yes service", "i-bp1ldap1": "yes backend", "i-bp1story1": "no", "vsw-bp1storyi": "yes host", "vsw-bp1storyh": "no",
		}},
		{"a proxy's load balancer that is not declared", "net-002-other-targets", config.Config{}, nil, map[string]string{
			"lb-bp1proxy": "no", "i-bp1story1": "no",
		}},
		{"a declared proxy", "net-002-other-targets", proxy, nil, map[string]string{
			"lb-bp1proxy": "yes proxy", "i-bp1story1": "yes proxy backend", "vsw-bp1storyh": "yes host",
		}},
		{"addresses of a cluster", "p5-published", config.Config{}, nil, map[string]string{
			"nlb-archive00000001": "yes cluster", "i-bp1story1": "no", "vsw-bp1storyh": "yes balancer", "vsw-bp1storyi": "yes balancer",
		}},
		{"nodes not read", "p5-published", config.Config{}, deny("elasticsearch.ListAllNode es-cn-archive00001"), map[string]string{
			"nlb-archive00000001": "unknown elasticsearch:ListAllNode", "i-bp1story1": "no", "vsw-bp1storyh": "unknown elasticsearch:ListAllNode",
		}},
		{"clusters not read", "net-002-other-targets", config.Config{}, deny("elasticsearch.ListInstance"), map[string]string{
			"lb-bp1ldap": "yes service", "lb-bp1proxy": "no", "i-bp1ldap1": "yes backend",
		}},
		{"services not read", "net-002-other-targets", config.Config{}, deny("privatelink.ListVpcEndpointServices"), map[string]string{
			"lb-bp1ldap": "yes service", "lb-bp1proxy": "no",
		}},
		{"resources not read", "net-002-other-targets", config.Config{}, deny("privatelink.ListVpcEndpointServiceResources"), map[string]string{
			"lb-bp1ldap":  "unknown privatelink:ListVpcEndpointServiceResources",
			"lb-bp1proxy": "unknown privatelink:ListVpcEndpointServiceResources",
			"i-bp1story1": "unknown privatelink:ListVpcEndpointServiceResources",
		}},
		{"endpoints not read", "net-002-other-targets", config.Config{}, deny("elasticsearch.ListVpcEndpoints"), map[string]string{
			"lb-bp1ldap": "unknown elasticsearch:ListVpcEndpoints", "lb-bp1proxy": "no",
		}},
		{"servers not read", "net-002-other-targets", config.Config{}, deny("slb.DescribeVServerGroupAttribute"), map[string]string{
			"lb-bp1ldap": "yes service", "lb-bp1proxy": "unknown slb:DescribeVServerGroupAttribute",
			"i-bp1ldap1": "unknown slb:DescribeVServerGroupAttribute slb:DescribeVServerGroupAttribute",
		}},
		{"load balancers not read", "e1-ldap", config.Config{}, deny("slb.DescribeLoadBalancers"), map[string]string{
			"lb-bp1ldap": "yes service", "i-bp1ldap1": "yes backend", "i-bp1story1": "unknown slb:DescribeLoadBalancers",
			"vsw-bp1storyh": "unknown slb:DescribeLoadBalancers",
		}},
		{"forwarded to a cluster", "p6-forwarded", config.Config{}, nil, map[string]string{"ngw-bp1story": "yes cluster"}},
		{"forwarded to Kibana", "p6-forwarded", config.Config{}, forward("10.10.1.114"), map[string]string{"ngw-bp1story": "yes node"}},
		{"forwarded to a proxy", "p6-forwarded", proxy, forward("10.10.1.10"), map[string]string{"ngw-bp1story": "yes proxy"}},
		{"forwarded to a host", "p6-forwarded", config.Config{}, forward("10.10.1.10"), map[string]string{"ngw-bp1story": "no"}},
		{"entries not read", "p6-forwarded", config.Config{}, deny("vpc.DescribeForwardTableEntries"), map[string]string{
			"ngw-bp1story": "unknown vpc:DescribeForwardTableEntries",
		}},
	} {
		got := members(story(t, c.estate, c.config, c.edits...))
		for id, want := range c.want {
			if got[id] != want {
				t.Errorf("%s: %s is %q, want %q", c.name, id, got[id], want)
			}
		}
	}
}

// Without any one call nothing leaves the scope that was in it: it is in it, not
// there any more, or unknown.
func TestScopeLosesNothing(t *testing.T) {
	proxy := config.Config{Proxies: []config.Proxy{{ECS: "i-bp1story1", Listen: 8080, Cluster: "es-cn-story000001", Port: 9200}}}
	inside := 0
	for _, name := range []string{"e1-ldap", "e1-reindex", "net-002-other-targets", "p5-published", "p6-forwarded"} {
		whole := members(story(t, name, proxy))
		asked := map[string]bool{}
		for _, s := range estate.Stories() {
			if s.Name != name {
				continue
			}
			for _, a := range s.Accounts[0].Part().Answers {
				asked[a.Product+"."+a.Operation] = true
			}
		}
		for call := range asked {
			got := members(story(t, name, proxy, estate.Edit{Call: call, Deny: true}))
			for id, was := range whole {
				now, there := got[id]
				if strings.HasPrefix(was, "yes") {
					inside++
					if there && now == "no" {
						t.Errorf("%s without %s: %s was %q, is %q", name, call, id, was, now)
					}
				}
			}
		}
	}
	if inside < 100 {
		t.Errorf("only %d were in a scope", inside)
	}
}

// The order of answers changes nothing.
func TestScopeHasOneOrder(t *testing.T) {
	for _, name := range []string{"demo", "half-blind"} {
		one, err := json.Marshal(Build(story(t, name, config.Config{})))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if other, err := json.Marshal(Build(story(t, name, config.Config{}))); err != nil || !bytes.Equal(other, one) {
				t.Fatalf("%s: two builds of one estate differ (%v)", name, err)
			}
		}
	}
}
