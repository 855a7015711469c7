package tui

import (
	"fmt"

	"esaudit/finding"
)

// changesView tells what differs from a baseline: reachability first.
type changesView struct{}

func (v changesView) title(e env) string { return e.texts.Changes }

func (v changesView) size(e env) int { return max(e.estate.Changes(), 1) }

func (v changesView) row(e env, i int, here bool) row {
	t, w := e.texts, e.rowWidth()
	if e.estate.Changes() == 0 {
		words := t.NoBaseline
		if b := e.estate.About().Baseline; b != "" {
			words = fmt.Sprintf(t.NoChange, b)
		}
		return row{lines: e.wrap(words, w, normal)}
	}
	c := e.estate.Change(i)
	var r row
	if i == 0 || e.estate.Change(i-1).Kind != c.Kind {
		if i > 0 && e.height >= roomy {
			r.above = append(r.above, "")
		}
		st := strong
		if c.Kind == Gained {
			st = bad
		}
		r.above = append(r.above, e.paint(styled(st, t.ChangeWords[c.Kind]), w))
	}
	subject := line{{c.Subject, normal}}
	if here {
		subject[0].style = chosen
	}
	if c.Severity != finding.NoSeverity {
		subject = styled(tone(c.Severity), t.SeverityWords[c.Severity]+" ").with(subject)
	}
	if c.Rule != "" {
		subject = subject.with(styled(faint, " "+c.Rule))
	}
	left := min(max(w/3, 16), 48)
	what := c.What
	if c.Kind == ChangedSetting {
		what = fmt.Sprintf(t.Before, c.Before, c.After)
	}
	r.lines = []string{e.beside(cell{plainly("  ").with(subject), left}, cell{plainly(what), w - left - 2})}
	return r
}

func (v changesView) hints(e env) []hint { return []hint{{"enter", e.texts.KeyIn}} }

func (v changesView) open(e env, i int) outcome {
	if i >= e.estate.Changes() {
		return outcome{}
	}
	switch c := e.estate.Change(i); {
	case c.Ask.From != "":
		return outcome{push: pathView{ask: c.Ask}}
	case c.Rule != "" && c.Finding >= 0:
		return outcome{push: findingView{number: c.Finding}}
	}
	return outcome{}
}

func (v changesView) copies(e env, i int) string {
	if i < e.estate.Changes() {
		return e.estate.Change(i).Subject
	}
	return ""
}
