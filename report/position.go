package report

import (
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/snapshot"
)

// document finds where values stand in a snapshot.
type document struct {
	root   *snapshot.Node
	data   string
	starts []int // byte offset of every line
}

// extent is a part of the document: bytes, and the 1-based lines and columns of
// SARIF, in UTF-16 units, the end column exclusive.
type extent struct {
	start, end                                 int
	startLine, startColumn, endLine, endColumn int
}

func newDocument(s *snapshot.Snapshot) *document {
	d := &document{root: s.Root(), data: s.Source(), starts: []int{0}}
	d.starts = slices.Grow(d.starts, strings.Count(d.data, "\n"))
	for at := 0; ; {
		end := strings.IndexByte(d.data[at:], '\n')
		if end < 0 {
			return d
		}
		at += end + 1
		d.starts = append(d.starts, at)
	}
}

// value returns where a value stands. Of one that fills several lines it is
// the line it opens on: nobody wants to see a whole object marked.
func (d *document) value(n *snapshot.Node) extent {
	start, end := n.Span()
	line := d.line(start)
	if stop := d.lineEnd(line); end > stop {
		start, end = d.starts[line]+indentation(d.data[d.starts[line]:stop]), stop
	}
	return d.extent(start, end)
}

// around returns the lines around an extent, two on either side where there
// are so many.
func (d *document) around(e extent) extent {
	first, last := max(e.startLine-1-2, 0), min(e.endLine-1+2, len(d.starts)-1)
	for last > e.endLine-1 && d.starts[last] == d.lineEnd(last) {
		last--
	}
	return d.extent(d.starts[first], d.lineEnd(last))
}

func (d *document) text(e extent) string { return d.data[e.start:e.end] }

func (d *document) extent(start, end int) extent {
	a, b := d.line(start), d.line(end)
	return extent{
		start: start, end: end,
		startLine: a + 1, startColumn: units(d.data[d.starts[a]:start]) + 1,
		endLine: b + 1, endColumn: units(d.data[d.starts[b]:end]) + 1,
	}
}

// line returns the 0-based line an offset is on.
func (d *document) line(offset int) int {
	i, found := slices.BinarySearch(d.starts, offset)
	if !found {
		i--
	}
	return i
}

// lineEnd returns the offset behind a line's last character.
func (d *document) lineEnd(line int) int {
	end := len(d.data)
	if line+1 < len(d.starts) {
		end = d.starts[line+1] - 1
	}
	return d.starts[line] + len(strings.TrimSuffix(d.data[d.starts[line]:end], "\r"))
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
