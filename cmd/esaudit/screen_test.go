package main

import (
	"strings"
	"testing"
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
