package graph_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/naive"
	"esaudit/internal/oracle"
)

// twins are both evaluators of the same recordings: the graph reads the
// snapshot that was assembled of them, the naive one the answers themselves.
type twins struct {
	fast *graph.Graph
	slow *oracle.Oracle
}

func newTwins(t testing.TB, c config.Config, parts ...recording.Part) twins {
	t.Helper()
	return twins{graphOf(t, c, parts...), slowOf(t, c, parts...)}
}

// slowOf is the naive evaluator of some recordings.
func slowOf(t testing.TB, c config.Config, parts ...recording.Part) *oracle.Oracle {
	t.Helper()
	var all []oracle.Recording
	for _, part := range parts {
		r, err := naive.Recording(part)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return oracle.New(naive.Config(c), all...)
}

// decided counts how often a control of a kind of path gave the verdict of its
// path: "P1 port blocked".
type decided map[string]int

// count adds the paths that were tried.
func (d decided) count(a oracle.Answer) {
	for _, p := range a.Paths {
		for _, c := range p.Controls {
			if c.Verdict == p.Verdict {
				d[p.Kind+" "+c.Name+" "+p.Verdict.String()]++
			}
		}
	}
}

// table lists the counts: how often a control of a kind of path gave its path
// the verdict reachable, blocked and unknown.
func (d decided) table() string {
	rows := map[string][3]int{}
	for triple, n := range d {
		for i, verdict := range []string{"reachable", "blocked", "unknown"} {
			if row, ok := strings.CutSuffix(triple, " "+verdict); ok {
				counts := rows[row]
				counts[i] = n
				rows[row] = counts
			}
		}
	}
	var out strings.Builder
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintln(&out, row, rows[row][0], rows[row][1], rows[row][2])
	}
	return out.String()
}

// differ says how the twins differ about a question, "" when they agree: on
// the verdict, on the verdict of each kind of path, and on what decides it.
func (w twins) differ(from, to string, seen decided) string {
	a, errFast := w.fast.Reach(from, to)
	b, errSlow := w.slow.Answer(from, to)
	if errFast != nil || errSlow != nil {
		if (errFast == nil) != (errSlow == nil) {
			return fmt.Sprintf("error %v, naive %v", errFast, errSlow)
		}
		seen["error"]++
		return ""
	}
	seen.count(b)
	fast, slow := kindsOf(a), kindsOfNaive(b)
	kinds := slices.AppendSeq(slices.Collect(maps.Keys(fast)), maps.Keys(slow))
	slices.Sort(kinds)
	if b.Control == "no-path" && b.Verdict == oracle.Unknown && a.Verdict != graph.Reachable {
		return "" // an id that only other objects name: the graph says more of it
	}
	for _, kind := range slices.Compact(kinds) {
		if f, s := cmp.Or(fast[kind].verdict, "blocked"), cmp.Or(slow[kind].verdict, "blocked"); f != s && kind != "none" {
			return fmt.Sprintf("%s: %s, naive %s", kind, f, s)
		}
	}
	if a.Verdict.String() != b.Verdict.String() {
		return fmt.Sprintf("all: %s, naive %s", a.Verdict, b.Verdict)
	}
	for control := range fast[a.Path[0].Kind].first {
		if kind := a.Path[0].Kind; slow[kind].verdict != "" && control != "backend" && !slow[kind].any[control] {
			return fmt.Sprintf("%s: only the graph says %s is %s", kind, control, a.Verdict)
		}
	}
	// The graph leaves out CENs that have nothing to do with the two VPCs.
	if f, there := fast[b.Kind]; there && b.Control != "" && b.Control != "cen" && !f.any[b.Control] {
		return fmt.Sprintf("%s: the naive evaluator says %s is %s", b.Kind, b.Control, b.Verdict)
	}
	return ""
}

// kindOfPath is what the paths of one kind say together.
type kindOfPath struct {
	verdict string
	first   map[string]bool // the first control with that verdict, of each path with it
	any     map[string]bool // every control with it
}

func kindsOf(a graph.Answer) map[string]kindOfPath {
	over := map[string]graph.Verdict{}
	for _, p := range a.Paths {
		old, there := over[p.Kind]
		if !there {
			old = graph.Blocked
		}
		over[p.Kind] = graph.Over(old, p.Verdict)
	}
	out := map[string]kindOfPath{}
	for kind, verdict := range over {
		k := kindOfPath{verdict.String(), map[string]bool{}, map[string]bool{}}
		for _, p := range a.Paths {
			if p.Kind != kind || p.Verdict != verdict {
				continue
			}
			// A listener without any server of a cluster is a path of the graph only.
			first := !slices.ContainsFunc(p.Hops, func(h graph.Hop) bool { return h.Control == "backend" && h.Verdict == graph.Blocked })
			for _, h := range p.Hops {
				if h.Verdict == verdict {
					k.any[h.Control] = true
					if first {
						k.first[h.Control] = true
					}
					first = false
				}
			}
		}
		out[kind] = k
	}
	return out
}

func kindsOfNaive(a oracle.Answer) map[string]kindOfPath {
	out := map[string]kindOfPath{}
	for _, p := range a.Paths {
		k, there := out[p.Kind]
		rank := map[string]int{"blocked": 1, "unknown": 2, "reachable": 3}
		if !there || rank[p.Verdict.String()] > rank[k.verdict] {
			k = kindOfPath{p.Verdict.String(), map[string]bool{}, map[string]bool{}}
		}
		if p.Verdict.String() == k.verdict {
			first := true
			for _, c := range p.Controls {
				if c.Verdict == p.Verdict {
					k.any[c.Name] = true
					if first {
						k.first[c.Name] = true
					}
					first = false
				}
			}
		}
		out[p.Kind] = k
	}
	return out
}

// told lists the paths of both twins, and what does not pass.
func (w twins) told(from, to string) string {
	a, err := w.fast.Reach(from, to)
	if err != nil {
		return err.Error()
	}
	b, err := w.slow.Answer(from, to)
	if err != nil {
		return err.Error()
	}
	return told(a) + "\n" + toldSlow(b)
}
