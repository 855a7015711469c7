package redact_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/redact"
	"esaudit/snapshot"
)

func assembled(t testing.TB, parts ...recording.Part) *snapshot.Snapshot {
	t.Helper()
	s, err := collector.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func redacted(t testing.TB, r *redact.Redactor, s *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	out, err := r.Snapshot(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// findings are what an audit says, without what pseudonyms change: rule, status,
// severity, kind and region of the subject, cause, and how much it rests on.
func findings(t testing.TB, s *snapshot.Snapshot, c config.Config) []string {
	t.Helper()
	r, err := audit.Run(t.Context(), s, audit.Options{Config: c, All: true, Optional: true})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range r.Report.Findings {
		id := f.Subject.ID
		if strings.HasPrefix(f.Subject.Kind, "ram") || f.Subject.Kind == "account" {
			id = ""
		}
		var verdicts []string
		for _, h := range f.Path {
			verdicts = append(verdicts, fmt.Sprint(h.Kind, h.Control, h.Verdict))
		}
		out = append(out, fmt.Sprint(f.Rule, " ", f.Status, " ", f.Severity, " ", f.Subject.Kind, " ", id, " ", f.Cause, " ",
			len(f.Evidence), " ", verdicts, " ", len(f.SettledBy), " ", f.Confidence))
	}
	slices.Sort(out)
	return out
}

func long() bool { return os.Getenv("ESAUDIT_LONG") != "" }

// A redacted snapshot audits to the same findings, over all stories.
func TestSameFindings(t *testing.T) {
	for i, story := range estate.Stories() {
		if !long() && i%9 != 0 && story.Name != "demo" && story.Name != "ram-people" {
			continue
		}
		var parts []recording.Part
		for _, e := range story.Accounts {
			parts = append(parts, e.Part())
		}
		s := assembled(t, parts...)
		r := redact.New([]byte("a key"))
		if diff := cmp.Diff(findings(t, s, config.Config{}), findings(t, redacted(t, r, s), config.Config{})); diff != "" {
			t.Errorf("%s: (-as it is +redacted)\n%s", story.Name, diff)
		}
	}
}

// And over random estates with every trick, and what is declared of them.
func TestSameFindingsOfWildEstates(t *testing.T) {
	seeds := uint64(3)
	if long() {
		seeds = 25
	}
	for seed := range seeds {
		e := wild.New(seed)
		s := assembled(t, e.Part)
		r := redact.New(fmt.Append(nil, seed))
		if diff := cmp.Diff(findings(t, s, e.Config), findings(t, redacted(t, r, s), r.Config(e.Config))); diff != "" {
			t.Errorf("seed %d: (-as it is +redacted)\n%s", seed, diff)
		}
	}
}
