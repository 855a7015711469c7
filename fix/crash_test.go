package fix

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector/api"
)

// killed is what a kill point panics with.
type killed struct{}

// killer ends the process at its nth kill point: before and after each request
// to the account, and each operation of the file system.
type killer struct{ left int }

func (k *killer) hit() {
	if k.left--; k.left == 0 {
		panic(killed{})
	}
}

// world is an account with the journal's file system, of which one process after
// the other is killed.
type world struct {
	account *fake
	files   *crashFiles
	plan    *Plan
}

func newWorld() *world { return &world{newFakeAccount(), newCrashFiles(), wholePlan()} }

// smallWorld has a plan with what makes crashes different: two changes of one
// value, a call without a token, and one whose inverse needs its answer. With full
// counts it is the whole plan.
func smallWorld() (w *world, end string) {
	w = newWorld()
	if long() {
		return w, afterPlan().state()
	}
	all := w.plan.Actions
	w.plan = planOf(all[0], all[2], all[4], all[6])
	f, after := newFakeAccount(), afterPlan()
	f.groups, f.entries, f.endpoints = after.groups, after.entries, after.endpoints
	return w, f.state()
}

// process runs until it ends, or is killed at its nth kill point.
func (w *world) process(n int, run func(Options) error) (dead bool, err error) {
	k := &killer{left: n}
	w.account.hit, w.files.hit = k.hit, k.hit
	defer func() {
		w.account.hit, w.files.hit = nil, nil
		if p := recover(); p != nil {
			if _, ok := p.(killed); !ok {
				panic(p)
			}
			dead = true
		}
	}()
	return false, run(options(w.account, w.files))
}

func (w *world) apply(o Options) error {
	_, err := Apply(context.Background(), w.plan, o)
	return err
}

func (w *world) resume(o Options) error {
	o.Resume = true
	return w.apply(o)
}

func (w *world) undo(o Options) error {
	_, err := Undo(context.Background(), o)
	return err
}

// onward goes on by resuming; where the crash came before the journal, nothing
// was done, and the plan is applied.
func (w *world) onward(o Options) error {
	if w.none() {
		return w.apply(o)
	}
	return w.resume(o)
}

// back takes back; where there is no journal, nothing was done.
func (w *world) back(o Options) error {
	if w.none() {
		return nil
	}
	return w.undo(o)
}

func (w *world) none() bool {
	_, err := w.files.ReadFile("dir/plan.journal")
	return errors.Is(err, fs.ErrNotExist)
}

// settled checks where a world has come to: its account, and that nothing was
// done twice.
func (w *world) settled(want string) error {
	if got := w.account.state(); got != want {
		return fmt.Errorf("the account is\n%snot\n%s", got, want)
	}
	counts := map[string]int{}
	for _, e := range w.account.effects {
		counts[e]++
	}
	for e, n := range counts {
		if n > 1 {
			return fmt.Errorf("done %d times: %s", n, e)
		}
	}
	// Each of the plan's changes, and its inverse where it was undone.
	if n := len(w.account.effects); want == newFakeAccount().state() && n%2 != 0 || want != newFakeAccount().state() && n != len(w.plan.Actions) {
		return fmt.Errorf("%d effects: %q", n, w.account.effects)
	}
	return nil
}

// weather is what a crash leaves of what was not synced.
type weather struct {
	luck bool
	part float64
}

func (w *world) crash(s weather) { w.files.crash(s.luck, s.part) }

// weathers are what may be left after the nth kill: one of them, or with full
// counts all.
func weathers(n int) []weather {
	all := []weather{{false, 0}, {true, 0}, {false, 0.5}, {true, 1}}
	if long() {
		return all
	}
	return all[n%len(all):][:1]
}

// A process that applies is killed at every point; resuming it ends as planned,
// and undoing it as it began. So does killing the one that undoes.
func TestKilledEverywhere(t *testing.T) {
	begin := newFakeAccount().state()
	_, end := smallWorld()
	stories := map[string]struct {
		before      func(*world) error // what was done before, if anything
		first, next func(*world, Options) error
		end         string
	}{
		"apply, resume": {nil, (*world).apply, (*world).onward, end},
		"apply, undo":   {nil, (*world).apply, (*world).back, begin},
		"undo, undo":    {(*world).applied, (*world).undo, (*world).undo, begin},
	}
	for name, story := range stories {
		points := 0
		for n, alive := 1, false; !alive; n++ {
			for _, sky := range weathers(n) {
				w, _ := smallWorld()
				if story.before != nil {
					if err := story.before(w); err != nil {
						t.Fatal(err)
					}
				}
				dead, err := w.process(n, func(o Options) error { return story.first(w, o) })
				if alive = !dead; alive {
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					break
				}
				points++
				w.crash(sky)
				if err := story.next(w, options(w.account, w.files)); err != nil {
					t.Fatalf("%s: killed at %d, %+v: %v", name, n, sky, err)
				}
				if err := w.settled(story.end); err != nil {
					t.Fatalf("%s: killed at %d, %+v: %v", name, n, sky, err)
				}
			}
		}
		t.Logf("%s: %d kill points", name, points)
		if points < 50 {
			t.Errorf("%s: %d kill points", name, points)
		}
	}
}

func (w *world) applied() error { return w.apply(options(w.account, w.files)) }

// Killed again and again, whatever is run next, an account ends as planned or as
// it began.
func TestKilledAgain(t *testing.T) {
	begin := newFakeAccount().state()
	points := 0
	rapid.Check(t, func(t *rapid.T) {
		w, end := smallWorld()
		undone := false
		for range rapid.IntRange(1, 6).Draw(t, "processes") {
			undone = undone || !w.none() && rapid.IntRange(0, 3).Draw(t, "undo") == 0
			run := w.onward
			if undone {
				run = w.back
			}
			dead, _ := w.process(rapid.IntRange(1, 120).Draw(t, "kill"), run)
			if dead {
				points++
				w.crash(weather{rapid.Bool().Draw(t, "luck"), rapid.Float64Range(0, 1).Draw(t, "part")})
			}
		}
		// An undo that was killed before it wrote anything is one that never was.
		s, err := Status(w.files, "dir/plan.journal")
		undone = err == nil && s.Undone
		run, want := w.onward, end
		if undone {
			run, want = w.back, begin
		}
		if err := run(options(w.account, w.files)); err != nil {
			t.Fatalf("%v", err)
		}
		if err := w.settled(want); err != nil {
			t.Fatalf("%v", err)
		}
	})
	t.Logf("%d kill points", points)
	if points == 0 {
		t.Error("nobody was killed")
	}
}

// long reports whether full counts are asked for.
func long() bool { return os.Getenv("ESAUDIT_LONG") != "" }

// Mishaps on the way, whatever they are, change no value outside the plan: what
// another does meanwhile stays, and the end is as planned once they are over.
func TestMishaps(t *testing.T) {
	runs := 150
	if long() {
		runs = 1000
	}
	end := afterPlan()
	kinds := map[mishap]int{}
	others, stopped := 0, 0
	for seed := range runs {
		w := newWorld()
		draw := rapid.Custom(func(t *rapid.T) []int { return rapid.SliceOfN(rapid.IntRange(0, 30), 40, 40).Draw(t, "strikes") }).Example(seed)
		w.account.strike = func(n int, _ api.Write) mishap {
			if n >= len(draw) || draw[n] >= int(mishaps) {
				return noMishap
			}
			kinds[mishap(draw[n])]++
			return mishap(draw[n])
		}
		want := end.state()
		if seed%5 == 0 { // another writer, of what the plan is not about
			others++
			f := newFakeAccount()
			w.account.other = func(f *fake) { f.groups["PRIVATE_ES:default"] = []string{"10.1.0.0/16"} }
			w.account.other(f)
			after := afterPlan()
			after.groups["PRIVATE_ES:default"] = f.groups["PRIVATE_ES:default"]
			want = after.state()
		}
		err := w.apply(options(w.account, w.files))
		for i := 0; err != nil && i < 50; i++ {
			stopped++
			if !slices.Contains([]bool{isRefused(err, ""), isStopped(err, "")}, true) {
				t.Fatalf("run %d: %v", seed, err)
			}
			err = w.resume(options(w.account, w.files))
		}
		if err != nil {
			t.Fatalf("run %d: %v", seed, err)
		}
		if err := w.settled(want); err != nil {
			t.Fatalf("run %d: %v", seed, err)
		}
	}
	t.Logf("%d runs, mishaps %v, %d with another writer, %d stops", runs, kinds, others, stopped)
	if len(kinds) < int(mishaps)-1 || stopped == 0 {
		t.Errorf("mishaps %v, %d stops", kinds, stopped)
	}
}

// Another writer who changes the value of an action between its reading and the
// call is noticed; what they wrote stays.
func TestAnotherWriter(t *testing.T) {
	w := newWorld()
	w.account.other = func(f *fake) {
		f.groups["PUBLIC_ES:default"] = append(slices.Clone(f.groups["PUBLIC_ES:default"]), "192.0.2.7")
	}
	err := w.apply(options(w.account, w.files))
	if !isStopped(err, "a1 (the title of a1) is in doubt: the vendor accepted the call, and its value is [") || !slices.Contains(w.account.groups["PUBLIC_ES:default"], "192.0.2.7") || len(w.account.effects) != 1 {
		t.Errorf("%v %q", err, w.account.effects)
	}
	if err := w.resume(options(w.account, w.files)); !isStopped(err, "in doubt") {
		t.Errorf("%v", err)
	}
	if err := w.undo(options(w.account, w.files)); !isStopped(err, "in doubt") || len(w.account.effects) != 1 {
		t.Errorf("%v", err)
	}
	w.account.groups["PUBLIC_ES:default"] = slices.DeleteFunc(w.account.groups["PUBLIC_ES:default"], func(e string) bool { return e == "192.0.2.7" })
	if err := w.undo(options(w.account, w.files)); err != nil {
		t.Error(err)
	}
	if err := w.settled(newFakeAccount().state()); err != nil {
		t.Error(err)
	}
}
