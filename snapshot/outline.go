package snapshot

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// A text that is not canonical (other white space, order of keys or escapes) is
// written as canonical text, which is read instead of it. Its outline, down to
// objects of the cloud, is found by one goroutine, and cut into steps, which can be
// written independently of each other: while it is found, as long as keys are in order.

// value is where a value of any JSON text stands, with its key where it has one.
type value struct {
	key        string
	named      bool
	kind       NodeKind
	start, end int // offsets in the text
}

// outline is a value, with what it holds if it stands above objects.
type outline struct {
	value
	kids []outline
}

// outlining reads the outline of a text.
type outlining struct {
	text  string
	found func(step) // is told each step, until keys are not in order; then it is nil
}

func (t *outlining) tell(s step) {
	if t.found != nil {
		t.found(s)
	}
}

// read reads the value that begins at an offset, behind white space, and returns the
// offset behind it; -1 for what cannot be JSON. What is in it is told.
func (t *outlining) read(o *outline, at, depth int) int {
	text := t.text
	if at == len(text) {
		return -1
	}
	o.start, o.kind = at, kindAt(text, at)
	if o.kind < Array || depth == objectDepth {
		o.end = skip(text, at)
		return o.end
	}
	shut := shutting(o.kind)
	if at = blank(text, at+1); at < len(text) && text[at] == shut {
		o.end = at + 1
		return o.end
	}
	t.tell(step{value: o.value, depth: depth, opens: true})
	for at < len(text) {
		kid := outline{value: value{named: o.kind == Map}}
		if kid.named {
			if kid.key, at = named(text, at); at < 0 {
				return -1
			}
			if n := len(o.kids); n > 0 && kid.key <= o.kids[n-1].key {
				t.found = nil
			}
		}
		if at = t.read(&kid, at, depth+1); at < 0 {
			return -1
		}
		o.kids = append(o.kids, kid)
		if at = blank(text, at); at == len(text) || text[at] != shut && text[at] != ',' {
			return -1
		}
		t.tell(kid.last(depth+1, text[at] == ','))
		if at++; text[at-1] == shut {
			o.end = at
			if !o.sort() {
				return -1
			}
			return at
		}
		at = blank(text, at)
	}
	return -1
}

// sort brings what a map holds into the order of keys. It returns false when two have
// the same.
func (o *outline) sort() bool {
	if o.kind != Map {
		return true
	}
	byKey := func(a, b outline) int { return strings.Compare(a.key, b.key) }
	if !slices.IsSortedFunc(o.kids, byKey) {
		slices.SortFunc(o.kids, byKey)
	}
	for i := 1; i < len(o.kids); i++ {
		if o.kids[i].key == o.kids[i-1].key {
			return false
		}
	}
	return true
}

// step is one value of an outline, or the beginning or the end of one that holds others.
type step struct {
	value
	depth       int
	opens, ends bool
	comma       bool // another value follows in what holds it
}

// last is the step that is told when o has been read.
func (o *outline) last(depth int, comma bool) step {
	return step{value: o.value, depth: depth, ends: len(o.kids) > 0, comma: comma}
}

// steps tells the steps that write o.
func (o *outline) steps(depth int, comma bool, tell func(step)) {
	if len(o.kids) > 0 {
		tell(step{value: o.value, depth: depth, opens: true})
	}
	for i := range o.kids {
		o.kids[i].steps(depth+1, i < len(o.kids)-1, tell)
	}
	tell(o.last(depth, comma))
}

// blank returns the offset of what follows white space.
func blank(text string, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t') {
		at++
	}
	return at
}

// skip returns the offset behind the value that begins at an offset; -1 for none. Of
// what is in it only quotes and brackets are looked at.
func skip(text string, at int) int {
	depth := 0
	for i := at; i < len(text); i++ {
		switch text[i] {
		case '"':
			if i = closing(text, i); i < 0 {
				return -1
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return i
			}
		}
	}
	if depth > 0 {
		return -1
	}
	return len(text)
}

// closing returns the offset of the quote that closes the string which opens at an
// offset; -1 for none.
func closing(text string, at int) int {
	for i := at + 1; ; i++ {
		n := strings.IndexByte(text[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		slash := i - 1
		for text[slash] == '\\' {
			slash--
		}
		if (i-slash)%2 == 1 {
			return i
		}
	}
}

// named reads the key at an offset, and returns the offset of its value; -1 for none.
func named(text string, at int) (key string, value int) {
	if text[at] != '"' {
		return "", -1
	}
	key, end := anyQuoted(text, at)
	if end < 0 {
		return "", -1
	}
	if end = blank(text, end); end == len(text) || text[end] != ':' {
		return "", -1
	}
	return key, blank(text, end+1)
}

// anyQuoted reads the string that opens at an offset, however it is escaped, and
// returns the offset behind it; -1 for none.
func anyQuoted(text string, at int) (value string, end int) {
	if value, end = quoted(text, at); end >= 0 {
		return value, end
	}
	if end = closing(text, at); end < 0 {
		return "", -1
	}
	plain, err := jsontext.AppendUnquote(nil, text[at:end+1])
	if err != nil {
		return "", -1
	}
	return string(plain), end + 1
}
