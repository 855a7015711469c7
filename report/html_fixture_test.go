package report

import (
	"fmt"
	"strings"
	"testing"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/snapshot"
)

// The estate of the page's fixture holds every status, a long value, and names
// made to break out of a page.
const (
	htmlBreakout = `"'><script>alert(1)</script><img src=x onerror=alert(2)>`
	htmlTurned   = "billing\u202egnp.exe\u2066"
	htmlHref     = `javascript:alert(3)//`
)

var htmlLong = strings.Repeat("xpack.security.audit: <b>'long'</b> ", 5000/36+1)[:5000]

const htmlSnapshot = `{"schema": "esaudit.snapshot/v1", "accounts": [{
  "id": "1234567890123456", "takenAt": "2026-11-22T00:00:00Z", "regions": ["cn-hangzhou", "cn-shanghai"], "coverage": [],
  "objects": {
    "elasticsearch": {"cn-hangzhou": {
      "es-cn-orders": {"attributes": {"description": "orders", "enablePublic": true, "protocol": "HTTP", "port": 9200,
        "esVersion": "7.10.0_with_X-Pack", "privateNetworkIpWhiteList": ["10.0.0.0/8"],
        "publicIpWhitelist": ["198.51.100.7", "203.0.113.0/24", "0.0.0.0/1", "128.0.0.0/1"], "status": "active"}},
      "es-cn-billing": {"attributes": {"description": %s, "enablePublic": false, "protocol": "HTTPS",
        "publicIpWhitelist": ["0.0.0.0/0"], "status": "active"}},
      "es-cn-logs": {"attributes": {"description": "日志集群", "protocol": "HTTPS", "esConfig": {"note": %s}}}}},
    "nlb": {"cn-hangzhou": {"nlb-front": {"attributes": {"LoadBalancerName": %s, "AddressType": "Internet"}}}}
  }}]}`

func htmlFixture(t testing.TB) (*finding.Report, *snapshot.Snapshot) {
	t.Helper()
	document := fmt.Sprintf(htmlSnapshot, valueText(htmlTurned, true), valueText(htmlLong, true), valueText(htmlBreakout, true))
	root, err := snapshot.ParseJSON([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.New(root)
	if err != nil {
		t.Fatal(err)
	}
	account := "1234567890123456"
	call := func(region, product, operation string, ok int) finding.Call {
		return finding.Call{Account: account, Region: region, Product: product, Operation: operation, OK: ok}
	}
	refused := call("cn-hangzhou", "elasticsearch", "DescribeDynamicSettings", 1)
	refused.Denied, refused.Subjects = 2, []string{"es-cn-logs", "es-cn-orders"}
	plugins := call("cn-shanghai", "elasticsearch", "ListPlugins", 0)
	plugins.Denied, plugins.Subjects = 1, []string{"es-cn-" + htmlBreakout}
	failed := call("cn-shanghai", "slb", "DescribeLoadBalancers", 0)
	failed.Failed, failed.Subjects = 1, []string{""}
	absent := call("global", "cbn", "DescribeCens", 0)
	absent.Absent, absent.Subjects = true, []string{""}
	r := &finding.Report{
		Schema: finding.Schema, Tool: finding.Tool{Name: "esaudit", Version: "0.1.0"},
		Snapshot: finding.Snapshot{Digest: s.Digest(), Accounts: []finding.Account{{ID: account, TakenAt: "2026-11-22T00:00:00Z", Regions: []string{"cn-hangzhou", "cn-shanghai"}}}},
		Coverage: finding.Coverage{Calls: []finding.Call{
			call("cn-hangzhou", "ecs", "DescribeSecurityGroups", 4), refused, call("cn-hangzhou", "elasticsearch", "DescribeInstance", 3),
			plugins, failed, absent, call("global", "ram", "ListUsers", 1),
		}},
		Rules:    htmlRules(),
		Findings: append(htmlFailures(s), htmlOthers(s)...),
	}
	for i, f := range r.Findings {
		r.Findings[i].Fingerprint = finding.Fingerprint(f.Rule, f.Subject.ARN)
		for j, e := range f.Evidence {
			f.Evidence[j].Fingerprint = finding.Fingerprint(f.Rule, f.Subject.ARN, e.Pointer)
		}
	}
	finding.Sort(r.Findings)
	r.Summary = finding.Summarise(r.Findings)
	return r, s
}

// htmlView is the estate of the fixture as a graph draws it, with a balancer and
// a network of hostile names, and a host that no layer shows.
func htmlView() *graph.View {
	v := graph.NewView()
	add := func(kind, key, label, name string) *graph.Thing {
		return v.Add(graph.Thing{Kind: kind, Key: key, Label: label, Name: name, Account: "1234567890123456", Region: "cn-hangzhou"})
	}
	internet := v.Add(graph.Thing{Kind: graph.Internet, Key: "internet"})
	vpc := add(graph.VPC, "vpc-1", "", htmlTurned)
	host := add(graph.Host, "i-1", "", "worker")
	orders, logs := add(graph.ClusterThing, "es-cn-orders", "", "orders"), add(graph.ClusterThing, "es-cn-logs", "", "日志集群")
	public := add(graph.EntryThing, "es-cn-orders es-public:9200", "es-cn-orders es-public 9200", "orders")
	private := add(graph.EntryThing, "es-cn-logs es-private:9200", "es-cn-logs es-private 9200", "logs")
	front := add(graph.LoadBalancer, "nlb-front", "", htmlBreakout)
	listener := add(graph.ListenerThing, "lsn-1", "nlb-front 9200", "")
	join := func(from, to *graph.Thing, kind string, verdict graph.Verdict) {
		v.Connect(from, to, graph.Join{Kind: kind, Verdict: verdict})
	}
	join(vpc, host, "holds", graph.Reachable)
	join(vpc, logs, "holds", graph.Reachable)
	join(internet, public, "reaches", graph.Reachable)
	join(public, orders, "leads", graph.Reachable)
	join(host, private, "reaches", graph.Unknown)
	join(private, logs, "leads", graph.Reachable)
	join(internet, front, "faces", graph.Blocked)
	join(front, listener, "listens", graph.Reachable)
	join(listener, private, "serves", graph.Unknown)
	return v
}

func htmlRules() []finding.Rule {
	rule := func(id, title string, s ...finding.Severity) finding.Rule {
		return finding.Rule{ID: id, Title: title, Severity: s[0], Severities: s, Kinds: []string{"elasticsearch"},
			Basis: []string{"Alibaba Cloud Elasticsearch, High security"}, Controls: []string{"CIS 2.1"},
			Description: "A cluster whose public endpoint admits every address is a data store\nopen to the whole internet.\n\nTwo halves open it as the whole does.",
			Remediation: "Remove the entries that open the list from their groups and keep the\naddresses that need it, or switch public access off.",
			API:         []string{"elasticsearch:ModifyWhiteIps", "elasticsearch:TriggerNetwork"}}
	}
	return []finding.Rule{
		rule("ES-DAT-001", "Automatic snapshots should run at least every seven days", finding.Medium),
		rule("ES-NET-001", "The public whitelist must not admit every address", finding.Critical, finding.Medium),
		rule("ES-NET-004", "LDAP needs a working private connection", finding.High),
		rule("ES-RAM-001", "Nobody should administer every cluster", finding.High, finding.Info),
		rule("ES-SLB-005", "A load balancer should be named after what it serves", finding.Low),
		rule("ES-TLS-001", "HTTPS should be on", finding.High),
		rule("ES-XPK-004", "The audit log should be on", finding.Medium),
	}
}

func htmlCluster(id, name string) finding.Subject {
	return finding.Subject{ARN: "acs:elasticsearch:cn-hangzhou:1234567890123456:instances/" + id, Kind: "elasticsearch",
		ID: id, Region: "cn-hangzhou", Name: name, Account: "1234567890123456"}
}

const htmlObjects = "/accounts/0/objects/"

// htmlProof is evidence for a value of a cluster.
func htmlProof(s *snapshot.Snapshot, at, note string) finding.Evidence {
	return proof(s, htmlObjects+"elasticsearch/cn-hangzhou/"+at, note)
}

func htmlHop(s *snapshot.Snapshot, from, to, control string, v graph.Verdict, why, at string) graph.Hop {
	pointer := htmlObjects + "elasticsearch/cn-hangzhou/" + at
	return graph.Hop{Kind: "P1", From: from, To: to, Control: control, Verdict: v, Why: why, Pointer: pointer, Line: s.Root().Resolve(pointer).Line()}
}

func htmlFailures(s *snapshot.Snapshot) []finding.Finding {
	orders := htmlCluster("es-cn-orders", "orders")
	front := finding.Subject{ARN: "acs:nlb:cn-hangzhou:1234567890123456:loadbalancer/nlb-front", Kind: "nlb", ID: "nlb-front",
		Region: "cn-hangzhou", Name: htmlBreakout, Account: "1234567890123456"}
	user := finding.Subject{ARN: "acs:ram::1234567890123456:user/" + htmlHref, Kind: "ram-user", ID: htmlHref, Name: htmlHref, Account: "1234567890123456"}
	remedy := finding.Remediation{Fix: "whitelist", API: []string{"elasticsearch:ModifyWhiteIps", "elasticsearch:TriggerNetwork"},
		Text: "Remove the entries that open the list from their groups and keep the\naddresses that need it, or switch public access off.\n\nThe instance must be active for both."}
	return []finding.Finding{
		{Rule: "ES-NET-001", Status: finding.Fail, Severity: finding.Critical, Subject: orders, Confidence: "high", Baseline: "new",
			Message: "The public whitelist of es-cn-orders admits every IPv4 address and public access is on.",
			Evidence: []finding.Evidence{
				htmlProof(s, "es-cn-orders/attributes/publicIpWhitelist/2", "half of all IPv4 addresses"),
				htmlProof(s, "es-cn-orders/attributes/publicIpWhitelist/3", "the other half"),
				htmlProof(s, "es-cn-orders/attributes/enablePublic", "public access is on")},
			Path: []graph.Hop{
				htmlHop(s, "internet", "es-public", "public access", graph.Reachable, "the switch is on", "es-cn-orders/attributes/enablePublic"),
				htmlHop(s, "internet", "es-public", "whitelist", graph.Reachable, "0.0.0.0/1 and 128.0.0.0/1 together admit every source", "es-cn-orders/attributes/publicIpWhitelist/2"),
				htmlHop(s, "es-public", "es-cn-orders:9200", "cluster status", graph.Reachable, "the cluster runs", "es-cn-orders/attributes/status")},
			Remediation: remedy},
		{Rule: "ES-TLS-001", Status: finding.Fail, Severity: finding.High, Subject: orders, Confidence: "high", Baseline: "unchanged",
			Message: "es-cn-orders speaks HTTP, so passwords cross the network in the clear.", Evidence: []finding.Evidence{htmlProof(s, "es-cn-orders/attributes/protocol", "no encryption")},
			Remediation: finding.Remediation{Text: "Switch HTTPS on.", API: []string{"elasticsearch:OpenHttps"}}},
		{Rule: "ES-NET-004", Status: finding.Fail, Severity: finding.High, Subject: htmlCluster("es-cn-billing", htmlTurned), Confidence: "low", Baseline: "changed",
			Message:  "es-cn-billing asks ldap.corp.example:636, and no private connection leads there.",
			Evidence: []finding.Evidence{{Pointer: htmlObjects + "elasticsearch/cn-hangzhou/es-cn-billing/vpcEndpoints", Note: "no endpoint of this cluster"}},
			Path: []graph.Hop{
				htmlHop(s, "es-cn-billing", "vpc-service", "architecture", graph.Reachable, "new network architecture", "es-cn-billing"),
				htmlHop(s, "vpc-service", "ldap.corp.example:636", "endpoint", graph.Blocked, "no endpoint with this domain", "es-cn-billing")},
			Remediation: finding.Remediation{Text: "Create an endpoint to the service that serves LDAP."}},
		{Rule: "ES-RAM-001", Status: finding.Fail, Severity: finding.High, Subject: user, Confidence: "high",
			Message: "The user " + htmlHref + " may do everything with every cluster.", Evidence: []finding.Evidence{{Value: map[string]any{"Action": "*", "Effect": "Allow", "Resource": "*"}, Note: "AdministratorAccess"}}},
		{Rule: "ES-SLB-005", Status: finding.Fail, Severity: finding.Low, Subject: front, Confidence: "high",
			Message:     "The load balancer " + htmlBreakout + " is named after nothing.",
			Evidence:    []finding.Evidence{proof(s, htmlObjects+"nlb/cn-hangzhou/nlb-front/attributes/LoadBalancerName", "called "+htmlBreakout)},
			Remediation: finding.Remediation{Text: "Rename it."}},
	}
}

func htmlOthers(s *snapshot.Snapshot) []finding.Finding {
	orders, billing, logs := htmlCluster("es-cn-orders", "orders"), htmlCluster("es-cn-billing", htmlTurned), htmlCluster("es-cn-logs", "日志集群")
	return []finding.Finding{
		{Rule: "ES-NET-001", Status: finding.Latent, Severity: finding.Medium, Subject: billing, Confidence: "high",
			Message: "The public whitelist of es-cn-billing admits every IPv4 address; it takes effect the moment public access is on.",
			Evidence: []finding.Evidence{htmlProof(s, "es-cn-billing/attributes/publicIpWhitelist/0", "admits every IPv4 address"),
				htmlProof(s, "es-cn-billing/attributes/enablePublic", "no effect now")}},
		{Rule: "ES-XPK-004", Status: finding.Unknown, Severity: finding.Info, Subject: orders, Confidence: "high",
			Message: "Whether es-cn-orders keeps an audit log was not read.", Cause: finding.CauseDenied,
			SettledBy: []string{"elasticsearch:DescribeDynamicSettings es-cn-orders in cn-hangzhou (denied, needs elasticsearch:DescribeDynamicSettings)"}},
		{Rule: "ES-NET-001", Status: finding.Unknown, Severity: finding.Info, Subject: logs, Confidence: "high",
			Message: "es-cn-logs does not say whether public access is on.", Cause: finding.CauseUndecidable,
			Evidence: []finding.Evidence{{Pointer: htmlObjects + "elasticsearch/cn-hangzhou/es-cn-logs/attributes/enablePublic", Note: "the switch is missing"}},
			Path:     []graph.Hop{htmlHop(s, "internet", "es-public", "public access", graph.Unknown, "the switch was not in the answer", "es-cn-logs")}},
		{Rule: "ES-XPK-004", Status: finding.Fail, Severity: finding.Medium, Subject: logs, Confidence: "high",
			Message: "es-cn-logs keeps a setting that nobody can read.", Evidence: []finding.Evidence{htmlProof(s, "es-cn-logs/attributes/esConfig", "far too long")}},
		{Rule: "ES-TLS-001", Status: finding.Fail, Severity: finding.High, Subject: logs, Confidence: "high",
			Message: "es-cn-logs is reached through a proxy in the clear.", Evidence: []finding.Evidence{htmlProof(s, "es-cn-logs/attributes/protocol", "")},
			Waived: &finding.Waiver{Reason: "behind a proxy until the move <b>", Owner: "ops", Expires: "2027-01-31", Scope: "es-cn-logs"}},
		{Rule: "ES-TLS-001", Status: finding.Pass, Subject: billing, Confidence: "high", Message: "es-cn-billing speaks HTTPS only.",
			Evidence: []finding.Evidence{htmlProof(s, "es-cn-billing/attributes/protocol", "encrypted")}},
		{Rule: "ES-XPK-004", Status: finding.Pass, Subject: billing, Confidence: "high", Message: "es-cn-billing keeps an audit log."},
		{Rule: "ES-DAT-001", Status: finding.NA, Subject: billing, Confidence: "high", Message: "es-cn-billing holds no data."},
	}
}
