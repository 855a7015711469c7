package cut

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"esaudit/change"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
)

// Each cut blocks on the whole estate, and no part of it does; and leaving out
// what cannot decide changes neither the cuts nor what else they sever.
func TestCutsOfRandomEstates(t *testing.T) {
	seeds, cuts, several, severs, narrowed, singles := uint64(12), 0, 0, 0, 0, 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 150
	}
	for seed := range seeds {
		for _, q := range questions(t, seed) {
			d, err := Find(t.Context(), q.g, q.from, q.to)
			if err != nil {
				t.Fatalf("seed %d, %s to %s: %v", seed, q.from, q.to, err)
			}
			whole := &search{whole: q.g, g: q.g, from: q.from, to: q.to, seen: map[string]bool{}}
			near := newSearch(q.g, q.from, q.to, graph.Reachable).g
			if near != q.g {
				narrowed++
			}
			found, err := whole.run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			ranked, err := whole.ranked(t.Context(), found, q.g, every)
			if err != nil {
				t.Fatal(err)
			}
			want := []Cut{}
			for _, r := range ranked[:min(len(ranked), MaxCuts)] {
				want = append(want, r.Cut)
			}
			a, _ := json.Marshal(d.Cuts)
			b, _ := json.Marshal(want)
			if string(a) != string(b) {
				t.Errorf("seed %d, %s to %s:\n%s\non the whole estate:\n%s", seed, q.from, q.to, a, b)
			}
			if d.Complete {
				singles += complete(t, q, d, wild.Edits(rand.New(rand.NewPCG(seed, 22)), near.Snapshot(), 200))
			}
			for _, c := range d.Cuts {
				if cuts++; len(c.Edits) > 1 {
					several++
				}
				if len(c.Severs) > 0 {
					severs++
				}
				minimal(t, q, c.Edits)
			}
		}
	}
	t.Logf("%d cuts, %d of several edits, %d sever something else; %d questions narrowed; %d other edits sever", cuts, several, severs, narrowed, singles)
	if singles < 5 || cuts < 20 || several < 5 || severs < 5 || narrowed < 5 {
		t.Error("too few")
	}
}

// question is one that is not blocked.
type question struct {
	g        *graph.Graph
	from, to string
}

// questions are some about a wild estate, or a large one.
func questions(t *testing.T, seed uint64) []question {
	t.Helper()
	e := wild.New(seed)
	r := rand.New(rand.NewPCG(seed, 21))
	asked := e.Questions(r, 400)
	part, declared := e.Part, e.Config
	if seed%2 == 1 {
		part, declared, asked = estate.Large(8, seed).Part(), config.Config{}, nil
	}
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	g := graph.Build(s, declared)
	for _, c := range g.Clusters() {
		sources, err := g.Sources("es:" + c.ID)
		if err != nil {
			continue
		}
		for _, o := range sources.Entries {
			for _, host := range slices.Concat(o.Hosts.Reachable, o.Hosts.Unknown) {
				asked = append(asked, [2]string{"ecs:" + host, "es:" + c.ID + ":9200"})
			}
			for _, a := range append(o.Internet.Reachable.Bounds(), o.Internet.Unknown.Bounds()...) {
				asked = append(asked, [2]string{"internet:" + a.String(), "es:" + c.ID + ":9200"})
			}
		}
	}
	r.Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
	var out []question
	for _, q := range asked {
		if a, err := g.Reach(q[0], q[1]); err == nil && a.Verdict != graph.Blocked && len(out) < 6 {
			out = append(out, question{g, q[0], q[1]})
		}
	}
	return out
}

// complete tries single edits: each that severs is a cut. It returns how many do.
func complete(t *testing.T, q question, d Document, tried []string) int {
	t.Helper()
	found := 0
	for _, text := range tried {
		verb, edit, _ := strings.Cut(text, " ")
		place, _, _ := strings.Cut(edit, ":")
		part := slices.Contains([]string{"sg", "acl", "listener", "dnat"}, place) || strings.Contains(place, "/")
		if off := strings.Contains(edit, ".enable") && strings.HasSuffix(edit, "=false"); !off && (verb != "remove" || !part) {
			continue
		}
		if severs, possible := severed(q, []string{edit}); !severs || !possible {
			continue
		}
		found++
		if !slices.ContainsFunc(d.Cuts, func(c Cut) bool { return len(c.Edits) == 1 && c.Edits[0] == edit }) {
			t.Errorf("%s severs %s from %s, and is not found: %v", text, q.from, q.to, d.Cuts)
		}
	}
	return found
}

// minimal makes the edits, and all but each one of them.
func minimal(t *testing.T, q question, texts []string) {
	t.Helper()
	if severs, possible := severed(q, texts); !severs || !possible {
		t.Errorf("%s still gets to %s after %v", q.from, q.to, texts)
	}
	for i := range texts {
		if part := slices.Delete(slices.Clone(texts), i, i+1); len(part) > 0 {
			if severs, _ := severed(q, part); !severs {
				continue
			}
			t.Errorf("%s does not get to %s after %v: %v is no minimal set", q.from, q.to, part, texts)
		}
	}
}

// severed reports whether edits that can be made sever.
func severed(q question, texts []string) (severs, possible bool) {
	var edits []change.Edit
	for _, text := range texts {
		verb := change.Remove
		if strings.Contains(text, "=") {
			verb = change.Set
		}
		e, err := change.Parse(verb, text)
		if err != nil {
			return false, false
		}
		edits = append(edits, e)
	}
	edited, err := change.Apply(q.g.Snapshot(), edits...)
	if err != nil {
		return false, false
	}
	a, err := graph.Build(edited, q.g.Config()).Reach(q.from, q.to)
	return err != nil || a.Verdict == graph.Blocked, true
}
