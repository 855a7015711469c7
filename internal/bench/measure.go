package main

import (
	"fmt"
	"io"
	"regexp"
	"time"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/snapshot"
)

// bench is what the measurements are made on.
type bench struct {
	out  io.Writer
	only *regexp.Regexp

	clusters int
	seed     uint64
	data     []byte // the snapshot's file
	objects  int
	snapshot *snapshot.Snapshot
	graph    *graph.Graph
	hosts    []string
	lb       []string
	audited  time.Duration
}

// measurement is a line, or several, of the output.
type measurement struct {
	name    string
	measure func(*bench) error
}

func measurements() []measurement {
	return []measurement{
		{"loading", (*bench).loading},
		{"recording", (*bench).recordings},
		{"netset", (*bench).intersections},
		{"graph", (*bench).build},
		{"batch", (*bench).batch},
		{"sets", (*bench).sets},
		{"assertions", (*bench).assertions},
		{"cut", (*bench).cuts},
		{"diff", (*bench).differences},
		{"audit", (*bench).audit},
		{"cache", (*bench).again},
		{"programs", (*bench).programs},
		{"command", (*bench).command},
		{"peak", (*bench).peaks},
		{"growth", (*bench).growth},
		{"start", (*bench).start},
		{"peers", (*bench).peers},
		{"rates", (*bench).rates},
	}
}

func measure(out io.Writer, clusters int, seed uint64, only *regexp.Regexp) error {
	s, _, err := large(clusters, seed)
	if err != nil {
		return err
	}
	b := &bench{out: out, only: only, clusters: clusters, data: s.Canonical()}
	b.seed = seed
	objects, err := b.load()
	if err != nil {
		return err
	}
	b.objects = objects
	fmt.Fprintf(out, "an estate of %d clusters: %d objects, %.1f MB\n", clusters, objects, float64(len(b.data))/1e6)
	fmt.Fprintf(out, "%-66s %14s %14s %9s  %s\n", "", "ours", "beside", "ratio", "beside is; aim")
	for _, m := range measurements() {
		if !only.MatchString(m.name) {
			continue
		}
		if err := m.measure(b); err != nil {
			return fmt.Errorf("measure %s: %w", m.name, err)
		}
	}
	return nil
}

// load reads the snapshot's file and returns how many objects there are.
func (b *bench) load() (objects int, err error) {
	if b.snapshot, err = snapshot.Parse(b.data); err != nil {
		return 0, err
	}
	b.graph = graph.Build(b.snapshot, config.Config{})
	for _, a := range b.snapshot.Accounts() {
		for _, kind := range snapshot.Kinds() {
			objects += len(a.Objects(kind))
		}
		for _, o := range a.Objects(snapshot.ECS) {
			b.hosts = append(b.hosts, o.ID)
		}
	}
	for _, l := range b.graph.Balancers() {
		b.lb = append(b.lb, l.ID)
	}
	return objects, nil
}

// line prints how long ours takes beside the other; the ratio says how many
// times faster ours is.
func (b *bench) line(name string, ours, other time.Duration, beside string) {
	fmt.Fprintf(b.out, "%-66s %14s %14s %9s  %s\n", name, short(ours), short(other), ratio(float64(other)/float64(ours)), beside)
}

// rate prints how many a second ours does on two processors beside the other.
func (b *bench) rate(name string, ours, other time.Duration, beside string) {
	perSecond := func(d time.Duration) string { return fmt.Sprintf("%.0f/s", 2*float64(time.Second)/float64(d)) }
	fmt.Fprintf(b.out, "%-66s %14s %14s %9s  %s\n", name, perSecond(ours), perSecond(other), ratio(float64(other)/float64(ours)), beside)
}

// size prints how many bytes ours holds beside the other.
func (b *bench) size(name string, ours, other uint64, beside string) {
	mb := func(n uint64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
	fmt.Fprintf(b.out, "%-66s %14s %14s %9s  %s\n", name, mb(ours), mb(other), ratio(float64(other)/float64(ours)), beside)
}

func ratio(r float64) string {
	if r < 10 {
		return fmt.Sprintf("%.2fx", r)
	}
	return fmt.Sprintf("%.0fx", r)
}

func short(d time.Duration) string {
	for _, unit := range []time.Duration{time.Millisecond, time.Microsecond} {
		if d > 10*unit {
			return d.Round(unit / 100).String()
		}
	}
	return d.String()
}
