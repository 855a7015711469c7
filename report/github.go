package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"esaudit/finding"
	"esaudit/report/plain"
)

// mostAnnotations is how many of a level GitHub shows for a step.
const mostAnnotations = 10

// writeGitHub writes workflow commands that GitHub shows as annotations: the
// worst ten errors (critical and high), warnings (medium and low) and notices
// (the rest), and a summary of all.
func writeGitHub(w io.Writer, r *finding.Report, o Options) error {
	var b bytes.Buffer
	written := map[string]int{}
	for _, f := range r.Findings {
		level := githubLevel(f)
		if level == "" || written[level] == mostAnnotations {
			continue
		}
		written[level]++
		title := f.Rule + " " + f.Subject.ID
		path, line := shownAt(f, o)
		fmt.Fprintf(&b, "::%s file=%s,line=%d,title=%s::%s\n", level, githubProperty(path), line, githubProperty(title), githubData(fmt.Sprintf("%s%s (id %s)", statusWord(o.Texts, f), f.Message, f.Fingerprint)))
	}
	head, rest := headlineIn(o.Texts, r, r.Coverage.Complete && len(gaps(r.Coverage.Calls, false)) == 0)
	fmt.Fprintf(&b, "::notice title=esaudit::%s\n", githubData(o.Texts.F("%s.", head)+" "+rest))
	_, err := w.Write(b.Bytes())
	return err
}

func githubLevel(f finding.Finding) string {
	switch {
	case f.Waived != nil || f.Status == finding.Pass || f.Status == finding.NA:
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
