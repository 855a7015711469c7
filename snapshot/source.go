package snapshot

import (
	"cmp"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
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
// part by part, on all processors, while the rest of it is read.
type Source struct {
	parts []*part
	size  int    // in bytes
	whole string // "" until it is asked for, when it was read in parts
	once  sync.Once

	opened opened
}

// part is text that begins with a line, and ends with one.
type part struct {
	text   string
	start  int // offset of text in the document
	number int // 1-based line it begins on

	items []item // what stands at objectDepth or above
	lines int
	ok    bool
}

// ReadSource reads a document of size bytes; of unknown size when that is 0. An
// error is the reader's own, or that the document is larger than MaxSize.
func ReadSource(in io.Reader, size int) (*Source, error) {
	s := &Source{}
	work := make(chan *part)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for p := range work {
				p.check()
			}
		})
	}
	err := s.split(in, size, work)
	close(work)
	group.Wait()
	if err != nil {
		return nil, err
	}
	return s, nil
}

// split reads the text and hands it on in parts. Text whose size is known is
// kept in one piece, other text in a piece for each part.
func (s *Source) split(in io.Reader, size int, work chan<- *part) error {
	var b strings.Builder
	b.Grow(cmp.Or(size, partSize))
	begin, read := 0, 0 // of what was not handed on, in b; of everything
	for ended := false; !ended; {
		before := max(begin, b.Len()-len(objectMark))
		n, err := io.CopyN(&b, in, partSize)
		if ended = errors.Is(err, io.EOF); err != nil && !ended {
			return err
		}
		if read += int(n); read > MaxSize {
			return errTooLarge
		}
		text := b.String()
		cut := len(text)
		if !ended {
			mark := strings.LastIndex(text[before:], objectMark)
			if mark < 0 {
				continue
			}
			cut = before + mark + len("\n")
		}
		p := &part{text: text[begin:cut], start: read - (len(text) - begin)}
		s.parts = append(s.parts, p)
		work <- p
		if begin = cut; size == 0 && !ended {
			rest := text[cut:]
			b = strings.Builder{}
			b.Grow(partSize + len(rest))
			b.WriteString(rest)
			begin = 0
		}
	}
	s.size = read
	if size > 0 || len(s.parts) == 1 {
		s.whole = b.String()
	}
	return nil
}

var errTooLarge = errors.New("larger than a document can be (4 GiB)")

// Text returns the whole text.
func (s *Source) Text() string {
	s.once.Do(func() {
		if s.whole == "" {
			texts := make([]string, len(s.parts))
			for i, p := range s.parts {
				texts[i] = p.text
			}
			s.whole = strings.Join(texts, "")
		}
	})
	return s.whole
}

// around returns the part of the text that an offset is in, and the offset in
// that.
func (s *Source) around(offset int) (text string, at int) {
	i, found := slices.BinarySearchFunc(s.parts, offset, func(p *part, o int) int { return cmp.Compare(p.start, o) })
	if !found {
		i--
	}
	return s.parts[i].text, offset - s.parts[i].start
}

// Root reads the document, as ParseJSON does. When it is canonical, what is
// deeper in it than objects is made when it is asked for.
func (s *Source) Root() (*Node, error) {
	if root := s.canonical(); root != nil {
		return root, nil
	}
	return ParseJSON([]byte(s.Text()))
}
