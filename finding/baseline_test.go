package finding_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"esaudit/finding"
)

func judgedFinding(subject string, status finding.Status, severity finding.Severity, evidence ...string) finding.Finding {
	f := finding.Finding{Rule: "ES-NET-001", Status: status, Severity: severity, Subject: finding.Subject{ID: subject, ARN: "arn:" + subject}, Fingerprint: "f-" + subject}
	for _, e := range evidence {
		f.Evidence = append(f.Evidence, finding.Evidence{Fingerprint: e})
	}
	return f
}

func baselineOf(t *testing.T, list ...finding.Finding) *finding.Baseline {
	t.Helper()
	data, err := json.Marshal(finding.Report{Schema: finding.Schema, Findings: list})
	if err != nil {
		t.Fatal(err)
	}
	b, err := finding.ReadBaseline(data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func everything(string, finding.Subject) bool { return true }

func TestMark(t *testing.T) {
	before := baselineOf(t,
		judgedFinding("same", finding.Fail, finding.High, "a", "b"),
		judgedFinding("less", finding.Fail, finding.High, "a", "b"),
		judgedFinding("more", finding.Fail, finding.High, "a"),
		judgedFinding("worse", finding.Fail, finding.Medium, "a"),
		judgedFinding("effect", finding.Latent, finding.High, "a"),
		judgedFinding("solved", finding.Fail, finding.High, "a"),
		judgedFinding("deleted", finding.Fail, finding.High, "a"),
		judgedFinding("passed", finding.Pass, finding.Info),
	)
	now := []finding.Finding{
		judgedFinding("same", finding.Fail, finding.High, "b", "a"),
		judgedFinding("less", finding.Fail, finding.High, "a"),
		judgedFinding("more", finding.Fail, finding.High, "a", "c"),
		judgedFinding("worse", finding.Fail, finding.High, "a"),
		judgedFinding("effect", finding.Fail, finding.High, "a"),
		judgedFinding("solved", finding.Pass, finding.Info),
		judgedFinding("passed", finding.Fail, finding.High, "a"),
		judgedFinding("other", finding.Unknown, finding.Info),
	}
	gone := before.Mark(now, everything)
	want := map[string]string{"same": "unchanged", "less": "unchanged", "more": "changed", "worse": "changed", "effect": "changed", "solved": "", "passed": "new", "other": "new"}
	for _, f := range now {
		if f.Baseline != want[f.Subject.ID] {
			t.Errorf("%s is %q, want %q", f.Subject.ID, f.Baseline, want[f.Subject.ID])
		}
	}
	var ids []string
	for _, g := range gone {
		ids = append(ids, g.Subject.ID)
	}
	if !slices.Equal(ids, []string{"deleted", "solved"}) {
		t.Errorf("gone: %v", ids)
	}
	if gone := before.Mark(now, func(rule string, s finding.Subject) bool { return s.ID != "deleted" }); len(gone) != 1 {
		t.Errorf("what was not judged is gone: %v", gone)
	}
	if gone := before.Mark(now, everything); len(gone) != 2 {
		t.Error("marking twice gives something else")
	}
}

// What a rule cannot tell now is not gone: of the subject itself, or of the region
// or account that no longer lists what is in it.
func TestUnknownIsNotGone(t *testing.T) {
	found := func(kind, id, region, fingerprint string, status finding.Status) finding.Finding {
		s := finding.Subject{ARN: "acs:" + kind + ":" + region + ":1:" + kind + "/" + id, Kind: kind, ID: id, Region: region, Account: "1"}
		return finding.Finding{Rule: "ES-NET-018", Status: status, Subject: s, Fingerprint: fingerprint}
	}
	before := baselineOf(t, found("elasticsearch", "a", "cn-hangzhou", "pair of a", finding.Fail),
		found("elasticsearch", "b", "cn-beijing", "b", finding.Fail), found("elasticsearch", "c", "cn-beijing", "c", finding.Fail))
	for name, c := range map[string]struct {
		now  []finding.Finding
		want []string
	}{
		"all read":             {nil, []string{"a", "b", "c"}},
		"the subject":          {[]finding.Finding{found("elasticsearch", "a", "cn-hangzhou", "a", finding.Unknown)}, []string{"b", "c"}},
		"the region":           {[]finding.Finding{found("region", "cn-beijing", "cn-beijing", "r", finding.Unknown)}, []string{"a"}},
		"the account":          {[]finding.Finding{found("account", "1", "", "acc", finding.Unknown)}, nil},
		"a pass of a region":   {[]finding.Finding{found("region", "cn-beijing", "cn-beijing", "r", finding.Pass)}, []string{"a", "b", "c"}},
		"the region, a passes": {[]finding.Finding{found("region", "cn-hangzhou", "cn-hangzhou", "r", finding.Unknown), found("elasticsearch", "a", "cn-hangzhou", "a", finding.Pass)}, []string{"a", "b", "c"}},
		"another thing there":  {[]finding.Finding{found("elasticsearch", "d", "cn-beijing", "d", finding.Unknown)}, []string{"a", "b", "c"}},
	} {
		var ids []string
		for _, g := range before.Mark(c.now, everything) {
			ids = append(ids, g.Subject.ID)
		}
		slices.Sort(ids)
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s not known: gone are %v, want %v", name, ids, c.want)
		}
	}
}

// A report of an older version lacks fields; one of another schema is refused.
func TestReadBaseline(t *testing.T) {
	b, err := finding.ReadBaseline([]byte(`{"schema":"esaudit.report/v1","findings":[{"rule":"ES-NET-001","status":"fail","fingerprint":"f-a"}],"tool":{"name":"esaudit","version":"0.0.1"}}`))
	if err != nil {
		t.Fatal(err)
	}
	now := []finding.Finding{judgedFinding("a", finding.Fail, finding.High)}
	if b.Mark(now, everything); now[0].Baseline != "unchanged" {
		t.Errorf("marked %q", now[0].Baseline)
	}
	for text, want := range map[string]string{
		``:                               "not a report",
		`[]`:                             "not a report",
		`{}`:                             `schema ""`,
		`{"schema":"esaudit.report/v2"}`: `schema "esaudit.report/v2" is not esaudit.report/v1`,
		`{"schema":"esaudit.report/v1","findings":[{"status":"odd","fingerprint":"f"}]}`:                     `/findings/0: no status: "odd"`,
		`{"schema":"esaudit.report/v1","findings":[{"status":"fail"}]}`:                                      "/findings/0: no fingerprint",
		`{"schema":"esaudit.report/v1","findings":[{"status":"fail","fingerprint":"f","severity":"awful"}]}`: `no severity: "awful"`,
	} {
		if _, err := finding.ReadBaseline([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func FuzzReadBaseline(f *testing.F) {
	f.Add([]byte(`{"schema":"esaudit.report/v1","findings":[{"rule":"r","status":"fail","severity":"high","fingerprint":"f","evidence":[{"fingerprint":"e"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := finding.ReadBaseline(data); err == nil {
			b.Mark([]finding.Finding{judgedFinding("a", finding.Fail, finding.High, "e")}, everything)
		}
	})
}
