package fix

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/diff"
	"esaudit/graph"
)

// verify collects the account again and sees whether everybody gets in who was
// promised to, and nobody else.
func (r *run) verify(ctx context.Context) error {
	promised := r.plan.Promised
	want := promised.After
	if r.undo {
		want = promised.Before
	}
	if len(promised.Clusters) > 0 {
		g, err := r.Collect(ctx)
		if err != nil && ctx.Err() != nil {
			return err
		}
		if err != nil {
			return stopf("everything was done, and whether it is as promised is not known: %w", err)
		}
		if list := deviations(g, promised, want); len(list) > 0 {
			return &StoppedError{fmt.Errorf("everything was done, and it is not as promised"), list}
		}
	}
	return r.journal.append(entry{At: r.now, What: verified, Undo: r.undo})
}

// deviations says in words how the account differs from what was promised.
func deviations(g *graph.Graph, promised Ways, want []diff.Change) []string {
	var out []string
	expected, there := byWay(want), byWay(diff.Ways(g, promised.Clusters))
	for _, w := range union(expected, there) {
		for _, from := range without(there[w], expected[w]) {
			out = append(out, fmt.Sprintf("%s gets in to %s", from, w))
		}
		for _, from := range without(expected[w], there[w]) {
			out = append(out, fmt.Sprintf("%s does not get in to %s", from, w))
		}
	}
	known, unclear := byWay(promised.Unclear), byWay(diff.Unclear(g, promised.Clusters))
	for _, w := range union(unclear, nil) {
		for _, from := range without(unclear[w], known[w]) {
			out = append(out, fmt.Sprintf("it is not known whether %s gets in to %s", from, w))
		}
	}
	return out
}

// entrance is one way in, for people.
type entrance struct {
	to         string
	port       int
	kind       string
	entry, via string
}

func (e entrance) String() string {
	text := fmt.Sprintf("%s port %d by %s", e.to, e.port, e.entry)
	if e.via != "" {
		text += " through " + e.via
	}
	return text
}

// byWay gathers who gets in, by way in.
func byWay(list []diff.Change) map[entrance][]string {
	out := map[entrance][]string{}
	for _, c := range list {
		e := entrance{c.To, c.Port, c.Kind, c.Entry, c.Via}
		out[e] = append(out[e], c.From...)
	}
	return out
}

func union(a, b map[entrance][]string) []entrance {
	all := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.SortFunc(all, func(x, y entrance) int {
		return cmp.Or(strings.Compare(x.to, y.to), cmp.Compare(x.port, y.port), strings.Compare(x.kind, y.kind), strings.Compare(x.entry, y.entry), strings.Compare(x.via, y.via))
	})
	return slices.Compact(all)
}

// without returns those of a list that another does not hold.
func without(list, other []string) []string {
	var out []string
	for _, item := range list {
		if !slices.Contains(other, item) {
			out = append(out, item)
		}
	}
	return out
}
