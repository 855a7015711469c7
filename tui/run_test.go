package tui_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"esaudit/finding"
	"esaudit/tui"
)

// run runs a whole program without a terminal, sends keys in order, and
// returns what it wrote and how it ended.
func run(t *testing.T, estate tui.Estate, profile colorprofile.Profile, keys ...string) (written string, broke any, err error) {
	t.Helper()
	out := &terminal{begun: make(chan struct{})}
	program := make(chan *tea.Program, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := tui.New(tui.Options{Context: ctx, Estate: estate, Unicode: true})
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { broke = recover() }()
		err = tui.Run(ctx, m, tea.WithInput(nil), tea.WithOutput(out), tea.WithWindowSize(80, 24), tea.WithColorProfile(profile),
			tea.WithEnvironment([]string{"TERM=xterm-256color"}), func(p *tea.Program) { program <- p })
	}()
	p := <-program
	<-out.begun
	for _, k := range keys {
		if k == "cancel" {
			cancel()
			continue
		}
		p.Send(keyNamed(k))
	}
	<-done
	return out.String(), broke, err
}

// terminal keeps what is written to it. begun is closed when the program has
// taken the screen.
type terminal struct {
	mu    sync.Mutex
	b     bytes.Buffer
	once  sync.Once
	begun chan struct{}
}

func (x *terminal) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	n, err := x.b.Write(p)
	if bytes.Contains(x.b.Bytes(), []byte("\x1b[?1049h")) {
		x.once.Do(func() { close(x.begun) })
	}
	return n, err
}

func (x *terminal) String() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.String()
}

// The terminal is given back however the program ends: the alternate screen is
// left, the cursor shown, the mouse let go.
func TestTerminalIsRestored(t *testing.T) {
	restored := func(t *testing.T, written string) {
		t.Helper()
		for _, seq := range []string{"\x1b[?1049", "\x1b[?25", "\x1b[?1002"} {
			on, off := map[string]string{"\x1b[?25": "l"}[seq], map[string]string{"\x1b[?25": "h"}[seq]
			if on == "" {
				on, off = "h", "l"
			}
			if begun, ended := strings.LastIndex(written, seq+on), strings.LastIndex(written, seq+off); begun < 0 || ended < begun {
				t.Errorf("%q is not taken back", seq+on)
			}
		}
	}
	estate := audited(t, "demo")
	t.Run("quit", func(t *testing.T) {
		written, broke, err := run(t, estate, colorprofile.TrueColor, "enter", "esc", "q")
		if err != nil || broke != nil {
			t.Errorf("ends with %v, %v", err, broke)
		}
		restored(t, written)
	})
	t.Run("a signal", func(t *testing.T) {
		written, _, err := run(t, estate, colorprofile.TrueColor, "enter", "cancel")
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ends with %v", err)
		}
		restored(t, written)
	})
	for name, keys := range map[string][]string{"a panic in Update": {"tab"}, "a panic in a command": {"enter"}} {
		t.Run(name, func(t *testing.T) {
			written, broke, _ := run(t, broken{Estate: estate}, colorprofile.TrueColor, keys...)
			if fmt.Sprint(broke) != "it broke" {
				t.Errorf("the panic ends as %v", broke)
			}
			restored(t, written)
		})
	}
}

// broken is an estate that breaks in commands, and where a row is drawn: in
// Update, which looks how high it is, and in View.
type broken struct{ tui.Estate }

func (b broken) Who(context.Context, string) ([]tui.Who, error) { panic("it broke") }

func (b broken) Finding(int) *finding.Finding { panic("it broke") }

// Without colours nothing is said by colour, and no colour is sent.
func TestNoColours(t *testing.T) {
	written, _, _ := run(t, audited(t, "demo"), colorprofile.ASCII, "enter", "enter", "q")
	for _, seq := range strings.Split(written, "\x1b[")[1:] {
		if i := strings.IndexByte(seq, 'm'); i >= 0 && strings.Trim(seq[:i], "0123456789;") == "" {
			for _, code := range strings.Split(seq[:i], ";") {
				if len(code) == 2 && (code[0] == '3' || code[0] == '4' || code[0] == '9') {
					t.Errorf("colour %s is sent", code)
				}
			}
		}
	}
}
