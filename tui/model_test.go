package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// driver drives a model by hand: commands run at once, in order.
type driver struct {
	Model
	quit bool
	sent []tea.Msg
}

func drive(estate Estate, services Services, width, height int) *driver {
	d := &driver{Model: New(Options{Context: context.Background(), Estate: estate, Services: services, Unicode: true})}
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	d.run(d.Init())
	return d
}

func (d *driver) send(msg tea.Msg) {
	next, cmd := d.Model.Update(msg)
	d.Model = next.(Model)
	d.run(cmd)
}

func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case tea.QuitMsg:
		d.quit = true
	default:
		d.sent = append(d.sent, msg)
		d.send(msg)
	}
}

func named(key string) tea.KeyPressMsg {
	code, ok := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "space": tea.KeySpace,
	}[key]
	switch {
	case ok:
		return tea.KeyPressMsg{Code: code}
	case key == "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	case strings.HasPrefix(key, "ctrl+"):
		return tea.KeyPressMsg{Code: []rune(key)[5], Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

func (d *driver) press(keys ...string) *driver {
	for _, k := range keys {
		d.send(named(k))
	}
	return d
}

func (d *driver) typeText(text string) *driver {
	for _, r := range text {
		d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return d
}

func (d *driver) text() string { return ansi.Strip(d.View().Content) }

// whole says what is wrong with a screen or a cursor; nil for nothing.
func (d *driver) whole() error {
	f := d.top()
	n := f.view.size(d.env)
	if f.list.cursor < 0 || f.list.cursor >= max(n, 1) {
		return fmt.Errorf("the cursor is at %d of %d", f.list.cursor, n)
	}
	lines := strings.Split(d.View().Content, "\n")
	if len(lines) != d.env.height {
		return fmt.Errorf("%d lines on a screen of %d", len(lines), d.env.height)
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w != d.env.width {
			return fmt.Errorf("line %d has %d columns of %d: %q", i, w, d.env.width, l)
		}
	}
	for _, r := range d.text() {
		if r != '\n' && !unicode.IsPrint(r) {
			return fmt.Errorf("%U is sent", r)
		}
	}
	shown := f.list.draw(n, d.bodyHeight(), d.rows(f))
	if n > 0 && !slices.ContainsFunc(shown, func(x drawn) bool { return x.here }) {
		return fmt.Errorf("the cursor at %d is not shown: top %d, skip %d", f.list.cursor, f.list.top, f.list.skip)
	}
	return nil
}

const hostile = "a\x1b[31m\x07\u202e\nb\\世界\u200b"

// Random keys, clicks and sizes never panic, never leave the cursor outside,
// always leave a screen that fits, and the explorer can always be left.
func TestRandomKeys(t *testing.T) {
	keys := strings.Fields("enter esc tab shift+tab up down left right pgup pgdown home end backspace space ctrl+d ctrl+u h j k l g G / ? y e w r x s u o v m n p f 1 a z : .")
	rapid.Check(t, func(t *rapid.T) {
		c := newCrowd(rapid.SampledFrom([]int{0, 1, 3, 50}).Draw(t, "objects"))
		c.name = rapid.SampledFrom([]string{"orders", "", hostile, "订单搜索集群"}).Draw(t, "name")
		c.early = rapid.Bool().Draw(t, "early")
		var done []string
		d := drive(c, deeds{done: &done, estate: c, live: rapid.Bool().Draw(t, "live")}, 80, 24)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "kind") {
			case 0:
				d.send(tea.WindowSizeMsg{Width: rapid.IntRange(1, 130).Draw(t, "width"), Height: rapid.IntRange(1, 50).Draw(t, "height")})
			case 1:
				d.send(tea.MouseClickMsg{X: rapid.IntRange(0, 130).Draw(t, "x"), Y: rapid.IntRange(0, 50).Draw(t, "y"), Button: tea.MouseLeft})
			case 2:
				d.send(tea.MouseWheelMsg{Button: rapid.SampledFrom([]tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown}).Draw(t, "wheel")})
			case 3:
				d.send(tea.PasteMsg{Content: c.name})
			default:
				d.press(rapid.SampledFrom(keys).Draw(t, "key"))
			}
			if d.env.width >= 40 && d.env.height >= 10 {
				if err := d.whole(); err != nil {
					t.Fatalf("%v\n%s", err, d.text())
				}
			}
			d.quit = false
		}
		if slices.ContainsFunc(done, func(deed string) bool { return strings.HasPrefix(deed, "apply") }) {
			t.Fatalf("an account was changed by random keys: %v", done)
		}
		for _, way := range [][]string{{"ctrl+c"}, {"esc", "q"}} {
			if again := *d; !again.press(way...).quit {
				t.Fatalf("%v does not quit:\n%s", way, d.text())
			}
		}
	})
}

// What Update and View do grows with the rows that are shown, not with the
// estate: as much of it is asked for among 100,000 objects as among 100.
func TestWorkIsOfRowsShown(t *testing.T) {
	ways := [][]string{
		{}, {"down"}, {"G"}, {"pgdown"}, {"ctrl+d", "k"}, {"enter"}, {"enter", "G"}, {"enter", "pgdown", "enter"}, {"tab"}, {"tab", "G"}, {"tab", "s"}, {"tab", "o", "down"},
		{"tab", "enter", "down"}, {"/", "l", "o", "enter", "G"}, {"?"}, {"tab", "tab", "tab", "/", "o", "G"}, {"tab", "tab", "tab", "tab", "/", "o", "down"}, {"tab", "tab", "tab", "G"}, {"tab", "tab", "tab", "tab", "G"}, {"tab", "tab", "enter", "e"}, {"shift+tab", "shift+tab"}, {"shift+tab", "shift+tab", "j", "j", "l", "h"}, {"shift+tab", "shift+tab", "G"}, {"shift+tab"}, {"shift+tab", "G"}, {"shift+tab", "space", "pgdown", "space", "x"}, {"shift+tab", "enter"}, {"e", "esc"}, {"tab", "w", "esc"},
	}
	for _, way := range ways {
		work := map[int]int{}
		for _, n := range []int{100, 100_000} {
			c := newCrowd(n)
			d := drive(c, deeds{done: new([]string), estate: c}, 120, 40)
			*c.asked = 0
			d.press(way...)
			_ = d.View()
			work[n] = *c.asked
		}
		if work[100] != work[100_000] {
			t.Errorf("%v asks %d times of 100 objects and %d times of 100,000", way, work[100], work[100_000])
		}
		if work[100] > 2000 {
			t.Errorf("%v asks %d times", way, work[100])
		}
	}
}

// BenchmarkFrame measures a key and the frame after it, commands left out.
func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		for _, view := range []struct {
			name string
			keys []string
		}{{"clusters", nil}, {"cluster", []string{"enter"}}, {"findings", []string{"tab"}}, {"fix", []string{"shift+tab"}}} {
			b.Run(fmt.Sprintf("%s/%d", view.name, n), func(b *testing.B) {
				c := newCrowd(n)
				d := drive(c, deeds{done: new([]string), estate: c}, 200, 60)
				d.press(view.keys...)
				keys := []string{"down", "pgdown", "up", "G", "g"}
				var frames []time.Duration
				for i := 0; b.Loop(); i++ {
					began := time.Now()
					next, _ := d.Model.Update(named(keys[i%len(keys)]))
					d.Model = next.(Model)
					_ = d.View()
					frames = append(frames, time.Since(began))
				}
				slices.Sort(frames)
				b.ReportMetric(float64(frames[len(frames)*99/100].Microseconds())/1000, "ms/p99")
			})
		}
	}
}

func TestActions(t *testing.T) {
	c := newCrowd(30)
	for _, step := range []struct {
		name string
		keys []string
		text string // typed, then enter
		done string
		says string
	}{
		{"waive", []string{"tab", "down", "w"}, "known", "waive ES-NET-001 es-cn-1 because known", "waiver written to waivers.yaml"},
		{"no reason", []string{"tab", "w"}, "", "", "no waiver without a reason"},
		{"nothing to waive", []string{"w"}, "", "", "nothing here for that key"},
		{"export a cluster", []string{"enter", "e"}, "", "export 0 es-cn-0 to reach-es-cn-0.json", "written to reach-es-cn-0.json"},
		{"export findings", []string{"tab", "e", "ctrl+u"}, "f.csv", "export 30  to f.csv", "written to f.csv"},
		{"audit again", []string{"r"}, "", "reload", "audited again"},
	} {
		t.Run(step.name, func(t *testing.T) {
			var done []string
			d := drive(c, deeds{done: &done, estate: c}, 80, 24)
			d.press(step.keys...)
			if d.prompt != nil {
				d.typeText(step.text).press("enter")
			}
			if got := strings.Join(done, "; "); got != step.done {
				t.Errorf("did %q, not %q", got, step.done)
			}
			if !strings.Contains(d.text(), step.says) {
				t.Errorf("does not say %q:\n%s", step.says, d.text())
			}
		})
	}
	d := drive(c, deeds{done: new([]string), estate: c, wrong: errors.New("the disk is full")}, 80, 24)
	for _, keys := range [][]string{{"r"}, {"e", "enter"}, {"tab", "w", "x", "enter"}} {
		if d.press(keys...); !strings.Contains(d.text(), "failed: the disk is full") {
			t.Errorf("%v hides an error:\n%s", keys, d.text())
		}
	}
}

// The cursor stays with its control when others are unfolded around it, and folded.
func TestUnfoldingKeepsTheCursor(t *testing.T) {
	d := drive(newCrowd(3), deeds{}, 80, 24).press("enter", "enter")
	at := func() int { v := d.top().view.(pathView); return v.parts()[d.top().list.cursor].steps[0] }
	was := at()
	if d.press("x"); at() != was {
		t.Errorf("unfolding moves the cursor from control %d to %d", was, at())
	}
	if d.press("x"); at() != was {
		t.Errorf("folding moves the cursor from control %d to %d", was, at())
	}
	if d.press("x", "home", "down", "x"); at() != 0 {
		t.Errorf("the first control is folded into that of %d", at())
	}
}

// y copies the ARN, value or command of the row.
func TestCopies(t *testing.T) {
	c := newCrowd(3)
	for want, keys := range map[string][]string{
		"acs:elasticsearch:::instances/es-cn": {"y"},
		"orders":                              {"enter", "enter", "y"},
		"esaudit reach":                       {"enter", "enter", "home", "y"},
		"ecs:DescribeInstances":               {"tab", "tab", "tab", "y"},
	} {
		d := drive(c, deeds{}, 80, 24).press(keys...)
		sent := fmt.Sprint(d.sent[len(d.sent)-1])
		if sent != want || !strings.Contains(d.text(), "copied: "+want) {
			t.Errorf("%v copies %q, not %q:\n%s", keys, sent, want, d.text())
		}
	}
}

// An audit that is under way tells how far it is, leaves the screen usable, and
// can be given up.
func TestReloadCanBeCancelled(t *testing.T) {
	c := newCrowd(3)
	held := make(chan struct{})
	d := drive(c, waiting{deeds{done: new([]string), estate: c}, held}, 80, 24)
	next, cmd := d.Model.Update(named("r"))
	d.Model = next.(Model)
	batch := cmd().(tea.BatchMsg)
	work := make(chan tea.Msg, 1)
	go func() { work <- batch[0]() }()
	next, _ = d.Model.Update(batch[1]()) // the step that was told
	d.Model = next.(Model)
	if !strings.Contains(d.text(), "auditing again judge") {
		t.Fatalf("it does not say how far it is:\n%s", d.text())
	}
	d.press("down", "enter")
	if !strings.Contains(d.text(), "es-public") {
		t.Errorf("the screen is not usable meanwhile:\n%s", d.text())
	}
	if d.press("esc"); d.audit != nil || !strings.Contains(d.text(), "cancelled") {
		t.Errorf("it is not cancelled at once:\n%s", d.text())
	}
	was := d.text()
	late := (<-work).(reloaded)
	late.estate, late.err = newCrowd(9), nil // as if it had come to its end all the same
	if d.send(late); d.text() != was || d.env.estate.Clusters() != 3 {
		t.Errorf("what was given up is shown:\n%s", d.text())
	}
}

// waiting is a service whose audit ends only when it is given up.
type waiting struct {
	deeds
	held chan struct{}
}

func (w waiting) Reload(ctx context.Context, tell func(string)) (Estate, error) {
	tell("judge")
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestMouse(t *testing.T) {
	d := drive(newCrowd(30), deeds{}, 80, 24)
	d.send(tea.MouseClickMsg{X: 5, Y: 9, Button: tea.MouseLeft})
	if got := d.top().list.cursor; got != 3 {
		t.Errorf("a click chooses row %d, not 3", got)
	}
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if got := d.top().list.cursor; got != 6 {
		t.Errorf("the wheel moves to row %d, not 6", got)
	}
	d.send(tea.MouseClickMsg{X: 5, Y: 12, Button: tea.MouseLeft})
	if !strings.Contains(d.text(), "es-public") {
		t.Errorf("a second click does not open:\n%s", d.text())
	}
	for _, width := range []int{80, 40, 20} { // the tab that is chosen is always shown, and clicked where it stands
		d := drive(newCrowd(3), deeds{done: new([]string), estate: newCrowd(3)}, width, 24)
		names := d.env.texts.tabNames()
		for i := range names {
			at := strings.Index(strings.Split(d.text(), "\n")[1], "["+names[i]+"]")
			if at < 0 {
				t.Fatalf("tab %s is not shown in %d columns:\n%s", names[i], width, d.text())
			}
			if d.send(tea.MouseClickMsg{X: at + 1, Y: 1, Button: tea.MouseLeft}); d.tab != tab(i) {
				t.Errorf("a click on tab %d chooses %d", i, d.tab)
			}
			next := strings.Index(strings.Split(d.text(), "\n")[1], " "+names[(i+1)%len(names)]+" ")
			if next >= 0 {
				d.send(tea.MouseClickMsg{X: next + 1, Y: 1, Button: tea.MouseLeft})
			} else {
				d.press("tab")
			}
			if d.tab != tab((i+1)%len(names)) {
				t.Errorf("a click on the tab after %d chooses %d", i, d.tab)
			}
		}
	}
}

// What the cloud says is shown, never sent.
func TestHostileNames(t *testing.T) {
	c := newCrowd(5)
	c.name = hostile
	for _, keys := range [][]string{{}, {"enter"}, {"enter", "down", "enter"}, {"enter", "enter", "enter"}, {"tab"}, {"tab", "enter"}, {"tab", "tab", "tab"}, {"tab", "tab", "tab", "tab"}, {"/"}, {"tab", "w"}, {"shift+tab"}, {"shift+tab", "enter"}, {"shift+tab", "G"}, {"shift+tab", "a"}} {
		d := drive(c, deeds{done: new([]string), estate: c, live: true}, 200, 60).press(keys...)
		if err := d.whole(); err != nil {
			t.Errorf("%v: %v", keys, err)
		}
		if !strings.Contains(d.text(), `a\u001b[31m\u0007\u202e`) {
			t.Errorf("%v hides what it is:\n%s", keys, d.text())
		}
		if title := d.View().WindowTitle; strings.ContainsAny(title, "\x1b\x07\n") {
			t.Errorf("the title of the window is %q", title)
		}
	}
}

// An answer to a filter that was changed since is dropped.
func TestLateAnswersAreDropped(t *testing.T) {
	d := drive(newCrowd(40), deeds{}, 80, 24).press("tab")
	id := d.top().id
	d.press("s")
	was := d.text()
	d.send(loaded{id, selection{Filter{}, []Selected{{Finding: 7, First: true, Of: 1}}}})
	if d.text() != was {
		t.Errorf("a late answer is shown:\n%s", d.text())
	}
	d.press("shift+tab", "/", "o")
	was = d.text()
	d.send(loaded{d.top().id, found{"", []int{1}, -1}})
	if d.text() != was {
		t.Errorf("a late answer is shown:\n%s", d.text())
	}
	d.press("esc", "enter")
	gone := d.top().id
	d.press("esc")
	d.send(loaded{gone, []Who{{Kind: Nobody}}}) // nobody waits for it any more
	if err := d.whole(); err != nil {
		t.Error(err)
	}
}

// Both ends of a question are completed with tab, forwards and backwards; what is
// typed next is completed anew.
func TestCompletion(t *testing.T) {
	c := newCrowd(3)
	d := drive(c, deeds{}, 80, 24).press("tab", "tab", "enter")
	for _, step := range []struct{ keys, want string }{
		{"x", "x"}, {"tab", "xorders0"}, {"tab", "xorders1"}, {"shift+tab", "xorders0"}, {"shift+tab", "xorders2"}, {"backspace", "xorders"}, {"tab", "xordersorders0"},
	} {
		if d.press(step.keys); d.prompt.input.Value() != step.want {
			t.Errorf("%s makes it %q, not %q", step.keys, d.prompt.input.Value(), step.want)
		}
	}
	d.press("enter").typeText("es:x:9200").press("enter")
	if !strings.Contains(d.text(), "REACHABLE") {
		t.Errorf("it is not answered:\n%s", d.text())
	}
	d.press("esc")
	if !strings.Contains(d.text(), "xordersorders0") || !strings.Contains(d.text(), "Answers") {
		t.Errorf("the answer does not stay:\n%s", d.text())
	}
}

// In a map the focus goes along lines: right to where they lead, left to where
// they come from, past lines that only pass, and never off the picture.
func TestFocusFollowsLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drive(newCrowd(rapid.IntRange(1, 12).Draw(t, "n")), deeds{}, 80, 24).press("shift+tab", "shift+tab")
		for range 20 {
			v := d.top().view.(mapView)
			row := d.top().list.cursor
			column, from := v.focus(row)
			key := rapid.SampledFrom([]string{"h", "j", "k", "l"}).Draw(t, "key")
			d.press(key)
			after := d.top().view.(mapView)
			nowColumn, now := after.focus(d.top().list.cursor)
			if from == nil || now == nil || now.Through {
				t.Fatalf("%s: the focus is on nothing", key)
			}
			if step := map[string]int{"l": 1, "h": -1}[key]; nowColumn-column != step && nowColumn != column {
				t.Fatalf("%s goes from column %d to %d", key, column, nowColumn)
			}
			if key == "l" && nowColumn != column && !slices.Contains(from.Next, d.top().list.cursor) {
				t.Fatalf("no line leads from row %d to %d", row, d.top().list.cursor)
			}
		}
	})
}

// Text is broken between words, and within a word only where it is wider than a
// line; nothing is lost.
func TestWrap(t *testing.T) {
	p := painter{wide: true}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z0-9./:(]{1,30}|世界+`), 1, 12).Draw(t, "words")
		width := rapid.IntRange(4, 40).Draw(t, "width")
		lines := p.wrap(strings.Join(words, " "), width, normal)
		for _, l := range lines {
			if ansi.StringWidth(l) > width {
				t.Fatalf("%q is wider than %d", l, width)
			}
		}
		if got := strings.Join(lines, ""); strings.ReplaceAll(got, " ", "") != strings.Join(words, "") {
			t.Fatalf("%q becomes %q", words, lines)
		}
		for _, w := range words {
			if ansi.StringWidth(w) <= width && !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, w) }) {
				t.Fatalf("%q is broken: %q", w, lines)
			}
		}
	})
}
