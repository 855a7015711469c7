package report

import (
	"encoding/json"
	"testing"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/snapshot"
)

// The estate of the fixture: es-cn-1 is open to the internet, es-cn-2 was
// refused, nlb-1 stands before es-cn-1 and bears a name made to do harm, and
// the yml of es-cn-3 is in Chinese.
const fixtureSnapshot = `{"schema": "esaudit.snapshot/v1", "accounts": [{
  "id": "1234567890123456", "takenAt": "2026-11-22T00:00:00Z", "regions": ["cn-hangzhou"],
  "coverage": [
    {"region": "cn-hangzhou", "product": "elasticsearch", "operation": "DescribeInstance",
     "subjects": {"read": ["es-cn-1", "es-cn-3"], "denied": ["es-cn-2"]}, "codes": {"es-cn-2": "Forbidden.RAM"}}],
  "objects": {
    "elasticsearch": {"cn-hangzhou": {
      "es-cn-1": {"attributes": {"description": "shop", "enablePublic": true, "protocol": "HTTP",
        "publicIpWhitelist": ["198.51.100.7", "0.0.0.0/0", "::/0"]}},
      "es-cn-2": {"attributes": {"status": "active"}},
      "es-cn-3": {"attributes": {"description": "日志集群", "enablePublic": false, "publicIpWhitelist": ["0.0.0.0/0"],
        "esConfig": {"xpack.notification": "邮件:管理员 😀 <b>&", "z.last": 1}}}}},
    "nlb": {"cn-hangzhou": {"nlb-1": {"attributes": {"LoadBalancerName": "` + hostileJSON + `",
      "AddressType": "Internet", "LoadBalancerStatus": "Active"}}}}
  }}]}`

// hostile moves the cursor, turns the text, hides itself, opens a link and a
// placeholder, and starts a formula.
const (
	hostile     = "=x\x1b[2J\u202egnp\u200b [a](1) {0} <script>\r\n# | `@x` \u3164\x7f\u0085 C:\\d"
	hostileJSON = `=x\u001b[2J\u202egnp\u200b [a](1) {0} <script>\r\n# | ` + "`@x`" + ` \u3164\u007f\u0085 C:\\d`
)

const (
	es1 = "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1"
	es2 = "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-2"
	es3 = "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-3"
	nlb = "/accounts/0/objects/nlb/cn-hangzhou/nlb-1"
)

func fixture(t testing.TB) (*finding.Report, *snapshot.Snapshot) {
	t.Helper()
	root, err := snapshot.ParseJSON([]byte(fixtureSnapshot))
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.New(root)
	if err != nil {
		t.Fatal(err)
	}
	r := &finding.Report{
		Schema: finding.Schema, Tool: finding.Tool{Name: "esaudit", Version: "0.1.0"},
		Snapshot: finding.Snapshot{Digest: s.Digest(), Accounts: []finding.Account{{ID: "1234567890123456", TakenAt: "2026-11-22T00:00:00Z", Regions: []string{"cn-hangzhou"}}}},
		Coverage: finding.Coverage{Calls: []finding.Call{
			{Account: "1234567890123456", Region: "cn-hangzhou", Product: "elasticsearch", Operation: "DescribeInstance", OK: 2, Denied: 1, Subjects: []string{"es-cn-2"}},
			{Account: "1234567890123456", Region: "cn-hangzhou", Product: "elasticsearch", Operation: "ListInstance", OK: 1},
			{Account: "1234567890123456", Region: "global", Product: "ram", Operation: "ListUsers", Absent: true, Subjects: []string{""}},
		}},
		Rules:    fixtureRules(),
		Findings: fixtureFindings(s),
	}
	for i, f := range r.Findings {
		r.Findings[i].Fingerprint = finding.Fingerprint(f.Rule, f.Subject.ARN)
	}
	finding.Sort(r.Findings)
	r.Summary = finding.Summarise(r.Findings)
	return r, s
}

func fixtureRules() []finding.Rule {
	return []finding.Rule{
		{ID: "ES-NET-001", Name: "PublicWhitelistOpen", Title: "The public whitelist must not admit every address",
			Severity: finding.Critical, Severities: []finding.Severity{finding.Critical, finding.Medium},
			Basis: []string{"Alibaba Cloud Elasticsearch, High security"}, Controls: []string{"CIS-2.1"},
			Description: "A cluster whose public endpoint admits every address is a data store open to the whole internet.",
			Remediation: "Remove the entries that open the list from their groups, or switch public access off.",
			API:         []string{"elasticsearch:ModifyWhiteIps"}, Fix: "whitelist", Kinds: []string{"elasticsearch", "region"},
			Tags: []string{"network", "exposure", "external/cwe/cwe-284"}},
		{ID: "ES-TLS-001", Name: "HttpsOff", Title: "HTTPS should be on",
			Severity: finding.High, Severities: []finding.Severity{finding.High}, Basis: []string{"Alibaba Cloud Elasticsearch, HTTPS"},
			Description: "Over HTTP, passwords travel in the clear.", Remediation: "Switch HTTPS on.",
			API: []string{"elasticsearch:OpenHttps"}, Tags: []string{"encryption"}},
		{ID: "ES-SLB-005", Name: "BalancerNamed", Title: "A load balancer should be named after what it serves",
			Severity: finding.Low, Severities: []finding.Severity{finding.Low}, Basis: []string{"house rule"},
			Description: "Names are what people read.", Remediation: "Rename it."},
		{ID: "ES-RAM-001", Name: "RamUserAdmin", Title: "Nobody should administer every cluster",
			Severity: finding.High, Severities: []finding.Severity{finding.High, finding.Info}, Basis: []string{"least privilege"},
			Description: "Who may do everything may do harm.", Remediation: "Detach the policy.", API: []string{"ram:DetachPolicyFromUser"}},
	}
}

func fixtureFindings(s *snapshot.Snapshot) []finding.Finding {
	cluster := func(id, name string) finding.Subject {
		return finding.Subject{ARN: "acs:elasticsearch:cn-hangzhou:1234567890123456:instances/" + id, Kind: "elasticsearch",
			ID: id, Region: "cn-hangzhou", Name: name, Account: "1234567890123456"}
	}
	account := finding.Subject{ARN: "acs:::1234567890123456:account/1234567890123456", Kind: "account", ID: "1234567890123456", Account: "1234567890123456"}
	balancer := finding.Subject{ARN: "acs:nlb:cn-hangzhou:1234567890123456:loadbalancer/nlb-1", Kind: "nlb", ID: "nlb-1",
		Region: "cn-hangzhou", Name: hostile, Account: "1234567890123456"}
	whitelist := finding.Remediation{Text: "Remove the entries that open the list from their groups, or switch public access off.",
		Fix: "whitelist", API: []string{"elasticsearch:ModifyWhiteIps"}}
	at := func(pointer, note string) finding.Evidence { return proof(s, pointer, note) }
	hop := func(from, to, control string, verdict graph.Verdict, why, pointer string) graph.Hop {
		return graph.Hop{Kind: "P1", From: from, To: to, Control: control, Verdict: verdict, Why: why, Pointer: pointer, Line: s.Root().Resolve(pointer).Line()}
	}
	return []finding.Finding{
		{Rule: "ES-NET-001", Status: finding.Fail, Severity: finding.Critical, Subject: cluster("es-cn-1", "shop"), Confidence: "high", Baseline: "new",
			Message: "The public whitelist of es-cn-1 admits every IPv4 and IPv6 address and public access is on.",
			Evidence: []finding.Evidence{
				at(es1+"/attributes/publicIpWhitelist/1", "admits every IPv4 address"),
				at(es1+"/attributes/publicIpWhitelist/2", "admits every IPv6 address"),
				at(es1+"/attributes/enablePublic", "public access is on")},
			Path: []graph.Hop{
				hop("internet", "es-public", "entry-exists", graph.Reachable, "public access is on", es1+"/attributes/enablePublic"),
				hop("internet", "es-public", "whitelist", graph.Reachable, "0.0.0.0/0 admits every source", es1+"/attributes/publicIpWhitelist/1"),
				hop("es-public", "es-cn-1:9200", "cluster-status", graph.Reachable, "the cluster runs", es1)},
			Remediation: whitelist},
		{Rule: "ES-TLS-001", Status: finding.Fail, Severity: finding.High, Subject: cluster("es-cn-1", "shop"), Confidence: "high", Baseline: "unchanged",
			Message: "es-cn-1 speaks HTTP.", Evidence: []finding.Evidence{at(es1+"/attributes/protocol", "no encryption")},
			Remediation: finding.Remediation{Text: "Switch HTTPS on.", API: []string{"elasticsearch:OpenHttps"}}},
		{Rule: "ES-SLB-005", Status: finding.Fail, Severity: finding.Low, Subject: balancer, Confidence: "low",
			Message:     "The load balancer " + hostile + " is named after nothing.",
			Evidence:    []finding.Evidence{at(nlb+"/attributes/LoadBalancerName", "what it is called: "+hostile)},
			Remediation: finding.Remediation{Text: "Rename it."}},
		{Rule: "ES-NET-001", Status: finding.Latent, Severity: finding.Medium, Subject: cluster("es-cn-3", "日志集群"), Confidence: "high",
			Message: "The public whitelist of es-cn-3 admits every IPv4 address; it takes effect the moment public access is on.",
			Evidence: []finding.Evidence{at(es3+"/attributes/publicIpWhitelist/0", "admits every IPv4 address"), at(es3+"/attributes/enablePublic", "no effect now"), at(es3+"/attributes/esConfig", ""),
				at(es3+"/attributes/esConfig/xpack.notification", "beside it")},
			Remediation: whitelist},
		{Rule: "ES-NET-001", Status: finding.Unknown, Severity: finding.Info, Subject: cluster("es-cn-2", ""), Confidence: "high",
			Message: "Whether the public whitelist of es-cn-2 is open was not read.", Cause: finding.CauseDenied,
			SettledBy:   []string{"elasticsearch:DescribeInstance es-cn-2 in cn-hangzhou (denied, needs elasticsearch:DescribeInstance)"},
			Remediation: whitelist},
		{Rule: "ES-TLS-001", Status: finding.Unknown, Severity: finding.Info, Subject: cluster("es-cn-3", "日志集群"), Confidence: "high",
			Message: "es-cn-3 does not say whether it speaks HTTPS.", Cause: finding.CauseUndecidable,
			Evidence: []finding.Evidence{{Pointer: es3 + "/attributes", Line: s.Root().Resolve(es3 + "/attributes").Line(), Note: "no protocol here", Fingerprint: finding.Fingerprint("evidence", es3)}},
			Path: []graph.Hop{hop("vpc-1/10.0.0.4", "es-private", "whitelist", graph.Unknown, "the list was not read", es3),
				hop("vpc-1/10.0.0.4", "es-private", "nacl-egress", graph.Blocked, "entry 3 drops 9200", "/nowhere")}},
		{Rule: "ES-RAM-001", Status: finding.Unknown, Severity: finding.Info, Subject: account, Confidence: "high",
			Message: "Who administers clusters was not read.", Cause: finding.CauseAbsent, SettledBy: []string{"ram:ListUsers (absent, needs ram:ListUsers)"}},
		{Rule: "ES-TLS-001", Status: finding.Fail, Severity: finding.High, Subject: cluster("es-cn-2", ""), Confidence: "high",
			Message: "es-cn-2 speaks HTTP.", Evidence: []finding.Evidence{{Pointer: es2, Line: s.Root().Resolve(es2).Line(), Value: "HTTP", Fingerprint: finding.Fingerprint("evidence", es2)}},
			Waived: &finding.Waiver{Reason: "behind a proxy until the move", Owner: "ops", Expires: "2027-01-31", Scope: "es-cn-2"}},
		{Rule: "ES-SLB-005", Status: finding.Pass, Subject: cluster("es-cn-1", "shop"), Confidence: "high", Message: "Well named."},
		{Rule: "ES-RAM-001", Status: finding.NA, Subject: cluster("es-cn-3", "日志集群"), Confidence: "high", Message: "No user has to do with it."},
	}
}

// proof is evidence as the audit makes it: value and line of the snapshot.
func proof(s *snapshot.Snapshot, pointer, note string) finding.Evidence {
	n := s.Root().Resolve(pointer)
	e := finding.Evidence{Pointer: pointer, Line: n.Line(), Note: note, Fingerprint: finding.Fingerprint("evidence", pointer)}
	if err := json.Unmarshal(n.AppendCompact(nil), &e.Value); err != nil {
		panic(err)
	}
	return e
}
