package policies

import (
	"context"
	"errors"
	"fmt"
	"runtime/metrics"
	"time"
)

// bounds are what one evaluation may take. Rego ends always; a rule that pairs
// everything with everything may not end today, nor fit into memory.
type bounds struct {
	time   time.Duration
	memory uint64 // bytes that are in use beyond those at its start
}

// usual is far from what a batch takes: tenths of a second and some ten MB.
func usual() bounds { return bounds{time: time.Minute, memory: 1 << 30} }

// errUnbounded says that an evaluation was ended.
var errUnbounded = errors.New("the evaluation was ended")

// within gives a context that is cancelled, with errUnbounded as its cause, when
// a bound is passed. end frees what it holds.
func (b bounds) within(ctx context.Context) (bounded context.Context, end func()) {
	bounded, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		timer, ticker := time.NewTimer(b.time), time.NewTicker(20*time.Millisecond)
		defer timer.Stop()
		defer ticker.Stop()
		start := inUse()
		for {
			select {
			case <-bounded.Done():
				return
			case <-timer.C:
				cancel(fmt.Errorf("%w: it took more than %v", errUnbounded, b.time))
			case <-ticker.C:
				if now := inUse(); now > start+b.memory {
					cancel(fmt.Errorf("%w: it needed more than %d MB", errUnbounded, b.memory>>20))
				}
			}
		}
	}()
	return bounded, func() {
		cancel(nil)
		<-done
	}
}

// inUse is the memory that the last collection found in use.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
