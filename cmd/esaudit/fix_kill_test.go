package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"esaudit/collector/recording"
	"esaudit/internal/emulator"
)

// victim is an account and the program that changes it, which is killed at a
// request: before the account takes it, or after.
type victim struct {
	t      *testing.T
	server *httptest.Server
	cloud  *emulator.Server
	dir    string

	mu           sync.Mutex
	asked, taken int    // requests that came, and that the account took, so far
	at           int    // the request to be killed at; 0: none
	after        bool   // once the account took it
	fell         bool   // it was killed
	kill         func() // kills the program, and waits until it is dead
}

func newVictim(t *testing.T, estate string) *victim {
	t.Helper()
	v := &victim{t: t, dir: t.TempDir()}
	r, err := recording.Open(filepath.Join("../../testdata/estates", estate))
	if err != nil {
		t.Fatal(err)
	}
	v.cloud, err = emulator.New(r.Parts, emulator.Options{
		Writable: true,
		Before:   func(emulator.Request) bool { return v.spares(&v.asked, false) },
		After:    func(emulator.Request) bool { return v.spares(&v.taken, true) },
	})
	if err != nil {
		t.Fatal(err)
	}
	v.server = httptest.NewServer(v.cloud)
	t.Cleanup(v.server.Close)
	return v
}

// spares counts a request and kills the program at the one that was chosen; the
// answer does not reach it then.
func (v *victim) spares(count *int, after bool) bool {
	v.mu.Lock()
	*count++
	struck := *count == v.at && after == v.after && !v.fell
	v.fell = v.fell || struck
	v.mu.Unlock()
	if struck {
		v.kill()
	}
	return !struck
}

// aim chooses the request to be killed at, counted from now on; 0: none.
func (v *victim) aim(at int, after bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.at, v.after, v.asked, v.taken = at, after, 0, 0
}

func (v *victim) file(name string) string { return filepath.Join(v.dir, name) }

func (v *victim) env() map[string]string {
	return map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": v.cloud.Key().ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": v.cloud.Key().Secret, "HOME": v.dir,
		"ESAUDIT_ENDPOINT": v.server.URL, "ESAUDIT_PROGRESS": "none", "ESAUDIT_POLL": "1ms",
	}
}

// runs runs the program here, to its end.
func (v *victim) runs(want int, words ...string) string {
	v.t.Helper()
	env := v.env()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), words, strings.NewReader(""), &stdout, &stderr, func(name string) string { return env[name] }); code != want {
		v.t.Fatalf("%v ends with %d, not %d: %s", words, code, want, stderr.String())
	}
	return stdout.String()
}

// program runs the program as a process of its own, and strikes it at a request.
// dead is closed when it has ended. It returns how it ended.
func (v *victim) program(at int, after bool, strike func(p *os.Process, dead <-chan struct{}), words ...string) int {
	v.t.Helper()
	path, err := os.Executable()
	if err != nil {
		v.t.Fatal(err)
	}
	cmd := &exec.Cmd{Path: path, Args: append([]string{"esaudit"}, words...), Dir: v.dir}
	for name, value := range v.env() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	dead := make(chan struct{})
	v.kill = func() { strike(cmd.Process, dead) }
	v.aim(at, after)
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	_ = cmd.Wait() // its code says how it ended
	close(dead)
	v.aim(0, false)
	return cmd.ProcessState.ExitCode()
}

// dies runs the program and kills it at a request. It reports whether it was.
func (v *victim) dies(at int, after bool, words ...string) bool {
	v.t.Helper()
	code := v.program(at, after, func(p *os.Process, dead <-chan struct{}) {
		if p.Kill() == nil {
			<-dead
		}
	}, words...)
	if !v.fell && code != clean {
		v.t.Fatalf("%v ends with %d", words, code)
	}
	return v.fell
}

// plan makes a plan of two actions.
func (v *victim) plan() []byte {
	v.t.Helper()
	v.runs(clean, "fix", "plan", "--rule", "ES-NET-001", "-o", v.file("fix.plan"))
	data, err := os.ReadFile(v.file("fix.plan"))
	if err != nil {
		v.t.Fatal(err)
	}
	return data
}

func (v *victim) given(plan []byte) {
	v.t.Helper()
	if err := os.WriteFile(v.file("fix.plan"), plan, 0o600); err != nil {
		v.t.Fatal(err)
	}
}

var changedAt = regexp.MustCompile(`"updatedAt": "[^"]*"`)

// state is the account as it is collected, but for when it was changed.
func (v *victim) state() string {
	v.t.Helper()
	v.runs(clean, "collect", "--allow-partial", "-o", v.file("state.json"), "--quiet")
	data, err := os.ReadFile(v.file("state.json"))
	if err != nil {
		v.t.Fatal(err)
	}
	return changedAt.ReplaceAllString(string(data), "")
}

// onward goes on with a plan whose program was killed.
func (v *victim) onward() {
	v.t.Helper()
	words := []string{"fix", "apply", v.file("fix.plan"), "--yes"}
	if v.journalled() {
		words = append(words, "--resume")
	}
	v.runs(clean, words...)
}

// back takes back what a program that was killed has done.
func (v *victim) back() {
	v.t.Helper()
	if v.journalled() {
		v.runs(clean, "fix", "undo", v.file("fix.plan.journal"), "--yes")
	}
}

func (v *victim) journalled() bool {
	_, err := os.Stat(v.file("fix.plan.journal"))
	return err == nil
}

// once checks that nothing was done twice.
func (v *victim) once() {
	v.t.Helper()
	seen := map[string]bool{}
	for _, e := range v.cloud.Effects() {
		if text := fmt.Sprint(e); seen[text] {
			v.t.Errorf("done twice: %s", text)
		} else {
			seen[text] = true
		}
	}
}

// The program that applies, or undoes, is killed before and after every request
// that it makes. Resumed, the account is as the plan promised; undone, as it was.
func TestKilledProgram(t *testing.T) {
	const estate = "net-001-open-group"
	first := newVictim(t, estate)
	plan := first.plan()
	begin := first.state()
	from := first.cloud.Asked()
	first.runs(clean, "fix", "apply", first.file("fix.plan"), "--yes")
	requests := first.cloud.Asked() - from
	end := first.state()
	if begin == end {
		t.Fatal("the plan changes nothing")
	}
	points := 0
	for at := 1; at <= requests; at += stride(at) {
		for _, after := range []bool{false, true} {
			for _, story := range stories(at, after) {
				v := newVictim(t, estate)
				v.given(plan)
				killed := false
				switch story {
				case "resume", "take back":
					killed = v.dies(at, after, "fix", "apply", "fix.plan", "--yes")
				case "undo again":
					v.onward()
					killed = v.dies(at, after, "fix", "undo", "fix.plan.journal", "--yes")
				}
				if !killed {
					continue // it made fewer requests
				}
				points++
				want := begin
				if story == "resume" {
					want = end
					v.onward()
				} else {
					v.back()
				}
				if v.state() != want {
					t.Errorf("killed at request %d (after: %v), %s: the account is another", at, after, story)
				}
				v.once()
				v.server.Close()
			}
		}
	}
	t.Logf("%d requests, %d kill points", requests, points)
	if points < 20 {
		t.Errorf("%d kill points", points)
	}
}

// writing is how many requests a plan of two actions makes before everything is
// collected again.
const writing = 24

// stride goes to every request up to there, and to some of those that only
// collect; with full counts to every one.
func stride(at int) int {
	if at < writing || os.Getenv("ESAUDIT_LONG") != "" {
		return 1
	}
	return 25
}

// stories are what happens around a kill: one of three, or with full counts all.
func stories(at int, after bool) []string {
	all := []string{"resume", "take back", "undo again"}
	if os.Getenv("ESAUDIT_LONG") != "" {
		return all
	}
	n := at * 2
	if after {
		n++
	}
	return all[n%3:][:1]
}

// Interrupted on the way, the program ends within two seconds and with its code;
// the plan goes on, or is taken back.
func TestInterruptedProgram(t *testing.T) {
	plan := newVictim(t, "net-001-open-group").plan()
	for at, onward := range map[int]bool{9: true, 12: false} {
		v := newVictim(t, "net-001-open-group")
		v.given(plan)
		begin := v.state()
		var asked time.Time
		code := v.program(at, false, func(p *os.Process, _ <-chan struct{}) {
			asked = time.Now()
			if err := p.Signal(os.Interrupt); err != nil {
				t.Error(err)
			}
		}, "fix", "apply", "fix.plan", "--yes")
		if code != interrupted || time.Since(asked) > 2*time.Second {
			t.Errorf("at request %d: ends with %d, after %s", at, code, time.Since(asked))
		}
		if onward {
			v.onward()
		} else if v.back(); v.state() != begin {
			t.Errorf("at request %d: taken back, the account is another", at)
		}
		v.once()
	}
}
