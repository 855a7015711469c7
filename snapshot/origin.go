package snapshot

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// origin is the text that canonical text was made from: where values stand is told of
// it.
type origin struct {
	text  string
	marks []mark // by at

	once  sync.Once
	lines []int // of the beginning of each block of text
	last  int   // line

	arrays sync.Map // by their offset: []uint32, where the items of long ones stand
}

// mark says where a value that stands at objectDepth or above stands in both texts.
type mark struct{ at, from uint32 }

// lineBlock is how much text is counted at a time, in bytes.
const lineBlock = 1 << 16

// line returns the 1-based line that a value of the canonical text stands on.
func (o *origin) line(n *Node) int {
	o.once.Do(func() {
		line := 1
		for at := 0; at <= len(o.text); at += lineBlock {
			o.lines = append(o.lines, line)
			line += strings.Count(o.text[at:min(at+lineBlock, len(o.text))], "\n")
		}
		o.last = line
	})
	if o.last == 1 {
		return 1
	}
	start := o.start(n)
	block := start / lineBlock
	return o.lines[block] + strings.Count(o.text[block*lineBlock:start], "\n")
}

// start returns the offset of a value of the canonical text.
func (o *origin) start(n *Node) int {
	way := []*Node{}
	for depth := n.depth(); depth > objectDepth; depth-- {
		way = append(way, n)
		n = n.parent
	}
	i, _ := slices.BinarySearchFunc(o.marks, n.start, func(m mark, start uint32) int { return cmp.Compare(m.at, start) })
	at := int(o.marks[i].from)
	for _, kid := range slices.Backward(way) {
		at = o.below(at, kid)
	}
	return at
}

// below returns where a value stands that is held by the one at an offset.
func (o *origin) below(at int, kid *Node) int {
	if kid.parent.kind() == Array {
		return o.item(at, kid.slot())
	}
	at = blank(o.text, at+1)
	for sought := kid.key(); ; {
		key, value := named(o.text, at)
		if key == sought {
			return value
		}
		at = o.next(value)
	}
}

// longArray is how many items an array has whose places are kept: somebody may ask for
// the place of each.
const longArray = 64

// item returns where an item stands of the array at an offset.
func (o *origin) item(array, slot int) int {
	at := blank(o.text, array+1)
	if slot < longArray {
		for range slot {
			at = o.next(at)
		}
		return at
	}
	kept, known := o.arrays.Load(array)
	if !known {
		var places []uint32
		for o.text[at] != ']' {
			places = append(places, uint32(at))
			end := blank(o.text, skip(o.text, at))
			if o.text[end] == ']' {
				break
			}
			at = blank(o.text, end+1)
		}
		kept, _ = o.arrays.LoadOrStore(array, places)
	}
	return int(kept.([]uint32)[slot])
}

// next returns the offset of what follows the value at an offset, and a comma.
func (o *origin) next(at int) int {
	return blank(o.text, blank(o.text, skip(o.text, at))+1)
}

// origin returns the text that n stands in when that is not the one it is read from.
func (n *Node) origin() *origin {
	root := n
	for root.parent != nil {
		root = root.parent
	}
	if in := root.inner.Load(); in != nil && in.from != nil && !in.from.edited {
		return in.from.source.origin
	}
	return nil
}
