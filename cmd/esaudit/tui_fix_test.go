package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"esaudit/fix"
	"esaudit/tui"
)

// session is the explorer on an account that is emulated, in a directory of its
// own, played without a terminal: commands run at once.
type session struct {
	t     *testing.T
	x     *explorer
	env   map[string]string
	model tui.Model
}

// explored explores an account that takes writes; env is what the explorer sees
// besides.
func explored(t *testing.T, estate string, env map[string]string, words ...string) *session {
	t.Helper()
	dir := t.TempDir()
	estate, err := filepath.Abs("../../testdata/estates/" + estate)
	if err != nil {
		t.Fatal(err)
	}
	e := emulate(t, estate, "--state", filepath.Join(dir, "account"))
	t.Chdir(dir)
	all := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": e.id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": e.secret, "HOME": dir, "LANG": "C.UTF-8", "ESAUDIT_ENDPOINT": e.url, "ESAUDIT_PROGRESS": "none", "ESAUDIT_POLL": "1ms"}
	for name, value := range env {
		all[name] = value
	}
	a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, getenv: func(name string) string { return all[name] }}
	live := newLiveFlags()
	live.endpoint = e.url
	s := &session{t: t, env: all, x: &explorer{app: a, flags: &tuiFlags{audit: &auditFlags{live: live, rules: []string{"ES-NET-001", "ES-NET-005"}}}, args: words, poll: time.Millisecond}}
	s.open()
	return s
}

func (s *session) open() {
	s.t.Helper()
	estate, err := s.x.survey(s.t.Context(), nil, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.model = tui.New(tui.Options{Context: s.t.Context(), Estate: estate, Services: s.x, Unicode: true})
	s.send(tea.WindowSizeMsg{Width: 120, Height: 50})
	s.run(s.model.Init())
}

func (s *session) send(msg tea.Msg) {
	next, cmd := s.model.Update(msg)
	s.model = next.(tui.Model)
	s.run(cmd)
}

func (s *session) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	default:
		s.send(msg)
	}
}

// keys presses keys, each a letter or a name.
func (s *session) keys(names ...string) {
	for _, name := range names {
		code, named := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace}[name]
		switch {
		case named:
			s.send(tea.KeyPressMsg{Code: code})
		case name == "shift+tab":
			s.send(tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift})
		default:
			for _, r := range name {
				s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
		}
	}
}

func (s *session) shows(words ...string) {
	s.t.Helper()
	screen := ansi.Strip(s.model.View().Content)
	for _, w := range words {
		if !regexp.MustCompile(w).MatchString(screen) {
			s.t.Errorf("does not show %s:\n%s", w, screen)
		}
	}
}

// esaudit runs another command in the same place.
func (s *session) esaudit(want int, words ...string) string {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), words, strings.NewReader(""), &stdout, &stderr, func(name string) string { return s.env[name] }); code != want {
		s.t.Fatalf("%v ends with %d, not %d: %s", words, code, want, stderr.String())
	}
	return stdout.String()
}

// The explorer applies what is marked to the account that it shows, behind the
// account's id; what it did is verified, in the journal, and can be taken back by
// the command that it ends with.
func TestExplorerApplies(t *testing.T) {
	s := explored(t, "net-001-open-group", nil)
	s.keys("shift+tab")
	s.shows(`\[x\] Delete 0\.0\.0\.0/0`, `ways in -1 \+0`, `Lost reachability`, `Findings that are gone`)
	s.keys("a")
	s.shows(`Account 1234567890123456`, `as acs:ram::1234567890123456:user/esaudit`, `Nothing was changed yet`)
	if _, err := os.Stat("fix.plan"); err == nil {
		t.Error("a plan was written before consent")
	}
	s.keys("enter", "yes", "enter")
	s.shows("not confirmed: nothing was changed")
	s.esaudit(found, "audit", "--rule", "ES-NET-001")
	s.keys("enter", "1234567890123456", "enter")
	s.shows("Everybody gets in who should", `a1: `, "journal: fix.plan.journal", `esaudit fix undo fix.plan.journal --endpoint http`)
	s.esaudit(clean, "audit", "--rule", "ES-NET-001")
	if standing := s.esaudit(clean, "fix", "status", "fix.plan.journal"); !strings.Contains(standing, "verified") {
		t.Errorf("the journal says\n%s", standing)
	}
	s.keys("r")
	s.shows("audited again")
	s.keys("tab") // the first screen, of the account as it is now
	s.shows(`nothing to act on`, `story +es-cn-story000001 +none`)
	s.esaudit(clean, "fix", "undo", "fix.plan.journal", "--yes")
	s.esaudit(found, "audit", "--rule", "ES-NET-001")
}

// What is applied is exactly what is marked, under a name that is free.
func TestExplorerAppliesWhatIsMarked(t *testing.T) {
	s := explored(t, "net-001-open-group", nil)
	if err := os.WriteFile("fix.plan", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.keys("shift+tab", "x", "x", "space") // only the first action
	s.shows(`1 of [23] marked`)
	s.keys("w", "enter")
	s.shows("fix.plan is there already")
	for range len("fix.plan") { // its prompt stays
		s.send(tea.KeyPressMsg{Code: tea.KeyBackspace})
	}
	s.keys("one.plan", "enter")
	s.shows(`written to one\.plan.*esaudit fix apply one\.plan`)
	s.keys("a", "enter", "1234567890123456", "enter")
	s.shows("Verified", "fix-2.plan.journal")
	one, err := os.ReadFile("one.plan")
	if err != nil {
		t.Fatal(err)
	}
	if two, err := os.ReadFile("fix-2.plan"); err != nil || !bytes.Equal(one, two) {
		t.Errorf("what was written is not what was applied: %v", err)
	}
	if mine, err := os.ReadFile("fix.plan"); err != nil || string(mine) != "mine" {
		t.Errorf("a file was overwritten: %q, %v", mine, err)
	}
}

// With a snapshot, with no credentials and with a key that may only read, nothing
// is changed and nothing is left lying about.
func TestExplorerDoesNotApply(t *testing.T) {
	s := explored(t, "net-001-open-group", nil)
	s.esaudit(clean, "collect", "--allow-partial", "-o", "before.json")
	estate := s.x.args

	s.x.args = []string{"before.json"}
	s.open()
	s.keys("shift+tab", "a")
	s.shows("nothing is applied from a snapshot: write the plan with w, then: esaudit fix apply fix.plan")

	s.x.args = estate
	s.open()
	s.keys("shift+tab")
	s.env["ALIBABA_CLOUD_ACCESS_KEY_ID"], s.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "", ""
	s.keys("a")
	s.shows("Nothing was changed", "credentials")
	for _, name := range []string{"fix.plan", "fix.plan.journal"} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s was left", name)
		}
	}
}

// Left after a change that stopped on the way, the explorer ends as fix apply
// does, and no more once another is verified.
func TestExplorerEndsAsFixApply(t *testing.T) {
	s := explored(t, "net-001-open-group", nil)
	estate, err := s.x.survey(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	change := func(ctx context.Context, told func(tui.Told)) error {
		t.Helper()
		p, err := s.x.Plan(t.Context(), estate, nil, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		ids := []string{p.Plan().Actions[0].ID}
		c, err := p.Check(t.Context(), ids, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Apply(ctx, ids, c, told)
		return err
	}
	ctx, stop := context.WithCancel(t.Context())
	err = change(ctx, func(x tui.Told) {
		if x.Step {
			stop()
		}
	})
	if err == nil || codeOf(s.x.stopped) != interrupted || s.x.left.Journal == "" {
		t.Errorf("stopped by its user: %v, %v, %+v", err, s.x.stopped, s.x.left)
	}
	s.esaudit(clean, "fix", "undo", s.x.left.Journal, "--yes")
	if err := change(t.Context(), func(tui.Told) {}); err != nil || s.x.stopped != nil {
		t.Errorf("verified: %v, %v", err, s.x.stopped)
	}
	for err, code := range map[error]int{&fix.StoppedError{Err: io.EOF}: found, &fix.RefusedError{Err: io.EOF}: misused, io.EOF: broke} {
		if got := codeOf(stoppedBy("none.journal", err)); got != code {
			t.Errorf("%T: %d, not %d", err, got, code)
		}
	}
}
