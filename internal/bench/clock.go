package main

import (
	"runtime"
	"time"
)

// timed is how much processor time one call of f takes, on all processors and
// with the collection of its garbage: the least of several calls. What else runs
// on the machine does not count. A slow one is called once.
func timed(f func()) time.Duration {
	best := time.Duration(0)
	for started := time.Now(); best == 0 || time.Since(started) < time.Second; {
		if took := once(f); best == 0 || took < best {
			best = took
		}
	}
	return best
}

// once is how much processor time one call of f takes.
func once(f func()) time.Duration {
	runtime.GC()
	before := processorTime()
	f()
	return max(processorTime()-before, 1)
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
