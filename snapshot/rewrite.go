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
	s := &Source{kept: kept, known: known, origin: &origin{text: text}}
	w := s.writing()
	var whole outline
	t := outlining{text: text, found: w.add}
	end := t.read(&whole, blank(text, 0), 0)
	if end < 0 || blank(text, end) != len(text) {
		w.abandon()
		return nil, nil
	}
	if t.found != nil {
		t.tell(whole.last(0, false))
	} else { // other steps come first
		w.abandon()
		w = s.writing()
		whole.steps(0, false, w.add)
	}
	if !w.finish() {
		return nil, nil
	}
	root := s.canonical()
	if root == nil {
		return nil, nil
	}
	return s, root
}

// writing writes steps of the outline of the text that was read as parts of canonical
// text, on all processors. They are canonical because they are written so, and are not
// checked.
type writing struct {
	source *Source
	steps  []step // that are not written yet
	size   int    // of what they write, in the text that was read
	todo   chan *written
	all    []*written
	group  sync.WaitGroup
	total  atomic.Int64 // size of what was written; more than MaxSize where that failed
}

// written is a part that steps are written as.
type written struct {
	*part
	steps []step
	marks []mark // where values stand in the part, and stood
	size  int
}

// stepsSize is about how much text the steps have that are written at a time.
const stepsSize = 1 << 18

func (s *Source) writing() *writing {
	w := &writing{source: s, todo: make(chan *written, runtime.GOMAXPROCS(0))}
	for range runtime.GOMAXPROCS(0) {
		w.group.Go(func() {
			c, r := newChecking(s.known), rewriter{text: s.origin.text}
			for next := range w.todo {
				if w.total.Load() > MaxSize {
					continue
				}
				if next.ok = r.part(next); !next.ok {
					w.total.Store(MaxSize + 1)
					continue
				}
				c.part(next.part)
				if w.total.Add(int64(next.size)) > int64(s.kept) {
					next.pack()
				}
			}
		})
	}
	return w
}

// add has a step written behind others.
func (w *writing) add(s step) {
	w.steps = append(w.steps, s)
	if !s.opens && !s.ends {
		w.size += s.end - s.start
	}
	if w.size >= stepsSize {
		w.flush()
	}
}

func (w *writing) flush() {
	next := &written{part: &part{piece: piece{source: w.source}}, steps: w.steps}
	w.all = append(w.all, next)
	w.todo <- next
	w.steps, w.size = nil, 0
}

// abandon ends the writing of what is not wanted.
func (w *writing) abandon() {
	w.total.Store(MaxSize + 1)
	close(w.todo)
	w.group.Wait()
}

// finish fits the parts together. It returns false for what is no JSON, too deep or too
// long.
func (w *writing) finish() bool {
	if len(w.steps) > 0 {
		w.flush()
	}
	close(w.todo)
	w.group.Wait()
	if w.total.Load() > MaxSize {
		return false
	}
	s := w.source
	for _, next := range w.all {
		next.start = s.size
		s.parts = append(s.parts, next.part)
		for _, m := range next.marks {
			s.origin.marks = append(s.origin.marks, mark{m.at + uint32(s.size), m.from})
		}
		s.size += next.size
	}
	s.ready()
	return true
}

// part writes the steps of a part, with the items that a check would find.
func (w *rewriter) part(to *written) bool {
	w.out, w.lines = w.out[:0], 0
	to.items = make([]item, 0, len(to.steps))
	for _, s := range to.steps {
		x := item{kind: s.kind, depth: uint8(s.depth), line: uint32(w.lines), open: s.opens, ends: s.ends, comma: s.comma}
		w.out = append(w.out, indents[:2*s.depth]...)
		if s.named && !s.ends {
			x.key, x.named = s.key, true
			w.out = append(appendString(w.out, s.key), ": "...)
		}
		x.start = len(w.out)
		switch {
		case s.ends:
			w.out = append(w.out, shutting(s.kind))
		case s.opens:
			w.out = append(w.out, w.text[s.start])
		default:
			w.at = s.start
			var ok bool
			if x.text, ok = w.value(s.depth); !ok {
				return false
			}
		}
		x.size = uint32(len(w.out) - x.start)
		if x.comma {
			w.out = append(w.out, ',')
		}
		w.out = append(w.out, '\n')
		w.lines++
		to.items = append(to.items, x)
		if !s.ends {
			to.marks = append(to.marks, mark{uint32(x.start), uint32(s.start)})
		}
	}
	to.steps = nil
	to.text, to.lines, to.size = string(w.out), w.lines, len(w.out)
	return true
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
