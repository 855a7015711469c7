package main

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"esaudit/tui"
)

// pane is a real terminal: a pane of tmux that a shell runs in.
type pane struct {
	t      *testing.T
	socket string
	ctx    context.Context
	wrote  chan struct{} // holds an element when something was written since it was looked at
}

// openPane runs a shell command in a terminal of a size.
func openPane(t *testing.T, width, height int, command string) *pane {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Fatal("tmux is not there: make terminal installs it")
	}
	dir, err := os.MkdirTemp("", "pane") // a socket's name is short
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	p := &pane{t, filepath.Join(dir, "s"), ctx, make(chan struct{}, 1)}
	t.Cleanup(func() {
		_ = exec.Command("tmux", "-S", p.socket, "kill-server").Run() // it may have ended
		cancel()
		os.RemoveAll(dir)
	})
	p.tmux("-f", os.DevNull, "new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "sh", "-c", command)
	p.tmux("set", "-g", "status", "off")
	p.listen(filepath.Join(dir, "written"))
	return p
}

// listen has what is written to the terminal noted, by way of a named pipe.
func (p *pane) listen(pipe string) {
	p.t.Helper()
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		p.t.Fatal(err)
	}
	both, err := os.OpenFile(pipe, os.O_RDWR, 0) // it opens though nobody writes yet
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { both.Close() })
	p.tmux("pipe-pane", "-O", "exec cat >'"+pipe+"'")
	go func() {
		for text := make([]byte, 1<<16); ; {
			if _, err := both.Read(text); err != nil {
				return // it is closed
			}
			select {
			case p.wrote <- struct{}{}:
			default: // it is known already
			}
		}
	}()
}

func (p *pane) tmux(args ...string) string {
	p.t.Helper()
	cmd := exec.CommandContext(p.ctx, "tmux", append([]string{"-u", "-S", p.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TERM=xterm-256color", "TMUX=", "ESAUDIT_CONFIG=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// shows waits until a screen satisfies a condition, and fails with the last one
// when it never does. It looks when something was written, and a moment later, in
// which it is shown.
func (p *pane) shows(what string, ok func(screen string) bool) {
	p.t.Helper()
	screen := ""
	for p.ctx.Err() == nil {
		if screen = p.tmux("capture-pane", "-p"); ok(screen) {
			return
		}
		if time.Now().After(deadline(p.ctx)) {
			break
		}
		select {
		case <-p.wrote:
		case <-time.After(200 * time.Millisecond):
		}
	}
	p.t.Fatalf("the terminal never shows %s; it shows\n%s", what, screen)
}

// deadline is a little before that of a context, so that there is time to tell.
func deadline(ctx context.Context) time.Time {
	d, _ := ctx.Deadline()
	return d.Add(-10 * time.Second)
}

// screensOf are the screens of a size that the explorer draws without a terminal,
// by name.
func screensOf(t *testing.T, size string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../../tui/testdata/" + size + ".golden")
	if err != nil {
		t.Fatal(err)
	}
	_, rows, _ := strings.Cut(size, "x")
	height, err := strconv.Atoi(rows)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	lines := strings.Split(string(data), "\n")
	for i := 0; i+height < len(lines); i += height + 2 { // a name, the screen, an empty line
		name, _, _ := strings.Cut(lines[i], ":")
		out[name] = strings.Join(lines[i+1:i+1+height], "\n") + "\n"
	}
	return out
}

// A real terminal shows what the explorer draws without one, at several sizes
// and after it is resized, and is as it was before when the explorer has ended.
func TestTerminal(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}, {200, 60}} {
		name := strconv.Itoa(size[0]) + "x" + strconv.Itoa(size[1])
		t.Run(name, func(t *testing.T) {
			screens := screensOf(t, name)
			p := openPane(t, size[0], size[1], "echo before; esaudit tui demo; echo ended $?; cat")
			p.walk(screens)
			p.tmux("resize-window", "-x", "120", "-y", "40")
			larger := screensOf(t, "120x40")
			p.shows("the larger screen", func(s string) bool { return s == larger["clusters"] })
			p.tmux("send-keys", "q")
			p.shows("what stood there before", func(s string) bool { return strings.HasPrefix(s, "before\nended 0\n") })
		})
	}
}

// walk presses keys that lead from the first screen to the value that opens a
// cluster and back, and compares each screen.
func (p *pane) walk(screens map[string]string) {
	p.t.Helper()
	for _, step := range []struct{ key, screen string }{
		{"", "clusters"}, {"Enter", "a cluster"}, {"Enter", "a path"}, {"Enter", "a value"}, {"Escape", "a path"}, {"Escape", "a cluster"}, {"Escape", "clusters"},
		{"Tab", "findings"}, {"Enter", "a finding"}, {"Escape", "findings"}, {"BTab", "clusters"}, {"BTab", "a fix plan"}, {"Tab", "clusters"}, {"?", "keys"}, {"Escape", "clusters"},
	} {
		if step.key != "" {
			p.tmux("send-keys", step.key)
		}
		want, there := screens[step.screen]
		if !there {
			p.t.Fatalf("there is no screen %q", step.screen)
		}
		p.shows(step.screen+" as\n"+want, func(s string) bool { return s == want })
	}
}

// An estate that cannot be read gives the terminal back, and ends with its reason.
func TestTerminalWithoutAnEstate(t *testing.T) {
	p := openPane(t, 120, 24, "echo before; esaudit tui missing.json; echo ended $?; cat")
	p.shows("why there is no estate", func(s string) bool {
		return strings.HasPrefix(s, "before\n") && strings.Contains(s, "open estate: missing.json is not there") && strings.Contains(s, "ended 2\n")
	})
}

// A signal gives the terminal back, screen and modes, and ends as an interruption.
func TestTerminalAfterASignal(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
		t.Run(signal.String(), func(t *testing.T) {
			p, id := openKnown(t)
			if err := syscall.Kill(id, signal); err != nil {
				t.Fatal(err)
			}
			p.shows("what stood there before", func(s string) bool {
				return strings.HasPrefix(s, "before\n") && strings.Contains(s, "ended 130\nsame modes\n")
			})
		})
	}
}

// When the terminal itself goes away, the explorer does too.
func TestTerminalIsLost(t *testing.T) {
	p, id := openKnown(t)
	p.tmux("kill-server")
	for syscall.Kill(id, 0) == nil {
		if time.Now().After(deadline(p.ctx)) {
			t.Fatal("it goes on without a terminal")
		}
	}
}

// breaking is an explorer that panics when it is sent SIGUSR1, while the first screen
// is shown.
func breaking() {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGUSR1)
	_ = tui.Run(context.Background(), tui.New(tui.Options{Context: context.Background(), Name: "breaking", Unicode: true, Open: func(context.Context, func(string), func(tui.Estate)) (tui.Estate, error) {
		<-told
		panic("it broke")
	}}))
}

// A panic gives the terminal back before it is told.
func TestTerminalAfterAPanic(t *testing.T) {
	p, id := openProcess(t, "breaking", func(s string) bool { return strings.Contains(s, "One moment") })
	if err := syscall.Kill(id, syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	p.shows("the panic", func(s string) bool {
		return strings.Contains(s, "panic: it broke") && strings.Contains(s, "ended 2\nsame modes\n")
	})
}

// openKnown opens the demonstration in a terminal, and returns the id of its
// process once the first screen is shown.
func openKnown(t *testing.T) (*pane, int) {
	t.Helper()
	first := screensOf(t, "80x24")["clusters"]
	return openProcess(t, "esaudit tui demo", func(s string) bool { return s == first })
}

// openProcess runs a command in a terminal, and returns the id of its process once
// the screen is as it should be.
func openProcess(t *testing.T, command string, ready func(string) bool) (*pane, int) {
	t.Helper()
	pid := filepath.Join(t.TempDir(), "pid")
	p := openPane(t, 80, 24, `echo before; modes=$(stty -g); sh -c 'echo $$ >`+pid+`; exec `+command+`'; echo ended $?; test "$modes" = "$(stty -g)" && echo same modes; cat`)
	p.shows("the first screen", ready)
	text, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	id, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return p, id
}
