//go:build !unix

package main

import "time"

// processorTime is the time that goes by, where no other is measured.
func processorTime() time.Duration { return time.Since(time.Unix(0, 0)) }
