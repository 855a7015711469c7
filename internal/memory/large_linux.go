package memory

import "syscall"

// askLarge asks for large pages for memory. It is advice: where it is not taken, memory
// is as it was.
func askLarge(room []byte) { _ = syscall.Madvise(room, syscall.MADV_HUGEPAGE) }
