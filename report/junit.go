package report

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/report/plain"
)

// junitSuites is the root of a JUnit report. Counts are exact: readers refuse a
// report whose counts differ from its cases. It does not count what is skipped:
// the schema of Jenkins' xUnit plugin refuses that here.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

// junitSuite is one subject: a test case for every rule that judged it.
type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Stamp    string      `xml:"timestamp,attr,omitempty"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"` // the rule
	Name    string     `xml:"name,attr"`
	Time    string     `xml:"time,attr"`
	Skipped *junitSaid `xml:"skipped"`
	Error   *junitSaid `xml:"error"`
	Failure *junitSaid `xml:"failure"`
	Out     string     `xml:"system-out"` // the fingerprint
}

type junitSaid struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a test case for each rule and subject: what passes passes,
// what fails fails, what is not known is an error, and what is waived, latent or
// does not apply is skipped with its reason.
func writeJUnit(w io.Writer, r *finding.Report, o Options) error {
	out := junitSuites{Name: "esaudit"}
	titles := map[string]string{}
	for _, rule := range r.Rules {
		titles[rule.ID] = rule.Title
	}
	taken := map[string]string{}
	for _, a := range r.Snapshot.Accounts {
		taken[a.ID] = strings.TrimSuffix(a.TakenAt, "Z")
	}
	index := map[string]int{}
	list := slices.Clone(r.Findings)
	finding.SortBySubject(list)
	for _, f := range list {
		i, ok := index[f.Subject.ARN]
		if !ok {
			i = len(out.Suites)
			index[f.Subject.ARN] = i
			out.Suites = append(out.Suites, junitSuite{Name: plain.Text(f.Subject.ARN, true), Time: "0", Stamp: plain.Text(taken[f.Subject.Account], true)})
		}
		out.Suites[i].add(junitCaseOf(o.Texts, f, titles[f.Rule]))
	}
	for _, s := range out.Suites {
		out.Tests += s.Tests
		out.Failures += s.Failures
		out.Errors += s.Errors
	}
	data, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append([]byte(xml.Header), append(data, '\n')...))
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func junitCaseOf(t *lang.Texts, f finding.Finding, title string) junitCase {
	c := junitCase{Class: plain.Text(f.Rule, true), Name: plain.Text(flat(f.Subject.ID+": "+title), true), Time: "0", Out: "fingerprint " + f.Fingerprint}
	message := plain.Text(flat(f.Message), true)
	switch {
	case f.Waived != nil:
		c.Skipped = &junitSaid{Text: junitText(t, f), Message: plain.Text(flat(t.F("waived: %s", f.Waived.Reason)), true)}
	case f.Status == finding.Fail:
		c.Failure = &junitSaid{Message: message, Type: severityWord(f.Severity), Text: junitText(t, f)}
	case f.Status == finding.Latent:
		c.Skipped = &junitSaid{Message: t.F("latent: %s", message), Text: junitText(t, f)}
	case f.Status == finding.NA:
		c.Skipped = &junitSaid{Message: t.F("does not apply: %s", message)}
	case f.Status != finding.Pass:
		c.Error = &junitSaid{Message: message, Type: plain.Text(f.Cause, true), Text: junitText(t, f)}
	}
	return c
}

// junitText is what a person needs to mend it: the values with their lines, what
// would settle it, and what to do.
func junitText(t *lang.Texts, f finding.Finding) string {
	var lines []string
	add := func(format string, args ...any) {
		lines = append(lines, plain.Text(flat(t.F(format, args...)), true))
	}
	if f.Status != finding.Fail || f.Waived != nil { // a failure has it as its type
		add("severity: %s", t.T(severityWord(f.Severity)))
	}
	for _, e := range f.Evidence {
		if text := told(e.Value, flat(e.Note)); text != "" {
			add("%s at %s (line %d)", t.T(text), e.Pointer, e.Line)
		} else {
			add("%s at %s (line %d) %s", valueText(e.Value, true), e.Pointer, e.Line, e.Note)
		}
	}
	for _, s := range f.SettledBy {
		add("settled by %s", s)
	}
	if f.Remediation.Text != "" {
		add("do: %s", f.Remediation.Text)
	}
	return "\n" + strings.Join(lines, "\n") + "\n"
}
