package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// patchy is a crowd that is asked about ten at a time; when all are, the last
// cluster turns out to be the worst, and so on.
type patchy struct {
	crowd
	asked int
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
	c.Asked = i < p.asked
	return c
}

func (p patchy) Place(id string) int {
	if i := p.crowd.Place(id); i >= 0 {
		return p.name(i)
	}
	return -1
}

func (p patchy) Search(context.Context, string) ([]int, error) { return []int{1, 3, p.n - 1}, nil }

func (p patchy) Further(context.Context) (Estate, error) {
	return patchy{p.crowd, min(p.asked+10, p.n)}, nil
}

// The first frame asks nothing; what is not known is shown as that, with how far
// the asking is; and when the order becomes final, the cursor stays with its
// cluster, filtered or not.
func TestClustersAreAskedWhileShown(t *testing.T) {
	for _, filtered := range []bool{false, true} {
		d := &driver{Model: New(Options{Context: t.Context(), Estate: patchy{newCrowd(25), 0}, Services: deeds{}, Unicode: true})}
		next, _ := d.Model.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
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
		for cmd := d.further(); cmd != nil; { // one message after the other
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

// What was asked of a picture that is shown no more is dropped.
func TestLateEstatesAreDropped(t *testing.T) {
	d := drive(newCrowd(3), deeds{done: new([]string), estate: newCrowd(7)}, 80, 24).press("r")
	d.send(furthered{0, newCrowd(3), nil})
	if d.env.estate.Clusters() != 7 {
		t.Error("an older picture is shown again")
	}
}
