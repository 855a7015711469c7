package snapshot

import (
	"io"
	"runtime"
	"slices"
	"strings"
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
	w := write(text, step{outline: &whole, first: true}.steps(nil))
	defer w.stop()
	s, err := readSource(w, 0, kept, known)
	if err != nil {
		return nil, nil
	}
	s.origin = &origin{text: text, marks: w.marks}
	root := s.canonical()
	if root == nil {
		return nil, nil
	}
	return s, root
}

// writing writes the steps of an outline as canonical text, on all processors, while
// it is read.
type writing struct {
	todo  chan chan written // in order
	done  chan struct{}
	now   []byte // what was written and not read yet
	size  int    // of what was written
	marks []mark
}

// written is the text of some steps. Where the values of the outline stand in it is
// what marks say.
type written struct {
	text  []byte
	marks []mark
	ok    bool
}

// stepsSize is about how much text the steps have that are written at a time.
const stepsSize = 1 << 18

func write(text string, steps []step) *writing {
	w := &writing{todo: make(chan chan written, 2*runtime.GOMAXPROCS(0)), done: make(chan struct{})}
	go func() {
		defer close(w.todo)
		for len(steps) > 0 {
			n, size := 0, 0
			for n < len(steps) && size < stepsSize {
				if s := steps[n]; len(s.kids) == 0 {
					size += s.end - s.start
				}
				n++
			}
			some := steps[:n]
			steps = steps[n:]
			out := make(chan written, 1)
			select {
			case w.todo <- out:
			case <-w.done:
				return
			}
			go func() { out <- writtenOf(text, some) }()
		}
	}()
	return w
}

// stop ends the writing of what is not read.
func (w *writing) stop() { close(w.done) }

func (w *writing) Read(p []byte) (int, error) {
	for len(w.now) == 0 {
		out, more := <-w.todo
		if !more {
			return 0, io.EOF
		}
		next := <-out
		if !next.ok || w.size+len(next.text) > MaxSize {
			return 0, errTooLarge
		}
		for _, m := range next.marks {
			w.marks = append(w.marks, mark{m.at + uint32(w.size), m.from})
		}
		w.now = next.text
		w.size += len(next.text)
	}
	n := copy(p, w.now)
	w.now = w.now[n:]
	return n, nil
}

func writtenOf(text string, steps []step) written {
	w := rewriter{text: text, out: make([]byte, 0, 2*stepsSize)}
	var marks []mark
	for _, s := range steps {
		if !s.ends && !s.first {
			w.out = append(w.out, ',')
		}
		if s.depth > 0 || s.ends {
			w.line(s.depth)
		}
		if s.ends {
			w.out = append(w.out, shutting(s.kind))
			if s.depth == 0 {
				w.out = append(w.out, '\n')
			}
			continue
		}
		if s.named {
			w.out = append(appendString(w.out, s.key), ": "...)
		}
		marks = append(marks, mark{uint32(len(w.out)), uint32(s.start)})
		if len(s.kids) > 0 {
			w.out = append(w.out, text[s.start])
			continue
		}
		if w.at = s.start; !w.value(s.depth) {
			return written{}
		}
		if s.depth == 0 {
			w.out = append(w.out, '\n')
		}
	}
	return written{w.out, marks, true}
}

// rewriter writes values of a JSON text as canonical text. It takes what ParseJSON
// takes, to a depth.
type rewriter struct {
	text    string
	at      int // what is read next
	out     []byte
	members []member
	room    []byte
}

// member is a member of an object that was written, with the line feed before it.
type member struct {
	key        string
	start, end int // in what is written
}

func (w *rewriter) line(depth int) {
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

// value writes the value that stands at a depth.
func (w *rewriter) value(depth int) bool {
	w.at = blank(w.text, w.at)
	if depth >= deepest || w.at == len(w.text) {
		return false
	}
	switch w.text[w.at] {
	case '"':
		_, ok := w.quoted()
		return ok
	case '{':
		return w.object(depth)
	case '[':
		return w.array(depth)
	}
	end := skip(w.text, w.at)
	literal := w.text[w.at:end]
	w.at, w.out = end, append(w.out, literal...)
	return literal == "null" || literal == "true" || literal == "false" || isNumber(literal)
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
		if !w.value(depth + 1) {
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
		if !w.value(depth + 1) {
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
