package tui

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every key of every view stands in the document of keys.
func TestKeysAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/tui.md")
	if err != nil {
		t.Fatal(err)
	}
	e := New(Options{Estate: newCrowd(3), Unicode: true}).env
	views := []view{clustersView{}, findingsView{}, askView{}, gapsView{}, changesView{}, mapView{}, clusterView{}, pathView{}, findingView{}, valueView{}, fixView{planned: shelf{}}, actionView{}, applyView{}, applyView{state: asking}, applyView{state: over, applied: Applied{Undo: "x"}}}
	for _, v := range views {
		for _, h := range keysOf(e, v).list {
			for _, key := range strings.Fields(e.shown(h.key)) {
				if !names(string(doc), key) {
					t.Errorf("docs/tui.md does not tell of %q (%s)", key, v.title(e))
				}
			}
			if h.does == "" {
				t.Errorf("%q of %s does nothing", h.key, v.title(e))
			}
		}
	}
}

// The documentation says from which width on a column of clusters is shown: not a
// column less.
func TestWidthsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/tui.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`the internet at (\d+), findings from (\d+), all but regions from (\d+), regions from (\d+)`).FindStringSubmatch(string(doc))
	if m == nil {
		t.Fatal("docs/tui.md does not tell of widths")
	}
	for i, column := range []string{"INTERNET", "FINDINGS", "CONFIG", "cn-hangzhou"} {
		width, err := strconv.Atoi(m[i+1])
		if err != nil {
			t.Fatal(err)
		}
		shows := func(width int) bool { return strings.Contains(drive(newCrowd(1), deeds{}, width, 24).text(), column) }
		if !shows(width) || i > 0 && shows(width-1) {
			t.Errorf("%s is not shown from %d columns on", column, width)
		}
	}
}

// names reports whether a text names a key, alone or among others.
func names(doc, key string) bool {
	for i, code := range strings.Split(doc, "`") {
		if i%2 == 1 && slices.Contains(strings.Fields(code), key) {
			return true
		}
	}
	return false
}

// Help names each key of its view once, and a key that it does not name does
// nothing there: wherever the cursor is, whatever is under way.
func TestHelpNamesEveryKey(t *testing.T) {
	keys := strings.Fields("enter esc tab shift+tab up down left right pgup pgdown home end backspace space")
	for c := '!'; c <= '~'; c++ {
		keys = append(keys, string(c))
	}
	for c := 'a'; c <= 'z'; c++ {
		keys = append(keys, "ctrl+"+string(c))
	}
	seen := map[string]bool{}
	for _, way := range [][]string{
		{}, {"enter"}, {"enter", "G"}, {"enter", "enter"}, {"enter", "enter", "home"}, {"enter", "enter", "enter"}, {"enter", "m"}, {"enter", "G", "k", "k", "enter"},
		{"tab"}, {"tab", "enter"}, {"tab", "enter", "down"}, {"tab", "f"}, {"tab", "tab"}, {"tab", "tab", "tab"}, {"tab", "tab", "tab", "tab"}, {"shift+tab", "shift+tab"},
		{"shift+tab"}, {"shift+tab", "G"}, {"shift+tab", "enter"}, {"shift+tab", "a"}, {"?"},
	} {
		for _, n := range []int{0, 3} {
			var done []string
			c := newCrowd(n)
			d := drive(c, deeds{done: &done, estate: c, live: true}, 80, 24).press(way...)
			v := d.top().view
			seen[fmt.Sprintf("%T", v)] = true
			help := map[string]bool{}
			for _, h := range bindings(d.env, v) {
				for _, key := range h.keys() {
					if help[key] {
						t.Errorf("%v: help of %T names %q twice", way, v, key)
					}
					help[key] = true
				}
			}
			d.notice = ""
			before := d.text()
			for _, key := range keys {
				again := *d
				next, cmd := again.Model.Update(named(key))
				again.Model = next.(Model)
				did := cmd != nil || again.prompt != nil || again.ended
				if again.notice == again.env.texts.NothingHere {
					again.notice = ""
				}
				if did = did || again.text() != before; did && !help[key] {
					t.Errorf("%v: %q does something in %T, which its help does not name:\n%s", way, key, v, again.text())
				}
			}
		}
	}
	for _, v := range []view{clustersView{}, findingsView{}, askView{}, gapsView{}, changesView{}, mapView{}, clusterView{}, pathView{}, findingView{}, valueView{}, fixView{}, actionView{}, applyView{}, keysView{}} {
		if !seen[fmt.Sprintf("%T", v)] {
			t.Errorf("%T was not looked at", v)
		}
	}
}
