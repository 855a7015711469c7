package graph_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/graph"
	"esaudit/internal/wild"
)

var update = flag.Bool("update", false, "write testdata/explanations.golden")

// catalogue counts explanations, without what is specific in them.
type catalogue struct {
	counts map[string]int
	// specific is what has a digit in it, an IPv6 address, or a region: ids,
	// addresses, ports, positions. parts is several of those in a row.
	specific, parts *regexp.Regexp
	plained         map[string]string
}

func newCatalogue() catalogue {
	return catalogue{
		map[string]int{},
		regexp.MustCompile(`[\w.:%-]*([0-9]|::|ffff)[\w.:%-]*[\w:]|\b[0-9]\b|::|\b(cn|ap)-[a-z-]+`),
		regexp.MustCompile(`_([/+]?_)+`),
		map[string]string{},
	}
}

func (c catalogue) plain(text string) string {
	out, known := c.plained[text]
	if !known {
		out = c.parts.ReplaceAllString(c.specific.ReplaceAllString(text, "_"), "_")
		c.plained[text] = out
	}
	return out
}

func (c catalogue) add(n int, format string, args ...any) {
	c.counts[fmt.Sprintf(format, args...)] += n
}

func (c catalogue) answer(a graph.Answer) {
	c.add(1, "answers %s %s", a.Verdict, c.plain(a.Entry))
	c.add(len(a.Paths), "paths of %s answers", a.Verdict)
	c.add(len(a.Path), "controls of the deciding paths of %s answers", a.Verdict)
	c.add(len(a.Blockers), "blockers of %s answers", a.Verdict)
	c.add(len(a.Unknowns), "unknowns of %s answers", a.Verdict)
	for _, p := range a.Paths {
		for _, h := range p.Hops {
			c.add(1, "%s %s: %s (%s)", h.Control, h.Verdict, c.plain(h.Why), c.plain(strings.TrimPrefix(h.Pointer, "/accounts")))
			c.add(1, "%s %s: %s -> %s", h.Kind, h.Control, c.plain(h.From), c.plain(h.To))
		}
	}
	for _, s := range a.Settle {
		c.add(1, "settled by %s: %v", s.Call.Operation, s.State)
	}
}

// Every control says what it says in a sentence, of a value that stands
// somewhere. How often each sentence is said of random estates is known: a
// change shows which explanations it touches. No twin can tell whether they are
// true; people read the list.
func TestExplanations(t *testing.T) {
	found := newCatalogue()
	for seed := range uint64(40) {
		e := wild.New(seed)
		g := graphOf(t, e.Config, e.Part)
		for _, q := range e.Questions(rand.New(rand.NewPCG(seed, 41)), 60) {
			a, err := g.Reach(q[0], q[1])
			if err != nil {
				found.add(1, "error: %s", found.plain(err.Error()))
				continue
			}
			found.answer(a)
		}
	}
	found.compare(t, "testdata/explanations.golden")
}

// compare holds what was counted against a file.
func (c catalogue) compare(t *testing.T, file string) {
	t.Helper()
	var out strings.Builder
	for _, text := range slices.Sorted(maps.Keys(c.counts)) {
		fmt.Fprintf(&out, "%s = %d\n", text, c.counts[text])
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != string(want) {
		t.Errorf("%s changed (-update writes it):\n%s", file, firstDifference(got, string(want)))
	}
}

// What a view draws of random estates, and how things are joined.
func TestDrawings(t *testing.T) {
	drawn := newCatalogue()
	for seed := range uint64(40) {
		e := wild.New(seed)
		g := graphOf(t, e.Config, e.Part)
		v := g.View()
		for _, x := range v.Things() {
			drawn.add(1, "%s %s named %q account %s region %s", x.Kind, drawn.plain(x.Label), drawn.plain(x.Name), drawn.plain(x.Account), drawn.plain(x.Region))
		}
		for _, j := range v.Joins() {
			from, to := j.Ends()
			drawn.add(1, "%s %s %s: %s", from.Kind, j.Kind, to.Kind, j.Verdict)
			drawn.add(len(j.Sources.Reachable.Prefixes()), "%s %s %s: prefixes that get by", from.Kind, j.Kind, to.Kind)
			drawn.add(len(j.Sources.Unknown.Prefixes()), "%s %s %s: prefixes that may", from.Kind, j.Kind, to.Kind)
		}
		for _, q := range e.Questions(rand.New(rand.NewPCG(seed, 43)), 10) {
			a, err := g.Reach(q[0], q[1])
			if err != nil {
				continue
			}
			paths := graph.PathsView(a.Paths)
			for _, x := range paths.Things() {
				drawn.add(1, "on a path: %s %s named %q", x.Kind, drawn.plain(x.Label), drawn.plain(x.Name))
			}
			for _, j := range paths.Joins() {
				from, to := j.Ends()
				drawn.add(1, "on a path: %s %s %s: %s", from.Kind, j.Kind, to.Kind, j.Verdict)
			}
		}
	}
	drawn.compare(t, "testdata/drawings.golden")
}

// firstDifference shows the first lines that differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "got  " + a[i] + "\nwant " + b[i]
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}
