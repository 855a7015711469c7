package main

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// outside tells of objects in an estate whose inner workings the model leaves
// out (docs/limits.md): no verdict is made of them, neither good nor bad. Products
// that are not collected show themselves in what they leave in an account: roles
// of theirs, and the backends that point at them.
func outside(s *snapshot.Snapshot) []string {
	var out []string
	say := func(n int, noun, left string) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s: %s", n, plural(n, noun), left))
		}
	}
	const declared = "what is behind it is known as far as onprem declares it"
	say(count(s, snapshot.ALB, nil), "ALB", "no verdict counts a way through an ALB")
	say(behind(s, snapshot.EndpointService, snapshot.Resources, "ResourceType", "alb", "gwlb"), "endpoint service resource", "an ALB or Gateway Load Balancer, whose forwarding is not evaluated")
	say(behind(s, snapshot.NLBServerGroup, snapshot.Servers, "ServerType", "alb"), "NLB server", "an ALB, whose forwarding rules are not evaluated")
	say(count(s, snapshot.VPNGateway, nil), "VPN gateway", declared)
	say(count(s, snapshot.RouterInterface, nil), "router interface", declared)
	say(behind(s, snapshot.CEN, snapshot.Children, "ChildInstanceType", "vbr", "ccn"), "CEN attachment", "no VPC (VBR or CCN), and "+declared)
	say(count(s, snapshot.RAMPolicy, speaksOfLogstash), "policy document", "about Logstash, which is not collected: where it reaches a cluster, it is an address like any other")
	for _, p := range leaving() {
		if n := count(s, snapshot.RAMRole, func(o snapshot.Object) bool { return o.ID == p.role }); n > 0 {
			out = append(out, fmt.Sprintf("the role %s shows that %s", p.role, p.shows))
		}
	}
	return out
}

// leaving are products that are not collected, by the service-linked roles that
// they make in accounts which use them: of Elasticsearch, help.aliyun.com/zh/es
// (service-linked roles); of Resource Directory, doc-detail/171132.
func leaving() []struct{ role, shows string } {
	const not = " is or was used: not collected, no verdict is made of it"
	return []struct{ role, shows string }{
		{"AliyunServiceRoleForESServerless", "Elasticsearch Serverless" + not},
		{"AliyunServiceRoleForElasticsearchCollector", "the shipper of Beats" + not},
		{"AliyunServiceRoleForOpenSearch", "OpenSearch" + not},
		{"AliyunServiceRoleForSearchEngine", "OpenSearch (vector and recall engine)" + not},
		{"AliyunServiceRoleForResourceDirectory", "the account is or was in a resource directory: control policies, which can only take away what RAM grants, are not evaluated"},
	}
}

// speaksOfLogstash reports whether a policy of the account's own names Logstash: its
// operations, or the resource type logstashes of Elasticsearch's ARNs. Nothing else
// that is collected shows that there is one.
func speaksOfLogstash(o snapshot.Object) bool {
	return strings.HasPrefix(o.ID, "Custom/") && mentions(o.Aspect(snapshot.Document), "logstash")
}

// mentions reports whether a text within a value has a word, in any case.
func mentions(n *snapshot.Node, word string) bool {
	return strings.Contains(strings.ToLower(n.Text()), word) || slices.ContainsFunc(n.Items(), func(item *snapshot.Node) bool { return mentions(item, word) })
}

// count counts objects of a kind; which is nil for all.
func count(s *snapshot.Snapshot, kind snapshot.Kind, which func(snapshot.Object) bool) int {
	n := 0
	for _, account := range s.Accounts() {
		for _, o := range account.Objects(kind) {
			if which == nil || which(o) {
				n++
			}
		}
	}
	return n
}

// behind counts the items of an aspect whose field has one of some values, in any
// case.
func behind(s *snapshot.Snapshot, kind snapshot.Kind, aspect snapshot.Aspect, field string, values ...string) int {
	n := 0
	for _, account := range s.Accounts() {
		for _, o := range account.Objects(kind) {
			for _, item := range o.Aspect(aspect).Items() {
				if slices.Contains(values, strings.ToLower(item.Get(field).Text())) {
					n++
				}
			}
		}
	}
	return n
}
