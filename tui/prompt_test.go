package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// An end of a question that is nowhere is refused, with what was typed and why.
func TestRefusedEnds(t *testing.T) {
	d := drive(newCrowd(3), deeds{}, 80, 24).press("tab", "tab", "enter").typeText("nobody").press("enter")
	if d.prompt == nil || !strings.Contains(d.text(), "no such ecs: nobody; there is i-1") || d.top().view.(askView).ends != [2]string{} {
		t.Fatalf("nobody is taken:\n%s", d.text())
	}
	d.press("ctrl+u").typeText("ecs:i-1").press("enter").typeText("es:x:9200").press("enter")
	if v, ok := d.top().view.(pathView); !ok || v.answer.Question.From != "ecs:i-1" || v.answer.Question.To != "es:x:9200" {
		t.Errorf("somebody is not answered:\n%s", d.text())
	}
}

// A waiver that stands already is shown, and replaced only when that is agreed to.
func TestStandingWaivers(t *testing.T) {
	var done []string
	c := newCrowd(3)
	d := drive(c, deeds{done: &done, estate: c, standing: true}, 40, 10).press("tab", "w").typeText("new").press("enter")
	if len(done) > 0 || !strings.Contains(d.text(), "the old reason") || !strings.Contains(d.text(), "new") {
		t.Fatalf("did %v:\n%s", done, d.text())
	}
	if again := *d; again.press("esc").prompt != nil || len(done) > 0 {
		t.Errorf("esc replaces it: %v", done)
	}
	if d.press("enter"); len(done) != 1 || !strings.HasSuffix(done[0], "because new, instead") {
		t.Errorf("did %v", done)
	}
}

// A file that is refused leaves its prompt, with the name and why; what is typed
// then counts.
func TestRefusedFiles(t *testing.T) {
	c := newCrowd(3)
	for _, keys := range [][]string{{"e"}, {"shift+tab", "w"}, {"shift+tab", "e"}} {
		var done []string
		wrong := &picky{deeds: deeds{done: &done, estate: c}}
		d := drive(c, wrong, 40, 10).press(keys...).press("ctrl+u").typeText("there.json").press("enter")
		if d.prompt == nil || !strings.Contains(d.text(), "failed: it is there already") || !strings.Contains(d.text(), "there.json") {
			t.Fatalf("%v: a file that is refused leaves\n%s", keys, d.text())
		}
		if d.press("backspace"); strings.Contains(d.text(), "it is there already") {
			t.Errorf("%v: it is still refused:\n%s", keys, d.text())
		}
		if d.press("enter"); d.prompt != nil || len(done) != 1 || !strings.Contains(d.text(), "there.jso") {
			t.Errorf("%v: another name does %v:\n%s", keys, done, d.text())
		}
	}
}

// picky are services that refuse one file.
type picky struct{ deeds }

func (p *picky) Export(ctx context.Context, e Estate, x Export, file string) error {
	if file == "there.json" {
		return errors.New("it is there already")
	}
	return p.deeds.Export(ctx, e, x, file)
}

func (p *picky) Plan(ctx context.Context, e Estate, findings []int, tell func(string)) (Planned, error) {
	whole, err := p.deeds.Plan(ctx, e, findings, tell)
	return pickyShelf{whole.(shelf)}, err
}

type pickyShelf struct{ shelf }

func (p pickyShelf) Write(ctx context.Context, ids []string, file string) (string, error) {
	if file == "there.json" {
		return "", errors.New("it is there already")
	}
	return p.shelf.Write(ctx, ids, file)
}
