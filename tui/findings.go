package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"esaudit/finding"
)

// findingsView lists what rules say, filtered and grouped.
type findingsView struct {
	filter   Filter
	selected []Selected
	ready    bool
}

func (v findingsView) title(e env) string {
	t := e.texts
	words := []string{t.Findings}
	if v.filter.Severity != finding.NoSeverity {
		words = append(words, fmt.Sprintf(t.AndWorse, t.SeverityWords[v.filter.Severity]))
	}
	if v.filter.Status != Standing {
		words = append(words, t.StatusWords[v.filter.Status])
	}
	if v.filter.Rule != "" {
		words = append(words, v.filter.Rule)
	}
	return strings.Join(words, e.glyphs().dot)
}

func (v findingsView) size(env) int { return len(v.selected) }

func (v findingsView) empty(e env) string {
	switch {
	case !e.estate.About().Judged:
		return e.texts.NotJudged
	case !v.ready:
		return ""
	case v.filter != Filter{Group: v.filter.Group}:
		return e.texts.NoMatch
	}
	return e.texts.NoFindings
}

func (v findingsView) start(e env, id int) (view, tea.Cmd) { return v.refilter(e, id, v.filter) }

// selection is an answer to a filter; one to an older filter is dropped.
type selection struct {
	filter Filter
	list   []Selected
}

// refilter asks for the findings that a filter lets through.
func (v findingsView) refilter(e env, id int, f Filter) (view, tea.Cmd) {
	v.filter = f
	return v, fetch(id, func() any {
		list, err := e.estate.Select(e.ctx, f)
		if err != nil {
			return err
		}
		return selection{f, list}
	})
}

func (v findingsView) receive(_ env, _ int, value any) (view, outcome) {
	switch value := value.(type) {
	case selection:
		if value.filter == v.filter {
			v.selected, v.ready = value.list, true
			return v, outcome{}
		}
	case error:
		return v, outcome{say: value.Error(), stay: true}
	}
	return v, outcome{stay: true}
}

func (v findingsView) row(e env, i int, here bool) row {
	s := v.selected[i]
	f := e.estate.Finding(s.Finding)
	w := e.rowWidth()
	var r row
	if s.First {
		if i > 0 && e.height >= roomy {
			r.above = append(r.above, "")
		}
		r.above = append(r.above, e.paint(v.heading(e, f).with(styled(faint, "  "+fmt.Sprintf(e.texts.GroupOf, s.Of))), w))
	}
	what := line{{f.Subject.ID, normal}}
	if v.filter.Group == BySubject {
		what = line{{f.Rule, normal}}
	}
	if here {
		what[0].style = chosen
	}
	if v.filter.Group == ByRule && f.Subject.Name != "" && f.Subject.Name != f.Subject.ID {
		what = what.with(styled(faint, " "+f.Subject.Name))
	}
	grade := plainly("  ").with(e.grade(f))
	if f.Baseline == finding.New || f.Baseline == finding.Changed {
		grade = line{{e.glyphs().dot[1:], warning}}.with(e.grade(f))
	}
	cells := []cell{{grade, 10}, {what, w - 12}}
	if w >= leastWithMessage { // a few letters of a message say nothing
		name := min(w/3, 48)
		cells = []cell{{grade, 10}, {what, name}, {styled(faint, f.Message), w - name - 14}}
	}
	r.lines = []string{e.beside(cells...)}
	return r
}

// leastWithMessage is how wide a row is that has room for a message beside the
// subject.
const leastWithMessage = 52

func (v findingsView) heading(e env, f *finding.Finding) line {
	if v.filter.Group == BySubject {
		l := styled(strong, f.Subject.ID)
		if f.Subject.Name != "" && f.Subject.Name != f.Subject.ID {
			l = l.with(styled(faint, " "+f.Subject.Name))
		}
		return l
	}
	return line{{f.Rule, strong}, {"  " + e.estate.Rule(f.Rule).Title, normal}}
}

func (v findingsView) hints(e env) []hint {
	t := e.texts
	return []hint{{key: "enter", does: t.KeyIn}, {key: "s", does: t.KeySeverity}, {key: "u", does: t.KeyStatus}, {key: "v", does: t.KeyRule}, {key: "o", does: t.KeyGroup}}
}

func (v findingsView) press(e env, id, i int, key string) (view, outcome, bool) {
	f := v.filter
	switch key {
	case "s":
		order := append([]finding.Severity{finding.NoSeverity}, finding.Severities()...)
		f.Severity = order[(slices.Index(order, f.Severity)+1)%len(order)]
	case "u":
		f.Status = (f.Status + 1) % (Everything + 1)
	case "o":
		f.Group = (f.Group + 1) % (BySubject + 1)
	case "v":
		switch {
		case f.Rule != "":
			f.Rule = ""
		case i < len(v.selected):
			f.Rule = e.estate.Finding(v.selected[i].Finding).Rule
		}
	default:
		return v, outcome{}, false
	}
	next, cmd := v.refilter(e, id, f)
	return next, outcome{cmd: cmd}, true
}

func (v findingsView) searched() string { return v.filter.Text }

func (v findingsView) search(e env, id int, words string) (view, tea.Cmd) {
	f := v.filter
	f.Text = words
	return v.refilter(e, id, f)
}

func (v findingsView) open(e env, i int) outcome {
	return outcome{push: findingView{number: v.selected[i].Finding}}
}

func (v findingsView) finding(_ env, i int) int {
	if i < len(v.selected) {
		return v.selected[i].Finding
	}
	return -1
}

func (v findingsView) copies(e env, i int) string {
	if i < len(v.selected) {
		return e.estate.Finding(v.selected[i].Finding).Subject.ARN
	}
	return ""
}

func (v findingsView) exports(env, int) (Export, string) {
	return Export{Findings: v.selected}, "findings.json"
}

// findingView is one finding: what, by which values, and what to do.
type findingView struct{ number int }

func (v findingView) title(e env) string {
	f := e.estate.Finding(v.number)
	return f.Rule + " " + f.Subject.ID
}

// The rows of a finding: what it says, its values, what would settle it, what to
// do, the path, and why it matters.
func (v findingView) size(e env) int {
	f := e.estate.Finding(v.number)
	n := 1 + len(f.Evidence) + len(f.Path) + len(f.SettledBy) + v.advice(f)
	if e.estate.Rule(f.Rule).Description != "" {
		n++
	}
	return n
}

// advice is how many rows say what to do.
func (v findingView) advice(f *finding.Finding) int {
	if f.Remediation.Text != "" {
		return 1
	}
	return 0
}

func (v findingView) row(e env, i int, here bool) row {
	f := e.estate.Finding(v.number)
	w := min(e.rowWidth(), 110)
	if i == 0 {
		return row{lines: v.told(e, f, w)}
	}
	i--
	if i < len(f.Evidence) {
		return v.section(e, i == 0, e.texts.Evidence, v.evidence(e, f.Evidence[i], here, w))
	}
	if i -= len(f.Evidence); i < len(f.SettledBy) {
		return v.section(e, i == 0, e.texts.Settles, v.item(e, f.SettledBy[i], here, w))
	}
	i -= len(f.SettledBy)
	if f.Remediation.Text != "" {
		if i == 0 {
			lines := indented(2, e.wrap(flowing(f.Remediation.Text), w-2, normal))
			for _, api := range f.Remediation.API {
				lines = append(lines, e.paint(styled(faint, "  "+api), w))
			}
			return v.section(e, true, e.texts.Do, lines)
		}
		i--
	}
	if i == len(f.Path) {
		return v.section(e, true, e.texts.Why, indented(2, e.wrap(flowing(e.estate.Rule(f.Rule).Description), w-2, faint)))
	}
	h := f.Path[i]
	p := pathView{}
	return v.section(e, i == 0, e.texts.Path, p.step(e, Step{Hop: h}, here, w))
}

// flowing is a text of a rule without its line feeds: they are its author's.
func flowing(s string) string { return strings.Join(strings.Fields(s), " ") }

// section puts the head of a section above its first row.
func (v findingView) section(e env, first bool, head string, lines []string) row {
	r := row{lines: lines}
	if first {
		if e.height >= roomy {
			r.above = append(r.above, "")
		}
		r.above = append(r.above, e.paint(styled(strong, head), e.rowWidth()))
	}
	return r
}

func (v findingView) told(e env, f *finding.Finding, w int) []string {
	t := e.texts
	head := e.grade(f).with(plainly("  "), styled(strong, f.Subject.ID))
	if f.Subject.Name != "" && f.Subject.Name != f.Subject.ID {
		head = head.with(styled(faint, " "+f.Subject.Name))
	}
	if f.Baseline != "" {
		head = head.with(styled(faint, "  "+f.Baseline))
	}
	out := []string{e.paint(head, w)}
	out = append(out, e.wrap(e.estate.Rule(f.Rule).Title, w, faint)...)
	out = append(out, e.wrap(f.Message, w, normal)...)
	if f.Waived != nil {
		out = append(out, e.wrap(fmt.Sprintf(t.WaivedBecause, f.Waived.Reason), w, warning)...)
	}
	if f.Status == finding.Unknown && f.Cause != "" {
		out = append(out, e.wrap(fmt.Sprintf(t.Undecided, f.Cause), w, warning)...)
	}
	return out
}

func (v findingView) evidence(e env, x finding.Evidence, here bool, w int) []string {
	value := line{{e.texts.Missing, normal}}
	if x.Value != nil {
		value[0].text = compact(x.Value)
	}
	if here {
		value[0].style = chosen
	}
	l := plainly("  ").with(value)
	if x.Line > 0 {
		l = l.with(styled(faint, "  "+e.where(x.Line)))
	}
	out := []string{e.paint(l, w)}
	if x.Note != "" {
		out = append(out, indented(4, e.wrap(x.Note, w-4, faint))...)
	}
	return append(out, indented(4, e.wrap(shortPointer(x.Pointer), w-4, faint))...)
}

func (v findingView) item(e env, words string, here bool, w int) []string {
	st := normal
	if here {
		st = chosen
	}
	return indented(2, e.wrap(words, w-2, st))
}

func (v findingView) hints(e env) []hint {
	t := e.texts
	return []hint{{key: "enter", does: t.KeyIn}, {key: "y", does: t.KeyCopy}, {key: "w", does: t.KeyWaive}}
}

// open shows a value among its lines.
func (v findingView) open(e env, i int) outcome {
	f := e.estate.Finding(v.number)
	if i--; i >= 0 && i < len(f.Evidence) && f.Evidence[i].Line > 0 {
		return outcome{push: valueView{line: f.Evidence[i].Line, pointer: f.Evidence[i].Pointer}}
	}
	if i -= len(f.Evidence) + len(f.SettledBy) + v.advice(f); i >= 0 && i < len(f.Path) && f.Path[i].Line > 0 {
		return outcome{push: valueView{line: f.Path[i].Line, pointer: f.Path[i].Pointer}}
	}
	return outcome{}
}

func (v findingView) finding(env, int) int { return v.number }

func (v findingView) copies(e env, i int) string {
	f := e.estate.Finding(v.number)
	if i--; i >= 0 && i < len(f.Evidence) {
		return strings.Trim(compact(f.Evidence[i].Value), `"`)
	}
	return f.Subject.ARN
}

func (v findingView) exports(env, int) (Export, string) {
	return Export{Findings: []Selected{{Finding: v.number, First: true, Of: 1}}}, "finding.json"
}
