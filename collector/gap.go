package collector

import (
	"fmt"
	"time"

	"esaudit/collector/recording"
)

// Gap is the recording of an account that could not be asked: every call that
// does not depend on another one is skipped, and says why. at is the instant of
// the run, by the API's clock; o.Regions are the regions that would have been
// collected. Errors are those of Collect: *OptionError, a recording that cannot
// be written.
func Gap(o Options, at time.Time, why string) (recording.Part, error) {
	r, err := newRun(nil, o)
	if err != nil {
		return recording.Part{}, fmt.Errorf("collect: %w", &OptionError{err})
	}
	r.closed = why
	r.head = recording.Part{Account: o.Account, TakenAt: at.UTC().Truncate(time.Second), Regions: o.Regions}
	r.fixed, r.recorded = true, nil
	r.planOnce()
	if r.err != nil {
		return recording.Part{}, fmt.Errorf("collect: %w", r.err)
	}
	return r.finish()
}
