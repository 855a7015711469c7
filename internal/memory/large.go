package memory

import (
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"strings"
	"unsafe"
)

// Large has the heap take the next so many bytes that it grows by from large pages, as far
// as half of those suffice that the system has at hand. A page of 4 KiB that is touched for
// the first time takes 1 to 12 µs, depending on the machine, and an audit touches as many of
// them as it has memory. Where the system gives large pages without being asked, or to
// nobody, nothing is done.
//
// Nothing is used that was not used before: the heap is made so large, the system is asked
// for that range of addresses (madvise(2), MADV_HUGEPAGE), and it is given back untouched,
// for the heap to grow into. Nobody else may set meanwhile how often garbage is collected.
func Large(system fs.FS, bytes int64) {
	if bytes = min(bytes, AtHand(system)/2); bytes <= 0 || addressesLimited() {
		return
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var room strings.Builder // which does not clear its room, so that it is not touched
	room.Grow(int(bytes))
	room.WriteByte(0)
	askLarge(unsafe.Slice(unsafe.StringData(room.String()), bytes))
	debug.FreeOSMemory()
}

const (
	hugePages  = "sys/kernel/mm/transparent_hugepage"
	largePages = "[madvise]" // chosen of the words in enabled: for who asks
	reckoned   = 2           // of overcommit_memory: no more is given than there is
)

// AtHand is how many bytes of large pages the system could give without making room for
// them (the kernel's documents on transparent huge pages, and proc(5) on buddyinfo: how
// many blocks of 1, 2, 4… pages are free in each zone); 0 where it gives none to who asks,
// and where it reckons with all that is asked for, used or not (overcommit_memory).
func AtHand(system fs.FS) int64 {
	if number(system, "proc/sys/vm/overcommit_memory") == reckoned {
		return 0
	}
	enabled, err := fs.ReadFile(system, path.Join(hugePages, "enabled"))
	size := number(system, path.Join(hugePages, "hpage_pmd_size"))
	if err != nil || size == 0 || !strings.Contains(string(enabled), largePages) {
		return 0
	}
	zones, err := fs.ReadFile(system, "proc/buddyinfo")
	if err != nil {
		return 0
	}
	var free int64
	for zone := range strings.Lines(string(zones)) {
		_, counts, _ := strings.Cut(zone, "zone")
		block := int64(os.Getpagesize())
		for i, count := range strings.Fields(counts) {
			if i == 0 {
				continue // the zone's name
			}
			if block >= size {
				free += block * whole(count)
			}
			block *= 2
		}
	}
	return free
}
