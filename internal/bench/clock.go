package main

import (
	"runtime"
	"time"
)

// timed is how much processor time one call of f takes, on all processors and
// with the collection of its garbage: the least of several calls. What else runs
// on the machine does not count. A slow one is called once.
func timed(f func()) time.Duration {
	processor, _ := clocked(f)
	return processor
}

// clocked is timed with the time that goes by, which does depend on what else runs.
func clocked(f func()) (processor, elapsed time.Duration) {
	for started := time.Now(); processor == 0 || time.Since(started) < time.Second; {
		p, e := clockedOnce(f)
		if processor == 0 {
			processor, elapsed = p, e
		}
		processor, elapsed = min(processor, p), min(elapsed, e)
	}
	return processor, elapsed
}

// once is how much processor time one call of f takes.
func once(f func()) time.Duration {
	processor, _ := clockedOnce(f)
	return processor
}

// clockedOnce is how much processor time one call of f takes, and how much goes by.
func clockedOnce(f func()) (processor, elapsed time.Duration) {
	runtime.GC()
	before, started := processorTime(), time.Now()
	f()
	return max(processorTime()-before, 1), max(time.Since(started), 1)
}

// each is how long one of n calls takes that f makes.
func each(n int, f func()) time.Duration { return timed(f) / time.Duration(n) }

// held is how many bytes what make returns keeps in use.
func held[T any](make func() T) (T, uint64) {
	before := inUse()
	made := make()
	after := inUse()
	runtime.KeepAlive(made)
	return made, max(after, before+1) - before
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
