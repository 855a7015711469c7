package audit_test

import (
	"slices"
	"strings"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/finding"
	"esaudit/internal/estate"
	"esaudit/policies"
	"esaudit/snapshot"
)

// storySnapshot is the picture of an estate, with edits of its first account.
func storySnapshot(t *testing.T, name string, edits ...estate.Edit) *snapshot.Snapshot {
	t.Helper()
	for _, s := range estate.Stories() {
		if s.Name != name {
			continue
		}
		var parts []recording.Part
		for _, e := range s.Accounts {
			parts = append(parts, e.Part())
		}
		var err error
		if parts[0], err = estate.Apply(parts[0], edits); err != nil {
			t.Fatal(err)
		}
		out, err := collector.Assemble(parts)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	t.Fatalf("no story %s", name)
	return nil
}

// Every control says of its rules what the report with everything says of them,
// counted another way.
func TestControlsCountWhatTheReportShows(t *testing.T) {
	frameworks, err := policies.Frameworks()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, story := range []string{"demo", "clean", "blind", "net-001-latent"} {
		s := storySnapshot(t, story)
		for _, f := range frameworks {
			r, err := audit.Run(t.Context(), s, audit.Options{All: true, Framework: f.ID})
			if err != nil {
				t.Fatal(err)
			}
			got := r.Report.Framework
			if got == nil || got.Name != f.Name || len(got.Controls) < len(f.Clauses) {
				t.Fatalf("%s %s: %+v", story, f.ID, got)
			}
			for _, c := range got.Controls {
				seen[c.Status] = true
				checkControl(t, r.Report, f.Name, c)
			}
		}
	}
	for _, status := range []string{finding.ControlFailed, finding.ControlUnknown, finding.ControlPassed, finding.ControlNotCovered} {
		if !seen[status] {
			t.Errorf("no control is %s", status)
		}
	}
}

func checkControl(t *testing.T, r *finding.Report, framework string, c finding.Control) {
	t.Helper()
	mapped := func(id string) bool {
		i := slices.IndexFunc(r.Rules, func(r finding.Rule) bool { return r.ID == id })
		return i >= 0 && slices.ContainsFunc(r.Rules[i].Controls, func(text string) bool {
			rest, ok := strings.CutPrefix(text, framework+": "+c.ID)
			return ok && (rest == "" || strings.HasPrefix(rest, " ("))
		})
	}
	counts := map[finding.Status]int{}
	for _, f := range r.Findings {
		if mapped(f.Rule) {
			counts[f.Status]++
		}
	}
	if c.Fail != counts[finding.Fail] || c.Unknown != counts[finding.Unknown] || c.Pass != counts[finding.Pass] || c.Latent != counts[finding.Latent] {
		t.Errorf("%s %s: %+v, the report has %v", framework, c.ID, c, counts)
	}
	want := finding.ControlNotCovered
	switch {
	case counts[finding.Fail] > 0:
		want = finding.ControlFailed
	case counts[finding.Unknown] > 0:
		want = finding.ControlUnknown
	case counts[finding.Pass]+counts[finding.Latent] > 0:
		want = finding.ControlPassed
	case slices.ContainsFunc(r.Rules, func(r finding.Rule) bool { return mapped(r.ID) }):
		want = finding.ControlNotApplicable
	}
	if c.Status != want {
		t.Errorf("%s %s is %s, want %s", framework, c.ID, c.Status, want)
	}
}

func TestUnknownFramework(t *testing.T) {
	_, err := audit.Run(t.Context(), storySnapshot(t, "clean"), audit.Options{Framework: "soc9"})
	if err == nil || !strings.Contains(err.Error(), `unknown framework "soc9" (one of cis, cloud-config`) {
		t.Errorf("got %v", err)
	}
}
