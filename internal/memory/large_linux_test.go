package memory_test

import (
	"runtime"
	"strings"
	"syscall"
	"testing"

	"esaudit/internal/memory"
)

// TestLargeWhereAddressesAreLimited leaves the heap as it is, also where far more of them
// are allowed. It asks for more than any other test.
func TestLargeWhereAddressesAreLimited(t *testing.T) {
	plenty := pages(asked, "2097152", "Node 0, zone   Normal"+strings.Repeat(" 0", 10)+" 99999")
	for _, what := range []int{syscall.RLIMIT_AS, syscall.RLIMIT_DATA} {
		var was syscall.Rlimit
		if err := syscall.Getrlimit(what, &was); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: min(was.Max, 1<<62), Max: was.Max}); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		memory.Large(plenty, 8<<30)
		runtime.ReadMemStats(&after)
		if err := syscall.Setrlimit(what, &was); err != nil {
			t.Fatal(err)
		}
		if after.HeapSys > before.HeapSys+64<<20 {
			t.Errorf("limit %d: the heap has %d bytes of addresses, %d before", what, after.HeapSys, before.HeapSys)
		}
	}
}
