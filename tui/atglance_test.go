package tui

import (
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
