package shapes

import (
	"fmt"
	"runtime"
	"testing"
)

// pool is how many different subjects a benchmark goes through.
const pool = 4096

// BenchmarkEval: the cost of one subject that twenty rules look at, five to
// thirteen of them closely, by shape and batch. Making the input is no part of
// it: it is the same for all (BenchmarkInput).
func BenchmarkEval(b *testing.B) {
	all := subjects(7, pool)
	for _, batch := range []int{1, 16, 256, 4096} {
		documents := inputs(b, all, batch)
		for _, sh := range shapes {
			query := prepare(b, sh)
			b.Run(fmt.Sprintf("batch=%d/%s", batch, sh.name), func(b *testing.B) {
				perSubject(b, batch, func(i int) { eval(b, query, documents[i%len(documents)]) })
			})
		}
	}
}

// BenchmarkInput: what it costs to make a subject's facts into OPA's values.
func BenchmarkInput(b *testing.B) {
	all := subjects(7, 256)
	b.Run("batch=256", func(b *testing.B) {
		perSubject(b, 256, func(int) { inputs(b, all, 256) })
	})
}

// BenchmarkCompile: parsing and compiling the twenty rules.
func BenchmarkCompile(b *testing.B) {
	for _, sh := range shapes {
		b.Run(sh.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				prepare(b, sh)
			}
		})
	}
}

// perSubject runs one evaluation per iteration and reports what a subject of it
// cost, in processor time of all cores and in allocations. The time that goes by
// (ns/op) depends on who else uses the machine.
func perSubject(b *testing.B, batch int, evaluate func(i int)) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	started := processorTime()
	i := 0
	for b.Loop() {
		evaluate(i)
		i++
	}
	b.StopTimer()
	used := processorTime() - started
	runtime.ReadMemStats(&after)
	n := float64(i * batch)
	b.ReportMetric(float64(used.Nanoseconds())/n/1000, "cpu-µs/subject")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/n, "allocs/subject")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/n/1024, "KB/subject")
}
