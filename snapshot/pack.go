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
	lock  sync.Mutex
	texts map[*block]string
	list  []*block
}

// mostUnpacked is how many blocks are kept unpacked.
const mostUnpacked = 128

func (u *unpacked) text(b *block) string {
	u.lock.Lock()
	text, there := u.texts[b]
	u.lock.Unlock()
	if there {
		return text
	}
	text = b.text()
	u.lock.Lock()
	defer u.lock.Unlock()
	if _, there := u.texts[b]; there {
		return text
	}
	if u.texts == nil {
		u.texts = map[*block]string{}
	}
	if u.texts[b] = text; len(u.list) == mostUnpacked {
		delete(u.texts, u.list[0])
		u.list = u.list[1:]
	}
	u.list = append(u.list, b)
	return text
}

// copied puts copies in place of the text that lines hold.
func copied(lines []line) {
	size := 0
	for i := range lines {
		size += len(lines[i].key) + len(lines[i].text)
	}
	var c copier
	c.Grow(size)
	for i := range lines {
		l := &lines[i]
		l.key, l.text = c.copy(l.key), c.copy(l.text)
	}
}

// copier copies texts into one piece of memory, which has grown to hold them all.
type copier struct{ strings.Builder }

func (c *copier) copy(text string) string {
	at := c.Len()
	c.WriteString(text)
	return c.String()[at:]
}
