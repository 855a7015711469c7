package snapshot

import (
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Canonical text (AppendJSON) is read line by line: the indentation of a line
// is the depth of what stands on it, so that a container ends on the next line
// with its own indentation, and nothing between has to be understood to find
// that. What is here takes exactly what AppendJSON writes; the caller has
// everything else read by ParseJSON, which also knows what to say of it.

// deepest is how deep canonical text may be nested to be read by lines.
const deepest = 64

// indents is the indentation of the deepest line.
var indents = strings.Repeat("  ", deepest)

// line is one line of canonical text that holds a value, or begins one.
type line struct {
	key        string
	text       string // as in Node
	kind       NodeKind
	named      bool // has a key
	open       bool // begins a container, whose values follow
	comma      bool // another value follows in the same container
	start, end int  // offsets of the value; of one that is open, of its bracket
	next       int  // offset of the next line
	number     int  // 1-based, of the line; the caller counts
}

// read reads the line at an offset that stands at a depth. It returns false for
// what is not canonical.
func (l *line) read(text string, at, depth int) bool {
	i := at + 2*depth
	if depth >= deepest || i >= len(text) || text[at:i] != indents[:2*depth] {
		return false
	}
	*l = line{start: i}
	switch text[i] {
	case '"':
		if l.text, i = quoted(text, i); i < 0 {
			return false
		}
		l.kind = String
		if strings.HasPrefix(text[i:], ": ") {
			l.key, l.named, l.start = l.text, true, i+2
			i = l.value(text)
		}
	default:
		i = l.value(text)
	}
	if i < 0 {
		return false
	}
	l.end = i
	if !l.open && i < len(text) && text[i] == ',' {
		l.comma = true
		i++
	}
	l.next = i + 1
	return i < len(text) && text[i] == '\n'
}

// value reads the value at l.start, and returns the offset behind it; -1 for
// none.
func (l *line) value(text string) int {
	i := l.start
	if i >= len(text) {
		return -1
	}
	l.text = ""
	switch text[i] {
	case '"':
		l.kind = String
		l.text, i = quoted(text, i)
		return i
	case '{', '[':
		l.kind = Array
		shut := byte(']')
		if text[i] == '{' {
			l.kind, shut = Map, '}'
		}
		if i+1 < len(text) && text[i+1] == shut {
			return i + 2
		}
		l.open = true
		return i + 1
	}
	for i < len(text) && text[i] != ',' && text[i] != '\n' {
		i++
	}
	literal := text[l.start:i]
	switch {
	case literal == "null":
		l.kind = Null
		return i
	case literal == "true" || literal == "false":
		l.kind = Bool
	case isNumber(literal):
		l.kind = Number
	default:
		return -1
	}
	l.text = literal
	return i
}

// quoted reads the string that opens at an offset, and returns the offset
// behind it; -1 for one that AppendJSON would not write like that.
func quoted(text string, at int) (value string, end int) {
	plain := true
	for i := at + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			if plain {
				return text[at+1 : i], i + 1
			}
			return unquoted(text[at:i+1], i+1)
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			return "", -1
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	return "", -1
}

// unquoted is the value of a literal with escapes, or beyond ASCII.
func unquoted(literal string, end int) (string, int) {
	if strings.IndexByte(literal, '\\') < 0 {
		if !utf8.ValidString(literal) {
			return "", -1
		}
		return literal[1 : len(literal)-1], end
	}
	value, err := jsontext.AppendUnquote(nil, literal)
	if err != nil || string(appendString(nil, string(value))) != literal {
		return "", -1
	}
	return string(value), end
}

// isNumber reports whether a literal is a number of RFC 8259.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	if s = s[whole:]; strings.HasPrefix(s, ".") {
		fraction := digits(s[1:])
		if fraction == 0 {
			return false
		}
		s = s[1+fraction:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		if s = s[1:]; s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		return s != "" && digits(s) == len(s)
	}
	return s == ""
}

// digits is how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// ending is the line that ends a container.
type ending struct {
	comma     bool
	end, next int // offsets behind the bracket, and of the next line
}

// read reads the line at an offset that ends a container of a kind which stands
// at a depth.
func (e *ending) read(text string, at, depth int, kind NodeKind) bool {
	i := at + 2*depth
	if i >= len(text) || text[at:i] != indents[:2*depth] || text[i] != shutting(kind) {
		return false
	}
	*e = ending{end: i + 1}
	if i++; i < len(text) && text[i] == ',' {
		e.comma = true
		i++
	}
	e.next = i + 1
	return i < len(text) && text[i] == '\n'
}

func shutting(kind NodeKind) byte {
	if kind == Map {
		return '}'
	}
	return ']'
}

// order checks what must hold between the values of one container: all have a
// key in a map and none in an array, and keys ascend.
type order struct {
	kind NodeKind
	last string
	some bool
}

func (o *order) takes(l *line) bool {
	if l.named != (o.kind == Map) || l.named && o.some && l.key <= o.last {
		return false
	}
	o.last, o.some = l.key, true
	return true
}

// check reads the values of a container up to its end: kind is what it is, at
// the offset of the line after its bracket, depth its own.
func check(text string, at, depth int, kind NodeKind) (end ending, ok bool) {
	var stack [deepest + 1]order
	top := depth + 1
	if top >= deepest {
		return end, false
	}
	stack[top] = order{kind: kind}
	var l line
	for more := true; ; {
		if !more {
			if !end.read(text, at, top-1, stack[top].kind) {
				return end, false
			}
			if top--; top == depth {
				return end, true
			}
			at, more = end.next, end.comma
			continue
		}
		if !l.read(text, at, top) || !stack[top].takes(&l) {
			return end, false
		}
		at, more = l.next, l.comma
		if l.open {
			if top++; top >= deepest {
				return end, false
			}
			stack[top], more = order{kind: l.kind}, true
		}
	}
}

// behind finds the end of a container of checked text without reading what is
// in it: at is the offset of the line after its bracket, depth its own.
func behind(text string, at, depth int, kind NodeKind) (end ending) {
	shut, indent := shutting(kind), indents[:2*depth]
	i := at + len(indent)
	for {
		i += strings.IndexByte(text[i:], shut) + 1
		if begin := i - 1 - len(indent); text[begin-1] == '\n' && text[begin:i-1] == indent {
			break // text in quotes has no line feed
		}
	}
	end = ending{end: i, comma: i < len(text) && text[i] == ','}
	if end.next = i + 1; end.comma {
		end.next++
	}
	return end
}
