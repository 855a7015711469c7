package report

import (
	"encoding/json"
	"io"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/report/plain"
)

// gitlabIssue is one item of GitLab's Code Quality report.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// writeGitLab writes what fails, is latent or is not known as a Code Quality
// report; an empty list when there is nothing. Waived findings are left out: the
// format has no place for them.
func writeGitLab(w io.Writer, r *finding.Report, o Options) error {
	list := []gitlabIssue{}
	for _, f := range r.Findings {
		if !f.Stands() {
			continue
		}
		path, line := shownAt(f, o)
		list = append(list, gitlabIssue{
			Description: plain.Text(flat(statusWord(o.Texts, f)+f.Message), true), CheckName: plain.Text(f.Rule, true), Fingerprint: f.Fingerprint,
			Severity: gitlabSeverity(f.Severity),
			Location: gitlabLocation{Path: path, Lines: gitlabLines{Begin: line}},
		})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(list)
}

// statusWord says of what does not fail that it does not.
func statusWord(t *lang.Texts, f finding.Finding) string {
	if f.Status == finding.Fail {
		return ""
	}
	return t.F("%s: ", t.T(f.Status.String()))
}

// gitlabSeverity is a severity as GitLab calls it. What has no effect keeps its
// own, as in every format: its description says that it is latent.
func gitlabSeverity(s finding.Severity) string {
	switch s {
	case finding.Critical:
		return "blocker"
	case finding.High:
		return "critical"
	case finding.Medium:
		return "major"
	case finding.Low:
		return "minor"
	}
	return "info"
}

// firstLine is where a finding is shown: the line of its first value.
func firstLine(f finding.Finding) int {
	for _, e := range f.Evidence {
		if e.Line > 0 {
			return e.Line
		}
	}
	return 1
}
