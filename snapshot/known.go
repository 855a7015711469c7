package snapshot

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"esaudit/keyed"
)

// Known is what earlier runs found out about texts: which texts of objects, with their
// keys, are canonical, and what the digests of documents came to up to some places. Of text
// that is known nothing is looked at again. nil is for runs that know nothing, and keep nothing.
type Known struct {
	secret  []byte
	objects []*marks              // of each document
	states  map[keyed.Mark]string // of a digest, by what stands for the text in front of it
}

// NewKnown is what was kept of some documents, each of which Learned told. The secret is
// that which they were kept with. An error says that something was not told by Learned.
func NewKnown(secret []byte, kept ...string) (*Known, error) {
	k := &Known{secret: secret, states: map[keyed.Mark]string{}}
	for _, text := range kept {
		if err := k.learn(text); err != nil {
			return nil, err
		}
	}
	return k, nil
}

var errNotLearned = errors.New("what is known of texts is malformed")

// learn reads what Learned told.
func (k *Known) learn(text string) error {
	n, head := binary.Uvarint([]byte(text[:min(len(text), binary.MaxVarintLen64)]))
	if head <= 0 || n > uint64(len(text)/markSize) || int(n)*markSize > len(text)-head {
		return errNotLearned
	}
	end := head + int(n)*markSize
	k.objects = append(k.objects, newMarks(text[head:end]))
	for rest := text[end:]; rest != ""; {
		if len(rest) <= markSize || len(rest)-markSize-1 < int(rest[markSize]) {
			return errNotLearned
		}
		end := markSize + 1 + int(rest[markSize])
		k.states[keyed.Mark([]byte(rest[:markSize]))], rest = rest[markSize+1:end], rest[end:]
	}
	return nil
}

// Learned is what is worth knowing of the document the next time it is read; "" when
// nothing is that was not known.
func (s *Snapshot) Learned() string {
	if source := s.canonicalText(); source != nil {
		return source.learned()
	}
	return ""
}

// learned is Learned of canonical text.
func (s *Source) learned() string {
	if s.known == nil {
		return ""
	}
	s.digest()
	if !slices.ContainsFunc(s.sums, func(sum keyed.Mark) bool { return s.known.states[sum] == "" }) {
		return ""
	}
	n := 0
	for _, p := range s.parts {
		n += len(p.marks)
	}
	out := binary.AppendUvarint(make([]byte, 0, n*markSize), uint64(n))
	for _, p := range s.parts {
		for _, m := range p.marks {
			out = append(out, m.sum[:]...)
		}
	}
	for i, state := range s.states {
		out = append(append(out, s.sums[i][:]...), byte(len(state)))
		out = append(out, state...)
	}
	return string(out)
}

// marked stands for the key and the text of an object that begins at an offset of a part.
type marked struct {
	start uint32
	sum   keyed.Mark
}

// checking checks texts of parts. It is for one goroutine.
type checking struct {
	known *Known // nil: every text is looked at, and nothing stands for it
	near  near   // of what was known last
	marks *keyed.Marker
	text  []byte // of a part: what is in no object, and what stands for each object
	upto  int    // offset of what comes after text
}

func newChecking(k *Known) *checking {
	c := &checking{known: k}
	if k != nil {
		c.marks = keyed.NewMarker(k.secret)
	}
	return c
}

// object reads the rest of an object of a part, whose first line was read.
func (c *checking) object(p *part, l *line) (end ending, ok bool) {
	if c.known == nil {
		return check(p.text, l.next, objectDepth, l.kind)
	}
	if at := lastLine(p.text, l.next, l.kind); at < 0 || !end.read(p.text, at, objectDepth, l.kind) {
		return end, false
	}
	sum := c.marks.Text(p.text[keyOf(p.text, l.start):end.end])
	if !c.known.knows(sum, &c.near) {
		if end, ok = check(p.text, l.next, objectDepth, l.kind); !ok {
			return end, false
		}
	}
	c.found(p, sum, l.start, end.end)
	return end, true
}

// keyOf is the offset of the key of an object that begins at an offset, or of the object
// if it has none.
func keyOf(text string, start int) int {
	return strings.LastIndexByte(text[:start], '\n') + 1 + 2*objectDepth
}

// found takes note of what stands for an object of a part.
func (c *checking) found(p *part, sum keyed.Mark, start, end int) {
	p.marks = append(p.marks, marked{uint32(start), sum})
	c.add(p, keyOf(p.text, start))
	c.text, c.upto = append(c.text, sum[:]...), end
}

// part has something stand for the objects of a part that need no check, and for all
// its text.
func (c *checking) part(p *part) {
	if c.known == nil {
		return
	}
	c.begin()
	for i := range p.items {
		if x := &p.items[i]; x.isObject() {
			end := x.start + int(x.size)
			c.found(p, c.marks.Text(p.text[keyOf(p.text, x.start):end]), x.start, end)
		}
	}
	c.end(p)
}

// lastLine is the offset of the line that ends an object of a kind; -1 for none. Text
// is that of its lines, from an offset on, whatever it is.
func lastLine(text string, from int, kind NodeKind) int {
	shut, indent := shutting(kind), indents[:2*objectDepth]
	for i := from; ; i++ {
		n := strings.IndexByte(text[i:], shut)
		if n < 0 {
			return -1
		}
		i += n
		if at := i - len(indent); at >= from && text[at-1] == '\n' && text[at:i] == indent {
			return at
		}
	}
}

// add adds what is in no object, up to an offset.
func (c *checking) add(p *part, to int) {
	c.text = append(binary.AppendUvarint(c.text, uint64(to-c.upto)), p.text[c.upto:to]...)
}

// begin begins with the text of another part.
func (c *checking) begin() { c.text, c.upto = c.text[:0], 0 }

// end has something stand for the text of a part that was checked.
func (c *checking) end(p *part) {
	if c.known != nil {
		c.add(p, len(p.text))
		p.sum = c.marks.Mark(c.text)
	}
}

// stated returns what came of the digest of a document behind each of its first parts, as
// far as that is known, and has something stand for the text up to the end of each part.
func (k *Known) stated(s *Source) (states []string) {
	if k == nil {
		return nil
	}
	marks, known := keyed.NewMarker(k.secret), true
	var last keyed.Mark
	for _, p := range s.parts {
		last = marks.Mark(slices.Concat([]byte("text up to here"), last[:], p.sum[:]))
		s.sums = append(s.sums, last)
		state := k.states[last]
		if known = known && state != ""; known {
			states = append(states, state)
		}
	}
	return states
}

// digest is the SHA-256 of the text. From the place on up to which it is known, the text
// is read.
func (s *Source) digest() []byte {
	s.digested.Do(func() {
		h := sha256.New()
		s.states = s.known.stated(s)
		if n := len(s.states); n > 0 {
			if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary([]byte(s.states[n-1])); err != nil {
				h, s.states = sha256.New(), nil // of another version of the hash
			}
		}
		var room []byte
		for _, p := range s.parts[len(s.states):] {
			p.writeTo(h, &room)
			if s.known != nil {
				s.states = append(s.states, stateOf(h))
			}
		}
		s.sum = h.Sum(nil)
	})
	return s.sum
}

// stateOf is what a digest came to.
func stateOf(h hash.Hash) string {
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic(fmt.Sprintf("snapshot: a digest has no state: %v", err))
	}
	return string(state)
}
