package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxSize is how large a document can be, in bytes.
const MaxSize = 1<<32 - 1

// maxDepth bounds nesting, so that hostile input cannot exhaust the stack.
const maxDepth = 200

// ParseJSON reads one JSON document (RFC 8259, strict: no duplicate names, no
// invalid UTF-8, nothing after it) into nodes with their positions. The error
// names line and column.
func ParseJSON(data []byte) (*Node, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("larger than %d bytes", MaxSize)
	}
	p := &parser{data: data, line: 1, dec: jsontext.NewDecoder(bytes.NewReader(data))}
	n, err := p.value(0)
	if err != nil {
		return nil, p.fail(err)
	}
	if _, err := p.dec.ReadToken(); err == nil {
		return nil, p.fail(errors.New("something follows the document"))
	} else if !errors.Is(err, io.EOF) {
		return nil, p.fail(err)
	}
	return n, nil
}

type parser struct {
	data []byte
	dec  *jsontext.Decoder
	at   int // offset up to which lines are counted
	line int // line of at
}

// fail puts the position in front of an error and drops what the decoder says
// of itself.
func (p *parser) fail(err error) error {
	offset := int(p.dec.InputOffset())
	if s, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		offset = int(s.ByteOffset)
		err = s.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle")
	}
	offset = min(max(offset, 0), len(p.data))
	line := 1 + bytes.Count(p.data[:offset], []byte("\n"))
	column := offset - bytes.LastIndexByte(p.data[:offset], '\n')
	return fmt.Errorf("line %d column %d: %w", line, column, err)
}

func (p *parser) lineAt(offset int) int {
	p.line += bytes.Count(p.data[p.at:offset], []byte("\n"))
	p.at = offset
	return p.line
}

func (p *parser) value(depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	n := &Node{}
	at := func(start int) { n.start, n.line = uint32(start), uint32(p.lineAt(start)) }
	end := int(p.dec.InputOffset())
	switch kind := tok.Kind(); kind {
	case 'n':
		n.spot = uint32(Null)
		at(end - len("null"))
	case 't', 'f':
		n.spot, n.text = uint32(Bool), tok.String()
		at(end - len(n.text))
	case '"':
		n.spot, n.text = uint32(String), tok.String()
		at(p.stringStart(end))
	case '0':
		n.spot, n.text = uint32(Number), tok.String()
		at(end - len(n.text))
	case '{', '[':
		at(end - 1)
		if kind == '{' {
			n.spot = uint32(Map)
			err = p.object(n, depth)
		} else {
			n.spot = uint32(Array)
			err = p.array(n, depth)
		}
		end = int(p.dec.InputOffset())
	default:
		return nil, fmt.Errorf("unexpected %q", tok.String())
	}
	n.size = uint32(end) - n.start
	return n, err
}

// stringStart finds the quote that opens the string which ends at end: the
// last one before it that no backslash escapes.
func (p *parser) stringStart(end int) int {
	for i := end - 2; i >= 0; i-- {
		if p.data[i] != '"' {
			continue
		}
		slashes := 0
		for j := i - 1; j >= 0 && p.data[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
	}
	return 0
}

func (p *parser) object(n *Node, depth int) error {
	var keys []string
	var kids []*Node
	for p.dec.PeekKind() != '}' {
		name, err := p.dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		kid, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		if keys, kids = append(keys, key), append(kids, kid); len(kids) > mostKids {
			return errTooMany
		}
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return err
	}
	n.holding(sorted(keys, kids))
	return nil
}

func (p *parser) array(n *Node, depth int) error {
	var kids []*Node
	for p.dec.PeekKind() != ']' {
		kid, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		if kids = append(kids, kid); len(kids) > mostKids {
			return errTooMany
		}
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return err
	}
	n.holding(nil, kids)
	return nil
}

var errTooMany = fmt.Errorf("more than %d values in one", mostKids)

// sorted returns keys in order, each with its value.
func sorted(keys []string, kids []*Node) ([]string, []*Node) {
	if slices.IsSorted(keys) {
		return keys, kids
	}
	places := make([]int, len(keys))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return strings.Compare(keys[a], keys[b]) })
	orderly, theirs := make([]string, len(keys)), make([]*Node, len(keys))
	for i, j := range places {
		orderly[i], theirs[i] = keys[j], kids[j]
	}
	return orderly, theirs
}

// AppendJSON appends the canonical text of n to b: keys sorted, indented by
// two, one scalar a line, a line feed at the end of the document.
func (n *Node) AppendJSON(b []byte) []byte {
	return append(n.appendIndented(b, 0), '\n')
}

// AppendCompact appends n as JSON on one line, keys sorted.
func (n *Node) AppendCompact(b []byte) []byte {
	switch n.Kind() {
	case Absent, Null:
		return append(b, "null"...)
	case Bool, Number:
		return append(b, n.text...)
	case String:
		return appendString(b, n.text)
	}
	open, shut := n.brackets()
	in := n.whole()
	b = append(b, open)
	for i, kid := range in.kids {
		if i > 0 {
			b = append(b, ',')
		}
		if n.kind() == Map {
			b = append(appendString(b, in.keys[i]), ':')
		}
		b = kid.AppendCompact(b)
	}
	return append(b, shut)
}

func (n *Node) brackets() (open, shut byte) {
	if n.kind() == Map {
		return '{', '}'
	}
	return '[', ']'
}

func (n *Node) appendIndented(b []byte, depth int) []byte {
	if text, at, ok := n.written(); ok && at == depth {
		return append(b, text...)
	}
	in := n.whole()
	if len(in.kids) == 0 {
		return n.AppendCompact(b)
	}
	open, shut := n.brackets()
	b = append(b, open, '\n')
	for i, kid := range in.kids {
		b = appendIndent(b, depth+1)
		if n.kind() == Map {
			b = append(appendString(b, in.keys[i]), ": "...)
		}
		b = kid.appendIndented(b, depth+1)
		if i < len(in.kids)-1 {
			b = append(b, ',')
		}
		b = append(b, '\n')
	}
	return append(appendIndent(b, depth), shut)
}

func appendIndent(b []byte, depth int) []byte {
	for range depth {
		b = append(b, "  "...)
	}
	return b
}

// appendString quotes s. The node holds valid UTF-8, because ParseJSON refuses
// anything else; a string made by hand that is not is mended with U+FFFD.
func appendString(b []byte, s string) []byte {
	if isPlain(s) { // most are
		return append(append(append(b, '"'), s...), '"')
	}
	quoted, err := jsontext.AppendQuote(b, s)
	if err != nil {
		quoted, _ = jsontext.AppendQuote(b, strings.ToValidUTF8(s, "\uFFFD"))
	}
	return quoted
}
