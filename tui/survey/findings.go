package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"esaudit/diff"
	"esaudit/finding"
	"esaudit/snapshot"
	"esaudit/tui"
)

// Select returns the findings that a filter lets through, by group: the groups
// and what is in them in the order of reports.
func (s *Survey) Select(ctx context.Context, f tui.Filter) ([]tui.Selected, error) {
	groups := map[string][]int{}
	var order []string
	for i := range s.report.Findings {
		x := &s.report.Findings[i]
		if !s.passes(x, f) {
			continue
		}
		key := x.Rule
		if f.Group == tui.BySubject {
			key = x.Subject.ARN
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	var out []tui.Selected
	for _, key := range order {
		for j, i := range groups[key] {
			out = append(out, tui.Selected{Finding: i, First: j == 0, Of: len(groups[key])})
		}
	}
	return out, ctx.Err()
}

func (s *Survey) passes(x *finding.Finding, f tui.Filter) bool {
	if f.Rule != "" && x.Rule != f.Rule || x.Severity < f.Severity {
		return false
	}
	standing := x.Stands()
	right := map[tui.StatusFilter]bool{
		tui.Standing:    standing,
		tui.OnlyFail:    standing && x.Status == finding.Fail,
		tui.OnlyLatent:  standing && x.Status == finding.Latent,
		tui.OnlyUnknown: standing && x.Status == finding.Unknown,
		tui.OnlyWaived:  x.Waived != nil,
		tui.Everything:  true,
	}[f.Status]
	return right && (f.Text == "" || holds(f.Text, x.Rule, x.Subject.ID, x.Subject.Name, x.Message, s.rules[x.Rule].Title))
}

// gaps are the calls that were not read everywhere, with how many findings hang
// on each.
func gaps(r *finding.Report) []tui.Gap {
	hang := map[string]int{}
	for _, f := range r.Findings {
		if f.Status != finding.Unknown {
			continue
		}
		seen := map[string]bool{}
		for _, text := range f.SettledBy {
			product, rest, _ := strings.Cut(text, ":")
			operation := strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' || r == '(' })
			if len(operation) > 0 && !seen[product+operation[0]] {
				seen[product+operation[0]] = true
				hang[product+operation[0]]++
			}
		}
	}
	var out []tui.Gap
	for _, c := range r.Coverage.Calls {
		if c.Unanswered() {
			action := snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation}.Action()
			out = append(out, tui.Gap{Call: c, RAM: action, Rules: hang[c.Product+c.Operation]})
		}
	}
	return out
}

// compared are the differences to the baseline: reachability first, that of the
// internet before all other, then findings, then settings.
func (s *Survey) compared(o Options) []tui.Change {
	var out []tui.Change
	if o.Diff == nil {
		for _, mark := range []struct {
			text string
			kind tui.ChangeKind
		}{{finding.New, tui.NewFinding}, {finding.Changed, tui.ChangedFinding}} {
			for i, f := range s.report.Findings {
				if f.Baseline == mark.text {
					out = append(out, tui.Change{Kind: mark.kind, What: f.Message, Subject: f.Subject.ID, Rule: f.Rule, Severity: f.Severity, Finding: i})
				}
			}
		}
		for _, g := range o.Result.Report.Gone {
			out = append(out, tui.Change{Kind: tui.GoneFinding, What: g.Message, Subject: g.Subject.ID, Rule: g.Rule, Severity: g.Severity, Finding: -1})
		}
		return out
	}
	reach := func(kind tui.ChangeKind, list []diff.Change) {
		kinds := []string{"internet", "onprem", "vpc", "host", "outbound"}
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b diff.Change) int { return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind) })
		for _, c := range list {
			out = append(out, reachability(kind, c))
		}
	}
	findings := func(kind tui.ChangeKind, list []diff.Finding) {
		for _, f := range list {
			out = append(out, s.changed(kind, f))
		}
	}
	reach(tui.Gained, o.Diff.Gained)
	reach(tui.Lost, o.Diff.Lost)
	reach(tui.Unclear, o.Diff.Unclear)
	findings(tui.NewFinding, o.Diff.Findings.New)
	findings(tui.ChangedFinding, o.Diff.Findings.Changed)
	findings(tui.GoneFinding, o.Diff.Findings.Gone)
	for _, c := range o.Diff.Settings {
		out = append(out, tui.Change{Kind: tui.ChangedSetting, Subject: c.Pointer, Before: written(c.Before), After: written(c.After), Finding: -1})
	}
	return out
}

// written is the value of a setting; "" for none.
func written(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// number is that of the finding with a fingerprint; -1 for none.
func (s *Survey) number(fingerprint string) int {
	if i, there := s.numbers[fingerprint]; there {
		return i
	}
	return -1
}

// changed tells of a finding that differs.
func (s *Survey) changed(kind tui.ChangeKind, f diff.Finding) tui.Change {
	out := tui.Change{Kind: kind, What: f.Message, Subject: f.Subject.ID, Rule: f.Rule, Severity: f.Severity, Finding: s.number(f.Fingerprint)}
	if out.Finding >= 0 {
		out.What = s.report.Findings[out.Finding].Message
	}
	return out
}

// reachability tells of a way in that differs.
func reachability(kind tui.ChangeKind, c diff.Change) tui.Change {
	what := c.Kind + ": " + strings.Join(c.From[:min(len(c.From), 6)], ", ")
	if n := len(c.From) - 6; n > 0 {
		what += fmt.Sprintf(" +%d", n)
	}
	if c.Via != "" {
		what += " via " + c.Via
	}
	out := tui.Change{Kind: kind, Subject: c.To, What: fmt.Sprintf("%s %d, %s", c.Entry, c.Port, what), Finding: -1}
	if len(c.From) == 0 {
		return out
	}
	from := c.From[0]
	if c.Kind == "outbound" {
		out.Ask = tui.Question{From: from, To: c.To, Any: true}
		return out
	}
	address, _, _ := strings.Cut(from, "/")
	switch c.Kind {
	case "internet":
		out.Ask.From = "internet:" + address
	case "vpc":
		if parts := strings.SplitN(from, "/", 3); len(parts) >= 2 {
			out.Ask.From = "vpc:" + parts[0] + "/" + parts[1]
		}
	case "host":
		out.Ask.From = "ecs:" + strings.TrimPrefix(from, "ecs:")
	case "onprem":
		out.Ask.From = "onprem:" + strings.TrimPrefix(from, "onprem:")
	}
	id := strings.TrimPrefix(c.To, "es:")
	out.Ask.To, out.Ask.Any = fmt.Sprintf("es:%s:%d", id, c.Port), true
	if slices.Contains([]string{"kibana-public", "kibana-private", "kibana-pvl"}, c.Entry) {
		out.Ask.To = fmt.Sprintf("kibana:%s:%d", id, c.Port)
	}
	return out
}
