package report

import (
	"bytes"
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
			r.Findings = append(r.Findings, finding.Finding{
				Rule: texts.Draw(t, "rule"), Status: finding.Fail, Message: texts.Draw(t, "message"), SettledBy: rapid.SliceOf(texts).Draw(t, "calls"),
				Evidence: []finding.Evidence{{Pointer: texts.Draw(t, "pointer"), Value: map[string]any{texts.Draw(t, "key"): []any{1.5, nil}}}},
				Path:     rapid.SampledFrom([][]graph.Hop{nil, {{Why: "because"}}}).Draw(t, "path"),
			})
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
