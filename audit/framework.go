package audit

import (
	"slices"

	"esaudit/finding"
	"esaudit/policies"
)

// byControl groups what was judged by the controls of a framework: in the order
// of the framework, then those that only rules name.
func byControl(o Options, applied []finding.Rule, judged *verdicts) (*finding.Framework, error) {
	all, err := policies.Catalogue(o.OwnRules...)
	if err != nil {
		return nil, err
	}
	f, err := policies.FindFramework(o.Framework, all)
	if err != nil {
		return nil, err
	}
	out := &finding.Framework{Name: f.Name, Note: f.Note, Controls: []finding.Control{}}
	for _, c := range f.Clauses {
		out.Controls = append(out.Controls, finding.Control{ID: c.ID, Title: c.Title, Rules: []string{}, Missing: []string{}})
	}
	for _, r := range all {
		if !slices.ContainsFunc(applied, func(other finding.Rule) bool { return other.ID == r.ID }) {
			mapRule(out, r, func(c *finding.Control) { c.Missing = append(c.Missing, r.ID) })
		}
	}
	for _, r := range applied {
		mapRule(out, r, func(c *finding.Control) {
			c.Rules = append(c.Rules, r.ID)
			judged.each(func(same tally, n int) {
				if same.rule == r.ID {
					count(c, same.status, n)
				}
			})
		})
	}
	for i := range out.Controls {
		out.Controls[i].Status = controlStatus(out.Controls[i])
	}
	return out, nil
}

// mapRule finds the controls of a rule; one that the framework does not list is
// added.
func mapRule(f *finding.Framework, r finding.Rule, add func(*finding.Control)) {
	for _, text := range r.Controls {
		framework, clause, mark := policies.Control(text)
		if framework != f.Name {
			continue
		}
		i := slices.IndexFunc(f.Controls, func(c finding.Control) bool { return c.ID == clause })
		if i < 0 {
			i = len(f.Controls)
			f.Controls = append(f.Controls, finding.Control{ID: clause, Rules: []string{}, Missing: []string{}})
		}
		f.Controls[i].Mark = mark
		add(&f.Controls[i])
	}
}

func count(c *finding.Control, s finding.Status, n int) {
	switch s {
	case finding.Fail:
		c.Fail += n
	case finding.Latent:
		c.Latent += n
	case finding.Pass:
		c.Pass += n
	case finding.NA:
	default:
		c.Unknown += n
	}
}

func controlStatus(c finding.Control) string {
	switch {
	case len(c.Rules) == 0:
		return finding.ControlNotCovered
	case c.Fail > 0:
		return finding.ControlFailed
	case c.Unknown > 0:
		return finding.ControlUnknown
	case c.Pass+c.Latent > 0:
		return finding.ControlPassed
	}
	return finding.ControlNotApplicable
}
