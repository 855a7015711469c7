package snapshot

import (
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"sync"
	"unsafe"
)

// portions are a text that is read one portion after the other.
type portions interface {
	// next reads the next portion, if there is more, and returns what was read of the
	// text from an offset on. What is in front of that may be let go.
	next(from int) (text string, more bool, err error)
	// all is the whole text after the last portion, where it is there in one piece; else "".
	all() string
	// closed is the text from an offset on with a line feed behind it.
	closed(from int) string
}

// stream reads a text from its beginning to its end.
type stream struct {
	in     io.Reader
	whole  bool // nothing is let go
	read   strings.Builder
	start  int // offset of read
	buffer []byte
}

// newStream reads a text that is kept in one piece when its size is known.
func newStream(in io.Reader, size int) *stream {
	s := &stream{in: in, whole: size > 0, buffer: make([]byte, 32<<10)}
	s.read.Grow(max(size, partSize) + len("\n"))
	return s
}

func (s *stream) next(from int) (text string, more bool, err error) {
	if from > s.start && !s.whole {
		rest := s.read.String()[from-s.start:]
		s.read, s.start = strings.Builder{}, from
		s.read.Grow(partSize + len(rest))
		s.read.WriteString(rest)
	}
	n, err := io.CopyBuffer(&s.read, io.LimitReader(s.in, partSize), s.buffer)
	return s.read.String()[from-s.start:], n == partSize, err
}

func (s *stream) all() string {
	if s.start > 0 {
		return ""
	}
	return s.read.String()
}

func (s *stream) closed(from int) string {
	s.read.WriteByte('\n')
	return s.read.String()[from-s.start:]
}

// ranges reads a text of known size into one piece, some ranges of it at once: most of
// the time goes into memory that is touched for the first time.
type ranges struct {
	in    io.ReaderAt
	text  []byte     // with room for one byte more, which there is if the text has grown
	todo  chan int   // ranges that may be read
	given int        // how many todo was given
	done  []chan got // by range
	taken int        // ranges
	read  int        // how much text they are
	grown *stream    // the text, if it has
	group sync.WaitGroup
}

// got is how much was read of a range.
type got struct {
	size int
	err  error
}

func newRanges(in io.ReaderAt, size int) *ranges {
	r := &ranges{in: in, text: make([]byte, size+1), done: make([]chan got, size/partSize+1)}
	for i := range r.done {
		r.done[i] = make(chan got, 1)
	}
	ahead := 2 * runtime.GOMAXPROCS(0)
	r.todo = make(chan int, ahead)
	for range ahead {
		r.give()
	}
	for range min(runtime.GOMAXPROCS(0), len(r.done)) {
		r.group.Go(func() {
			for i := range r.todo {
				n, err := r.in.ReadAt(r.part(i), int64(i)*partSize)
				r.done[i] <- got{n, err}
			}
		})
	}
	return r
}

// part is where a range is read to.
func (r *ranges) part(i int) []byte { return r.text[i*partSize : min((i+1)*partSize, len(r.text))] }

// give has another range read, if there is one.
func (r *ranges) give() {
	if r.given == len(r.done) {
		return
	}
	r.todo <- r.given
	if r.given++; r.given == len(r.done) {
		close(r.todo)
	}
}

// stop ends the reading of what is not wanted any more.
func (r *ranges) stop() {
	if r.given < len(r.done) {
		r.given = len(r.done)
		close(r.todo)
	}
	r.group.Wait()
}

func (r *ranges) next(from int) (text string, more bool, err error) {
	if r.grown != nil {
		return r.grown.next(from)
	}
	r.give()
	one, wanted := <-r.done[r.taken], len(r.part(r.taken))
	if one.size < wanted && !errors.Is(one.err, io.EOF) {
		return "", false, one.err
	}
	r.taken++
	r.read += one.size
	text = r.all()
	if one.size == wanted && r.taken == len(r.done) {
		rest := io.NewSectionReader(r.in, int64(r.read), math.MaxInt64-int64(r.read))
		r.grown = newStream(rest, r.read+partSize)
		r.grown.read.WriteString(text)
	}
	return text[from:], one.size == wanted, nil
}

// all is what was read. No byte of it is written again.
func (r *ranges) all() string {
	if r.grown != nil {
		return r.grown.all()
	}
	return unsafe.String(unsafe.SliceData(r.text), r.read)
}

func (r *ranges) closed(from int) string {
	if r.grown != nil {
		return r.grown.closed(from)
	}
	r.text[r.read] = '\n'
	return unsafe.String(unsafe.SliceData(r.text), r.read+1)[from:]
}
