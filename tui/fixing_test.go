package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"
)

// fixing opens the fix plan of a crowd.
func fixing(n int, s deeds) *driver {
	c := newCrowd(n)
	s.estate = c
	if s.done == nil {
		s.done = new([]string)
	}
	return drive(c, s, 80, 24).press("shift+tab")
}

func (d *driver) fix() fixView { return d.top().view.(fixView) }

// What is marked is what a naive list of marks says, the preview is of exactly
// that, and it is what is written.
func TestMarksArePreviewedAndWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "actions")
		var done []string
		d := fixing(n, deeds{done: &done})
		risky := func(i int) bool { return i%3 == 2 || i%5 == 4 || i == 6 }
		marks := make([]bool, n)
		for i := range marks {
			marks[i] = !risky(i)
		}
		mode := 0
		for range rapid.IntRange(0, 12).Draw(t, "keys") {
			key := rapid.SampledFrom([]string{"space", "space", "x", "down", "up", "G", "p"}).Draw(t, "key")
			i := d.top().list.cursor
			switch {
			case key == "space" && i < n:
				marks[i] = !marks[i]
			case key == "x":
				mode = (mode + 1) % 3
				for i := range marks {
					marks[i] = mode == 1 || mode == 0 && !risky(i)
				}
			}
			d.press(key)
		}
		var want []string
		for i, on := range marks {
			if on {
				want = append(want, fmt.Sprintf("a%d", i+1))
			}
		}
		v := d.fix()
		if !slices.Equal(v.ids(), want) || v.marked != len(want) {
			t.Fatalf("%v is marked (%d), not %v", v.ids(), v.marked, want)
		}
		if v.preview == nil || v.preview.Lost != len(want) {
			t.Fatalf("the preview of %d actions is %+v", len(want), v.preview)
		}
		d.press("w", "enter")
		if got := fmt.Sprintf("write %v to fix.plan", want); done[len(done)-1] != got {
			t.Fatalf("%q, not %q", done[len(done)-1], got)
		}
		if d.fix().copies(d.env, n) != "esaudit fix apply fix.plan" {
			t.Fatalf("what was written cannot be applied: %q", d.fix().command)
		}
		if d.press("g", "space"); d.fix().command != "" {
			t.Fatal("the command of other marks is offered")
		}
	})
}

// An answer about marks that were changed since is dropped.
func TestLatePreviewsAreDropped(t *testing.T) {
	d := fixing(5, deeds{})
	was := d.text()
	d.send(loaded{d.top().id, ended{d.fix().serial - 1, Preview{Lost: 77}, nil}})
	d.send(loaded{d.top().id, steps{d.fix().serial - 1, []Told{{false, "77"}}}})
	if d.text() != was {
		t.Errorf("a late preview is shown:\n%s", d.text())
	}
}

// A preview can be given up, which is not taken for "nothing would change", and
// asked for again.
func TestPreviewsAreGivenUp(t *testing.T) {
	d := &driver{Model: New(Options{Context: t.Context(), Estate: newCrowd(5), Services: deeds{estate: newCrowd(5), live: true, slow: new(int)}, Unicode: true})}
	d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	var waiting []tea.Cmd
	take := func(msg tea.Msg) {
		next, cmd := d.Model.Update(msg)
		d.Model, waiting = next.(Model), append(waiting, cmd)
	}
	take(named("shift+tab"))
	for len(waiting) > 0 && d.fix().planned == nil { // the plan comes at once
		cmd := waiting[0]
		waiting = waiting[1:]
		if cmd == nil {
			continue
		}
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			waiting = append(waiting, msg...)
		default:
			take(msg)
		}
	}
	if !d.fix().working() || !strings.Contains(d.text(), "looking at what") {
		t.Fatalf("no preview is under way:\n%s", d.text())
	}
	take(named("a"))
	if !strings.Contains(d.text(), "not known yet") {
		t.Errorf("what was not previewed is applied:\n%s", d.text())
	}
	take(named("esc"))
	for _, cmd := range waiting {
		d.run(cmd)
	}
	if s := d.text(); !strings.Contains(s, "Not known what would change") || strings.Contains(s, "No way in and no finding") || d.fix().working() {
		t.Errorf("a preview that was given up is shown as:\n%s", s)
	}
}

// Planning tells how far it is, and esc ends it for the screen at once, even while
// the work itself does not end: p plans anew, and what the first work comes to
// later is dropped.
func TestPlanningIsGivenUp(t *testing.T) {
	held := make(chan struct{})
	c := newCrowd(5)
	d := &driver{Model: New(Options{Context: t.Context(), Estate: c, Services: plodding{deeds{done: new([]string), estate: c, live: true}, new(int), held}, Unicode: true})}
	d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	next, cmd := d.Model.Update(named("shift+tab"))
	d.Model = next.(Model)
	batch := cmd().(tea.BatchMsg)
	late := make(chan tea.Msg, 1)
	go func() { late <- batch[0]() }()
	next, _ = d.Model.Update(batch[1]())
	d.Model = next.(Model)
	if !strings.Contains(d.text(), "planning corrections (esc stops) findings: 3 of 9") {
		t.Fatalf("it does not say how far it is:\n%s", d.text())
	}
	if d.press("esc"); d.fix().working() || !strings.Contains(d.text(), "p plans again") {
		t.Fatalf("esc does not end it:\n%s", d.text())
	}
	if d.press("p"); d.fix().planned == nil || d.fix().preview == nil {
		t.Fatalf("p does not plan again:\n%s", d.text())
	}
	was := d.text()
	close(held)
	d.send(<-late)
	if d.text() != was {
		t.Errorf("what was given up is shown:\n%s", d.text())
	}
}

// plodding is a service whose first plan ends only when it is let go, whatever
// becomes of its context.
type plodding struct {
	deeds
	plans *int
	held  chan struct{}
}

func (p plodding) Plan(ctx context.Context, e Estate, findings []int, tell func(string)) (Planned, error) {
	if *p.plans++; *p.plans > 1 {
		return p.deeds.Plan(ctx, e, findings, tell)
	}
	tell("findings: 3 of 9")
	<-p.held
	return nil, ctx.Err()
}

// Nothing is changed but behind the confirmation: of an account that is live, with
// what is marked, by typing the account's id.
func TestApplyAsks(t *testing.T) {
	for _, c := range []struct {
		name string
		with deeds
		keys []string
		text string // typed, then enter
		done string
		says []string
	}{
		{"a snapshot", deeds{}, []string{"a"}, "", "", []string{"nothing is applied from a snapshot", "esaudit fix apply fix.plan"}},
		{"nothing marked", deeds{live: true}, []string{"x", "x", "a"}, "", "", []string{"Nothing is marked"}},
		{"what is asked", deeds{live: true}, []string{"a"}, "", "", []string{"Account 1234567890123456", "as acs:ram::1234567890123456:user/orders", "Nothing was changed yet", "enter confirm"}},
		{"nothing typed", deeds{live: true}, []string{"a", "enter"}, "", "", []string{"not confirmed: nothing was changed"}},
		{"yes typed", deeds{live: true}, []string{"a", "enter"}, "yes", "", []string{"not confirmed: nothing was changed"}},
		{"another account typed", deeds{live: true}, []string{"a", "enter"}, "1234567890123457", "", []string{"not confirmed: nothing was changed"}},
		{"given up", deeds{live: true}, []string{"a", "enter", "1", "esc"}, "", "", []string{"Nothing was changed yet"}},
		{"refused", deeds{live: true, refused: errors.New("no credentials")}, []string{"a"}, "", "", []string{"Nothing was changed", "no credentials"}},
		{"the account typed", deeds{live: true}, []string{"a", "enter"}, someAccount, "apply [a1 a2 a4] in 1234567890123456",
			[]string{"a1: calls", "a4: calls", "Verified", "esaudit fix undo fix.plan.journal", "r audits again"}},
		{"stopped", deeds{live: true, stopped: errors.New("it is another value")}, []string{"a", "enter"}, someAccount, "apply [a1 a2 a4] in 1234567890123456",
			[]string{"Stopped: not verified", "it is another value", "esaudit fix undo fix.plan.journal", "--resume"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var done []string
			c.with.done = &done
			d := fixing(5, c.with)
			d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
			d.press(c.keys...)
			if d.prompt != nil {
				d.typeText(c.text).press("enter")
			}
			if got := strings.Join(done, "; "); got != c.done {
				t.Errorf("did %q, not %q", got, c.done)
			}
			for _, words := range c.says {
				if !strings.Contains(d.text(), words) {
					t.Errorf("does not say %q:\n%s", words, d.text())
				}
			}
			if err := d.whole(); err != nil {
				t.Error(err)
			}
		})
	}
}

// That nothing is applied from a snapshot is said before how many may be.
func TestSnapshotsAreNotApplied(t *testing.T) {
	if d := fixing(30, deeds{done: new([]string)}).press("x", "a"); !strings.Contains(d.text(), "nothing is applied from a snapshot") {
		t.Errorf("a on a snapshot says\n%s", d.text())
	}
	if d := fixing(30, deeds{done: new([]string), live: true}).press("x", "a"); !strings.Contains(d.text(), "30 are marked, at most 10") {
		t.Errorf("a on too many says\n%s", d.text())
	}
}

// q while an account is changed stops that first; the explorer is left when it has
// stopped, and ctrl+c leaves at once.
func TestLeavingWhileChanging(t *testing.T) {
	d := fixing(3, deeds{live: true}).press("a")
	v := d.top()
	next, _ := v.view.(applyView).begin(d.env, v.id, applying, nil)
	stopped := false
	next.work.stop = func() { stopped = true }
	v.view = next
	d.setTop(v)
	if d.press("r"); !strings.Contains(d.text(), "being changed") {
		t.Errorf("the account is audited while it is changed:\n%s", d.text())
	}
	d.press("tab", "q")
	if d.quit || !stopped || !strings.Contains(d.text(), "stopping") {
		t.Errorf("left: %t, stopped: %t\n%s", d.quit, stopped, d.text())
	}
	again := *d
	if again.press("ctrl+c"); !again.quit {
		t.Error("ctrl+c does not leave")
	}
	if d.send(loaded{v.id, ended{next.serial, Applied{Journal: "j"}, errors.New("stopped")}}); !d.quit {
		t.Error("it is not left after it has stopped")
	}
}

// f on a finding plans what corrects that one.
func TestFixOfOneFinding(t *testing.T) {
	c := newCrowd(9)
	d := drive(c, deeds{done: new([]string), estate: c}, 80, 24).press("tab", "down", "down", "f")
	if got := d.fix(); !slices.Equal(got.about, []int{2}) || !slices.Equal(got.planned.(shelf).findings, []int{2}) {
		t.Errorf("planned for %v", got.about)
	}
	if d.press("esc"); !strings.Contains(d.text(), "[Findings]") {
		t.Errorf("esc does not lead back:\n%s", d.text())
	}
	if d.press("shift+tab", "f"); !strings.Contains(d.text(), "nothing here for that key") {
		t.Errorf("a cluster is fixed:\n%s", d.text())
	}
}

// A plan of 100,000 actions costs a frame no more than one of 100.
func TestWorkOfPlansIsOfRowsShown(t *testing.T) {
	for _, key := range []string{"space", "down", "pgdown", "x", "G", "p"} {
		work := map[int]float64{}
		for _, n := range []int{100, 100_000} {
			d := fixing(n, deeds{})
			work[n] = testing.AllocsPerRun(20, func() {
				next, _ := d.Model.Update(named(key))
				m := next.(Model)
				_ = m.View()
			})
		}
		if work[100_000] > 1.2*work[100]+10 {
			t.Errorf("%s allocates %.0f times with 100 actions and %.0f times with 100,000", key, work[100], work[100_000])
		}
	}
}
