package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// gapsView tells what was not read, and what hangs on it.
type gapsView struct{ sieve }

func (v gapsView) title(e env) string { return e.texts.Gaps }

func (v gapsView) size(e env) int { return v.rows(e, e.estate.Gaps()) }

func (v gapsView) empty(e env) string { return v.none(e) }

func (v gapsView) row(e env, i int, here bool) row {
	t, w := e.texts, e.rowWidth()
	if e.estate.Gaps() == 0 {
		if len(e.estate.About().Accounts) == 0 {
			return row{lines: e.wrap(t.NoAccounts, w, warning)}
		}
		return row{lines: e.wrap(t.Complete, w, good)}
	}
	g := e.estate.Gap(v.at(i))
	name := line{{g.Call.Product + " " + g.Call.Operation, normal}}
	if here {
		name[0].style = chosen
	}
	var states []string
	for _, s := range []struct {
		n    int
		text string
	}{{g.Call.Denied, t.GapDenied}, {g.Call.Failed, t.GapFailed}, {g.Call.Skipped, t.GapSkipped}} {
		if s.n > 0 {
			states = append(states, fmt.Sprintf(s.text, s.n))
		}
	}
	if g.Call.Absent {
		states = append(states, t.GapAbsent)
	}
	r := row{lines: []string{e.paint(name.with(styled(faint, "  "+g.Call.Region), styled(warning, "  "+strings.Join(states, ", "))), w)}}
	below := func(words string) { r.lines = append(r.lines, indented(2, e.wrap(words, w-2, faint))...) }
	below(fmt.Sprintf(t.GapNeeds, g.RAM))
	if g.Rules > 0 {
		below(fmt.Sprintf(t.GapUnknown, g.Rules))
	}
	if n := len(g.Call.Subjects); n > 0 && g.Call.Subjects[0] != "" {
		below(few(g.Call.Subjects[:min(n, 4)], n-4))
	}
	if i > 0 && e.height >= roomy {
		r.above = []string{""}
	}
	return r
}

func (v gapsView) hints(e env) []hint { return []hint{{key: "y", does: e.texts.KeyCopy}} }

func (v gapsView) copies(e env, i int) string {
	if e.estate.Gaps() > 0 && i < v.size(e) {
		return e.estate.Gap(v.at(i)).RAM
	}
	return ""
}

func (v gapsView) exports(env, int) (Export, string) { return Export{Gaps: true}, "gaps.json" }

func (v gapsView) search(e env, id int, words string) (view, tea.Cmd) {
	var cmd tea.Cmd
	v.sieve, cmd = v.look(e, id, words, nowhere, e.estate.SearchGaps)
	return v, cmd
}

func (v gapsView) start(e env, id int) (view, tea.Cmd) { return v.search(e, id, v.words) }

func (v gapsView) receive(_ env, _ int, value any) (next view, o outcome) {
	v.sieve, o = v.take(value)
	return v, o
}
