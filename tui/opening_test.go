package tui_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"esaudit/tui"
)

// The first screen stands before anything was read, says what is being done, and
// takes no key but those it names; then the clusters are shown.
func TestOpening(t *testing.T) {
	estate := audited(t, "demo")
	for lang, texts := range map[string]*tui.Texts{"en": tui.English(), "zh": tui.Chinese()} {
		var b strings.Builder
		for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}, {200, 60}} {
			o := tui.Options{Context: t.Context(), Name: "a\x1b[31m", Texts: texts, Unicode: true, Services: planner{},
				Open: func(_ context.Context, tell func(string)) (tui.Estate, error) {
					tell(fmt.Sprintf(texts.Judging, 4))
					return estate, nil
				}}
			p := &player{t: t, model: tui.New(o)}
			p.quietly(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			fmt.Fprintf(&b, "%dx%d\n%s\n", size[0], size[1], p.screen())
			p.fits(size[0], size[1])
			p.press("enter", "tab", "/", "r", "y", "e", "w", "?", "'x")
			p.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: 3, Y: 1})
			batch := p.model.Init()().(tea.BatchMsg)
			done := batch[0]()    // the work
			p.quietly(batch[1]()) // what it told
			fmt.Fprintf(&b, "%s\n", p.screen())
			p.fits(size[0], size[1])
			p.send(done)
			direct := play(t, tui.Options{Estate: estate, Texts: texts, Unicode: true}, size[0], size[1])
			if p.screen() != direct.screen() {
				t.Errorf("after reading it shows\n%s", p.screen())
			}
		}
		golden(t, "opening-"+lang, b.String())
	}
}

// quietly gives the model a message, and runs nothing.
func (p *player) quietly(msg tea.Msg) {
	next, _ := p.model.Update(msg)
	p.model = next.(tui.Model)
}

// A whole program that is left while it reads cancels the reading; one that cannot
// read ends with the reason. Both give the terminal back.
func TestOpeningEnds(t *testing.T) {
	wrong := errors.New("it cannot be read")
	for name, c := range map[string]struct {
		key  string
		want error
	}{"esc": {"esc", context.Canceled}, "q": {"q", context.Canceled}, "ctrl+c": {"ctrl+c", context.Canceled}, "an error": {"", wrong}} {
		t.Run(name, func(t *testing.T) {
			out := &terminal{begun: make(chan struct{})}
			reading, cancelled := make(chan struct{}), make(chan struct{})
			open := func(ctx context.Context, tell func(string)) (tui.Estate, error) {
				<-out.begun
				close(reading)
				if c.key == "" {
					return nil, wrong
				}
				<-ctx.Done()
				close(cancelled)
				return nil, ctx.Err()
			}
			err := tui.Run(t.Context(), tui.New(tui.Options{Context: t.Context(), Open: open}), tea.WithInput(nil), tea.WithOutput(out),
				tea.WithWindowSize(80, 24), tea.WithEnvironment([]string{"TERM=xterm-256color"}), func(p *tea.Program) {
					go func() {
						<-reading
						if c.key != "" {
							p.Send(keyNamed(c.key))
						}
					}()
				})
			if !errors.Is(err, c.want) {
				t.Errorf("it ends with %v", err)
			}
			if c.key != "" {
				<-cancelled
			}
			if written := out.String(); strings.LastIndex(written, "\x1b[?1049l") < strings.LastIndex(written, "\x1b[?1049h") {
				t.Error("the terminal is not given back")
			}
		})
	}
}
