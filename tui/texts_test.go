package tui

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// texts returns every text of a catalogue by its name.
func texts(t *Texts) map[string]string {
	out := map[string]string{}
	v := reflect.ValueOf(*t)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			out[name] = f.String()
		case reflect.Array:
			for j := range f.Len() {
				out[name+string(rune('0'+j))] = f.Index(j).String()
			}
		}
	}
	return out
}

// No text is missing in a language, and each has the places for values that the
// English one has, in the same order.
func TestCatalogues(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	english := texts(English())
	for name, want := range english {
		if want == "" {
			t.Errorf("%s has no English text", name)
		}
		got := texts(Chinese())[name]
		if got == "" {
			t.Errorf("%s has no Chinese text", name)
		}
		if a, b := verbs.FindAllString(want, -1), verbs.FindAllString(got, -1); !slices.Equal(a, b) {
			t.Errorf("%s: %q has %v, %q has %v", name, want, a, got, b)
		}
	}
}

// Every screen fits in Chinese too, and what the explorer says itself is Chinese.
func TestChineseScreens(t *testing.T) {
	c := newCrowd(12)
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}, {200, 60}} {
		for _, keys := range [][]string{{}, {"enter"}, {"enter", "enter"}, {"tab"}, {"tab", "s"}, {"tab", "enter"}, {"tab", "tab"}, {"tab", "tab", "tab"}, {"tab", "tab", "tab", "tab"}, {"shift+tab"}, {"shift+tab", "enter"}, {"shift+tab", "a"}, {"shift+tab", "shift+tab"}, {"?"}, {"/"}} {
			d := &driver{Model: New(Options{Context: t.Context(), Estate: c, Services: deeds{done: new([]string), estate: c, live: true}, Texts: Chinese(), Unicode: true})}
			d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			d.run(d.Init())
			d.press(keys...)
			if err := d.whole(); err != nil {
				t.Errorf("%v at %v: %v", keys, size, err)
			}
			if !strings.ContainsFunc(d.text(), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%v at %v: no Chinese:\n%s", keys, size, d.text())
			}
		}
	}
}
