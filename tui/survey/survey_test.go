package survey_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/snapshot"
	"esaudit/tui"
	"esaudit/tui/survey"
)

// surveyed makes an estate of testdata ready; one rule is enough here.
func surveyed(t *testing.T, name string, c config.Config) *survey.Survey {
	t.Helper()
	r, err := recording.Open("../../testdata/estates/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	result, err := audit.Run(t.Context(), s, audit.Options{All: true, Config: c, Rules: []string{"ES-NET-001"}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := survey.Complete(t.Context(), survey.New(survey.Options{Name: name, Result: result}))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Everybody who gets in opens to hops that say the same: the path's verdict is
// that of the set, it ends at the entry, and no control contradicts it.
func TestSetsOpenToTheirHops(t *testing.T) {
	opened := map[tui.WhoKind]int{}
	for _, name := range []string{
		"demo", "p2-kibana-link", "p3-peered", "p4-cen", "p6-forwarded", "vpc-003-proxy", "two-accounts",
	} {
		s := surveyed(t, name, config.Config{Proxies: []config.Proxy{{ECS: "i-bp1story1", Listen: 8080, Cluster: "es-cn-story000001", Port: 9200}}})
		for i := range s.Clusters() {
			cluster := s.Cluster(i)
			who, err := s.Who(t.Context(), cluster.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range who {
				if w.Ask.From == "" {
					continue
				}
				opened[w.Kind]++
				a, err := s.Ask(t.Context(), w.Ask)
				if err != nil {
					t.Errorf("%s: %+v: %v", name, w.Ask, err)
					continue
				}
				verdicts := graph.Reachable
				for _, step := range a.Steps {
					verdicts = graph.Along(verdicts, step.Verdict)
				}
				if a.Verdict != w.Verdict || verdicts != w.Verdict || len(a.Steps) == 0 {
					t.Errorf("%s: %s at %s is %s, its hops say %s and %s", name, w.Ask.From, w.Entry, w.Verdict, a.Verdict, verdicts)
				}
				through := slices.ContainsFunc(a.Steps, func(x tui.Step) bool { return strings.Contains(x.From+" "+x.To, w.ID) })
				if w.Kind <= tui.ViaProxy && !through || w.Kind == tui.FromInternet && a.Entry != w.Entry {
					t.Errorf("%s: %s by %q at %s is shown through %s", name, w.Ask.From, w.ID, w.Entry, a.Entry)
				}
				last := a.Steps[len(a.Steps)-1]
				if !strings.Contains(last.To, cluster.ID) {
					t.Errorf("%s: the hops of %s end at %q", name, w.Ask.From, last.To)
				}
			}
		}
	}
	for _, kind := range []tui.WhoKind{tui.FromInternet, tui.ViaBalancer, tui.ViaNAT, tui.ViaProxy, tui.FromVPC, tui.FromHost} {
		if opened[kind] == 0 {
			t.Errorf("nobody of kind %d was opened: %v", kind, opened)
		}
	}
}

// What is completed can be asked: nothing that is offered is refused as unknown.
func TestOffersAreAnswered(t *testing.T) {
	s := surveyed(t, "demo", config.Config{})
	for _, from := range s.Complete(context.Background(), tui.FromSide, "ecs:", 99) {
		for _, to := range s.Complete(context.Background(), tui.ToSide, "", 99) {
			if _, err := s.Ask(t.Context(), tui.Question{From: from, To: to, Any: true}); err != nil {
				t.Errorf("%s -> %s: %v", from, to, err)
			}
		}
	}
	if got := s.Complete(t.Context(), tui.FromSide, "JUMP", 9); len(got) != 1 || got[0] != "ecs:i-bp1jump1" {
		t.Errorf("JUMP becomes %v", got)
	}
}

// One end of a question is looked at alone: whatever may be asked with something is
// taken, and what is nowhere, or is no end, is refused with what is wrong.
func TestEndsAreKnown(t *testing.T) {
	s := surveyed(t, "clean", config.Config{})
	for side, list := range map[tui.Side][]string{
		tui.FromSide: {"internet:203.0.113.9", "es:" + s.Cluster(0).ID},
		tui.ToSide:   {"es:" + s.Cluster(0).ID + ":9200", "kibana:" + s.Cluster(0).ID + ":5601", "ldap.corp.example:636"},
	} {
		for _, text := range append(list, s.Complete(t.Context(), side, "ecs:", 99)...) {
			if err := s.Known(t.Context(), side, text); err != nil {
				t.Errorf("%s is refused: %v", text, err)
			}
		}
	}
	for text, want := range map[string]string{"ecs:i-none": "no such ecs: i-none", "everybody": "not internet:IP", "internet:300.1.1.1": "is no IP address", "es:es-none": "no such es"} {
		if err := s.Known(t.Context(), tui.FromSide, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{"es:es-none:9200": "no such es: es-none", "es:" + s.Cluster(0).ID + ":0": "is no port", "lb:lb-none:80": "no such lb", "ecs:i-1": ""} {
		if err := s.Known(t.Context(), tui.ToSide, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Lines of the snapshot are those of its text.
func TestLines(t *testing.T) {
	s := surveyed(t, "demo", config.Config{})
	all := strings.Split(strings.TrimSuffix(string(s.Graph().Snapshot().Source()), "\n"), "\n")
	for _, c := range []struct{ from, n int }{{1, 3}, {len(all) - 1, 9}, {len(all) + 5, 2}, {100, 0}} {
		got := s.Lines(c.from, c.n)
		begin := min(c.from-1, len(all))
		want := all[begin:min(begin+c.n, len(all))]
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("lines from %d: %q, not %q", c.from, got, want)
		}
	}
}

// A map shows what its lines say: what leads from one row to another is led to
// from there, layer by layer, and everybody who gets in stands in it.
func TestMapsHoldTogether(t *testing.T) {
	for _, name := range []string{"demo", "vpc-003-proxy"} {
		s := surveyed(t, name, config.Config{})
		for i := range s.Clusters() {
			m, err := s.Map(t.Context(), s.Cluster(i).ID)
			if err != nil {
				t.Fatal(err)
			}
			for c, layer := range m.Layers {
				for row, n := range layer.Nodes {
					for _, next := range n.Next {
						if before := m.Layers[c+1].Nodes[next].Before; !slices.Contains(before, row) {
							t.Errorf("%s: row %d of column %d leads to %d, which comes from %v", name, row, c, next, before)
						}
						if layer.Joins[row]&tui.LeftSide == 0 || layer.Joins[next]&tui.RightSide == 0 {
							t.Errorf("%s: no line is drawn from row %d to %d", name, row, next)
						}
						for between := min(row, next); between < max(row, next); between++ {
							if layer.Joins[between]&tui.DownSide == 0 || layer.Joins[between+1]&tui.UpSide == 0 {
								t.Errorf("%s: the line from row %d to %d is broken at %d", name, row, next, between)
							}
						}
					}
				}
			}
		}
	}
}

// An estate without an account is no complete one: nothing of it was read.
func TestNoAccountIsNotComplete(t *testing.T) {
	s, err := snapshot.Parse([]byte(`{"schema":"esaudit.snapshot/v1","accounts":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	result, err := audit.Run(t.Context(), s, audit.Options{All: true, Rules: []string{"ES-NET-001"}})
	if err != nil {
		t.Fatal(err)
	}
	if a := survey.New(survey.Options{Result: result}).About(); a.Complete || len(a.Accounts) != 0 {
		t.Errorf("an estate without an account is %+v", a)
	}
}
