package report

import (
	"bytes"
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/snapshot"
)

// document finds where values stand in a snapshot.
type document struct {
	root  *snapshot.Node
	data  *snapshot.Snapshot
	size  int // in bytes
	lines int
	marks []int // byte offset of every line whose 0-based number markEvery divides
}

// markEvery is after how many lines one is marked: the table of all lines would be a
// quarter of the text.
const markEvery = 16

// extent is a part of the document: bytes, and the 1-based lines and columns of
// SARIF, in UTF-16 units, the end column exclusive.
type extent struct {
	start, end                                 int
	startLine, startColumn, endLine, endColumn int
}

func newDocument(s *snapshot.Snapshot) *document {
	d := &document{root: s.Root(), data: s, lines: 1, marks: []int{0}}
	s.SourceInTurn(func(text []byte) {
		for rest := text; ; {
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				break
			}
			if rest = rest[end+1:]; d.lines%markEvery == 0 {
				d.marks = append(d.marks, d.size+len(text)-len(rest))
			}
			d.lines++
		}
		d.size += len(text)
	})
	return d
}

// between is the text from an offset up to another one.
func (d *document) between(start, end int) string { return d.data.SourceBetween(start, end) }

// value returns where a value stands. Of one that fills several lines it is
// the line it opens on: nobody wants to see a whole object marked.
func (d *document) value(n *snapshot.Node) extent {
	start, end := n.Span()
	line := d.line(start)
	if stop := d.lineEnd(line); end > stop {
		start = d.start(line)
		start, end = start+indentation(d.between(start, stop)), stop
	}
	return d.extent(start, end)
}

// around returns the lines around an extent, two on either side where there
// are so many.
func (d *document) around(e extent) extent {
	first, last := max(e.startLine-1-2, 0), min(e.endLine-1+2, d.lines-1)
	for last > e.endLine-1 && d.start(last) == d.lineEnd(last) {
		last--
	}
	return d.extent(d.start(first), d.lineEnd(last))
}

func (d *document) text(e extent) string { return d.between(e.start, e.end) }

func (d *document) extent(start, end int) extent {
	a, b := d.line(start), d.line(end)
	return extent{
		start: start, end: end,
		startLine: a + 1, startColumn: units(d.between(d.start(a), start)) + 1,
		endLine: b + 1, endColumn: units(d.between(d.start(b), end)) + 1,
	}
}

// line returns the 0-based line an offset is on.
func (d *document) line(offset int) int {
	i, found := slices.BinarySearch(d.marks, offset)
	if !found {
		i--
	}
	return i*markEvery + strings.Count(d.between(d.marks[i], offset), "\n")
}

// start returns the offset of a line's first character; of the line behind the last one,
// what is behind the document and a line feed.
func (d *document) start(line int) int {
	if line == d.lines {
		return d.size + 1
	}
	mark := line / markEvery
	at, next := d.marks[mark], d.size
	if mark+1 < len(d.marks) {
		next = d.marks[mark+1]
	}
	text := d.between(at, next)
	for range line % markEvery {
		end := strings.IndexByte(text, '\n') + 1
		at, text = at+end, text[end:]
	}
	return at
}

// lineEnd returns the offset behind a line's last character.
func (d *document) lineEnd(line int) int {
	end := d.start(line+1) - 1
	if start := d.start(line); strings.HasSuffix(d.between(start, end), "\r") {
		end--
	}
	return end
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// units counts UTF-16 code units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// resolve returns the value a pointer names, or else what stands nearest above
// it; of a pointer that names nothing in any object, the subject.
func (d *document) resolve(pointer string, subject finding.Subject) *snapshot.Node {
	for pointer != "" {
		if n := d.root.Resolve(pointer); n != nil {
			return n
		}
		pointer = pointer[:max(strings.LastIndexByte(pointer, '/'), 0)]
	}
	return d.subject(subject)
}

// subject returns where a subject stands: its object, its region in the list
// of regions, its account, or the beginning.
func (d *document) subject(s finding.Subject) *snapshot.Node {
	for _, account := range d.root.Get("accounts").Items() {
		if s.Account != "" && account.Get("id").Text() != s.Account {
			continue
		}
		region := s.Region
		if region == "" {
			region = snapshot.Global
		}
		if n := account.Get("objects", string(objectKind(s.Kind)), region, s.ID); n != nil {
			return n
		}
		for _, n := range account.Get("regions").Items() {
			if s.Kind == "region" && n.Text() == s.ID {
				return n
			}
		}
		if n := account.Get("id"); n != nil {
			return n
		}
	}
	return d.root
}

// objectKind returns the kind of object a kind of subject is (CONTRACT 5).
func objectKind(kind string) snapshot.Kind {
	switch kind {
	case "endpoint-service":
		return snapshot.EndpointService
	case "nat":
		return snapshot.NATGateway
	case "ram-user":
		return snapshot.RAMUser
	case "ram-role":
		return snapshot.RAMRole
	case "ram-group":
		return snapshot.RAMGroup
	}
	return snapshot.Kind(kind)
}
