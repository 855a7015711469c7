package memory

import (
	"math"
	"syscall"
)

// askLarge asks for large pages for memory. It is advice: where it is not taken, memory
// is as it was.
func askLarge(room []byte) { _ = syscall.Madvise(room, syscall.MADV_HUGEPAGE) }

// addressesLimited reports whether the process may have so many addresses only (`ulimit
// -v`), whether they are used or not.
func addressesLimited() bool {
	var most syscall.Rlimit
	return syscall.Getrlimit(syscall.RLIMIT_AS, &most) == nil && most.Cur != math.MaxUint64
}
