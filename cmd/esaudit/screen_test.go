package main

import (
	"strings"
	"testing"

	"esaudit/graph"
)

func TestScreen(t *testing.T) {
	for _, c := range []struct {
		name     string
		env      string
		width    int
		terminal bool
		noColor  bool
		want     screen
	}{
		{name: "file", want: screen{width: 80}},
		{name: "file of a width", env: "COLUMNS=120", want: screen{width: 120}},
		{name: "no width", env: "COLUMNS=wide", want: screen{width: 80}},
		{name: "terminal", width: 132, terminal: true, want: screen{width: 132, color: true}},
		{name: "terminal knows better", env: "COLUMNS=60", width: 132, terminal: true, want: screen{width: 132, color: true}},
		{name: "terminal of no width", terminal: true, want: screen{width: 80, color: true}},
		{name: "NO_COLOR", env: "NO_COLOR=1", terminal: true, want: screen{width: 80}},
		{name: "--no-color", noColor: true, terminal: true, want: screen{width: 80}},
		{name: "dumb", env: "TERM=dumb", terminal: true, want: screen{width: 80}},
		{name: "locale", env: "LANG=de_DE.UTF-8", want: screen{width: 80, unicode: true}},
		{name: "first locale", env: "LC_ALL=C LANG=de_DE.utf8", want: screen{width: 80}},
	} {
		a := &app{noColor: c.noColor, getenv: environment(c.env)}
		if got := a.screen(c.width, c.terminal); got != c.want {
			t.Errorf("%s: %+v, not %+v", c.name, got, c.want)
		}
	}
}

// environment reads "NAME=VALUE NAME=VALUE".
func environment(text string) func(string) string {
	return func(name string) string {
		for _, pair := range strings.Fields(text) {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// What the cloud names cannot steer a terminal, and is ASCII where there is
// nothing else; colours stand only where they are wanted.
func TestReachText(t *testing.T) {
	answer := graph.Answer{Verdict: graph.Blocked, Entry: "es-public", Path: []graph.Hop{
		{Kind: "P1", From: "internet", To: "es-\x1b[2Jx", Control: "whitelist", Verdict: graph.Blocked, Why: "gr\u00fcn\u202e\nnot", Pointer: "/a\x07", Line: 3},
	}}
	text := string(reachText("internet:203.0.113.9", "es:x:9200", answer, screen{width: 40}))
	for _, r := range text {
		if r != '\n' && (r < ' ' || r > '~') {
			t.Errorf("%q holds %q", text, r)
		}
	}
	if !strings.HasPrefix(text, "BLOCKED  internet:203.0.113.9 -> es:x:9200 through es-public\n") || !strings.Contains(text, "  blocks  whitelist\n") {
		t.Errorf("%s", text)
	}
	text = string(reachText("a", "b", answer, screen{width: 40, color: true, unicode: true}))
	if !strings.HasPrefix(text, "\x1b[1;31mBLOCKED\x1b[0m") || !strings.Contains(text, "gr\u00fcn") || strings.Contains(text, "\u202e") || strings.Contains(text, "\x1b[2J") {
		t.Errorf("%q", text)
	}
}
