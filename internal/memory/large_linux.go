package memory

import (
	"math"
	"syscall"
)

// askLarge asks for large pages for memory. It is advice: where it is not taken, memory
// is as it was.
func askLarge(room []byte) { _ = syscall.Madvise(room, syscall.MADV_HUGEPAGE) }

// addressesLimited reports whether the process may have so many addresses only (`ulimit
// -v`, `ulimit -d`), whether they are used or not.
func addressesLimited() bool {
	for _, what := range []int{syscall.RLIMIT_AS, syscall.RLIMIT_DATA} {
		var most syscall.Rlimit
		if syscall.Getrlimit(what, &most) == nil && most.Cur != math.MaxUint64 {
			return true
		}
	}
	return false
}
