package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"esaudit/collector/recording"
	"esaudit/internal/memory"
	"esaudit/snapshot"
)

// needs are how many bytes of memory a use takes at least for each byte of a
// snapshot, when its text is kept as it is, and when it is packed.
type needs struct{ kept, packed float64 }

// toRead and toAudit are about the least GOMEMLIMIT under which a run on made-up
// accounts comes to its end (docs/performance.md), with a report as JSON; text is kept as
// it is where there is enough for any report.
func toRead() needs  { return needs{1.2, 0.45} }
func toAudit() needs { return needs{3.3, 0.75} }

// toReport is what an audit takes that is written to some destinations: of the largest, in a
// control group, whose limit is a hard one.
func toReport(list []destination) needs {
	n := toAudit()
	for _, d := range list {
		n.packed = max(n.packed, map[string]float64{
			"sarif": 1.1, "dot": 1.3, "svg": 1.3, "html": 2.1, "junit": 2.5, factsFormat: 4.6,
		}[d.format])
	}
	return n
}

// What other uses take at least, of a control group's memory: of both snapshots that are
// compared, of one that is written again, of one whose corrections are rehearsed on copies,
// and of the text of a recording.
func toCompare() needs  { return needs{1.3, 1.3} }
func toEdit() needs     { return needs{1.7, 1.7} }
func toWrite() needs    { return needs{4.1, 4.1} }
func toPlan() needs     { return needs{5.2, 5.2} }
func toAssemble() needs { return needs{7.5, 7.5} }

// base is what the program takes without a snapshot, in bytes.
const base = 40 << 20

// of is how much a use takes at least of a snapshot of so many bytes, which is packed
// where memory is short.
func (n needs) of(size int64) int64 { return base + int64(float64(size)*n.packed) }

// tight reports whether a snapshot of so many bytes should be packed: to audit it
// otherwise would take more memory than there is.
func tight(size int64) bool {
	need := int64(float64(size) * toAudit().kept)
	r := room()
	return need >= small && r.Known() && need > r.Bytes
}

// opened is how many arrays and objects of a snapshot are kept open in a run that
// looks at most of them once: enough for those that many others name, and too little
// to be seen (3 MB).
const opened = 8192

// batch is how many objects of a long snapshot are judged at a time.
const batch = 3_000

// small is what needs no look at how much memory there is, in bytes.
const small = 64 << 20

// fewer says what would help.
const fewer = "collect and audit clusters or regions by themselves (collect --cluster, --region), raise GOMEMLIMIT where it is set, or use a machine with more memory"

// room is how much memory the program may use. A limit of Go's runtime is the user's only
// where GOMEMLIMIT says it.
func room() memory.Room {
	limit := int64(math.MaxInt64)
	if os.Getenv(memory.GoLimit) != "" {
		limit = memory.Limit()
	}
	return memory.Find(os.DirFS("/"), limit, memory.Used())
}

// fits returns an error when a snapshot of so many bytes needs more memory than
// there is to be used like that, before the machine swaps.
func fits(size int64, n needs, use string) error { return fitsAs("snapshot", size, n, use) }

// fitsAs is fits for something else.
func fitsAs(what string, size int64, n needs, use string) error {
	need := n.of(size)
	if need < small {
		return nil
	}
	if r := room(); r.Known() && need > r.Bytes {
		return usagef("%s a %s of %s needs %s of memory, and there is %s (%s); %s", use, what, amount(size), amount(need), amount(r.Bytes), r.By, fewer)
	}
	return nil
}

// amount writes a number of bytes for people.
func amount(bytes int64) string {
	if bytes < 1e9 {
		return fmt.Sprintf("%d MB", bytes/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}

// fitting is a reader of a document whose size is not known before, which ends
// with an error when the document does not fit into memory.
type fitting struct {
	in   io.Reader
	read int64
	next int64 // when to look again
}

func (f *fitting) Read(p []byte) (int, error) {
	n, err := f.in.Read(p)
	if f.read += int64(n); f.read >= f.next {
		f.next = f.read + small
		if tight := fits(f.read, toRead(), "read"); tight != nil {
			return n, tight
		}
	}
	return n, err
}

// growing reads a document of a size that fits into memory, and ends with an error when
// it has grown meanwhile to one that does not.
type growing struct {
	in   io.ReaderAt
	size int64
}

func (g *growing) ReadAt(p []byte, at int64) (int, error) {
	n, err := g.in.ReadAt(p, at)
	if end := at + int64(n); end > g.size && (at <= g.size || at/small < end/small) {
		if tight := fits(end, toRead(), "read"); tight != nil {
			return n, tight
		}
	}
	return n, err
}

// lookEvery is how often a run looks at its memory.
const lookEvery = 20 * time.Millisecond

// tended is what a run and the watch of its memory share.
type tended struct {
	audited atomic.Int64 // how large the snapshot is that is audited, in bytes; 0 while there is none
	tuning  sync.Mutex   // held by who sets how often garbage is collected
	ready   string       // the file or directory that large pages were last asked for, if any
}

// watched returns a context that ends when the program is about to use more
// memory than there is. Garbage is collected seldom while there is little of
// everything, and often while memory is short, unless the user has said how often.
func (a *app) watched(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		w := watch{tuned: a.getenv("GOGC") != "", tune: debug.SetGCPercent}
		for {
			select {
			case <-ctx.Done():
				return
			case <-look.C:
			}
			if w.room.Bytes == 0 {
				w.room = room()
				if w.room.Known() && w.room.By != memory.GoLimit {
					debug.SetMemoryLimit(w.last()) // garbage is collected before the kernel ends the run
				}
			}
			a.heap.tuning.Lock()
			err := w.look(memory.Used(), memory.Living(), a.heap.audited.Load())
			a.heap.tuning.Unlock()
			if err != nil {
				cancel(err)
				return
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}

// watch is what a run knows of its memory.
type watch struct {
	room  memory.Room
	tuned bool // the user has said how often garbage is collected
	tune  func(percent int) int
	now   int // what the percentage was set to
}

// How much the heap may grow before garbage is collected, in percent: while little
// is used, up to a half of the room, and after that.
const (
	plenty  = 400
	usual   = 150
	careful = 20
)

// little is what an audit of a few clusters uses, in bytes.
const little = 64 << 20

// garbage is about how much garbage there may be however much lives, in bytes: of a
// large heap it would be what most of the memory is taken by.
const garbage = 512 << 20

// How large the heap of an audit may be for each byte of a snapshot, by whether its text
// is kept as it is, and besides: while less lives there may be more garbage, because each
// collection goes through all that lives. Of kept text, that is about as large as it
// becomes after the only collection; of packed text, 2.2 KB an object.
const (
	heapOfKept   = 2.3
	heapOfPacked = 0.75
	heapBesides  = 20 << 20
)

// heap is how large the heap of an audit of a snapshot of so many bytes may be.
func heap(size int64) int64 {
	if size > snapshot.KeptText {
		return int64(heapOfPacked * float64(size))
	}
	return max(little, heapBesides+int64(heapOfKept*float64(size)))
}

// fewPages is how large a snapshot is whose pages of memory are too few to be seen.
const fewPages = 4 << 20

// largePages has the heap grow in large pages, where there are some, by what it takes to
// audit the estate of a name, and more: what is not used is not touched. Who asks again
// for the same one waits until it does.
func (a *app) largePages(name string) {
	size := textOf(name)
	if size < fewPages || a.heap == nil {
		return
	}
	a.heap.tuning.Lock()
	defer a.heap.tuning.Unlock()
	if a.heap.ready == name {
		return
	}
	a.heap.ready = name
	memory.Large(os.DirFS("/"), min(2*heap(size), (room().Bytes-memory.Used())/2))
}

// textOf is about how many bytes of snapshot a file or a directory takes as much memory
// as; 0 for what is no estate.
func textOf(name string) int64 {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return 0
	case info.IsDir():
		return recording.Size(name) * assembled
	case slices.Contains([]string{".gz", ".zst"}, filepath.Ext(name)):
		return info.Size() * expanded
	}
	return info.Size()
}

// expanded is about how many bytes of text a byte of a compressed snapshot becomes;
// assembled how much memory a byte of a recording takes, in bytes of a snapshot.
const (
	expanded  = 16
	assembled = 7
)

// margin is at most left of what the kernel allows, for what it counts besides (tables of
// pages, files) and for what is taken between two looks, in bytes.
const margin = 128 << 20

// last is how many bytes may be used before the run is ended: nearly as many as there are,
// or a tenth more than a limit says that is no hard one.
func (w *watch) last() int64 {
	most := w.room.Bytes
	if w.room.By == memory.GoLimit {
		return most + most/10
	}
	return most - min(most/16, margin)
}

// look takes note of how much memory is used, and how much of it lived when garbage
// was collected last, and returns an error when it is too much. size is that of the
// snapshot that is audited, in bytes; 0 while there is none.
func (w *watch) look(used, living, size int64) error {
	most := w.room.Bytes
	if w.room.By == memory.GoLimit {
		most = w.last()
	}
	switch {
	case !w.room.Known():
		return nil
	case used > w.last():
		return fmt.Errorf("memory runs out: %s in use, and there is %s (%s); %s", amount(used), amount(w.room.Bytes), w.room.By, fewer)
	case w.tuned:
		return nil
	case size > 0 && used < most/2:
		w.grow(living, min(max(heap(size)-living, min(living*usual/100, garbage)), most-living), plenty)
	case used < min(little, most/4):
		w.collect(plenty)
	case used < most/2:
		w.grow(living, min(garbage, most-living), usual)
	default:
		w.collect(careful)
	}
	return nil
}

// grow lets the heap grow by so many bytes beside what lives, and by no more than so
// many percent.
func (w *watch) grow(living, more, most int64) {
	percent := 100 * more / max(living, 1) / 10 * 10 // in steps: each change stops everything
	w.collect(int(max(careful, min(percent, most))))
}

// collect sets how much the heap may grow, where that is something else: the
// runtime stops everything for it.
func (w *watch) collect(percent int) {
	if percent != w.now {
		w.now = percent
		w.tune(percent)
	}
}
