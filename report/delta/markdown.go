package delta

import (
	"fmt"
	"strings"

	"esaudit/cut"
	"esaudit/diff"
	"esaudit/report/plain"
)

// MaxMarkdown bounds a text for a merge request, in bytes: GitHub and others
// refuse comments of more than 65,536 characters.
const MaxMarkdown = 60_000

// bounded is a text that takes whole lines as long as they fit.
type bounded struct {
	b       strings.Builder
	skipped int
}

func (t *bounded) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...) + "\n"
	if t.b.Len()+len(text) > MaxMarkdown-200 {
		t.skipped++
		return
	}
	t.b.WriteString(text)
}

func (t *bounded) bytes() []byte {
	if t.skipped > 0 {
		fmt.Fprintf(&t.b, "\n_%d more lines are left out; the JSON form has them._\n", t.skipped)
	}
	return []byte(t.b.String())
}

// Markdown tells a difference for a merge request, in at most MaxMarkdown
// bytes. What people look for first stands first.
func Markdown(d diff.Document) []byte {
	t := &bounded{}
	if d.Empty() {
		t.line("Reachability, findings and settings are unchanged.")
		return t.bytes()
	}
	t.line("**%d gained, %d lost, %d no longer known; findings: %d new, %d gone, %d changed; %d settings differ.**",
		len(d.Gained), len(d.Lost), len(d.Unclear), len(d.Findings.New), len(d.Findings.Gone), len(d.Findings.Changed), len(d.Settings))
	t.changes("Gained reachability", "can now reach", d.Gained)
	t.changes("Lost reachability", "can no longer reach", d.Lost)
	t.changes("No longer known", "may reach", d.Unclear)
	if len(d.CutOff) > 0 {
		t.line("\n### Declared clients cut off\n")
	}
	for _, name := range d.CutOff {
		t.line("- %s", plain.Code(name))
	}
	t.findings("New findings", d.Findings.New)
	t.findings("Changed findings", d.Findings.Changed)
	t.findings("Findings that are gone", d.Findings.Gone)
	if len(d.Settings) > 0 {
		t.line("\n<details><summary>%d settings differ</summary>\n\n| setting | before | after |\n| --- | --- | --- |", len(d.Settings))
		for _, x := range d.Settings {
			_, place, _ := strings.Cut(x.Pointer, "/objects/")
			t.line("| %s | %s | %s |", plain.Code(place), value(x.Before), value(x.After))
		}
		t.line("\n</details>")
	}
	return t.bytes()
}

func value(v any) string {
	if v == nil {
		return ""
	}
	return plain.Code(clip(v))
}

func (t *bounded) changes(title, verb string, list []diff.Change) {
	if len(list) > 0 {
		t.line("\n### %s\n", title)
	}
	for _, c := range list {
		t.line("- %s %s %s", plain.Code(who(c)), verb, plain.Code(where(c)))
	}
}

func (t *bounded) findings(title string, list []diff.Finding) {
	if len(list) > 0 {
		t.line("\n### %s\n", title)
	}
	for _, f := range list {
		level := f.Status.String()
		if level == "fail" {
			level = f.Severity.String()
		}
		t.line("- **%s** %s %s: %s", level, plain.Code(f.Rule), plain.Code(f.Subject.ID), plain.Markdown(f.Message))
	}
}

// CutMarkdown tells the sets of edits that sever a path.
func CutMarkdown(d cut.Document, from, to string) []byte {
	t := &bounded{}
	if d.Blocked {
		t.line("%s does not get to %s as it is: there is nothing to sever.", plain.Code(from), plain.Code(to))
		return t.bytes()
	}
	if len(d.Cuts) == 0 {
		t.line("Nothing of up to %d edits severs %s from %s.", d.SearchedUpTo, plain.Code(from), plain.Code(to))
		return t.bytes()
	}
	t.line("What severs %s from %s:\n", plain.Code(from), plain.Code(to))
	for _, c := range d.Cuts {
		var edits []string
		for _, e := range c.Edits {
			edits = append(edits, plain.Code(e))
		}
		t.line("1. %s", strings.Join(edits, " and "))
		for _, x := range c.Severs {
			t.line("   - besides: %s", plain.Code(severed(nil, x)))
		}
	}
	if !d.Complete {
		t.line("\nThere are more sets of up to %d edits.", d.SearchedUpTo)
	}
	return t.bytes()
}
