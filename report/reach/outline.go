package reach

import (
	"bytes"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"esaudit/graph"
	"esaudit/report/plain"
)

// outline is a text for people before it is known where it is shown.
type outline struct{ blocks []block }

// block is one part of an outline.
type block struct {
	kind   blockKind
	indent int
	text   line
	head   []string // of a table; not shown on a terminal when quiet is set
	quiet  bool
	rows   [][]cell
}

type blockKind uint8

const (
	titleBlock blockKind = iota
	headingBlock
	paragraphBlock
	itemBlock
	tableBlock
)

// cell is what stands in a table, in lines that each may wrap.
type cell []line

// line is pieces of text, one after the other.
type line []piece

// piece is text of one style. Everything in it is escaped where it is shown.
type piece struct {
	text  string
	style style
}

type style uint8

const (
	prose style = iota
	value       // an id, an address, a name: told as it is written
	strong
	faint
	good
	bad
	unsure
	blank // spaces that stay
)

func said(text string) line       { return line{{text, prose}} }
func named(text string) line      { return line{{text, value}} }
func (l line) and(m ...line) line { return append(l[:len(l):len(l)], flat(m)...) }

func flat(lines []line) line {
	var out line
	for _, l := range lines {
		out = append(out, l...)
	}
	return out
}

// tone is the style of a verdict.
func tone(v graph.Verdict) style {
	switch v {
	case graph.Reachable:
		return good
	case graph.Blocked:
		return bad
	}
	return unsure
}

func (o *outline) title(l line)   { o.blocks = append(o.blocks, block{kind: titleBlock, text: l}) }
func (o *outline) heading(l line) { o.blocks = append(o.blocks, block{kind: headingBlock, text: l}) }
func (o *outline) paragraph(indent int, l line) {
	o.blocks = append(o.blocks, block{kind: paragraphBlock, indent: indent, text: l})
}

// item adds one of a list.
func (o *outline) item(indent int, l line) {
	o.blocks = append(o.blocks, block{kind: itemBlock, indent: indent, text: l})
}

// table adds rows; a terminal shows the head of columns only when shown is set.
func (o *outline) table(indent int, head []string, shown bool, rows ...[]cell) {
	if len(rows) > 0 {
		o.blocks = append(o.blocks, block{kind: tableBlock, indent: indent, head: head, quiet: !shown, rows: rows})
	}
}

// terminal shows an outline in lines of at most o.Width columns.
func (o *outline) terminal(opt Options) []byte {
	p := &page{width: max(opt.Width, 40), color: opt.Color, unicode: opt.Unicode}
	for i, b := range o.blocks {
		switch b.kind {
		case tableBlock:
			p.table(b)
		case itemBlock:
			for n, l := range p.wrapped(b.text, p.width-b.indent-2) {
				p.lines(b.indent+2*min(n, 1), []string{l})
			}
		case paragraphBlock:
			p.lines(b.indent, p.wrapped(b.text, p.width-b.indent))
		default:
			if i > 0 {
				p.b.WriteByte('\n')
			}
			p.lines(0, p.wrapped(emphasized(b.text), p.width))
		}
	}
	return p.b.Bytes()
}

// emphasized makes what stands out in a title do so.
func emphasized(l line) line {
	out := make(line, len(l))
	for i, x := range l {
		if x.style == prose || x.style == value {
			x.style = strong
		}
		out[i] = x
	}
	return out
}

// page gathers lines of a terminal.
type page struct {
	b              bytes.Buffer
	width          int
	color, unicode bool
}

// glue is a space that no line breaks at and that keeps its width. Strangers'
// texts hold none, because it is escaped there.
const glue = "\u00a0"

// gap is n spaces that stay.
func gap(n int) line { return line{{strings.Repeat(" ", n), blank}} }

// paint makes a piece harmless, and colours it.
func (p *page) paint(x piece) string {
	if x.style == blank {
		return strings.Repeat(glue, len(x.text))
	}
	text := plain.Text(x.text, p.unicode)
	code := map[style]string{strong: "1", faint: "2", good: "1;32", bad: "1;31", unsure: "1;33"}[x.style]
	if !p.color || code == "" || strings.TrimSpace(text) == "" {
		return text
	}
	words := strings.Split(text, " ") // each by itself, so that a line can break between them
	for i, w := range words {
		if w != "" {
			words[i] = "\x1b[" + code + "m" + w + "\x1b[0m"
		}
	}
	return strings.Join(words, " ")
}

func (p *page) text(l line) string {
	var b strings.Builder
	for _, x := range l {
		b.WriteString(p.paint(x))
	}
	return b.String()
}

// wrapped breaks a line between words; a word that is wider than a line is cut.
func (p *page) wrapped(l line, width int) []string { return broken(p.text(l), max(width, 16)) }

// broken breaks a text into lines of at most width columns between words, and
// within a word that is wider, where it has a mark if it can be.
func broken(text string, width int) []string {
	out := []string{""}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }) {
		last := len(out) - 1
		switch size := ansi.StringWidth(word); {
		case out[last] != "" && ansi.StringWidth(out[last])+1+size <= width:
			out[last] += " " + word
		case size > width:
			parts := strings.Split(ansi.Wrap(word, width, "/.:,@"), "\n")
			if out[last] == "" {
				out = out[:last]
			}
			out = append(out, parts...)
		case out[last] == "":
			out[last] = word
		default:
			out = append(out, word)
		}
	}
	return out
}

func (p *page) lines(indent int, lines []string) {
	for _, l := range lines {
		p.b.WriteString(strings.TrimRight(strings.Repeat(" ", indent)+strings.ReplaceAll(l, glue, " "), " ") + "\n")
	}
}

// narrowest is how many columns the last column of a table needs; with less it
// stands below the others.
const narrowest = 28

// table writes rows in columns as wide as they need; the last takes what is
// left.
func (p *page) table(b block) {
	rows := b.rows
	if !b.quiet {
		head := make([]cell, len(b.head))
		for i, h := range b.head {
			head[i] = cell{line{{strings.ToUpper(h), faint}}}
		}
		rows = append([][]cell{head}, rows...)
	}
	last := len(b.head) - 1
	widths, used := make([]int, last), b.indent
	for i := range widths {
		for _, row := range rows {
			for _, l := range row[i] {
				widths[i] = max(widths[i], ansi.StringWidth(p.text(l)))
			}
		}
		widths[i] = min(widths[i], 40)
		used += widths[i] + 2
	}
	if p.width-used < narrowest {
		p.stacked(b.indent, rows)
		return
	}
	for _, row := range rows {
		columns := make([][]string, len(row))
		height := 0
		for i, c := range row {
			width := p.width - used
			if i < last {
				width = widths[i]
			}
			for _, l := range c {
				columns[i] = append(columns[i], p.wrapped(l, width)...)
			}
			height = max(height, len(columns[i]))
		}
		for n := range height {
			text := ""
			for i, column := range columns {
				part := ""
				if n < len(column) {
					part = column[n]
				}
				if i < last {
					part += strings.Repeat(" ", max(widths[i]-ansi.StringWidth(part), 0)+2)
				}
				text += part
			}
			p.lines(b.indent, []string{text})
		}
	}
}

// stacked writes the last column below the others.
func (p *page) stacked(indent int, rows [][]cell) {
	for _, row := range rows {
		var first line
		for i, c := range row[:len(row)-1] {
			if i > 0 {
				first = first.and(gap(2))
			}
			first = first.and(flat(c))
		}
		p.lines(indent, p.wrapped(first, p.width-indent))
		for _, l := range row[len(row)-1] {
			p.lines(indent+4, p.wrapped(l, p.width-indent-4))
		}
	}
}

// markdown shows an outline in Markdown (GFM).
func (o *outline) markdown() []byte {
	var b strings.Builder
	for i, x := range o.blocks {
		if i > 0 && (x.kind != itemBlock || o.blocks[i-1].kind != itemBlock) {
			b.WriteByte('\n')
		}
		switch x.kind {
		case titleBlock:
			b.WriteString("## " + marked(x.text) + "\n")
		case headingBlock:
			b.WriteString("### " + marked(x.text) + "\n")
		case paragraphBlock:
			b.WriteString(marked(x.text) + "\n")
		case itemBlock:
			b.WriteString("- " + marked(x.text) + "\n")
		case tableBlock:
			b.WriteString("| " + strings.Join(x.head, " | ") + " |\n|" + strings.Repeat(" --- |", len(x.head)) + "\n")
			for _, row := range x.rows {
				for _, c := range row {
					var lines []string
					for _, l := range c {
						lines = append(lines, marked(l))
					}
					b.WriteString("| " + strings.Join(lines, "<br>") + " ")
				}
				b.WriteString("|\n")
			}
		}
	}
	return []byte(b.String())
}

// marked writes a line in Markdown: what is told as it is written as code,
// everything else escaped.
func marked(l line) string {
	var b strings.Builder
	for _, x := range l {
		switch {
		case strings.Trim(x.text, " ") == "":
			b.WriteString(x.text)
		case x.style == value:
			b.WriteString(plain.Code(x.text))
		case x.style == prose || x.style == faint:
			b.WriteString(plain.Markdown(x.text))
		default:
			b.WriteString("**" + plain.Markdown(x.text) + "**")
		}
	}
	return strings.TrimSpace(b.String())
}
