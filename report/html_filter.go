package report

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/finding"
)

// htmlChosen are the rules and subjects that the filter offers, in the order
// they first stand in. Their number makes their class, so that no stranger's
// text gets into the style.
type htmlChosen struct {
	Rules    []finding.Rule
	Subjects []finding.Subject
	Changes  []string // marks against the baseline that findings have
	Owned    bool     // some subject has an owner
}

// choice notes a finding's rule and subject, and returns their classes.
func (b *htmlBuilder) choice(f finding.Finding) string {
	c := &b.chosen
	rule := slices.IndexFunc(c.Rules, func(r finding.Rule) bool { return r.ID == f.Rule })
	if rule < 0 {
		rule = len(c.Rules)
		r := b.rules[f.Rule]
		r.ID = f.Rule
		c.Rules = append(c.Rules, r)
	}
	subject, ok := b.subjects[f.Subject.ARN]
	if !ok {
		subject = len(c.Subjects)
		b.subjects[f.Subject.ARN] = subject
		c.Subjects = append(c.Subjects, f.Subject)
	}
	if f.Baseline != "" && !slices.Contains(c.Changes, f.Baseline) {
		c.Changes = append(c.Changes, f.Baseline)
		slices.Sort(c.Changes)
	}
	c.Owned = c.Owned || f.Subject.Owner != ""
	return fmt.Sprintf("r%d s%d", rule, subject)
}

// filters is the style that hides what was not chosen, where no script runs. Of
// many findings it would be slow: there the filter needs the script.
func (p *htmlPage) filters() string {
	if p.Many {
		return ""
	}
	var b strings.Builder
	hide := func(choice, value, class string) {
		chosen := fmt.Sprintf(`main:has(#%s option[value="%s"]:checked)`, choice, value)
		fmt.Fprintf(&b, "%s :is(.finding, .settled li):not(.%s), %s .group:not(:has(.%s)) { display: none; }\n", chosen, class, chosen, class)
	}
	for i := range p.Choices.Rules {
		hide("by-rule", fmt.Sprintf("r%d", i), fmt.Sprintf("r%d", i))
	}
	for i := range p.Choices.Subjects {
		hide("by-subject", fmt.Sprintf("s%d", i), fmt.Sprintf("s%d", i))
	}
	for _, tone := range p.tones() {
		fmt.Fprintf(&b, "main:has(#by-status option[value=%q]:checked) .group:not(.t-%s) { display: none; }\n", tone, tone)
	}
	return b.String()
}

// tones are the groups that the page has.
func (p *htmlPage) tones() []string {
	return append(viewed(p.Groups, func(g htmlGroup) string { return g.Tone }), viewed(p.Settled, func(g htmlSettled) string { return g.Tone })...)
}
