//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime is what the process has used so far: unlike the time that goes
// by, it is not longer on a machine that others use.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
