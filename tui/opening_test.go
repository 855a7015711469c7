package tui_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/graph"
	"esaudit/tui"
	"esaudit/tui/survey"
)

// The first screen stands before anything was read, says what is being done, and
// takes no key but those it names; then the clusters are shown.
func TestOpening(t *testing.T) {
	estate := audited(t, "demo")
	for lang, texts := range map[string]*tui.Texts{"en": tui.English(), "zh": tui.Chinese()} {
		var b strings.Builder
		for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}, {200, 60}} {
			o := tui.Options{Context: t.Context(), Name: "a\x1b[31m", Texts: texts, Unicode: true, Services: planner{},
				Open: func(_ context.Context, tell func(string), _ func(tui.Estate)) (tui.Estate, error) {
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
			open := func(ctx context.Context, tell func(string), _ func(tui.Estate)) (tui.Estate, error) {
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

// Clusters are shown as soon as there is a graph: with what is known of who gets in,
// and nothing of what rules will say, which is never shown as nothing. What was
// opened meanwhile stays open, and the judged picture goes on from what was asked.
func TestClustersBeforeRules(t *testing.T) {
	judged, unjudged := pictures(t, "demo")
	var b strings.Builder
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}} {
		o := tui.Options{Context: t.Context(), Name: "demo", Unicode: true, Services: planner{},
			Open: func(_ context.Context, tell func(string), early func(tui.Estate)) (tui.Estate, error) {
				tell("clusters to judge: 4")
				early(unjudged)
				return judged, nil
			}}
		p := &player{t: t, model: tui.New(o)}
		p.quietly(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		batch := p.model.Init()().(tea.BatchMsg)
		done := batch[0]()
		p.quietly(batch[1]())
		p.send(batch[2]())
		for _, keys := range [][]string{nil, {"tab"}, {"tab"}, {"tab"}, {"tab"}, {"tab"}, {"tab"}, {"tab", "enter"}} {
			p.press(keys...)
			p.fits(size[0], size[1])
			fmt.Fprintf(&b, "%dx%d: %s\n%s\n", size[0], size[1], strings.Join(keys, " "), p.screen())
			for _, wrong := range []string{"nothing to act on", "Everything that is needed", "No rule has found", "Nothing to compare", "Nothing is marked", "nothing was found"} {
				if strings.Contains(p.screen(), wrong) {
					t.Errorf("before rules are applied it says %q", wrong)
				}
			}
		}
		p.press("down", "enter", "e", "esc", "r")
		p.send(done)
		p.press("esc", "esc")
		direct := play(t, tui.Options{Estate: judged, Unicode: true}, size[0], size[1])
		if got := p.screen(); got != direct.screen() && !strings.Contains(got, "2 of") {
			t.Errorf("after judging it shows\n%s, not\n%s", got, direct.screen())
		}
	}
	golden(t, "unjudged", b.String())
}

// pictures are those of an estate after and before rules are applied.
func pictures(t *testing.T, name string) (judged, unjudged *survey.Survey) {
	t.Helper()
	r, err := recording.Open("../testdata/estates/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	result, err := audit.Run(t.Context(), s, audit.Options{All: true, Built: func(g *graph.Graph) {
		unjudged = survey.New(survey.Options{Name: name, Graph: g})
	}})
	if err != nil {
		t.Fatal(err)
	}
	return survey.New(survey.Options{Name: name, Result: result}), unjudged
}
