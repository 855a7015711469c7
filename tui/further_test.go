package tui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// patchy is a crowd that is asked about ten at a time; when all are, the last
// cluster turns out to be the worst, and so on.
type patchy struct {
	crowd
	asked  int
	counts *map[int]bool // the clusters of which it was asked who could open them
}

func (p patchy) Asked() int { return p.asked }

func (p patchy) name(i int) int {
	if p.asked == p.n {
		return p.n - 1 - i
	}
	return i
}

func (p patchy) Cluster(i int) Cluster {
	c := p.crowd.Cluster(p.name(i))
	c.Asked, c.Counted = i < p.asked || (*p.counts)[p.name(i)], (*p.counts)[p.name(i)]
	return c
}

func (p patchy) Place(id string) int {
	if i := p.crowd.Place(id); i >= 0 {
		return p.name(i)
	}
	return -1
}

func (p patchy) Search(context.Context, string) ([]int, error) { return []int{1, 3, p.n - 1}, nil }

func (p patchy) Further(_ context.Context, first []int) (Estate, error) {
	counts := maps.Clone(*p.counts)
	for _, i := range first {
		counts[p.name(i)] = true
	}
	return patchy{p.crowd, min(p.asked+10, p.n), &counts}, nil
}

// The first frame asks nothing; what is not known is shown as that, with how far
// the asking is; and when the order becomes final, the cursor stays with its
// cluster, filtered or not.
func TestClustersAreAskedWhileShown(t *testing.T) {
	for _, filtered := range []bool{false, true} {
		d := &driver{Model: New(Options{Context: t.Context(), Estate: patchy{newCrowd(25), 0, &map[int]bool{}}, Services: deeds{}, Unicode: true})}
		next, cmd := d.Model.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		d.Model = next.(Model)
		if s := d.text(); !strings.Contains(s, "who gets in: 0 of 25 asked") || strings.Contains(s, "none") || strings.Contains(s, "all of IPv4") {
			t.Fatalf("the first frame says what it does not know:\n%s", s)
		}
		if filtered {
			d.press("/", "o", "enter")
		}
		d.press("down")
		here := func() string {
			v := d.top().view.(clustersView)
			return d.env.estate.Cluster(v.at(d.top().list.cursor)).ID
		}
		was := here()
		var seen []string
		for cmd != nil { // one message after the other
			next, after := d.Model.Update(cmd())
			d.Model = next.(Model)
			seen = append(seen, fmt.Sprint(d.env.estate.Asked()))
			if d.env.estate.Asked() == 25 {
				d.run(after)
				break
			}
			if here() != was {
				t.Errorf("the cursor goes from %s to %s while clusters are asked about", was, here())
			}
			cmd = after
		}
		if !slices.Equal(seen, []string{"10", "20", "25"}) {
			t.Errorf("asked about %v", seen)
		}
		switch {
		case filtered && !slices.Contains([]int{1, 3, 24}, d.env.estate.Place(here())):
			t.Errorf("the cursor is at %s, which the filter does not find", here())
		case !filtered && here() != was:
			t.Errorf("the cursor was at %s and is at %s", was, here())
		case strings.Contains(d.text(), "asked"):
			t.Errorf("it goes on asking:\n%s", d.text())
		}
		if err := d.whole(); err != nil {
			t.Error(err)
		}
	}
}

// Who could open a cluster is asked of those that are shown, as often among 100,000
// as among 100: scrolling asks about those that come into sight.
func TestOnlyShownClustersAreCounted(t *testing.T) {
	for _, n := range []int{100, 100_000} {
		known := map[int]bool{}
		d := drive(patchy{newCrowd(n), n, &known}, deeds{}, 120, 40)
		counted := func() int { return len(*d.env.estate.(patchy).counts) }
		if got := counted(); got == 0 || got > 40 {
			t.Errorf("%d of %d clusters are counted for the first screen", got, n)
		}
		before := counted()
		if d.press("pgdown", "pgdown"); counted() <= before || counted() > 120 {
			t.Errorf("%d of %d clusters are counted for three screens", counted(), n)
		}
		if before = counted(); d.press("tab", "down", "pgdown").tab != 1 || counted() != before {
			t.Errorf("findings count clusters: %d, not %d", counted(), before)
		}
	}
}

// Asking that fails is said once, and left.
func TestAskingThatFails(t *testing.T) {
	d := drive(mute{patchy{newCrowd(25), 0, &map[int]bool{}}}, deeds{}, 80, 24)
	if !strings.Contains(d.text(), "failed: nobody answers") {
		t.Errorf("that asking failed is not said:\n%s", d.text())
	}
	if d.press("down", "tab", "shift+tab"); d.asking || !d.mute {
		t.Error("it goes on asking")
	}
}

// mute is an estate that cannot be asked.
type mute struct{ patchy }

func (m mute) Further(context.Context, []int) (Estate, error) {
	return nil, errors.New("nobody answers")
}

// What was asked of a picture that is shown no more is dropped.
func TestLateEstatesAreDropped(t *testing.T) {
	d := drive(newCrowd(3), deeds{done: new([]string), estate: newCrowd(7)}, 80, 24).press("r")
	d.send(furthered{0, newCrowd(3), nil})
	if d.env.estate.Clusters() != 7 {
		t.Error("an older picture is shown again")
	}
}

// A setting that changed is named by its object, and what is not there has a word.
func TestChangedSettings(t *testing.T) {
	d := drive(newCrowd(3), deeds{}, 120, 40)
	c := Change{Kind: ChangedSetting, Subject: "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1/attributes/publicIpWhitelist/0", Before: `"0.0.0.0/0"`, Finding: -1}
	r := changeRow(d.env, c, ChangedSetting, strong, false)
	if got := ansi.Strip(strings.Join(r.lines, "\n")); !strings.Contains(got, `es-cn-1 `) || !strings.Contains(got, `publicIpWhitelist/0: "0.0.0.0/0", now nothing`) {
		t.Errorf("a setting that changed is shown as %q", got)
	}
	if id, field := settingOf("/accounts/0"); id != "/accounts/0" || field != "" {
		t.Errorf("a pointer that is of no object becomes %q, %q", id, field)
	}
}

// What was asked before rules were applied is learned by the judged picture, and
// what comes late of the one before is dropped meanwhile.
func TestJudgedPicturesLearn(t *testing.T) {
	early, from := newCrowd(3), new(Estate)
	early.early = true
	d := &driver{Model: New(Options{Context: t.Context(), Services: deeds{}, Unicode: true, Open: func(context.Context, func(string), func(Estate)) (Estate, error) {
		return nil, errors.New("not called")
	}})}
	d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	d.send(unjudged{early})
	if d.press("e"); d.prompt != nil {
		t.Error("findings are exported before rules are applied")
	}
	pictures := d.pictures
	next, learn := d.Model.Update(opened{learner{newCrowd(3), from}, nil})
	d.Model = next.(Model)
	if d.send(furthered{from: pictures, estate: newCrowd(7)}); d.env.estate.Clusters() != 3 {
		t.Error("an older picture is shown while the judged one learns")
	}
	d.send(learn())
	if was, ok := (*from).(crowd); !ok || !was.early || !d.env.estate.About().Judged {
		t.Errorf("the judged picture learns from %v", *from)
	}
}

// learner remembers from what it learns.
type learner struct {
	crowd
	from *Estate
}

func (l learner) Learn(from Estate) Estate {
	*l.from = from
	return l
}

// An answer that comes when another view is looked at opens nothing there.
func TestLateAnswersOpenNothing(t *testing.T) {
	d := drive(newCrowd(3), deeds{}, 80, 24).press("tab", "tab")
	id := d.top().id
	d.press("tab").send(loaded{id, Answer{Question: Question{From: "ecs:i-1", To: "es:x:9200"}}})
	if !is[gapsView](d.top().view) || len(d.stacks[d.tab]) != 1 {
		t.Errorf("it opens\n%s", d.text())
	}
}
