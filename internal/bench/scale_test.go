package main

import (
	"context"
	"io"
	"os"
	"runtime"
	"testing"

	"esaudit/audit"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/report"
	"esaudit/snapshot"
)

// work is what was counted of an audit, or of everybody who gets in.
type work struct {
	objects     int
	allocations uint64 // of the audit, from bytes to report
	judged      int    // pairs of subject and rule
	sets        uint64 // allocations for who gets to every cluster
}

func workOf(t *testing.T, clusters int) work {
	t.Helper()
	made, _, err := large(clusters, 1)
	if err != nil {
		t.Fatal(err)
	}
	data := made.Canonical()
	var w work
	w.allocations = allocated(func() {
		s, err := snapshot.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		r, err := audit.Run(context.Background(), s, audit.Options{All: true})
		if err != nil {
			t.Fatal(err)
		}
		w.judged = len(r.Report.Findings)
		if err := report.Write(io.Discard, "json", r.Report, report.Options{}); err != nil {
			t.Fatal(err)
		}
	})
	g := graph.Build(made, config.Config{})
	w.sets = allocated(func() {
		for _, c := range g.Clusters() {
			if _, err := g.Sources("es:" + c.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
	for _, kind := range snapshot.Kinds() {
		w.objects += len(made.Accounts()[0].Objects(kind))
	}
	return w
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// Work grows with the number of objects, with an exponent of at most 1.05: from
// 800 to 5,500 objects, and to 100,000 with ESAUDIT_LONG. What an audit costs
// without any object is taken away first.
func TestWorkGrowsWithTheObjects(t *testing.T) {
	few, many := 24, 168
	workOf(t, few) // what is made once is made
	nothing := workOf(t, 0)
	if os.Getenv("ESAUDIT_LONG") != "" {
		many = 3000
	}
	small, large := workOf(t, few), workOf(t, many)
	exponent := func(what string, count func(work) int) {
		few, many := count(small)-count(nothing), count(large)-count(nothing)
		grows := grown(few, many, small.objects, large.objects)
		t.Logf("%s: from %d to %d for %d to %d objects: exponent %.3f", what, few, many, small.objects, large.objects, grows)
		if !(grows <= 1.05) {
			t.Errorf("%s grows with exponent %.3f, want at most 1.05", what, grows)
		}
	}
	exponent("allocations of an audit", func(w work) int { return int(w.allocations) })
	exponent("judged pairs", func(w work) int { return w.judged })
	exponent("allocations of all sets", func(w work) int { return int(w.sets) })
}
