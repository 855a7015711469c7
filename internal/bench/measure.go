package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/pprof"
	"time"

	"esaudit/audit"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/policies"
	"esaudit/snapshot"
)

func measure(out io.Writer, clusters int, seed uint64, only *regexp.Regexp) error {
	s, _, err := large(clusters, seed)
	if err != nil {
		return err
	}
	data := s.Canonical()
	f, _ := os.Create(fmt.Sprintf("/tmp/prof%d", clusters))
	pprof.StartCPUProfile(f)
	defer pprof.StopCPUProfile()
	t := time.Now()
	lap := func(what string) { fmt.Fprintf(out, "%-12s %v\n", what, time.Since(t)); t = time.Now() }
	s, err = snapshot.Parse(data)
	lap("parse")
	e, err := policies.New(context.Background(), policies.Selection{})
	lap("compile")
	g := graph.Build(s, config.Config{})
	lap("graph")
	doc := facts.Build(g)
	lap("facts")
	j, err := audit.Judge(context.Background(), e, s, doc)
	lap("judge")
	fmt.Fprintln(out, len(j), len(data), err)
	return nil
}
