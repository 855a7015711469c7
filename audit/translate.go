package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/lang"
	"esaudit/policies"
	"esaudit/snapshot"
)

// speaking are rules that speak another language.
func speaking(ctx context.Context, t *lang.Texts, sel policies.Selection) (*policies.Engine, error) {
	sel.Texts = t
	return policies.New(ctx, sel)
}

// translate lets findings say what they say in another language too: rules that
// speak it judge their subjects once more. With lean, none of them passes.
func translate(ctx context.Context, spoken *described, s *snapshot.Snapshot, doc facts.Document, lean bool, judged []finding.Finding) error {
	rules := make(map[string][]string, len(judged)) // by subject
	for i := range judged {
		f := &judged[i]
		rules[f.Subject.ARN] = append(rules[f.Subject.ARN], f.Rule)
	}
	doc.Subjects = slices.DeleteFunc(slices.Clone(doc.Subjects), func(x facts.Subject) bool { return rules[x.ARN] == nil })
	results, err := spoken.EvalSome(ctx, doc, lean, func(rule, subject string) bool { return slices.Contains(rules[subject], rule) })
	if err != nil {
		return fmt.Errorf("judge estate: %w", err)
	}
	translated(judged, sorted(s, doc, spoken.rules, results, ""))
	return nil
}

// translated lets findings say what their likes say in another language. What has
// no like there keeps its English text.
func translated(judged, others []finding.Finding) {
	like := map[string][]finding.Finding{}
	for _, f := range others {
		like[meaning(f)] = append(like[meaning(f)], f)
	}
	for i := range judged {
		f := &judged[i]
		list := like[meaning(*f)]
		if len(list) == 0 {
			continue
		}
		f.Said = said(*f, list[0])
		like[meaning(*f)] = list[1:]
	}
}

// meaning is what two findings share that say the same in different languages.
func meaning(f finding.Finding) string {
	parts := []string{f.Fingerprint, f.Status.String(), f.Severity.String(), strings.Join(f.SettledBy, "\x01")}
	for _, e := range f.Evidence {
		parts = append(parts, fmt.Sprintf("%s %v", e.Pointer, e.Value))
	}
	slices.Sort(parts[4:]) // rules sort evidence by its notes
	return strings.Join(parts, "\x00")
}

// said takes the texts of a finding from its like. Values are told apart by what
// they mean, and where they stand: a few keys hold words.
func said(f, other finding.Finding) *finding.Said {
	out := &finding.Said{Message: other.Message, Remediation: other.Remediation.Text}
	taken := make([]bool, len(other.Evidence))
	for _, e := range f.Evidence {
		best, most := -1, 0
		for i, o := range other.Evidence {
			if like := likeness(e, o); !taken[i] && like > most {
				best, most = i, like
			}
		}
		note := e.Note
		if best >= 0 {
			note, taken[best] = other.Evidence[best].Note, true
		}
		out.Notes = append(out.Notes, note)
	}
	for i, h := range f.Path {
		why := h.Why
		if i < len(other.Path) {
			why = cmp.Or(other.Path[i].Why, why)
		}
		out.Whys = append(out.Whys, why)
	}
	return out
}

// likeness is 0 for two items of evidence that have nothing to do with each other.
func likeness(a, b finding.Evidence) int {
	like := 0
	if a.Fingerprint == b.Fingerprint {
		like += 2
	}
	if a.Pointer == b.Pointer && fmt.Sprint(a.Value) == fmt.Sprint(b.Value) {
		like++
	}
	return like
}
