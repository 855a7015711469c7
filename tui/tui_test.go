package tui_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/tui"
	"esaudit/tui/survey"
)

var update = flag.Bool("update", false, "write testdata/*.golden")

// demo is the demonstration, audited once.
var demo = sync.OnceValues(func() (*survey.Survey, error) { return ready("demo") })

// audited audits an estate of testdata/estates and makes it ready.
func audited(t testing.TB, name string) *survey.Survey {
	t.Helper()
	read := func() (*survey.Survey, error) { return ready(name) }
	if name == "demo" {
		read = demo
	}
	s, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ready(name string) (*survey.Survey, error) {
	r, err := recording.Open("../testdata/estates/" + name)
	if err != nil {
		return nil, err
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		return nil, err
	}
	result, err := audit.Run(context.Background(), s, audit.Options{All: true})
	if err != nil {
		return nil, err
	}
	return survey.Complete(context.Background(), survey.New(survey.Options{Name: name, Result: result}))
}

// player plays the explorer without a terminal: commands run at once.
type player struct {
	t     testing.TB
	model tui.Model
	quit  bool
	sent  []tea.Msg // messages that the explorer does not take itself
}

func play(t testing.TB, o tui.Options, width, height int) *player {
	if o.Context == nil {
		o.Context = context.Background()
	}
	p := &player{t: t, model: tui.New(o)}
	p.send(tea.WindowSizeMsg{Width: width, Height: height})
	p.run(p.model.Init())
	return p
}

// send gives the model a message, and runs what it asks for.
func (p *player) send(msg tea.Msg) {
	next, cmd := p.model.Update(msg)
	p.model = next.(tui.Model)
	p.run(cmd)
}

func (p *player) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			p.run(c)
		}
	case tea.QuitMsg:
		p.quit = true
	default:
		p.sent = append(p.sent, msg)
		p.send(msg)
	}
}

// press presses keys: names of Bubble Tea, or a text in quotes.
func (p *player) press(keys ...string) *player {
	for _, k := range keys {
		if text, ok := strings.CutPrefix(k, "'"); ok {
			for _, r := range text {
				p.send(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
			continue
		}
		p.send(keyNamed(k))
	}
	return p
}

func keyNamed(name string) tea.KeyPressMsg {
	mod := tea.KeyMod(0)
	rest := name
	if r, ok := strings.CutPrefix(rest, "ctrl+"); ok {
		mod, rest = mod|tea.ModCtrl, r
	}
	if r, ok := strings.CutPrefix(rest, "shift+"); ok {
		mod, rest = mod|tea.ModShift, r
	}
	codes := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "space": tea.KeySpace,
	}
	if code, ok := codes[rest]; ok {
		return tea.KeyPressMsg{Code: code, Mod: mod}
	}
	k := tea.KeyPressMsg{Code: []rune(rest)[0], Mod: mod}
	if mod == 0 {
		k.Text = rest
	}
	return k
}

// screen is what is shown, without colours; spaces at the ends of lines are left
// out.
func (p *player) screen() string {
	var b strings.Builder
	for _, l := range strings.Split(ansi.Strip(p.model.View().Content), "\n") {
		b.WriteString(strings.TrimRight(l, " ") + "\n")
	}
	return b.String()
}

// fits checks what holds of every screen: as many lines as it has, none wider,
// nothing that steers a terminal but colours.
func (p *player) fits(width, height int) {
	p.t.Helper()
	content := p.model.View().Content
	lines := strings.Split(content, "\n")
	if len(lines) != height {
		p.t.Errorf("%d lines on a screen of %d", len(lines), height)
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != width {
			p.t.Errorf("line %d has %d columns of %d: %q", i, n, width, l)
		}
	}
	for _, r := range ansi.Strip(content) {
		if r != '\n' && !unicode.IsPrint(r) {
			p.t.Errorf("%U is sent to the terminal", r)
		}
	}
	for _, seq := range strings.Split(content, "\x1b")[1:] {
		if i := strings.IndexByte(seq, 'm'); i < 0 || strings.Trim(seq[:i], "[0123456789;") != "" {
			p.t.Errorf("\\x1b%.10q is no colour", seq)
		}
	}
}

// tours are the screens of the goldens, and how to get there.
func tours() []struct {
	name string
	keys []string
} {
	return []struct {
		name string
		keys []string
	}{
		{"clusters", nil},
		{"clusters, filtered", []string{"/", "'log", "enter"}},
		{"a cluster", []string{"enter"}},
		{"a path", []string{"enter", "enter"}},
		{"a path, all of it", []string{"enter", "enter", "x"}},
		{"a value", []string{"enter", "enter", "enter"}},
		{"a principal", []string{"enter", "down", "down", "down", "down", "down", "down", "enter"}},
		{"a cluster that was not read", []string{"down", "down", "down", "enter"}},
		{"what would settle it", []string{"down", "down", "down", "enter", "enter"}},
		{"keys", []string{"?"}},
		{"findings", []string{"tab"}},
		{"findings by subject", []string{"tab", "o"}},
		{"high findings that failed", []string{"tab", "s", "s", "u"}},
		{"a finding", []string{"tab", "enter"}},
		{"a question", []string{"tab", "tab", "enter", "'ecs:", "tab", "enter", "'order", "tab"}},
		{"an answer", []string{"tab", "tab", "enter", "'internet:203.0.113.9", "enter", "'es:es-cn-orderssearch1:9200", "enter"}},
		{"gaps", []string{"tab", "tab", "tab"}},
		{"changes", []string{"tab", "tab", "tab", "tab"}},
		{"a map", []string{"down", "down", "enter", "m", "right"}},
		{"a fix plan", []string{"shift+tab"}},
		{"a fix plan, one action unmarked", []string{"shift+tab", "G", "g", "down", "space"}},
		{"what is left to people", []string{"shift+tab", "G"}},
		{"an action", []string{"shift+tab", "down", "down", "down", "down", "down", "down", "enter"}},
		{"the fix of one finding", []string{"tab", "f"}},
		{"consent", []string{"tab", "f", "a", "enter", "'1234"}},
		{"applied", []string{"tab", "f", "a", "enter", "'1234567890123456", "enter"}},
	}
}

func TestScreens(t *testing.T) {
	estate := audited(t, "demo")
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			var b strings.Builder
			for _, tour := range tours() {
				p := play(t, tui.Options{Estate: estate, Services: planner{}, Unicode: true}, size[0], size[1]).press(tour.keys...)
				p.fits(size[0], size[1])
				fmt.Fprintf(&b, "%s: %s\n%s\n", tour.name, strings.Join(tour.keys, " "), p.screen())
			}
			golden(t, fmt.Sprintf("%dx%d", size[0], size[1]), b.String())
		})
	}
}

// README shows screens as they are.
func TestReadmeScreens(t *testing.T) {
	const file = "../README.md"
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	goldens, err := os.ReadFile("testdata/80x24.golden")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	is := regexp.MustCompile("(?s)<!-- screen: ([^>]*) -->\n```text\n.*?```").ReplaceAllStringFunc(string(was), func(block string) string {
		shown++
		head, _, _ := strings.Cut(block, "\n")
		name := strings.TrimSuffix(strings.TrimPrefix(head, "<!-- screen: "), " -->")
		_, rest, there := strings.Cut(string(goldens), "\n"+name+": ")
		if name == "clusters" {
			_, rest, there = strings.Cut(string(goldens), name+": ")
		}
		if !there {
			t.Fatalf("README shows a screen %q that is none", name)
		}
		lines := strings.Split(rest, "\n")[1:25]
		return head + "\n```text\n" + regexp.MustCompile("\n\n\n+").ReplaceAllString(strings.Join(lines, "\n"), "\n\n") + "\n```"
	})
	if shown < 2 {
		t.Errorf("README shows %d screens", shown)
	}
	if is == string(was) {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(is), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("a screen in README is not as it is; -update rewrites it")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name + ".golden"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("%s differs; -update rewrites it\n%s", file, difference(string(want), got))
	}
}

// difference is the first line that differs, with the lines around it.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range g {
		if i >= len(w) || w[i] != g[i] {
			was := ""
			if i < len(w) {
				was = w[i]
			}
			return fmt.Sprintf("line %d\n-%s\n+%s", i+1, was, g[i])
		}
	}
	return "it is shorter"
}

// From the first screen, keys that each screen names lead to the value that opens
// a cluster to the internet: at most four.
func TestTheValueThatOpens(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}} {
		p := play(t, tui.Options{Estate: audited(t, "demo"), Unicode: true}, size[0], size[1])
		keys := 0
		for !strings.Contains(p.screen(), `"0.0.0.0/0"`) {
			if !strings.Contains(p.screen(), "enter open") {
				t.Fatalf("the screen does not name enter:\n%s", p.screen())
			}
			if keys++; keys > 4 {
				t.Fatalf("four keys are not enough:\n%s", p.screen())
			}
			p.press("enter")
		}
		if !strings.Contains(p.screen(), "line 4199") {
			t.Errorf("the value has no line:\n%s", p.screen())
		}
	}
}

// What was not read is never told as nothing to do.
func TestUnknownIsNoPass(t *testing.T) {
	for _, name := range []string{"blind", "half-blind"} {
		estate := audited(t, name)
		for _, keys := range [][]string{{}, {"tab"}, {"tab", "tab", "tab", "tab", "tab"}} {
			p := play(t, tui.Options{Estate: estate, Unicode: true}, 80, 24).press(keys...)
			if s := p.screen(); strings.Contains(s, "nothing to act on") || !strings.Contains(s, "incomplete") || strings.Contains(s, "There is no cluster") {
				t.Errorf("%s, %v:\n%s", name, keys, s)
			}
		}
	}
}

// The model is a value: a key leaves the one before it as it was.
func TestModelIsAValue(t *testing.T) {
	p := play(t, tui.Options{Estate: audited(t, "demo"), Unicode: true}, 80, 24)
	for _, keys := range [][]string{{"enter"}, {"down"}, {"tab"}, {"/"}, {"'log"}, {"?"}, {"tab", "s"}} {
		before, was := p.model, p.screen()
		p.press(keys...)
		if again := (&player{t: t, model: before}).screen(); again != was {
			t.Errorf("%v changes the model that was before:\n%s", keys, again)
		}
	}
}
