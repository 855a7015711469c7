package snapshot

import (
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

// whole returns the text of a part.
func (p *part) whole() string {
	if p.blocks == nil {
		return p.text
	}
	texts := make([]string, len(p.blocks))
	for i := range p.blocks {
		texts[i] = p.blocks[i].text()
	}
	return strings.Join(texts, "")
}

// text unpacks a block.
func (b *block) text() string {
	text, err := s2.Decode(nil, b.packed)
	if err != nil {
		panic("snapshot: packed text does not unpack: " + err.Error())
	}
	return string(text)
}

// unpacked are the blocks that were unpacked last.
type unpacked struct {
	lock   sync.Mutex
	pieces map[*block]*piece
	list   []*block
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
	made := &piece{source: s, text: b.text(), start: b.start, passing: true, block: true}
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
