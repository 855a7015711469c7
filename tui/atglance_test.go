package tui

import (
	"fmt"
	"strings"
	"testing"

	"esaudit/finding"
)

// undecided is a crowd of clusters with findings, and rules of which it is unknown
// whether they hold.
type undecided struct {
	crowd
	fail    map[finding.Severity]int
	unknown int
}

func (u undecided) Cluster(i int) Cluster {
	c := u.crowd.Cluster(i)
	c.Fail, c.Unknown = u.fail, u.unknown
	return c
}

// What is unknown of a cluster stands beside its findings at every width that
// shows them: the worst one may be among it.
func TestUnknownStandsBesideFindings(t *testing.T) {
	for _, c := range []struct {
		fail    map[finding.Severity]int
		unknown int
		want    string
	}{
		{map[finding.Severity]int{finding.Low: 2}, 4, "2 low +4?"},
		{map[finding.Severity]int{finding.Critical: 1, finding.Low: 12}, 14, "1 critical +12+14?"},
		{map[finding.Severity]int{finding.Critical: 1, finding.Low: 2}, 0, "1 critical +2"},
		{nil, 32, "32 unknown"},
	} {
		for _, width := range []int{56, 66, 80, 120, 200} {
			s := drive(undecided{newCrowd(1), c.fail, c.unknown}, deeds{}, width, 24).text()
			if !strings.Contains(s, c.want) {
				t.Errorf("%d columns, want %q:\n%s", width, c.want, s)
			}
		}
	}
}

// Names of clusters can be told from each other at every width.
func TestNamesHaveRoomAtEveryWidth(t *testing.T) {
	for width := 40; width <= 200; width++ {
		c := newCrowd(1)
		c.name = "orders-search-01"
		if s := drive(c, deeds{}, width, 24).text(); !strings.Contains(s, "▌ "+c.name) {
			t.Errorf("%d columns:\n%s", width, s)
		}
	}
}

// reported is a crowd that is compared with a report.
type reported struct{ crowd }

func (r reported) About() About {
	a := r.crowd.About()
	a.Baseline, a.FindingsOnly = "old.json", true
	return a
}

// same is one in which no finding differs.
type same struct{ reported }

func (same) Changes() int { return 0 }

// A report says nothing of reachability: no screen claims that nothing of it differs.
func TestReportsAreComparedInFindingsOnly(t *testing.T) {
	for _, c := range []struct {
		estate Estate
		want   string
	}{{reported{newCrowd(2)}, "Changes · findings only"}, {same{reported{newCrowd(2)}}, "No finding differs from old.json, a report:"}} {
		d := drive(c.estate, deeds{}, 80, 24)
		d.press("tab", "tab", "tab", "tab")
		if s := d.text(); !strings.Contains(s, c.want) || strings.Contains(s, "Nothing differs") {
			t.Errorf("want %q:\n%s", c.want, s)
		}
	}
}

// An object that came is named by its id, like one that changed.
func TestSettingsAreNamedByTheirObject(t *testing.T) {
	for pointer, want := range map[string][2]string{
		"/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1":                         {"es-cn-1", "elasticsearch"},
		"/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1/attributes/enablePublic": {"es-cn-1", "enablePublic"},
		"/accounts/0/takenAt": {"/accounts/0/takenAt", ""},
	} {
		if id, field := settingOf(pointer); id != want[0] || field != want[1] {
			t.Errorf("%s is %q, %q", pointer, id, field)
		}
	}
}

// deep is a crowd whose lines are indented as far as those of a snapshot.
type deep struct{ crowd }

func (d deep) Lines(from, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Repeat(" ", 26) + fmt.Sprintf("%q", fmt.Sprintf("v%d", from+i))
	}
	return out
}

// The line of a value is read to its end on the smallest screen, among those before
// and after it.
func TestValuesAreReadWhole(t *testing.T) {
	d := drive(deep{newCrowd(1)}, deeds{}, 40, 10)
	d.push(valueView{line: 4199})
	s := d.text()
	for _, want := range []string{`"v4199"`, `"v4196"`, `"v4202"`} {
		if !strings.Contains(s, want) {
			t.Errorf("want %s:\n%s", want, s)
		}
	}
}

// nothing is an estate without an account.
type nothing struct{ crowd }

func (nothing) About() About { return About{Judged: true} }
func (nothing) Gaps() int    { return 0 }

// An estate without an account is not told as one without a cluster, or as whole.
func TestNoAccountIsTold(t *testing.T) {
	d := drive(nothing{newCrowd(0)}, deeds{}, 80, 24)
	for _, tab := range []string{"Clusters", "Gaps"} {
		if s := d.text(); !strings.Contains(s, "["+tab+"]") || !strings.Contains(s, "holds no account") || !strings.Contains(s, "incomplete") {
			t.Errorf("%s:\n%s", tab, s)
		}
		d.press("tab", "tab", "tab")
	}
}

// The title of what is shown stands whole above it, however deep it is.
func TestTitlesOfTheLastViewAreWhole(t *testing.T) {
	for width := 60; width <= 120; width += 4 {
		d := drive(newCrowd(1), deeds{}, width, 24)
		d.press("enter", "enter")
		d.push(valueView{line: 1234567})
		if s := d.text(); !strings.Contains(s, "snapshot line 1234567 ") {
			t.Errorf("%d columns:\n%s", width, s)
		}
	}
}
