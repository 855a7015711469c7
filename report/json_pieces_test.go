package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"esaudit/finding"
	"esaudit/graph"

	"pgregory.net/rapid"
)

// A report that is written some findings at a time is what one encoder makes of it.
func TestPiecesAreOneReport(t *testing.T) {
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\n  \"findings\": [],\n", "\u202e", "<a> & b", "é"}))
	rapid.Check(t, func(t *rapid.T) {
		r := &finding.Report{Schema: finding.Schema, Tool: finding.Tool{Name: texts.Draw(t, "name")}}
		for range rapid.IntRange(0, 40).Draw(t, "findings") {
			f := anyFinding(t, texts)
			if n := len(r.Findings); n > 0 && rapid.Bool().Draw(t, "as before") { // as findings of one rule
				other := f.Remediation
				f.Remediation = r.Findings[n-1].Remediation
				switch rapid.IntRange(0, 5).Draw(t, "but for") {
				case 0:
					f.Remediation.Text = other.Text
				case 1:
					f.Remediation.Fix = other.Fix
				case 2:
					f.Remediation.API = other.API
				}
			}
			r.Findings = append(r.Findings, f)
		}
		want, err := marshal(whole(r))
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := inPieces(&got, r, rapid.IntRange(1, 4).Draw(t, "size")); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Fatalf("%s\nnot\n%s", got.Bytes(), want)
		}
	})
}

// anyFinding has something of everything that a finding may have.
func anyFinding(t *rapid.T, texts *rapid.Generator[string]) finding.Finding {
	text := func(of string) string { return texts.Draw(t, of) }
	f := finding.Finding{
		Rule: text("rule"), Message: text("message"), Cause: text("cause"), Confidence: text("confidence"), Fingerprint: text("fingerprint"), Baseline: text("baseline"),
		Status: finding.Status(rapid.IntRange(0, 4).Draw(t, "status")), Severity: finding.Severity(rapid.IntRange(0, 5).Draw(t, "severity")),
		Subject:     finding.Subject{ARN: text("arn"), Kind: text("kind"), ID: text("id"), Region: text("region"), Name: text("name"), Owner: text("owner"), Account: text("account")},
		SettledBy:   rapid.SliceOf(texts).Draw(t, "calls"),
		Path:        rapid.SampledFrom([][]graph.Hop{nil, {{Why: "because"}}, {{From: text("from")}, {Line: 3, Verdict: graph.Blocked}}}).Draw(t, "path"),
		Remediation: finding.Remediation{Text: text("remediation"), Fix: text("fix"), API: rapid.SliceOf(texts).Draw(t, "api")},
		Waived:      rapid.SampledFrom([]*finding.Waiver{nil, {Reason: text("reason")}}).Draw(t, "waiver"),
		Attribution: rapid.SampledFrom([][]finding.Attribution{nil, {{Actor: text("actor"), Certain: true}}}).Draw(t, "attribution"),
	}
	values := []any{nil, true, text("value"), json.Number("12"), 1.5, 3, finding.Whole("{...}"), []any{}, map[string]any{text("key"): []any{1.5, nil}}}
	for range rapid.IntRange(0, 3).Draw(t, "items") {
		f.Evidence = append(f.Evidence, finding.Evidence{
			Pointer: text("pointer"), Line: rapid.Int().Draw(t, "line"), Value: rapid.SampledFrom(values).Draw(t, "shown"), Note: text("note"), Fingerprint: text("means"),
		})
	}
	return f
}

// A field that a finding comes to have is written, too.
func TestAnyFindingHasEverything(t *testing.T) {
	texts := rapid.StringN(1, 4, -1)
	found := map[string]bool{}
	var look func(v reflect.Value, name string)
	look = func(v reflect.Value, name string) {
		found[name] = found[name] || !v.IsZero()
		if v.Kind() == reflect.Struct {
			for f, value := range v.Fields() {
				if f.Tag.Get("json") != "-" {
					look(value, name+"."+f.Name)
				}
			}
		}
	}
	findings := rapid.Custom(func(t *rapid.T) finding.Finding { return anyFinding(t, texts) })
	for seed := range 200 {
		f := findings.Example(seed)
		look(reflect.ValueOf(f), "finding")
		for _, e := range f.Evidence {
			look(reflect.ValueOf(e), "evidence")
		}
	}
	for name, is := range found {
		if !is {
			t.Errorf("%s is never there", name)
		}
	}
}
