package shapes

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// BenchmarkPeak: the largest resident memory of a process that does nothing but
// evaluate 4096 subjects three times, in one evaluation or in sixteen; and of
// one that only makes the input.
func BenchmarkPeak(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	measure := func(name, bench string) {
		b.Run(name, func(b *testing.B) {
			var worst int64
			for b.Loop() {
				child := exec.CommandContext(b.Context(), self, "-test.run=^$", "-test.benchtime=3x", "-test.bench="+bench)
				if out, err := child.CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
				worst = max(worst, child.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
			}
			b.ReportMetric(float64(worst)/1024, "MB")
			b.ReportMetric(0, "ns/op")
		})
	}
	measure("input", "^BenchmarkWhole$/^none$")
	for _, sh := range shapes {
		measure("batch=256/"+sh.name, "^BenchmarkWhole$/^batch=256$/^"+sh.name+"$")
		measure("batch=4096/"+sh.name, "^BenchmarkWhole$/^batch=4096$/^"+sh.name+"$")
	}
}

// BenchmarkWhole: the whole pool in batches, what BenchmarkPeak's processes run.
func BenchmarkWhole(b *testing.B) {
	all := subjects(7, pool)
	b.Run("none", func(b *testing.B) {
		documents := inputs(b, all, 256)
		for b.Loop() {
			_ = documents
		}
	})
	for _, batch := range []int{256, 4096} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			for _, sh := range shapes {
				b.Run(sh.name, func(b *testing.B) {
					query, documents := prepare(b, sh), inputs(b, all, batch)
					for b.Loop() {
						for _, input := range documents {
							eval(b, query, input)
						}
					}
				})
			}
		})
	}
}
