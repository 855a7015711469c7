package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"esaudit/finding"
)

// go-sarif v2 is used as plain structs, because its helpers write what the
// schema or readers refuse: a suppression must have all its fields (suppress),
// an unknown rule gets a wrapped ruleIndex (sarifRules), property and
// fingerprint setters meet nil maps, WriteFile does not truncate, and a
// reference to a taxonomy is never valid (rules carry tags instead).

const (
	sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"
	sourceRoot  = "%SRCROOT%"
)

// What GitHub takes at most, and shows.
const (
	mostResults  = 25000
	shownResults = 5000
	mostSteps    = 1000
	mostRelated  = 100
)

// sarifRun is a report on its way to SARIF.
type sarifRun struct {
	report  *finding.Report
	github  bool
	uri     string
	doc     *document // nil without a snapshot
	written Written   // nil: values are written nowhere else
	rules   *sarifRules
	places  *places
	notices []*sarif.Notification
}

// writeSARIF writes SARIF 2.1.0.
func writeSARIF(w io.Writer, r *finding.Report, o Options) error {
	run, err := newSARIFRun(r, o)
	if err != nil {
		return err
	}
	results := run.results()
	whole := run.run(o)
	frame, err := marshal(&sarif.Report{Schema: sarifSchema, Version: string(sarif.Version210), Runs: []*sarif.Run{whole}})
	if err != nil {
		return err
	}
	if len(results) == 0 {
		_, err = w.Write(frame)
		return err
	}
	before, after, _ := bytes.Cut(frame, []byte(noResults))
	if _, err := w.Write(append(before, "\n      \"results\": ["...)); err != nil {
		return err
	}
	if err := eachPiece(w, results, pieceSize, run.piece); err != nil {
		return err
	}
	_, err = w.Write(append([]byte("\n      ],\n"), after...))
	return err
}

// noResults is the line of a run that has no results.
const noResults = "\n      \"results\": [],\n"

func newSARIFRun(r *finding.Report, o Options) (*sarifRun, error) {
	uri, err := relativeURI(cmp.Or(o.SnapshotURI, DefaultSnapshotURI))
	if err != nil {
		return nil, err
	}
	run := &sarifRun{report: r, uri: uri, rules: newSARIFRules(r), places: newPlaces(), written: o.Written}
	switch o.Profile {
	case "", ProfileGitHub:
		run.github = true
	case ProfileFull:
	default:
		return nil, fmt.Errorf("no SARIF profile %q (one of %s, %s)", o.Profile, ProfileGitHub, ProfileFull)
	}
	if o.Snapshot != nil {
		run.doc = newDocument(o.Snapshot)
	}
	return run, nil
}

// relativeURI writes a path as GitHub takes it: relative, without a scheme,
// percent-encoded. GitHub refuses the whole file for any other.
func relativeURI(path string) (string, error) {
	if !fs.ValidPath(path) || path == "." {
		return "", fmt.Errorf("snapshot path %q: not relative to the repository, with slashes and no . or .. between them", path)
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(part), ":", "%3A")
	}
	return strings.Join(parts, "/"), nil
}

// run is all but the results.
func (s *sarifRun) run(o Options) *sarif.Run {
	s.gaps()
	return &sarif.Run{
		Tool:        sarif.Tool{Driver: s.driver()},
		Results:     []*sarif.Result{},
		Invocations: []*sarif.Invocation{s.invocation()},
		Artifacts:   []*sarif.Artifact{s.artifact(o)},
		AutomationDetails: &sarif.RunAutomationDetails{
			ID: new(s.category()),
		},
		ColumnKind:       "utf16CodeUnits",
		LogicalLocations: s.places.list,
		OriginalUriBaseIDs: map[string]*sarif.ArtifactLocation{
			sourceRoot: {Description: sarif.NewTextMessage("The root of the repository that holds the snapshot.")},
		},
	}
}

// numbered is a finding, and how many with its fingerprint there are up to it.
type numbered struct {
	*finding.Finding
	nth int
}

// results returns what the profile shows, by severity: readers cut by the
// severity of rules, whatever has an effect. GitHub takes no
// notice of suppressions and kinds: what is waived or passes would be an open
// alert there. Their places are the run's.
func (s *sarifRun) results() []numbered {
	sorted := slices.Clone(s.report.Findings)
	finding.SortBySeverity(sorted)
	if s.github {
		sorted = slices.DeleteFunc(sorted, func(f finding.Finding) bool { return !f.Stands() })
		if n := len(sorted); n > shownResults {
			sorted = sorted[:min(n, mostResults)]
			s.notice(fmt.Sprintf("%d results: GitHub takes %d and shows %d.", n, mostResults, shownResults))
		}
	}
	out, prints := make([]numbered, len(sorted)), map[string]int{}
	for i := range sorted {
		f := &sorted[i]
		prints[f.Fingerprint]++
		out[i] = numbered{f, prints[f.Fingerprint]}
		s.places.of(f.Subject)
	}
	return out
}

// piece appends results as they stand in a run, several pieces at a time.
func (s *sarifRun) piece(to []byte, some []numbered, last bool) ([]byte, error) {
	results := make([]*sarif.Result, len(some))
	for i, f := range some {
		results[i] = s.result(*f.Finding, f.nth)
	}
	return encoded[*sarif.Result](4)(to, results, last)
}

var semver = regexp.MustCompile(`^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$`)

func (s *sarifRun) driver() *sarif.ToolComponent {
	d := &sarif.ToolComponent{Name: cmp.Or(s.report.Tool.Name, "esaudit"), Rules: s.rules.list}
	if d.Rules == nil {
		d.Rules = []*sarif.ReportingDescriptor{}
	}
	switch version := s.report.Tool.Version; {
	case semver.MatchString(version):
		d.SemanticVersion = &version
	case version != "":
		d.Version = &version
	}
	return d
}

// gaps tells of every call that was not answered: an incomplete picture must
// not read as a clean one.
func (s *sarifRun) gaps() {
	for _, c := range unanswered(s.report.Coverage.Calls) {
		text := fmt.Sprintf("%s:%s in %s of account %s: %s.", c.Product, c.Operation, c.Region, c.Account, outcome(c))
		if subjects := named(c.Subjects); len(subjects) > 0 {
			text += " Not read: " + firstOf(nil, subjects, mostNamed) + "."
		}
		s.notice(text)
	}
}

func (s *sarifRun) notice(text string) {
	s.notices = append(s.notices, &sarif.Notification{Level: "warning", Message: sarif.NewTextMessage(sarifText(text))})
}

// invocation says how the run went. Its times are those of the estate: a report
// knows no clock.
func (s *sarifRun) invocation() *sarif.Invocation {
	i := &sarif.Invocation{ExecutionSuccessful: new(s.report.Coverage.Complete), ToolExecutionNotifications: s.notices}
	for _, a := range s.report.Snapshot.Accounts {
		if at, err := time.Parse(time.RFC3339, a.TakenAt); err == nil && !at.IsZero() && (i.EndTimeUTC == nil || at.After(*i.EndTimeUTC)) {
			i.EndTimeUTC = new(at.UTC())
		}
	}
	return i
}

func (s *sarifRun) artifact(o Options) *sarif.Artifact {
	a := &sarif.Artifact{Location: s.file(), Length: -1, MimeType: new("application/json"), Roles: []string{"analysisTarget"}}
	if o.Snapshot != nil {
		sum := strings.TrimPrefix(o.Snapshot.SourceDigest(), "sha256:")
		a.Length, a.Hashes = s.doc.size, map[string]string{"sha-256": sum}
	}
	a.Location.Index = nil
	return a
}

func (s *sarifRun) file() *sarif.ArtifactLocation {
	return &sarif.ArtifactLocation{URI: new(s.uri), URIBaseId: new(sourceRoot), Index: new(uint(0))}
}

// category is what one upload replaces another for at GitHub: everything
// before the last slash. Accounts and regions must be part of it, or uploads of
// two estates close each other's alerts.
func (s *sarifRun) category() string {
	var accounts, regions, times []string
	for _, a := range s.report.Snapshot.Accounts {
		accounts, regions, times = append(accounts, a.ID), append(regions, a.Regions...), append(times, a.TakenAt)
	}
	slices.Sort(regions)
	join := func(names []string) string { return cmp.Or(strings.Join(names, "+"), "none") }
	return fmt.Sprintf("esaudit/%s/%s/%s", join(accounts), join(slices.Compact(regions)), join(times[:min(len(times), 1)]))
}
