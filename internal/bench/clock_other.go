//go:build !unix

package main

import (
	"os"
	"time"
)

// processorTime is the time that goes by, where no other is measured.
func processorTime() time.Duration { return time.Since(time.Unix(0, 0)) }

// peakOf is 0: it is not known there.
func peakOf(*os.ProcessState) uint64 { return 0 }
