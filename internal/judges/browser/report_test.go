package browser_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/report"
)

// breakout is a name made to break out of a page, at every place a name stands.
const breakout = `"'></script></style><script>document.title="owned"</script><img src="http://127.0.0.1:9/x" onerror="document.title='owned'">`

// made is a report of n findings, with hostile names, every status, and paths.
func made(n int) *finding.Report {
	severities := finding.Severities()
	r := &finding.Report{Schema: finding.Schema, Tool: finding.Tool{Name: "esaudit", Version: "0.1.0"},
		Snapshot: finding.Snapshot{Digest: "sha256:0", Accounts: []finding.Account{{ID: "1234567890123456", TakenAt: "2026-11-22T00:00:00Z", Regions: []string{"cn-hangzhou"}}, {ID: "2345678901234567", TakenAt: "2026-11-22T00:00:00Z"}}},
		Coverage: finding.Coverage{Calls: []finding.Call{{Account: "1234567890123456", Region: "cn-hangzhou", Product: "elasticsearch", Operation: "ListPlugins", Denied: 1, Subjects: []string{breakout}}}}}
	for i := range 12 {
		r.Rules = append(r.Rules, finding.Rule{ID: fmt.Sprintf("ES-NET-%03d", i), Title: fmt.Sprintf("Rule %d must hold", i), Severity: severities[i%len(severities)],
			Description: "Why `it` matters.", Prefer: "A list of `203.0.113.0/28`.", Terraform: "`alicloud_elasticsearch_instance`", Remediation: "Mend it."})
	}
	for i := range n {
		id := fmt.Sprintf("es-cn-%05d", i%max(n/7, 20))
		f := finding.Finding{Rule: r.Rules[i%12].ID, Status: finding.Fail, Severity: severities[i%len(severities)], Confidence: "high", Baseline: []string{finding.New, finding.Changed, finding.Unchanged}[i%3],
			Subject: finding.Subject{ARN: fmt.Sprintf("acs:elasticsearch:cn-hangzhou:1234567890123456:instances/%s-%d", id, i), Kind: "elasticsearch", ID: id, Region: "cn-hangzhou",
				Name: fmt.Sprintf("cluster %d", i), Owner: []string{"team-a", breakout, ""}[i%3], Account: "1234567890123456"},
			Message:     fmt.Sprintf("%s admits 203.0.%d.%d/32, which nobody asked for.", id, i/250, i%250),
			Evidence:    []finding.Evidence{{Pointer: fmt.Sprintf("/accounts/0/objects/elasticsearch/cn-hangzhou/%s/attributes/publicIpWhitelist/%d", id, i), Line: i + 10, Value: fmt.Sprintf("203.0.%d.%d", i/250, i%250), Note: "an entry of the list"}},
			Remediation: finding.Remediation{Text: "Remove the entry.", Fix: "whitelist", API: []string{"elasticsearch:ModifyWhiteIps"}}}
		switch i % 9 {
		case 5:
			f.Status = finding.Latent
		case 6:
			f.Status, f.Severity, f.Cause, f.SettledBy = finding.Unknown, finding.Info, finding.CauseDenied, []string{"elasticsearch:ListPlugins"}
		case 7:
			f.Waived = &finding.Waiver{Reason: "until the move " + breakout, Owner: "ops", Expires: "2027-01-31"}
		case 0:
			f.Subject.Name = breakout
			for j, control := range []string{"cluster-status", "entry-exists", "whitelist"} {
				f.Path = append(f.Path, graph.Hop{Kind: "P1", From: "internet", To: "es-cn-00000 es-public", Control: control, Verdict: graph.Reachable, Why: "it " + breakout, Pointer: "/x", Line: j + 1})
			}
		}
		f.Fingerprint = finding.Fingerprint(f.Rule, f.Subject.ARN)
		r.Findings = append(r.Findings, f)
	}
	finding.Sort(r.Findings)
	r.Summary = finding.Summarise(r.Findings)
	return r
}

// past is a report of the month before.
func past() []finding.Past {
	return []finding.Past{{TakenAt: "2026-10-22T00:00:00Z", Summary: finding.Summary{Fail: map[finding.Severity]int{finding.Critical: 3, finding.Low: 9}}}}
}

// view is a small estate.
func view() *graph.View {
	v := graph.NewView()
	internet := v.Add(graph.Thing{Kind: graph.Internet, Key: "internet"})
	cluster := v.Add(graph.Thing{Kind: graph.ClusterThing, Key: "es-cn-00000", Name: breakout})
	entry := v.Add(graph.Thing{Kind: graph.EntryThing, Key: "es-cn-00000 es-public:9200", Label: "es-cn-00000 es-public 9200"})
	vpc := v.Add(graph.Thing{Kind: graph.VPC, Key: "vpc-1"})
	v.Connect(internet, entry, graph.Join{Kind: "reaches", Verdict: graph.Reachable})
	v.Connect(entry, cluster, graph.Join{Kind: "leads", Verdict: graph.Reachable})
	v.Connect(vpc, cluster, graph.Join{Kind: "holds", Verdict: graph.Reachable})
	return v
}

// address writes a report to a file and returns its address.
func address(t testing.TB, r *finding.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, "html", r, report.Options{View: view(), Past: past()}); err != nil {
		t.Fatal(err)
	}
	if n := len(r.Findings); n >= 5000 {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(b.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d findings: %d KiB, %d KiB with gzip", n, b.Len()>>10, packed.Len()>>10)
		if packed.Len() > 2<<20 {
			t.Errorf("the page is %d bytes with gzip", packed.Len())
		}
	}
	name := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + name
}

// script reads a program of npm.
func script(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../npm/node_modules", name))
	if err != nil {
		t.Fatalf("%v (make judges installs it)", err)
	}
	return strings.TrimSpace(string(text))
}
