package tui

import (
	"cmp"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"esaudit/finding"
)

// changesView tells what differs from a baseline: reachability first.
type changesView struct{ sieve }

// title says when reachability and settings could not be compared.
func (v changesView) title(e env) string {
	if e.estate.About().FindingsOnly {
		return e.texts.Changes + e.glyphs().dot + e.texts.FindingsOnly
	}
	return e.texts.Changes
}

func (v changesView) size(e env) int { return v.rows(e, e.estate.Changes()) }

func (v changesView) empty(e env) string { return v.none(e) }

func (v changesView) row(e env, i int, here bool) row {
	t, w := e.texts, e.rowWidth()
	if e.estate.Changes() == 0 {
		words := t.NoBaseline
		if b := e.estate.About().Baseline; b != "" {
			words = fmt.Sprintf(t.NoChange, b)
			if e.estate.About().FindingsOnly {
				words = fmt.Sprintf(t.NoFindingChange, b)
			}
		}
		return row{lines: e.wrap(words, w, normal)}
	}
	before := ChangeKind(changeKinds)
	if i > 0 {
		before = e.estate.Change(v.at(i - 1)).Kind
	}
	r := changeRow(e, e.estate.Change(v.at(i)), before, strong, here)
	if i == 0 && len(r.above) > 1 {
		r.above = r.above[1:]
	}
	return r
}

// changeRow is one difference; one of another kind than the one before it stands
// under its heading.
func changeRow(e env, c Change, before ChangeKind, head style, here bool) row {
	t, w := e.texts, e.rowWidth()
	var r row
	if before != c.Kind {
		if c.Kind == Gained {
			head = bad
		}
		r.above = e.section(true, styled(head, t.ChangeWords[c.Kind]))
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
		id, field := settingOf(c.Subject)
		subject[0].text = id
		what = field + ": " + fmt.Sprintf(t.Before, cmp.Or(c.Before, t.NoValue), cmp.Or(c.After, t.NoValue))
	}
	r.lines = []string{e.beside(cell{plainly("  ").with(subject), left}, cell{plainly(what), w - left - 2})}
	return r
}

// settingOf takes a pointer apart: the id of its object, and the field, or the kind
// of an object that came or went.
func settingOf(pointer string) (id, field string) {
	steps := strings.SplitN(pointer, "/", 8)
	switch {
	case len(steps) < 7 || steps[1] != "accounts" || steps[3] != "objects":
		return pointer, ""
	case len(steps) == 7:
		return steps[6], steps[4]
	}
	return steps[6], strings.TrimPrefix(steps[7], "attributes/")
}

func (v changesView) hints(e env) []hint {
	if e.estate.Changes() == 0 {
		return nil
	}
	return []hint{{key: "enter", does: e.texts.KeyIn}}
}

func (v changesView) open(e env, i int) outcome {
	if e.estate.Changes() == 0 {
		return outcome{}
	}
	return openChange(e.estate.Change(v.at(i)))
}

// openChange opens the way of reachability, or a finding that stands.
func openChange(c Change) outcome {
	switch {
	case c.Ask.From != "":
		return outcome{push: pathView{ask: c.Ask}}
	case c.Rule != "" && c.Finding >= 0:
		return outcome{push: findingView{number: c.Finding}}
	}
	return outcome{}
}

func (v changesView) copies(e env, i int) string {
	if e.estate.Changes() > 0 && i < v.size(e) {
		return e.estate.Change(v.at(i)).Subject
	}
	return ""
}

func (v changesView) exports(env, int) (Export, string) { return Export{Changes: true}, "changes.json" }

func (v changesView) search(e env, id int, words string) (view, tea.Cmd) {
	var cmd tea.Cmd
	v.sieve, cmd = v.look(e, id, words, nowhere, e.estate.SearchChanges)
	return v, cmd
}

func (v changesView) start(e env, id int) (view, tea.Cmd) { return v.search(e, id, v.words) }

func (v changesView) receive(_ env, _ int, value any) (next view, o outcome) {
	v.sieve, o = v.take(value)
	return v, o
}
