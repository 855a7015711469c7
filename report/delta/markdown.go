package delta

import (
	"fmt"
	"strings"

	"esaudit/cut"
	"esaudit/diff"
	"esaudit/lang"
	"esaudit/report/plain"
)

// MaxMarkdown bounds a text for a merge request, in bytes: GitHub and others
// refuse comments of more than 65,536 characters.
const MaxMarkdown = 60_000

// bounded is a text that takes whole lines as long as they fit, and none after one
// that does not.
type bounded struct {
	b       strings.Builder
	texts   *lang.Texts
	heading string // waits for the first line under it: no heading stands alone
	skipped int
}

// under begins a part of the text.
func (t *bounded) under(heading string) { t.heading = heading + "\n" }

func (t *bounded) line(text string) {
	text = t.heading + text + "\n"
	if t.skipped > 0 || t.b.Len()+len(text) > MaxMarkdown-200 {
		t.skipped++
		return
	}
	t.heading = ""
	t.b.WriteString(text)
}

func (t *bounded) bytes() []byte {
	if t.skipped > 0 {
		fmt.Fprintf(&t.b, "\n_%s_\n", t.texts.F("%d more lines are left out; the JSON form has them.", t.skipped))
	}
	return []byte(t.b.String())
}

// Markdown tells a difference for a merge request, in at most MaxMarkdown
// bytes. What people look for first stands first.
func Markdown(d diff.Document, texts *lang.Texts) []byte {
	t := &bounded{texts: texts}
	if d.Empty() {
		t.line(texts.T("Reachability, findings and settings are unchanged."))
		return t.bytes()
	}
	t.line(texts.F("**%d gained, %d lost, %d no longer known; findings: %d new, %d gone, %d changed; %d settings differ.**",
		len(d.Gained), len(d.Lost), len(d.Unclear), len(d.Findings.New), len(d.Findings.Gone), len(d.Findings.Changed), len(d.Settings)))
	t.changes("Gained reachability", "can now reach", d.Gained)
	t.changes("Lost reachability", "can no longer reach", d.Lost)
	t.changes("No longer known", "may reach", d.Unclear)
	t.under("\n### " + texts.T("Declared clients cut off") + "\n")
	for _, name := range d.CutOff {
		t.line("- " + plain.Code(name))
	}
	t.findings("New findings", d.Findings.New)
	t.findings("Changed findings", d.Findings.Changed)
	t.findings("Findings that are gone", d.Findings.Gone)
	t.settings(d.Settings)
	return t.bytes()
}

func (t *bounded) settings(list []diff.Setting) {
	t.under(fmt.Sprintf("\n<details><summary>%s</summary>\n\n| %s | %s | %s |\n| --- | --- | --- |",
		t.texts.F("%d settings differ", len(list)), t.texts.T("setting"), t.texts.T("before"), t.texts.T("after")))
	before := t.b.Len()
	for _, x := range list {
		_, place, _ := strings.Cut(x.Pointer, "/objects/")
		t.line(fmt.Sprintf("| %s | %s | %s |", plain.Code(place), value(x.Before), value(x.After)))
	}
	if t.b.Len() > before {
		t.b.WriteString("\n</details>\n")
	}
}

func value(v any) string {
	if v == nil {
		return ""
	}
	return plain.Code(clip(v))
}

func (t *bounded) changes(title, verb string, list []diff.Change) {
	t.under("\n### " + t.texts.T(title) + "\n")
	for _, c := range list {
		t.line("- " + t.change(c, verb))
	}
}

func (t *bounded) change(c diff.Change, verb string) string {
	return plain.Code(t.texts.Made(who(c))) + " " + t.texts.T(verb) + " " + plain.Code(t.texts.Made(where(c)))
}

func (t *bounded) findings(title string, list []diff.Finding) {
	t.under("\n### " + t.texts.T(title) + "\n")
	for _, f := range list {
		level := f.Status.String()
		if level == "fail" {
			level = f.Severity.String()
		}
		t.line(fmt.Sprintf("- **%s** %s %s: %s", t.texts.T(level), plain.Code(f.Rule), plain.Code(f.Subject.ID), plain.Markdown(f.Message)))
	}
}

// CutMarkdown tells the sets of edits that sever a path.
func CutMarkdown(d cut.Document, from, to string, texts *lang.Texts) []byte {
	t := &bounded{texts: texts}
	source, target := plain.Code(from), plain.Code(to)
	if d.Blocked {
		t.line(texts.F("%s does not get to %s as it is: there is nothing to sever", source, target))
		return t.bytes()
	}
	if len(d.Cuts) == 0 {
		t.line(texts.F("nothing of up to %d edits severs %s from %s", d.SearchedUpTo, source, target))
		return t.bytes()
	}
	t.line(texts.F("What severs %s from %s:", source, target) + "\n")
	for _, c := range d.Cuts {
		var edits []string
		for _, e := range c.Edits {
			edits = append(edits, plain.Code(e))
		}
		t.line("1. " + strings.Join(edits, texts.T(" and ")))
		for _, x := range c.Severs {
			t.line("   - " + texts.T("besides:") + " " + plain.Code(severed(texts, x)))
		}
	}
	if !d.Complete {
		t.line("\n" + texts.F("there are more sets of up to %d edits", d.SearchedUpTo))
	}
	return t.bytes()
}
