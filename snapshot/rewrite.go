package snapshot

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// rewrite reads a JSON text that is not canonical through the canonical text that
// says the same. It returns nil for what is not JSON, or too deep or too long for
// that.
func rewrite(text string, kept int, known *Known) (*Source, *Node) {
	var whole outline
	end := whole.read(text, blank(text, 0), 0)
	if end < 0 || blank(text, end) != len(text) {
		return nil, nil
	}
	s := &Source{kept: kept, known: known, origin: &origin{text: text}}
	if !s.write(cut(step{outline: &whole}.steps(nil))) {
		return nil, nil
	}
	root := s.canonical()
	if root == nil {
		return nil, nil
	}
	return s, root
}

// stepsSize is about how much text the steps have that are written at a time.
const stepsSize = 1 << 18

// cut divides steps into those that are written at a time.
func cut(steps []step) (out [][]step) {
	for len(steps) > 0 {
		n, size := 0, 0
		for n < len(steps) && size < stepsSize {
			if s := steps[n]; len(s.kids) == 0 {
				size += s.end - s.start
			}
			n++
		}
		out, steps = append(out, steps[:n]), steps[n:]
	}
	return out
}

// write writes steps of the outline of the text that was read as parts of canonical
// text, on all processors. They are canonical because they are written so, and are not
// checked.
func (s *Source) write(todo [][]step) bool {
	s.parts = make([]*part, len(todo))
	made := make([]written, len(todo))
	var next, size atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			c, w := newChecking(s.known), rewriter{text: s.origin.text}
			for size.Load() <= MaxSize {
				i := int(next.Add(1)) - 1
				if i >= len(todo) {
					return
				}
				p := &part{piece: piece{source: s}}
				if made[i], p.ok = w.part(p, todo[i]); !p.ok {
					size.Store(MaxSize + 1)
					return
				}
				c.part(p)
				if size.Add(int64(made[i].size)) > int64(s.kept) {
					p.pack()
				}
				s.parts[i] = p
			}
		})
	}
	group.Wait()
	if size.Load() > MaxSize {
		return false
	}
	for i, p := range s.parts {
		p.start = s.size
		for _, m := range made[i].marks {
			s.origin.marks = append(s.origin.marks, mark{m.at + uint32(p.start), m.from})
		}
		s.size += made[i].size
	}
	s.ready()
	return true
}

// written is what is to be known of the text of some steps besides: where values stand
// in it, and stood.
type written struct {
	marks []mark
	size  int
}

// part writes steps as the text of a part, with the items that a check would find.
func (w *rewriter) part(p *part, steps []step) (made written, ok bool) {
	w.out, w.lines = w.out[:0], 0
	p.items = make([]item, 0, len(steps))
	for _, s := range steps {
		x := item{kind: s.kind, depth: uint8(s.depth), line: uint32(w.lines), ends: s.ends, comma: s.comma}
		w.out = append(w.out, indents[:2*s.depth]...)
		if s.named && !s.ends {
			x.key, x.named = s.key, true
			w.out = append(appendString(w.out, s.key), ": "...)
		}
		x.start = len(w.out)
		switch {
		case s.ends:
			w.out = append(w.out, shutting(s.kind))
		case len(s.kids) > 0:
			x.open, x.comma = true, false
			w.out = append(w.out, w.text[s.start])
		default:
			w.at = s.start
			if x.text, ok = w.value(s.depth); !ok {
				return made, false
			}
		}
		x.size = uint32(len(w.out) - x.start)
		if x.comma {
			w.out = append(w.out, ',')
		}
		w.out = append(w.out, '\n')
		w.lines++
		p.items = append(p.items, x)
		if !s.ends {
			made.marks = append(made.marks, mark{uint32(x.start), uint32(s.start)})
		}
	}
	p.text, p.lines, made.size = string(w.out), w.lines, len(w.out)
	return made, true
}

// rewriter writes values of a JSON text as canonical text. It takes what ParseJSON
// takes, to a depth.
type rewriter struct {
	text    string
	at      int // what is read next
	out     []byte
	lines   int // in out
	members []member
	room    []byte
}

// member is a member of an object that was written, with the line feed before it.
type member struct {
	key        string
	start, end int // in what is written
}

func (w *rewriter) line(depth int) {
	w.lines++
	w.out = append(append(w.out, '\n'), indents[:2*depth]...)
}

// then reads a byte behind white space, if it is the next one.
func (w *rewriter) then(c byte) bool {
	w.at = blank(w.text, w.at)
	if w.at == len(w.text) || w.text[w.at] != c {
		return false
	}
	w.at++
	return true
}

// value writes the value that stands at a depth, and returns the text of one that has
// some, as in Node.
func (w *rewriter) value(depth int) (text string, ok bool) {
	w.at = blank(w.text, w.at)
	if depth >= deepest || w.at == len(w.text) {
		return "", false
	}
	switch w.text[w.at] {
	case '"':
		return w.quoted()
	case '{':
		return "", w.object(depth)
	case '[':
		return "", w.array(depth)
	}
	end := skip(w.text, w.at)
	literal := w.text[w.at:end]
	w.at, w.out = end, append(w.out, literal...)
	if literal == "null" {
		return "", true
	}
	return literal, literal == "true" || literal == "false" || isNumber(literal)
}

func (w *rewriter) quoted() (value string, ok bool) {
	value, end := quoted(w.text, w.at)
	if end >= 0 {
		w.out = append(w.out, w.text[w.at:end]...)
	} else if value, end = anyQuoted(w.text, w.at); end >= 0 {
		w.out = appendString(w.out, value)
	}
	w.at = end
	return value, end >= 0
}

func (w *rewriter) array(depth int) bool {
	w.at++
	w.out = append(w.out, '[')
	if w.then(']') {
		w.out = append(w.out, ']')
		return true
	}
	for {
		w.line(depth + 1)
		if _, ok := w.value(depth + 1); !ok {
			return false
		}
		if w.then(']') {
			break
		}
		if !w.then(',') {
			return false
		}
		w.out = append(w.out, ',')
	}
	w.line(depth)
	w.out = append(w.out, ']')
	return true
}

func (w *rewriter) object(depth int) bool {
	w.at++
	w.out = append(w.out, '{')
	if w.then('}') {
		w.out = append(w.out, '}')
		return true
	}
	first, orderly := len(w.members), true
	for {
		m := member{start: len(w.out)}
		w.line(depth + 1)
		if w.at = blank(w.text, w.at); w.at == len(w.text) || w.text[w.at] != '"' {
			return false
		}
		var ok bool
		if m.key, ok = w.quoted(); !ok || !w.then(':') {
			return false
		}
		w.out = append(w.out, ": "...)
		if _, ok = w.value(depth + 1); !ok {
			return false
		}
		m.end = len(w.out)
		orderly = orderly && (len(w.members) == first || w.members[len(w.members)-1].key < m.key)
		w.members = append(w.members, m)
		if w.then('}') {
			break
		}
		if !w.then(',') {
			return false
		}
		w.out = append(w.out, ',')
	}
	ok := orderly || w.order(w.members[first:])
	w.members = w.members[:first]
	w.line(depth)
	w.out = append(w.out, '}')
	return ok
}

// order brings members that were written into the order of keys. It returns false when
// two have the same.
func (w *rewriter) order(members []member) bool {
	begin := members[0].start
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	w.room = w.room[:0]
	for i, m := range members {
		if i > 0 {
			if m.key == members[i-1].key {
				return false
			}
			w.room = append(w.room, ',')
		}
		w.room = append(w.room, w.out[m.start:m.end]...)
	}
	copy(w.out[begin:], w.room)
	return true
}
