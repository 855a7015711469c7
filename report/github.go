package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/report/plain"
)

// mostAnnotations is how many of a level GitHub shows for a step.
const mostAnnotations = 10

// writeGitHub writes workflow commands that GitHub shows as annotations: a
// summary of all, and of the findings the worst, ten errors (critical and high),
// ten warnings (medium and low) and nine notices (the rest): the summary is a
// notice too, and the first, so that it is always shown.
func writeGitHub(w io.Writer, r *finding.Report, o Options) error {
	t := o.Texts
	list := slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return githubLevel(f) == "" })
	finding.SortBySeverity(list)
	var b bytes.Buffer
	written := map[string]int{"notice": 1}
	left := 0
	for _, f := range list {
		level := githubLevel(f)
		if written[level] == mostAnnotations {
			left++
			continue
		}
		written[level]++
		title := f.Rule + " " + t.T(severityWord(f.Severity)) + " " + f.Subject.ID
		path, line := shownAt(f, o)
		fmt.Fprintf(&b, "::%s file=%s,line=%d,title=%s::%s\n", level, githubProperty(path), line, githubProperty(title), githubData(fmt.Sprintf("%s%s (id %s)", statusWord(t, f), f.Message, f.Fingerprint)))
	}
	complete := r.Coverage.Complete && len(gaps(r.Coverage.Calls, false)) == 0
	head, rest := headlineIn(t, r, complete)
	text := t.F("%s.", head) + " " + rest
	if !complete {
		text += " " + t.T("Not everything was read.")
	}
	if left > 0 {
		text += " " + t.F("%s not shown here; the JSON and HTML reports have them.", counted(t, left, "finding"))
	}
	_, err := fmt.Fprintf(w, "::notice title=esaudit::%s\n%s", githubData(text), b.Bytes())
	return err
}

func githubLevel(f finding.Finding) string {
	switch {
	case !f.Stands():
		return ""
	case f.Status == finding.Fail && f.Severity >= finding.High:
		return "error"
	case f.Status == finding.Fail && f.Severity >= finding.Low:
		return "warning"
	}
	return "notice"
}

// githubData escapes a message of a workflow command.
func githubData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(plain.Text(flat(text), true))
}

// githubProperty escapes a property of a workflow command.
func githubProperty(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubData(text))
}
