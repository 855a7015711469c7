package audit

import (
	"sync"

	"esaudit/finding"
	"esaudit/snapshot"
)

// ahead begins work on another goroutine. What it returns waits for the work; a
// panic in it is that of whoever asks.
func ahead[T any](work func() T) func() T {
	get := sync.OnceValue(work)
	go func() {
		defer func() { _ = recover() }()
		get()
	}()
	return get
}

// picture is what a report says of a snapshot that nobody has to judge for.
type picture struct {
	digest   func() string
	coverage func() finding.Coverage // where nobody knows what objects name
}

// pictureOf begins to work it out, while rules are asked.
func (o Options) pictureOf(s *snapshot.Snapshot) picture {
	p := picture{digest: ahead(s.Digest), coverage: sync.OnceValue(func() finding.Coverage { return coverage(s, nil) })}
	if o.Cache == nil && o.Batch == 0 {
		p.coverage = ahead(p.coverage)
	}
	return p
}
