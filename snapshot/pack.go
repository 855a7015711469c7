package snapshot

import (
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/s2"
)

// blockSize is about how much text is packed together, in bytes: the more, the
// less it takes packed (of made-up accounts 8 KB a fifth, 16 KB a seventh, 32 KB a
// tenth), and the longer is the way to one object of it (16 KB: 6 µs).
const blockSize = 16 << 10

// block is packed text: whole lines, and the whole of each object that begins in
// it.
type block struct {
	start  int // offset of the text in the document
	packed []byte
}

// pack puts packed text in place of a part's, which was checked. What its items
// hold of the text is copied.
func (p *part) pack() {
	size := 0
	for _, x := range p.items {
		size += len(x.key) + len(x.text)
	}
	var c copier
	c.Grow(size)
	begin := 0
	var packed []byte
	add := func(end int) {
		packed = s2.Encode(packed[:cap(packed)], []byte(p.text[begin:end]))
		p.blocks = append(p.blocks, block{p.start + begin, slices.Clone(packed)})
		begin = end
	}
	for i := range p.items {
		x := &p.items[i]
		if line := strings.LastIndexByte(p.text[:x.start-p.start], '\n') + 1; line-begin >= blockSize {
			add(line)
		}
		x.key, x.text = c.copy(x.key), c.copy(x.text)
	}
	add(len(p.text))
	p.text = ""
}

// writeTo writes the text of a part to something that takes everything.
func (p *part) writeTo(out io.Writer, room *[]byte) {
	if p.blocks == nil {
		*room = append((*room)[:0], p.text...)
		_, _ = out.Write(*room)
	}
	for i := range p.blocks {
		_, _ = out.Write(p.blocks[i].text(room))
	}
}

// text unpacks a block into room, which grows.
func (b *block) text(room *[]byte) []byte {
	text, err := s2.Decode((*room)[:cap(*room)], b.packed)
	if err != nil {
		panic("snapshot: packed text does not unpack: " + err.Error())
	}
	*room = text
	return text
}

// unpacked are the blocks that were unpacked last.
type unpacked struct {
	lock   sync.Mutex
	pieces map[*block]*piece
	list   []*block
	room   sync.Pool // of *[]byte, to unpack in
}

// mostUnpacked is how many blocks are kept unpacked.
const mostUnpacked = 128

func (u *unpacked) piece(s *Source, b *block) *piece {
	u.lock.Lock()
	known := u.pieces[b]
	u.lock.Unlock()
	if known != nil {
		return known
	}
	room, _ := u.room.Get().(*[]byte)
	if room == nil {
		room = new([]byte)
	}
	made := &piece{source: s, text: string(b.text(room)), start: b.start, passing: true, block: true}
	u.room.Put(room)
	u.lock.Lock()
	defer u.lock.Unlock()
	if known := u.pieces[b]; known != nil {
		return known
	}
	if u.pieces == nil {
		u.pieces = map[*block]*piece{}
	}
	if u.pieces[b] = made; len(u.list) == mostUnpacked {
		delete(u.pieces, u.list[0])
		u.list = u.list[1:]
	}
	u.list = append(u.list, b)
	return made
}

// copier copies texts into one piece of memory, which has grown to hold them all.
type copier struct{ strings.Builder }

func (c *copier) copy(text string) string {
	at := c.Len()
	c.WriteString(text)
	return c.String()[at:]
}
