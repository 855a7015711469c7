package main

import (
	"esaudit/config"
	"esaudit/graph"
	"esaudit/snapshot"
	"io"
	"regexp"
	"testing"
)

func setup(tb testing.TB, n int) *bench {
	s, part, err := large(n, 1)
	if err != nil {
		tb.Fatal(err)
	}
	b := &bench{out: io.Discard, only: regexp.MustCompile(""), clusters: n, part: part, data: s.Canonical()}
	b.snapshot, _ = snapshot.Parse(b.data)
	b.graph = graph.Build(b.snapshot, config.Config{})
	for _, a := range b.snapshot.Accounts() {
		for _, o := range a.Objects(snapshot.ECS) {
			b.hosts = append(b.hosts, o.ID)
		}
	}
	for _, l := range b.graph.Balancers() {
		b.lb = append(b.lb, l.ID)
	}
	return b
}

func BenchmarkDecide(b *testing.B) {
	x := setup(b, 300)
	q := x.questions(10000)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		x.graph.Decide(q)
	}
}

func BenchmarkSets(b *testing.B) {
	x := setup(b, 300)
	c := x.graph.Clusters()
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		x.graph.Sources("es:" + c[i%len(c)].ID)
	}
}

func BenchmarkBuild(b *testing.B) {
	x := setup(b, 300)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		graph.Build(x.snapshot, config.Config{})
	}
}

func BenchmarkAudit(b *testing.B) {
	x := setup(b, 100)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ { audited(x.data) }
}
