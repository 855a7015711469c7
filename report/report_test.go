package report

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/finding"
	"esaudit/snapshot"
)

var update = flag.Bool("update", false, "write testdata/report*.golden")

func render(t testing.TB, format string, r *finding.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// golden compares with a file under testdata, or writes it.
func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s: another report (run with -update and read the difference):\n%s", path, diff)
	}
}

// audited judges an estate of testdata/estates, once, and returns a copy of the
// report: all of it, or what is shown without --all.
func audited(t testing.TB, estate string, all bool) (*finding.Report, *snapshot.Snapshot) {
	t.Helper()
	judge, _ := judged.LoadOrStore(estate, sync.OnceValues(func() (*audit.Result, error) {
		r, err := recording.Open(filepath.Join("..", "testdata", "estates", estate))
		if err != nil {
			return nil, err
		}
		s, err := collector.Assemble(r.Parts)
		if err != nil {
			return nil, err
		}
		return audit.Run(context.Background(), s, audit.Options{Version: "0.1.0", All: true})
	}))
	result, err := judge.(func() (*audit.Result, error))()
	if err != nil {
		t.Fatal(err)
	}
	r := *result.Report
	r.Findings = finding.Visible(r.Findings, all)
	return &r, result.Snapshot
}

var judged sync.Map

// What holds for every report holds for real ones: one of every story, every
// format, with and without what asks for nothing.
func TestEstates(t *testing.T) {
	for _, estate := range []string{"demo", "blind", "half-blind", "clean", "two-accounts", "paged", "net-001-no-switch", "net-002-wrong-reindex-port", "e1-refused-health"} {
		t.Run(estate, func(t *testing.T) {
			t.Parallel()
			for _, all := range []bool{true, false} {
				r, s := audited(t, estate, all)
				checkFormats(t, r, s)
			}
		})
	}
}

// The same for the fixtures, which hold what no estate does.
func TestFixtures(t *testing.T) {
	r, s := fixture(t)
	checkFormats(t, r, s)
	r, s = htmlFixture(t)
	checkFormats(t, r, s)
}

// checkFormats checks what must hold in every format for any report.
func checkFormats(t *testing.T, r *finding.Report, s *snapshot.Snapshot) {
	t.Helper()
	before := render(t, "json", r, Options{})
	for _, width := range []int{60, 80, 120, 200} {
		for _, unicode := range []bool{true, false} {
			o := Options{Snapshot: s, Width: width, Unicode: unicode, All: true}
			checkTable(t, r, o, render(t, "table", r, o))
		}
	}
	checkJSON(t, r, before)
	for _, profile := range []string{ProfileGitHub, ProfileFull} {
		o := Options{Snapshot: s, Profile: profile}
		checkSARIF(t, r, o, render(t, "sarif", r, o))
	}
	checkHTML(t, r, render(t, "html", r, Options{Snapshot: s}))
	for _, format := range Formats() {
		o := Options{Snapshot: s, Color: true, Unicode: true, All: true}
		first := render(t, format, r, o)
		shuffled := *r
		shuffled.Findings = slices.Clone(r.Findings)
		if format == "table" || format == "sarif" {
			slices.Reverse(shuffled.Findings)
		}
		if render(t, format, &shuffled, o) != first {
			t.Errorf("%s: other bytes for the same report", format)
		}
	}
	if render(t, "json", r, Options{}) != before {
		t.Error("writing changed the report")
	}
}

func TestFormats(t *testing.T) {
	if diff := cmp.Diff([]string{"table", "json", "sarif", "html", "junit", "markdown", "github", "gitlab", "csv", "ocsf", "dot", "svg"}, Formats()); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"xml", "", "JSON", "table "} {
		var b bytes.Buffer
		err := Write(&b, name, &finding.Report{}, Options{})
		if err == nil || b.Len() > 0 {
			t.Fatalf("format %q: %q, %v", name, b.String(), err)
		}
		if !strings.Contains(err.Error(), `"`+name+`"`) || !strings.Contains(err.Error(), "one of table, json, sarif, html") {
			t.Errorf("format %q: %v", name, err)
		}
	}
}

// brittle takes some bytes and fails then.
type brittle struct{ left int }

var errFull = errors.New("no space left")

func (b *brittle) Write(p []byte) (int, error) {
	if len(p) > b.left {
		return b.left, errFull
	}
	b.left -= len(p)
	return len(p), nil
}

// An error of the writer is told; one of the report comes before the first
// byte.
func TestWriteErrors(t *testing.T) {
	r, s := fixture(t)
	for _, format := range Formats() {
		if err := Write(&brittle{100}, format, r, Options{Snapshot: s}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
	for name, o := range map[string]Options{
		"profile": {Profile: "gitlab"}, "absolute": {SnapshotURI: "/x/snapshot.json"}, "above": {SnapshotURI: "../snapshot.json"},
		"here": {SnapshotURI: "."}, "backwards": {SnapshotURI: "a/../b"},
	} {
		var b bytes.Buffer
		if err := Write(&b, "sarif", r, o); err == nil || b.Len() > 0 {
			t.Errorf("%s: %d bytes, %v", name, b.Len(), err)
		}
	}
	r.Findings[0].Evidence[0].Value = func() {}
	if err := Write(&bytes.Buffer{}, "json", r, Options{}); err == nil { // some was written: whose file it is leaves it unfinished
		t.Error("a value that is none is written")
	}
}

// Findings bear the same fingerprints in every format.
func TestSameFingerprints(t *testing.T) {
	r, s := fixture(t)
	for _, format := range Formats() {
		if format == "dot" || format == "svg" {
			continue // of the estate, not of findings
		}
		text := render(t, format, r, Options{Snapshot: s, Width: 120, All: true, Profile: ProfileFull})
		for _, f := range r.Findings {
			asks := f.Waived == nil && (f.Status == finding.Fail || f.Status == finding.Latent)
			open := asks || f.Waived == nil && f.Status == finding.Unknown
			some := format == "markdown" || format == "github" || format == "gitlab" // show what is open
			if !strings.Contains(text, f.Fingerprint) && (format != "table" || asks) && (!some || open) {
				t.Errorf("%s lacks %s of %s %s", format, f.Fingerprint, f.Rule, f.Subject.ID)
			}
		}
	}
}

// BenchmarkWrite writes the demonstration's findings a thousand times over.
func BenchmarkWrite(b *testing.B) {
	r, s := audited(b, "demo", true)
	list := r.Findings
	r.Findings = nil
	for i := range 1000 {
		for _, f := range list {
			f.Subject.ARN += fmt.Sprint(i)
			f.Fingerprint = finding.Fingerprint(f.Rule, f.Subject.ARN)
			r.Findings = append(r.Findings, f)
		}
	}
	finding.Sort(r.Findings)
	r.Summary = finding.Summarise(r.Findings)
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				render(b, format, r, Options{Snapshot: s, Width: 120, All: true})
			}
		})
	}
}
