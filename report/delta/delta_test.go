package delta_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"esaudit/cut"
	"esaudit/diff"
	"esaudit/finding"
	"esaudit/lang"
	"esaudit/report/delta"
	"esaudit/report/plain"
)

const hostile = "es-\x1b[31m\u202e<script>`|\"]]>&\n# x"

// change is a difference with one of everything; name stands wherever the cloud
// gives a name.
func change(name string) diff.Document {
	c := func(kind, via string, from ...string) diff.Change {
		return diff.Change{To: "es:" + name, Entry: "es-public", Port: 9200, Kind: kind, From: from, Via: via}
	}
	return diff.Document{
		Schema: diff.Schema,
		Gained: []diff.Change{
			c("internet", "", "203.0.113.0/24"), c("internet", "lb:nlb-7:9200", "203.0.113.0/24"), c("internet", "lb::0", "198.51.100.1/32"),
			c("host", "", name, "i-2"), c("vpc", "", "vpc-1/10.0.0.0/24"), c("onprem", "", "office"), c("internet", "proxy:i-1:80", "::/0"),
			{To: "ldap.example:636", Entry: "ep-1", Port: 636, Kind: "outbound", From: []string{"es:" + name}},
		},
		Lost:     []diff.Change{c("internet", "dnat:ngw-1:19200", "0.0.0.0/0")},
		Unclear:  []diff.Change{c("host", "", "i-3")},
		Findings: diff.Findings{New: []diff.Finding{{Rule: "ES-NET-001", Status: finding.Fail, Severity: finding.Critical, Subject: finding.Subject{ID: name}, Message: "open " + name}}},
		Settings: []diff.Setting{{Pointer: "/accounts/0/objects/elasticsearch/cn-hangzhou/" + name, Before: name, After: nil}, {Pointer: "/accounts/0/objects/x", Before: 1, After: 2}},
		CutOff:   []string{name},
	}
}

func cuts(name string) cut.Document {
	return cut.Document{
		Schema: cut.Schema, SearchedUpTo: 3,
		Cuts: []cut.Cut{{Edits: []string{name + ".enablePublic=false"}, Severs: []cut.Sever{{To: "es:" + name, Entry: "es-public", Port: 9200, From: []string{"0.0.0.0/0"}}}}, {Edits: []string{"a", "b"}}},
	}
}

// The sentences people read.
func TestText(t *testing.T) {
	text := string(delta.Text(change("es-1"), delta.Screen{Width: 200, Unicode: true}))
	for _, want := range []string{
		"GAINED REACHABILITY (8)",
		"+ 203.0.113.0/24 can now reach es:es-1:9200\n",
		"+ 203.0.113.0/24 can now reach es:es-1:9200 through nlb-7:9200",
		"+ 198.51.100.1/32 can now reach es:es-1:9200 through a load balancer",
		"+ hosts es-1, i-2 can now reach es:es-1:9200",
		"+ the whole IPv6 internet can now reach es:es-1:9200 through the proxy i-1:80",
		"+ es:es-1 can now reach ldap.example:636 through ep-1",
		"- the whole IPv4 internet can no longer reach es:es-1:9200 through ngw-1:19200",
		"? host i-3 may reach es:es-1:9200",
		"! es-1", "+ critical ES-NET-001 es-1: open es-1", "~ x: 1 -> 2",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if i, j := strings.Index(text, "GAINED"), strings.Index(text, "SETTINGS"); i != 0 || j < strings.Index(text, "FINDINGS") {
		t.Errorf("reachability first, then findings, then settings:\n%s", text)
	}
}

// Lines fit the screen, and nothing that the cloud names steers it.
func TestTextFits(t *testing.T) {
	for _, width := range []int{40, 80, 200} {
		for _, out := range [][]byte{
			delta.Text(change(hostile), delta.Screen{Width: width, Unicode: true}), delta.Text(change(strings.Repeat("wide", 99)), delta.Screen{Width: width}),
			delta.CutText(cuts(hostile), hostile, "es:x:1", delta.Screen{Width: width, Unicode: true}),
		} {
			for line := range strings.Lines(string(out)) {
				line = strings.TrimSuffix(line, "\n")
				if strings.HasPrefix(line, "WHAT SEVERS") {
					continue // the question, as it was asked
				}
				if ansi.StringWidth(line) > width {
					t.Errorf("%d columns of %d: %q", ansi.StringWidth(line), width, line)
				}
				if strings.ContainsFunc(line, plain.Hidden) {
					t.Errorf("hidden characters: %q", line)
				}
			}
		}
	}
}

// A text for a merge request is bounded, says so, and holds no markup of
// anybody else's.
func TestMarkdown(t *testing.T) {
	d := change(hostile)
	for i := range 3000 {
		d.Gained = append(d.Gained, diff.Change{To: fmt.Sprintf("es:es-%d", i), Port: 9200, Kind: "internet", From: []string{"203.0.113.0/24"}})
	}
	out := string(delta.Markdown(d, nil))
	if len(out) > delta.MaxMarkdown {
		t.Errorf("%d bytes", len(out))
	}
	if !strings.Contains(out, "more lines are left out") {
		t.Error("it does not say that something is missing")
	}
	for _, out := range []string{out, string(delta.Markdown(change(hostile), nil)), string(delta.CutMarkdown(cuts(hostile), hostile, "es:x:1", nil))} {
		for line := range strings.Lines(out) {
			outside := ""
			for i, part := range strings.Split(line, "`") {
				if i%2 == 0 {
					outside += part
				}
			}
			if strings.Contains(outside, "<script") || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), plain.Hidden) {
				t.Errorf("markup gets through: %q", line)
			}
		}
	}
	if got := string(delta.Markdown(diff.Document{}, nil)); !strings.Contains(got, "unchanged") {
		t.Errorf("nothing changed: %q", got)
	}
}

// No heading stands without a line under it, wherever the text is cut.
func TestMarkdownHeadings(t *testing.T) {
	for n := 300; n < 1200; n += 7 {
		d := change("es-1")
		for i := range n {
			d.Gained = append(d.Gained, diff.Change{To: fmt.Sprintf("es:es-%d", i), Port: 9200, Kind: "internet", From: []string{"203.0.113.0/24"}})
		}
		out := string(delta.Markdown(d, nil))
		for part := range strings.SplitSeq(out, "\n### ") {
			if !strings.Contains(part, "\n- ") && !strings.HasPrefix(part, "**") {
				t.Fatalf("%d lines: nothing under %q", n, part)
			}
		}
		if strings.Count(out, "<details>") != strings.Count(out, "</details>") || len(out) > delta.MaxMarkdown {
			t.Fatalf("%d lines: %d bytes, %q", n, len(out), out[len(out)-200:])
		}
	}
}

// In Chinese nothing but names and settings is English.
func TestChineseMarkdown(t *testing.T) {
	texts, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	d := change("es-1")
	for i := range 2000 {
		d.Settings = append(d.Settings, diff.Setting{Pointer: fmt.Sprint("/accounts/0/objects/x/", i), Before: "1", After: "2"})
	}
	history := diff.History{Snapshots: []diff.Moment{{}, {}}, Steps: []diff.Step{{Gained: d.Gained, Lost: d.Lost, Unclear: d.Unclear}}}
	english := regexp.MustCompile(`(?i)\b(gained|lost|known|reach|new|gone|changed|settings?|before|after|more|lines?|severs?|from|snapshots|findings?|clients|besides)\b`)
	for _, out := range [][]byte{delta.Markdown(d, texts), delta.Markdown(diff.Document{}, texts), delta.CutMarkdown(cuts("es-1"), "internet:1.2.3.4", "es:x:1", texts),
		delta.History(history, texts), delta.HistoryMarkdown(history, texts)} {
		for line := range strings.Lines(string(out)) {
			if m := english.FindString(regexp.MustCompile("`[^`]*`|: .*").ReplaceAllString(line, "")); m != "" {
				t.Errorf("%q in %q", m, line)
			}
		}
	}
}

// Pictures are well-formed whatever the names are, and show every line.
func TestPictures(t *testing.T) {
	for _, name := range []string{"es-1", hostile} {
		for _, svg := range [][]byte{delta.SVG(nil, change(name)), delta.CutSVG(nil, cuts(name), name, "es:x:1"), delta.SVG(nil, diff.Document{})} {
			d := xml.NewDecoder(strings.NewReader(string(svg)))
			elements := 0
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%v in\n%s", err, svg)
				}
				if start, ok := token.(xml.StartElement); ok {
					elements++
					if strings.EqualFold(start.Name.Local, "script") {
						t.Errorf("a script got in")
					}
				}
			}
			if elements < 3 {
				t.Errorf("%d elements", elements)
			}
		}
		dot := string(delta.Dot(nil, change(name)))
		if strings.Count(dot, " -> ") != len(change(name).Gained)+2 || strings.Count(dot, "\n") < 10 || !strings.HasSuffix(dot, "}\n") {
			t.Errorf("lines are missing:\n%s", dot)
		}
		for line := range strings.Lines(dot) {
			if strings.Count(strings.ReplaceAll(line, `\"`, ""), `"`)%2 != 0 {
				t.Errorf("an open quote: %s", line)
			}
		}
	}
}

func TestCutText(t *testing.T) {
	none := string(delta.CutText(cut.Document{SearchedUpTo: 3}, "a", "b", delta.Screen{Width: 80}))
	if !strings.Contains(none, "nothing of up to 3 edits severs a from b") {
		t.Errorf("%q", none)
	}
	text := string(delta.CutText(cuts("es-1"), "internet:1.2.3.4", "es:es-1:9200", delta.Screen{Width: 100}))
	for _, want := range []string{"1. es-1.enablePublic=false", "besides: the whole IPv4 internet", "2. a and b", "nobody else loses", "there are more sets"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
