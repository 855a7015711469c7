package survey_test

import (
	"maps"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/snapshot"
	"esaudit/tui"
	"esaudit/tui/survey"
)

// Nothing is asked before the first frame, however large the estate is, and what
// is not known is not shown as nobody; then a few clusters at a time are asked
// about, each as if it were alone, and the last brings them in order.
func TestClustersAreAskedLater(t *testing.T) {
	for _, n := range []int{9, 42} {
		s, err := collector.Assemble([]recording.Part{estate.Large(n, 1).Part()})
		if err != nil {
			t.Fatal(err)
		}
		result, err := audit.Run(t.Context(), s, audit.Options{All: true, Rules: []string{"ES-NET-001"}})
		if err != nil {
			t.Fatal(err)
		}
		first := survey.New(survey.Options{Name: "large", Result: result})
		if first.Asked() != 0 || first.Clusters() != n {
			t.Fatalf("%d of %d clusters are asked about before anything is shown", first.Asked(), first.Clusters())
		}
		m, _ := tui.New(tui.Options{Context: t.Context(), Estate: first, Unicode: true}).Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		for _, l := range strings.Split(ansi.Strip(m.View().Content), "\n") {
			if strings.Contains(l, "cn-hangzhou") && strings.Count(l, "…") < 4 {
				t.Errorf("it is said who gets in: %q", l)
			}
		}
		var now tui.Estate = first
		for now.Asked() < n {
			next, err := now.Further(t.Context(), []int{2, 0})
			if err != nil {
				t.Fatal(err)
			}
			if more := next.Asked() - now.Asked(); more < 1 || now.Asked() == 0 && more > 16+2 {
				t.Fatalf("%d clusters are asked about at once", more)
			}
			for i := range n {
				if next.Asked() < n && (next.Cluster(i).ID != now.Cluster(i).ID || next.Cluster(i).Asked != (i < next.Asked()) || next.Cluster(i).Counted != (i == 0 || i == 2)) {
					t.Fatalf("cluster %d moves, or is asked about out of order", i)
				}
			}
			now = next
		}
		counted := 0
		for i := range n {
			if now.Cluster(i).Counted {
				counted++
			}
		}
		if counted != 2 {
			t.Errorf("of %d clusters it is asked who could open them, not of the two that are shown", counted)
		}
		early := survey.New(survey.Options{Name: "large", Graph: result.Graph})
		known, err := early.Further(t.Context(), []int{n - 1})
		if err != nil || early.About().Judged || known.Asked() == 0 {
			t.Fatalf("before rules are applied %d clusters are asked about: %v", known.Asked(), err)
		}
		taught := first.Learn(known)
		for i := range n {
			c := taught.Cluster(i)
			if was := known.Cluster(known.Place(c.ID)); c.Asked != was.Asked || c.Counted != was.Counted || c.Hosts != was.Hosts || !c.Internet.Reachable.Equal(was.Internet.Reachable) || c.Unknown != first.Cluster(first.Place(c.ID)).Unknown {
				t.Errorf("%s forgets what was known of it", c.ID)
			}
		}
		if other := first.Learn(tui.Estate(now)); taught.Asked() != known.Asked() || other.Asked() != n || other.Cluster(0).ID != now.Cluster(0).ID {
			t.Errorf("%d clusters are known, not %d", taught.Asked(), known.Asked())
		}
		if first.Asked() != 0 || first.Cluster(0).Asked {
			t.Error("asking changes the estate that was there")
		}
		for i := range n {
			c := now.Cluster(i)
			if now.Place(c.ID) != i || !c.Asked {
				t.Errorf("cluster %d stands at %d", i, now.Place(c.ID))
			}
			if before := now.Cluster(max(i-1, 0)); c.Internet.Reachable.Count().Cmp(before.Internet.Reachable.Count()) > 0 {
				t.Errorf("%s is more open than %s, which stands before it", c.ID, before.ID)
			}
		}
		if now.Place("es-cn-none") != -1 {
			t.Error("a cluster that is not there has a place")
		}
	}
}

// Clusters are asked about while rules are being applied to the same graph: both come
// to what they come to alone, and the judged picture takes over what was asked.
func TestAskingWhileJudging(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(12, 3).Part()})
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan *survey.Survey, 1)
	result, err := audit.Run(t.Context(), s, audit.Options{All: true, Built: func(g *graph.Graph) {
		go func() {
			early, err := survey.Complete(t.Context(), survey.New(survey.Options{Name: "large", Graph: g}))
			if err != nil {
				t.Error(err)
			}
			asked <- early
		}()
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := survey.New(survey.Options{Name: "large", Result: result}).Learn(<-asked)
	want := alone(t, s)
	if got.Asked() != want.Clusters() || got.Findings() != want.Findings() {
		t.Fatalf("%d clusters and %d findings, not %d and %d", got.Asked(), got.Findings(), want.Clusters(), want.Findings())
	}
	for i := range want.Clusters() {
		a, b := got.Cluster(i), want.Cluster(i)
		if a.ID != b.ID || a.Hosts != b.Hosts || a.VPCs != b.VPCs || a.Principals != b.Principals || !a.Internet.Reachable.Equal(b.Internet.Reachable) || !maps.Equal(a.Fail, b.Fail) {
			t.Errorf("cluster %d is %+v, not %+v", i, a, b)
		}
	}
	for i := range want.Findings() {
		if got.Finding(i).Fingerprint != want.Finding(i).Fingerprint || got.Finding(i).Status != want.Finding(i).Status {
			t.Errorf("finding %d is another", i)
		}
	}
}

// alone judges first, and asks then.
func alone(t *testing.T, s *snapshot.Snapshot) *survey.Survey {
	t.Helper()
	result, err := audit.Run(t.Context(), s, audit.Options{All: true})
	if err != nil {
		t.Fatal(err)
	}
	out, err := survey.Complete(t.Context(), survey.New(survey.Options{Name: "large", Result: result}))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
