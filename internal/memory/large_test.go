package memory_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"unsafe"

	"esaudit/internal/memory"
)

// pages is a system that has large pages of a size, for whom enabled says, and zones with
// free blocks.
func pages(enabled, size string, zones ...string) fstest.MapFS {
	return fstest.MapFS{
		"sys/kernel/mm/transparent_hugepage/enabled":        {Data: []byte(enabled + "\n")},
		"sys/kernel/mm/transparent_hugepage/hpage_pmd_size": {Data: []byte(size + "\n")},
		"proc/buddyinfo": {Data: []byte(strings.Join(zones, "\n") + "\n")},
	}
}

// strict is a system that gives no more memory than it has.
func strict(system fstest.MapFS) fstest.MapFS {
	system["proc/sys/vm/overcommit_memory"] = &fstest.MapFile{Data: []byte("2\n")}
	return system
}

const asked = "always [madvise] never"

func TestAtHand(t *testing.T) {
	page := int64(os.Getpagesize())
	large := fmt.Sprint(page << 2)
	for name, c := range map[string]struct {
		system fstest.MapFS
		want   int64
	}{
		"nothing known":      {fstest.MapFS{}, 0},
		"blocks as large":    {pages(asked, large, "Node 0, zone      DMA      7      5      3"), 3 * page << 2},
		"larger ones, too":   {pages(asked, large, "Node 0, zone   Normal      9      9      3      0      2"), (3 + 2<<2) * page << 2},
		"of several zones":   {pages(asked, large, "Node 0, zone    DMA32      1      1      1", "Node 1, zone   Normal      0      0      4"), 5 * page << 2},
		"none is free":       {pages(asked, large, "Node 0, zone   Normal    900    900      0      0"), 0},
		"given to everybody": {pages("[always] madvise never", large, "Node 0, zone   Normal      0      0      4"), 0},
		"given to nobody":    {pages("always madvise [never]", large, "Node 0, zone   Normal      0      0      4"), 0},
		"of no known size":   {pages(asked, "lots", "Node 0, zone   Normal      0      0      4"), 0},
		"nonsense":           {pages(asked, large, "Node 0, zone", "zone Normal x y -z", ""), 0},
		"reckoned with":      {strict(pages(asked, large, "Node 0, zone   Normal      0      0      4")), 0},
	} {
		if got := memory.AtHand(c.system); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestLargeTouchesNothing asks for large pages for a GiB: as little of it is used afterwards as
// before, and what the heap then grows by has them where the system knows of such pages.
func TestLargeTouchesNothing(t *testing.T) {
	plenty := pages(asked, "2097152", "Node 0, zone   Normal"+strings.Repeat(" 0", 10)+" 99999")
	freed := make([]byte, 8<<20) // in front of what was never used: to clear room from here on would touch it
	for i := range freed {
		freed[i] = 1
	}
	runtime.KeepAlive(freed)
	runtime.GC()
	used, resident, peak := memory.Used(), residentBytes(), peakBytes()
	memory.Large(plenty, 1<<30)
	if more := memory.Used() - used; more > 16<<20 {
		t.Errorf("%d bytes more are used", more)
	}
	if more := residentBytes() - resident; more > 64<<20 {
		t.Errorf("%d bytes more are resident", more)
	}
	if more := peakBytes() - peak; more > 768<<20 { // the race detector has half a byte of its own for each
		t.Errorf("%d bytes more were resident meanwhile", more)
	}
	held := make([]byte, 64<<20)
	for i := range held {
		held[i] = byte(i)
	}
	_, err := os.Stat("/sys/kernel/mm/transparent_hugepage/enabled")
	if flags := flagsOf(uintptr(unsafe.Pointer(&held[len(held)/2]))); err == nil && !strings.Contains(flags+" ", " hg ") {
		t.Errorf("large pages are not asked for: %q", flags)
	}
	runtime.KeepAlive(held)
}

// TestLargeWhereThereAreNone leaves the heap as it is. It asks for more than any other test,
// whose addresses the heap would use again.
func TestLargeWhereThereAreNone(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	memory.Large(fstest.MapFS{}, 4<<30)
	memory.Large(pages(asked, "2097152", "Node 0, zone   Normal"+strings.Repeat(" 0", 10)+" 99999"), -1)
	if runtime.ReadMemStats(&after); after.HeapSys > before.HeapSys+64<<20 {
		t.Errorf("the heap has %d bytes of addresses, %d before", after.HeapSys, before.HeapSys)
	}
}

// heapAt is where Go's runtime begins its heap on 64 bits; it takes addresses up to heapEnd.
const (
	heapAt  = 0xc0 << 32
	heapEnd = 0xd0 << 32
)

// residentBytes is how much memory of the heap there is; 0 where that is not known.
func residentBytes() (bytes int64) {
	eachRange(func(from, _ uintptr, name, value string) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(value, "%d kB", &kilobytes); n == 1 && name == "Rss" && from >= heapAt && from < heapEnd {
			bytes += kilobytes << 10
		}
	})
	return bytes
}

// peakBytes is the most memory that there was of this process (proc(5), status); 0 where
// that is not known.
func peakBytes() int64 {
	data, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	var kilobytes int64
	_, _ = fmt.Sscanf(rest, "%d kB", &kilobytes)
	return kilobytes << 10
}

// flagsOf are the flags of the range of addresses that an address is in; "" where they are
// not known.
func flagsOf(at uintptr) (flags string) {
	eachRange(func(from, to uintptr, name, value string) {
		if name == "VmFlags" && from <= at && at < to {
			flags = value
		}
	})
	return flags
}

// eachRange visits what is known of each range of addresses of this process (proc(5), smaps).
func eachRange(visit func(from, to uintptr, name, value string)) {
	data, _ := os.ReadFile("/proc/self/smaps")
	var from, to uintptr
	for line := range strings.Lines(string(data)) {
		var a, b uintptr
		if n, _ := fmt.Sscanf(line, "%x-%x ", &a, &b); n == 2 {
			from, to = a, b
		} else if name, value, found := strings.Cut(strings.TrimSpace(line), ":"); found {
			visit(from, to, name, value)
		}
	}
}
