//go:build unix

package main

import (
	"os"
	"runtime"
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

// peakOf is the most memory that a process has used, in bytes.
func peakOf(s *os.ProcessState) uint64 {
	u, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	unit := uint64(1 << 10)
	if runtime.GOOS == "darwin" {
		unit = 1 // getrusage(2) counts bytes there, and KiB elsewhere
	}
	return uint64(u.Maxrss) * unit
}
