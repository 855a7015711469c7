package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/report/plain"
	"esaudit/snapshot"
)

// The SARIF profiles (CONTRACT 1).
const (
	ProfileGitHub = "github" // what GitHub code scanning understands, within its limits
	ProfileFull   = "full"   // everything, waived and passing findings too
)

// Options say how a report is written.
type Options struct {
	Snapshot    *snapshot.Snapshot // what was judged; nil leaves out columns and the text around a value
	SnapshotURI string             // its path, relative to the repository, with slashes; "" means DefaultSnapshotURI
	Width       int                // columns of the table; 0 means 80, less than 40 means 40
	Color       bool
	Unicode     bool // false writes the table in ASCII
	All         bool // the table shows what passes and what does not apply
	Profile     string
	View        *graph.View    // the estate, for the formats that draw it (Draws); nil draws nothing
	Past        []finding.Past // earlier reports, for the trend in HTML
	GroupBy     string         // how the table is divided: BySeverity (also ""), ByOwner
	Texts       *lang.Texts    // of the language of formats for people; nil is English
	Written     Written        // nil: values are written nowhere but in the snapshot
}

// Written says in which file, relative to the repository and with slashes, and at
// which 1-based line the value at a pointer of the snapshot is written. ok is
// false when it is in none.
type Written func(pointer string) (file string, line int, ok bool)

// What a table is divided by.
const (
	BySeverity = "severity"
	ByOwner    = "owner" // of the subject, then severity
)

// DefaultSnapshotURI is where SARIF results point when nobody says where the
// snapshot is.
const DefaultSnapshotURI = "esaudit-snapshot.json"

// shownAt is where a finding is shown: where its first value is written, else in
// the snapshot.
func shownAt(f finding.Finding, o Options) (path string, line int) {
	if o.Written != nil {
		for _, e := range f.Evidence {
			if file, line, ok := o.Written(e.Pointer); ok {
				return plain.Text(flat(file), true), line
			}
		}
	}
	return snapshotPath(o), firstLine(f)
}

// snapshotPath is where a value's line is, as a path.
func snapshotPath(o Options) string {
	return plain.Text(cmp.Or(flat(o.SnapshotURI), DefaultSnapshotURI), true)
}

type format struct {
	name  string
	write func(io.Writer, *finding.Report, Options) error
	whole bool // it counts what passes too
	draws bool // it has a picture of the estate
	fixed bool // programs read it: it is English always
	bare  bool // objects and lists are left to their pointers
}

// Whole reports whether a format needs a report with everything that was judged,
// because it counts what passes too.
func Whole(name string) bool {
	return slices.ContainsFunc(formats(), func(f format) bool { return f.name == name && f.whole })
}

// Draws reports whether a format has a picture of the estate.
func Draws(name string) bool {
	return slices.ContainsFunc(formats(), func(f format) bool { return f.name == name && f.draws })
}

// Left says how many findings a format leaves out of a report because they are
// too many, the mildest; "" when it has all that it should.
func Left(name string, r *finding.Report, o Options) string {
	switch {
	case name == "sarif" && o.Profile != ProfileFull:
		n := 0
		for _, f := range r.Findings {
			if f.Stands() {
				n++
			}
		}
		if n > mostResults {
			return fmt.Sprintf("%s of %s results, the mildest, are left out: GitHub takes %s", number(n-mostResults), number(n), number(mostResults))
		}
	case name == "html" && len(r.Findings) > htmlFindings:
		n := len(r.Findings)
		return fmt.Sprintf("%s of %s findings, the mildest, are left out: a page has %s at most; the JSON report has all", number(n-htmlFindings), number(n), number(htmlFindings))
	}
	return ""
}

func formats() []format {
	return []format{
		{name: "table", write: writeTable},
		{name: "json", write: writeJSON, fixed: true, bare: true},
		{name: "sarif", write: writeSARIF, fixed: true},
		{name: "html", write: writeHTML, draws: true},
		{name: "junit", write: writeJUnit, whole: true},
		{name: "markdown", write: writeMarkdown},
		{name: "github", write: writeGitHub},
		{name: "gitlab", write: writeGitLab},
		{name: "csv", write: writeCSV},
		{name: "ocsf", write: writeOCSF, fixed: true, bare: true},
		{name: "dot", write: writeDOT, draws: true},
		{name: "svg", write: writeSVG, draws: true},
	}
}

// Formats returns the names of the formats, the default one first.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Write writes a report in one of the Formats. What was written before an error is
// no report.
func Write(w io.Writer, name string, r *finding.Report, o Options) error {
	for _, f := range formats() {
		if f.name == name {
			if f.fixed {
				o.Texts = nil
			} else if o.Texts != nil {
				r = r.Translated()
			}
			if !f.bare {
				r = opened(r, o.Snapshot)
			}
			if err := f.write(w, r, o); err != nil {
				return fmt.Errorf("write %s report: %w", name, err)
			}
			return nil
		}
	}
	return fmt.Errorf("no format %q (one of %s)", name, strings.Join(Formats(), ", "))
}
