package finding_test

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/finding"
	"esaudit/snapshot"
)

// demo is the demonstration's snapshot.
func demo(t *testing.T) string {
	t.Helper()
	r, err := recording.Open(filepath.Join("..", "testdata", "estates", "demo"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return string(s.Source())
}

func judge(t *testing.T, document string) []finding.Finding {
	t.Helper()
	s, err := snapshot.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	result, err := audit.Run(context.Background(), s, audit.Options{All: true})
	if err != nil {
		t.Fatal(err)
	}
	return result.Report.Findings
}

// prints returns the fingerprint of every finding, with those of its evidence.
func prints(list []finding.Finding) map[string]string {
	out := map[string]string{}
	for _, f := range list {
		var evidence []string
		for _, e := range f.Evidence {
			evidence = append(evidence, e.Fingerprint)
		}
		slices.Sort(evidence)
		out[f.Rule+" "+f.Subject.ARN] = f.Fingerprint + ": " + strings.Join(slices.Compact(evidence), " ")
	}
	return out
}

// A finding keeps its fingerprint, and its evidence theirs, when the same estate
// is told otherwise: lines move, names and the time of the run change, another
// object comes or goes.
func TestIdentityAlone(t *testing.T) {
	document := demo(t)
	before := judge(t, document)
	want := prints(before)
	if len(want) != len(before) || len(want) < 10 {
		t.Fatalf("%d fingerprints for %d findings", len(want), len(before))
	}
	seen := map[string]bool{}
	for _, f := range before {
		if seen[f.Fingerprint] || f.Fingerprint != finding.Fingerprint(f.Rule, f.Subject.ARN) {
			t.Errorf("%s %s: fingerprint %s", f.Rule, f.Subject.ARN, f.Fingerprint)
		}
		seen[f.Fingerprint] = true
	}
	replaced := func(old, with string) string {
		if !strings.Contains(document, old) {
			t.Fatalf("the demonstration has no %s", old)
		}
		return strings.ReplaceAll(document, old, with)
	}
	for name, changed := range map[string]string{
		"lines moved":     replaced("\n", "\n\n"),
		"on one line":     regexp.MustCompile(`\n\s*`).ReplaceAllString(document, " "),
		"another name":    replaced(`"description": "clickstream"`, `"description": "renamed"`),
		"another instant": replaced(`"takenAt": "2026-11-22T00:00:00Z"`, `"takenAt": "2026-11-23T12:34:56Z"`),
	} {
		after := judge(t, changed)
		if diff := cmp.Diff(want, prints(after)); diff != "" {
			t.Errorf("%s: other fingerprints:\n%s", name, diff)
		}
		if name == "lines moved" && after[0].Evidence[0].Line == before[0].Evidence[0].Line {
			t.Error("the lines did not move")
		}
	}
}

// The same whitelist in another order, and one with another entry besides, are
// the same finding; what is not in the list any more has no evidence.
func TestIdentityOfEvidence(t *testing.T) {
	document := demo(t)
	one := func(document string) finding.Finding {
		for _, f := range judge(t, document) {
			if f.Rule == "ES-NET-001" && f.Subject.ID == "es-cn-clickstream1" {
				return f
			}
		}
		t.Fatal("es-cn-clickstream1 is not judged")
		return finding.Finding{}
	}
	halves := regexp.MustCompile(`"0\.0\.0\.0/1",(\s*)"128\.0\.0\.0/1"`)
	if len(halves.FindAllString(document, -1)) == 0 {
		t.Fatal("the demonstration has no whitelist of two halves")
	}
	set := func(f finding.Finding) []string {
		var out []string
		for _, e := range f.Evidence {
			out = append(out, e.Fingerprint)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	before := one(document)
	swapped := one(halves.ReplaceAllString(document, `"128.0.0.0/1",$1"0.0.0.0/1"`))
	if diff := cmp.Diff(set(before), set(swapped)); diff != "" || swapped.Fingerprint != before.Fingerprint {
		t.Errorf("in another order the evidence is another:\n%s", diff)
	}
	whole := one(halves.ReplaceAllString(document, `"0.0.0.0/0",$1"198.51.100.7"`))
	if whole.Fingerprint != before.Fingerprint {
		t.Error("with another value it is another finding")
	}
	if slices.Equal(set(whole), set(before)) {
		t.Error("another value has the same fingerprint")
	}
}
