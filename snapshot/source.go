package snapshot

import (
	"cmp"
	"errors"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"esaudit/keyed"
)

// partSize is about how much text is checked at a time, in bytes: enough that
// the parts cost nothing themselves, and little enough that all processors have
// something to do while the rest is read.
const partSize = 1 << 19

// objectDepth is how deep an object of the cloud stands in a snapshot; a line
// that begins with objectMark begins one, or something as deep.
const objectDepth = 6

const objectMark = "\n" + "            " + `"`

// Source is the text of a document, as it was read. Canonical text is checked
// part by part, on all processors, while the rest of it is read. Long text is
// packed, and unpacked where objects are opened.
type Source struct {
	parts  []*part
	size   int    // in bytes
	kept   int    // how long the text may be to be kept as it is
	whole  string // "" until it is asked for, when it was read in parts
	once   sync.Once
	origin *origin   // nil when the text is the one that was read
	room   sync.Pool // of *opening

	bytes  sync.Pool // of *[]byte, to pack and unpack in
	lately lately

	shapes shapes
	opened opened
	asked  sync.Map // *questions by Kind
	likes  likes

	known    *Known       // nil: nothing is, nor is it to be
	digested sync.Once    // what follows is there
	sum      []byte       // SHA-256 of the text
	sums     []keyed.Mark // by part: stands for the text up to its end
	states   []string     // by part: what the digest came to
}

// part is text that begins with a line, and ends with one.
type part struct {
	piece          // without text when it is packed
	packed *packed // the text then
	number int     // 1-based line it begins on

	items []item // what stands at objectDepth or above
	lines int
	ok    bool

	marks []marked   // what stands for the objects that begin in it, in their order
	sum   keyed.Mark // and for all text
}

// ReadSource reads a document of size bytes; of unknown size when that is 0. An
// error is the reader's own, or that the document is larger than MaxSize.
func ReadSource(in io.Reader, size int) (*Source, error) {
	return (*Known)(nil).ReadSource(in, size)
}

// ReadPacked is ReadSource of a text that is packed, however long it is: that takes
// a quarter of the memory or less, and more time.
func ReadPacked(in io.Reader, size int) (*Source, error) {
	return (*Known)(nil).ReadPacked(in, size)
}

// ReadSource is ReadSource of a document of which something may be known.
func (k *Known) ReadSource(in io.Reader, size int) (*Source, error) {
	return readSource(in, size, KeptText, k)
}

// ReadPacked is ReadPacked of a document of which something may be known.
func (k *Known) ReadPacked(in io.Reader, size int) (*Source, error) {
	return readSource(in, size, 0, k)
}

// KeptText is how long a text may be to be kept as it is, in bytes.
const KeptText = 320 << 20

func readSource(in io.Reader, size, kept int, known *Known) (*Source, error) {
	s := &Source{kept: kept, known: known}
	from := kept
	if size > kept {
		size, from = 0, 0 // it will not be in one piece
	}
	return s.take(newStream(in, size), from)
}

// ReadAt is ReadSource of a document that is read in some places at once. What has come
// behind it since its size was told is part of it.
func (k *Known) ReadAt(in io.ReaderAt, size int) (*Source, error) {
	if size == 0 || size > KeptText {
		return k.ReadSource(io.NewSectionReader(in, 0, math.MaxInt64), size)
	}
	r := newRanges(in, size)
	defer r.stop()
	s := &Source{kept: KeptText, known: k}
	return s.take(r, s.kept)
}

// take takes the text, and checks it until something is not canonical. Parts from an
// offset on are packed at once.
func (s *Source) take(in portions, packed int) (*Source, error) {
	work := make(chan *part, runtime.GOMAXPROCS(0)) // the reader goes ahead
	var otherwise atomic.Bool
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			c := newChecking(s.known)
			for p := range work {
				if otherwise.Load() {
					continue
				}
				if p.check(c); !p.ok {
					otherwise.Store(true)
				} else if p.start >= packed {
					p.pack()
				}
			}
		})
	}
	err := s.split(in, work)
	close(work)
	group.Wait()
	if err != nil {
		return nil, err
	}
	s.ready()
	return s, nil
}

// ready makes text ready to be opened, all of which is there.
func (s *Source) ready() {
	if s.size > s.kept {
		for _, p := range s.parts { // how long it is was not known
			if p.ok && p.packed == nil {
				p.pack()
			}
		}
	}
	s.lately.ready(s.size)
}

// split reads the text and hands it on in parts.
func (s *Source) split(in portions, work chan<- *part) error {
	begin, behind := 0, 0 // offsets of what was not handed on, and of what was not read
	hand := func(text string) {
		p := &part{piece: piece{source: s, text: text, start: begin}}
		s.parts = append(s.parts, p)
		work <- p
		begin += len(text)
	}
	for {
		text, more, err := in.next(begin)
		if err != nil {
			return err
		}
		if s.size = begin + len(text); s.size > MaxSize {
			return errTooLarge
		}
		if more {
			seen := max(behind-begin-len(objectMark), 0)
			if mark := lastMark(text[seen:]); mark >= 0 {
				hand(text[:seen+mark+len("\n")])
			}
			behind = s.size
			continue
		}
		s.whole = in.all()
		if !strings.HasSuffix(text, "\n") { // which some editors leave out
			if s.size == MaxSize {
				return errTooLarge
			}
			text = in.closed(begin)
		}
		hand(text)
		return nil
	}
}

// markSpan is how much text is looked through for an objectMark at first, in bytes:
// most objects are smaller.
const markSpan = 1 << 13

// lastMark is the offset of the last objectMark of a text; -1 for none.
func lastMark(text string) int {
	for span := markSpan; ; span *= 4 {
		begin := max(len(text)-span, 0)
		if strings.Contains(text[begin:], objectMark) { // forwards, which is faster
			return begin + strings.LastIndex(text[begin:], objectMark)
		}
		if begin == 0 {
			return -1
		}
	}
}

var errTooLarge = errors.New("larger than a document can be (4 GiB)")

// Text returns the whole text, as it was read.
func (s *Source) Text() string {
	if s.origin != nil {
		return s.origin.text
	}
	s.once.Do(func() {
		if s.whole == "" {
			var b strings.Builder
			b.Grow(s.size)
			s.writeTo(&b)
			s.whole = b.String()[:s.size]
		}
	})
	return s.whole
}

// between returns the text from an offset up to another one, as it was read. Of packed text
// no more is unpacked.
func (s *Source) between(start, end int) string {
	if s.inOne() {
		return s.Text()[start:end]
	}
	var b strings.Builder
	for at := start; at < end; {
		p := s.around(at)
		text := p.text[at-p.start:]
		if at == start && len(text) >= end-start {
			return text[:end-start]
		}
		text = text[:min(len(text), end-at)]
		b.WriteString(text)
		at += len(text)
	}
	return b.String()
}

// inOne reports whether the text that was read is not what the parts hold.
func (s *Source) inOne() bool { return s.origin != nil || len(s.parts) == 0 }

// inTurn visits the text, as it was read, some of it at a time: what is visited is there
// until the next is.
func (s *Source) inTurn(visit func([]byte)) {
	if s.inOne() {
		for text := s.Text(); text != ""; text = text[min(len(text), partSize):] {
			visit([]byte(text[:min(len(text), partSize)]))
		}
		return
	}
	left := s.size
	s.writeTo(taker(func(text []byte) {
		text = text[:min(len(text), left)] // without a line feed that was left out
		left -= len(text)
		visit(text)
	}))
}

// taker takes what is written.
type taker func([]byte)

func (t taker) Write(text []byte) (int, error) {
	t(text)
	return len(text), nil
}

// writeTo writes the whole text to something that takes everything.
func (s *Source) writeTo(out io.Writer) {
	var room []byte
	for _, p := range s.parts {
		p.writeTo(out, &room)
	}
}

// around returns text that all of the object is in that stands at an offset.
func (s *Source) around(offset int) *piece { return s.part(offset).around(offset) }

// part is the part that an offset of the text is in.
func (s *Source) part(offset int) *part {
	i, found := slices.BinarySearchFunc(s.parts, offset, func(p *part, o int) int { return cmp.Compare(p.start, o) })
	if !found {
		i--
	}
	return s.parts[i]
}

// Root reads the document, as ParseJSON does. What is deeper in it than objects is
// made when it is asked for.
func (s *Source) Root() (*Node, error) {
	root, _, err := s.read()
	return root, err
}

// read reads the document, and returns the text that it was read from: of one that is
// not canonical, the canonical text.
func (s *Source) read() (*Node, *Source, error) {
	if root := s.canonical(); root != nil {
		return root, s, nil
	}
	if other, root := rewrite(s.Text(), s.kept, s.known); root != nil {
		return root, other, nil
	}
	root, err := ParseJSON([]byte(s.Text()))
	return root, s, err
}
