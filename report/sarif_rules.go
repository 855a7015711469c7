package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"esaudit/finding"
)

// sarifRules are the rules of a run. In SARIF severity belongs to the rule, so
// that one whose severity varies becomes several.
type sarifRules struct {
	worst map[string]finding.Severity // by the rule's id
	index map[string]uint             // by the SARIF id, into list
	list  []*sarif.ReportingDescriptor
}

// newSARIFRules describes every rule of the report, whether it found anything
// or not: what it can give and, for what it could not decide, info. A rule that
// only a finding names is described too: a result without one breaks readers.
func newSARIFRules(r *finding.Report) *sarifRules {
	given := map[string][]finding.Severity{}
	for _, f := range r.Findings {
		given[f.Rule] = append(given[f.Rule], f.Severity)
	}
	s := &sarifRules{worst: map[string]finding.Severity{}, index: map[string]uint{}}
	for _, rule := range r.Rules {
		s.describe(rule, given[rule.ID])
		delete(given, rule.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(given)) {
		s.describe(finding.Rule{ID: id, Title: id, Severity: slices.Max(given[id])}, given[id])
	}
	return s
}

func (s *sarifRules) describe(r finding.Rule, given []finding.Severity) {
	can := append(slices.Clone(r.Severities), max(r.Severity, finding.Info))
	s.worst[r.ID] = slices.Max(can)
	all := slices.Concat(can, given, []finding.Severity{finding.Info})
	for _, severity := range finding.Severities() {
		if slices.Contains(all, severity) {
			s.index[s.id(r.ID, severity)] = uint(len(s.list))
			s.list = append(s.list, descriptor(r, s.id(r.ID, severity), severity))
		}
	}
}

// id names a rule for a severity: the plain id for its highest, ID.medium and
// so on for others (CONTRACT 5).
func (s *sarifRules) id(rule string, severity finding.Severity) string {
	if severity == finding.NoSeverity || severity == s.worst[rule] {
		return rule
	}
	return rule + "." + severity.String()
}

// The lengths GitHub takes, in characters.
const (
	mostName        = 255
	mostDescription = 1024
	mostTags        = 10
)

// descriptor describes a rule at one severity. It sets ShortDescription, which
// go-sarif would write as null, and Properties rather than the embedded bag,
// which go-sarif loses.
func descriptor(r finding.Rule, id string, severity finding.Severity) *sarif.ReportingDescriptor {
	title := sentence(cmp.Or(r.Title, r.ID))
	why := cmp.Or(flat(r.Description), title)
	text, markdown := help(r)
	d := &sarif.ReportingDescriptor{
		ID:                   id,
		ShortDescription:     sarif.NewMultiformatMessageString(clip(title, mostDescription)),
		FullDescription:      sarif.NewMultiformatMessageString(clip(why, mostDescription)),
		Help:                 sarif.NewMultiformatMessageString(text).WithMarkdown(markdown),
		DefaultConfiguration: &sarif.ReportingConfiguration{Level: level(severity)},
		Properties: sarif.Properties{
			"precision":         "high",
			"security-severity": securitySeverity(severity),
			"tags":              tags(r),
		},
	}
	if r.Name != "" {
		name := r.Name
		if id != r.ID {
			name += strings.ToUpper(severity.String()[:1]) + severity.String()[1:]
		}
		d.Name = new(clip(name, mostName))
	}
	return d
}

// level is the SARIF level of a failure.
func level(s finding.Severity) string {
	switch s {
	case finding.Critical, finding.High:
		return "error"
	case finding.Medium:
		return "warning"
	}
	return "note"
}

// securitySeverity is the number GitHub and GitLab take severity from: above
// 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low, 0.0 none.
func securitySeverity(s finding.Severity) string {
	switch s {
	case finding.Critical:
		return "9.5"
	case finding.High:
		return "8.0"
	case finding.Medium:
		return "5.5"
	case finding.Low:
		return "2.0"
	}
	return "0.0"
}

// rank is ten times securitySeverity: GitLab looks at it first.
func rank(s finding.Severity) float32 {
	switch s {
	case finding.Critical:
		return 95
	case finding.High:
		return 80
	case finding.Medium:
		return 55
	case finding.Low:
		return 20
	}
	return 0
}

func tags(r finding.Rule) []string {
	out := []string{"security"}
	for _, tag := range r.Tags {
		if tag != "" && !slices.Contains(out, tag) && len(out) < mostTags {
			out = append(out, tag)
		}
	}
	return out
}

// help tells why a rule matters and what to do, as text and as Markdown.
func help(r finding.Rule) (text, markdown string) {
	var normal, marked []string
	add := func(title, body, markup string) {
		if body != "" {
			normal, marked = append(normal, title+": "+body), append(marked, "**"+title+":** "+markup)
		}
	}
	add("Why", flat(r.Description), flat(r.Description))
	add("What to do", flat(r.Remediation), flat(r.Remediation))
	add("Operations", strings.Join(r.API, ", "), code(r.API))
	add("Automatic correction", r.Fix, code([]string{r.Fix}))
	add("Basis", strings.Join(r.Basis, "; "), strings.Join(r.Basis, "; "))
	add("Controls", strings.Join(r.Controls, ", "), strings.Join(r.Controls, ", "))
	if len(normal) == 0 {
		title := sentence(cmp.Or(r.Title, r.ID))
		return title, title
	}
	return strings.Join(normal, "\n\n"), strings.Join(marked, "\n\n")
}

func code(names []string) string {
	var out []string
	for _, name := range names {
		out = append(out, "`"+name+"`")
	}
	return strings.Join(out, ", ")
}

func sentence(text string) string {
	text = flat(text)
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// clip keeps the first characters of a text that is too long.
func clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
