package snapshot

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/klauspost/compress/s2"
)

// packed is text of a document, packed object by object: a few hundred bytes for
// one of some thousand, because the objects of a kind are alike. One object is
// unpacked in about a microsecond.
type packed struct {
	text   []byte // of all blocks
	blocks []block
	lately []atomic.Pointer[piece] // by block: its text, while it is kept
}

// block is packed text: whole lines, with at most one array or object that stands
// at objectDepth, on the first of them.
type block struct {
	start uint32 // offset of the text in its part
	at    uint32 // of what is packed, in packed.text
	like  uint8  // what it was packed beside; 0 for nothing
}

// blockSize is how much text that is in no object is packed together, in bytes.
const blockSize = 16 << 10

// pack puts packed text in place of a part's, which was checked. What its items
// hold of the text is copied.
func (p *part) pack() {
	size := 0
	for _, x := range p.items {
		size += len(x.key) + len(x.text)
	}
	var c copier
	c.Grow(size)
	raw, room, text := p.source.bytesRoom(), p.source.bytesRoom(), p.source.bytesRoom()
	blocks := make([]block, 0, len(p.items)+1)
	*text = (*text)[:0]
	var first block
	add := func(next block) {
		*raw = append((*raw)[:0], p.text[first.start:next.start]...)
		*room = p.source.likes.pack(first.like, *room, *raw)
		first.at = uint32(len(*text))
		*text, blocks = append(*text, *room...), append(blocks, first)
		first = next
	}
	for i := range p.items {
		x := &p.items[i]
		line, object := uint32(strings.LastIndexByte(p.text[:x.start], '\n')+1), x.isObject()
		if line > first.start && (object || line-first.start >= blockSize) {
			add(block{start: line})
		}
		if object && x.kind == Map {
			first.like = p.source.likes.of(p.text[x.start:])
		}
		x.key, x.text = c.copy(x.key), c.copy(x.text)
	}
	add(block{start: uint32(len(p.text))})
	p.text, p.packed = "", &packed{slices.Clone(*text), slices.Clone(blocks), make([]atomic.Pointer[piece], len(blocks))}
	for _, b := range []*[]byte{raw, room, text} {
		p.source.bytes.Put(b)
	}
}

// writeTo writes the text of a part to something that takes everything, and changes and keeps
// nothing of it: kept text is not copied, which is a fifth of what a digest of it takes.
func (p *part) writeTo(out io.Writer, room *[]byte) {
	if p.packed == nil {
		_, _ = out.Write(unsafe.Slice(unsafe.StringData(p.text), len(p.text)))
		return
	}
	for i := range p.packed.blocks {
		*room = p.source.likes.unpack(p.packed, i, *room)
		_, _ = out.Write(*room)
	}
}

// end is the offset behind the text of a part.
func (p *part) end() int {
	if p.packed == nil {
		return p.start + len(p.text)
	}
	last := len(p.packed.blocks) - 1
	return p.start + int(p.packed.blocks[last].start) + len(p.source.likes.unpack(p.packed, last, nil))
}

// around returns the text of the part that all of the object is in that stands at
// an offset.
func (p *part) around(offset int) *piece {
	if p.packed == nil {
		return &p.piece
	}
	i := p.block(offset)
	found := &p.packed.lately[i]
	if known := found.Load(); known != nil {
		return known
	}
	room := p.source.bytesRoom()
	*room = p.source.likes.unpack(p.packed, i, *room)
	made := &piece{source: p.source, text: string(*room), start: p.start + int(p.packed.blocks[i].start), passing: true}
	p.source.bytes.Put(room)
	p.source.lately.keep(made, found)
	return made
}

// once returns the text from an offset on, which is there until room is used again; false
// for text that is kept, or not packed.
func (p *part) once(offset int, room *[]byte) (text []byte, ok bool) {
	if p.packed == nil {
		return nil, false
	}
	i := p.block(offset)
	if p.packed.lately[i].Load() != nil {
		return nil, false
	}
	*room = p.source.likes.unpack(p.packed, i, *room)
	return (*room)[offset-p.start-int(p.packed.blocks[i].start):], true
}

// block is the index of the packed block that an offset is in.
func (p *part) block(offset int) int {
	i, begins := slices.BinarySearchFunc(p.packed.blocks, uint32(offset-p.start), func(b block, o uint32) int { return cmp.Compare(b.start, o) })
	if !begins {
		i--
	}
	return i
}

// lately are texts that were unpacked not long ago: who looks at an object mostly
// looks at it again soon. Those that were kept first are let go first.
type lately struct {
	ring []atomic.Pointer[piece]
	next atomic.Uint64
}

// Texts that are kept are of objects, of some thousand bytes mostly. A thousand of them
// are enough for all that is looked at around a subject, and are too little to be seen
// (a few MB); of a long document, they may be a fiftieth, so that objects that are
// looked at again and again while a batch is judged are unpacked once.
const (
	fewLately  = 1 << 10
	manyLately = 1 << 14
	latelyPart = 1 << 17  // of the document, in bytes, for each text
	mostLately = 16 << 10 // bytes of one text
)

// ready makes room for the texts of a document of some size.
func (l *lately) ready(size int) {
	l.ring = make([]atomic.Pointer[piece], min(max(size/latelyPart, fewLately), manyLately))
}

// keep has a text found where its block says, as long as others do not push it out.
func (l *lately) keep(made *piece, found *atomic.Pointer[piece]) {
	if len(made.text) > mostLately {
		return
	}
	made.found = found
	found.Store(made)
	i := l.next.Add(1) % uint64(len(l.ring))
	if first := l.ring[i].Swap(made); first != nil {
		first.found.CompareAndSwap(first, nil)
	}
}

// bytesRoom is room to pack and unpack in, which is given back to s.bytes.
func (s *Source) bytesRoom() *[]byte {
	if room, ok := s.bytes.Get().(*[]byte); ok {
		return room
	}
	return new([]byte)
}

// likes are examples of objects, which others are packed beside: what they have in
// common is not packed again.
type likes struct {
	lock  sync.Mutex
	known map[string]uint8
	all   []*s2.Dict // by index, from 1
}

// Limits of what is kept of examples.
const (
	mostLikes = 1<<8 - 1
	likeSize  = 32 << 10 // bytes of each: one object or some
)

// of returns what the object that text begins with is like: one with the same
// first keys. Where there is none yet, that is the object itself, with those
// behind it; 0 where too many are kept.
func (l *likes) of(text string) uint8 {
	keys := 0
	for range 2 { // keys of the object, and of what it begins with
		keys += strings.IndexByte(text[keys:], '\n') + 1
		keys += strings.IndexByte(text[keys:], ':') + 1
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	if like := l.known[text[:keys]]; like > 0 || len(l.all) == mostLikes {
		return like
	}
	made := s2.MakeDict([]byte(text[:min(len(text), likeSize)]), []byte(text[:keys]))
	if made == nil {
		return 0
	}
	if l.known == nil {
		l.known = map[string]uint8{}
	}
	l.all = append(l.all, made)
	l.known[strings.Clone(text[:keys])] = uint8(len(l.all))
	return uint8(len(l.all))
}

// pack packs a text beside an example into room, which grows.
func (l *likes) pack(like uint8, room, text []byte) []byte {
	if like == 0 {
		return s2.Encode(room[:cap(room)], text)
	}
	l.lock.Lock()
	example := l.all[like-1]
	l.lock.Unlock()
	return example.Encode(room[:cap(room)], text)
}

// unpack unpacks a block into room, which grows. No text is packed any more.
func (l *likes) unpack(k *packed, i int, room []byte) []byte {
	b, end := k.blocks[i], len(k.text)
	if i+1 < len(k.blocks) {
		end = int(k.blocks[i+1].at)
	}
	var text []byte
	var err error
	if from := k.text[b.at:end]; b.like == 0 {
		text, err = s2.Decode(room[:cap(room)], from)
	} else {
		text, err = l.all[b.like-1].Decode(room[:cap(room)], from)
	}
	if err != nil {
		panic("snapshot: packed text does not unpack: " + err.Error())
	}
	return text
}

// copier copies texts into one piece of memory, which has grown to hold them all.
type copier struct{ strings.Builder }

func (c *copier) copy(text string) string {
	at := c.Len()
	c.WriteString(text)
	return c.String()[at:]
}
