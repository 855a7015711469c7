package report

import (
	"bytes"
	"strings"

	"charm.land/lipgloss/v2"

	"esaudit/lang"
	"esaudit/report/plain"
)

// tone says what a piece of text means; a page knows how that looks.
type tone uint8

const (
	normal tone = iota
	strong      // what the eye should find
	quiet       // what it should skip
	bad         // critical
	high
	medium
	low
	good
	unsure
)

// look is how tones look. Colours are those of the terminal's own palette.
func look(t tone) lipgloss.Style {
	s := lipgloss.NewStyle()
	switch t {
	case strong:
		return s.Bold(true)
	case quiet:
		return s.Faint(true)
	case bad:
		return s.Bold(true).Foreground(lipgloss.BrightRed)
	case high:
		return s.Foreground(lipgloss.Red)
	case medium:
		return s.Foreground(lipgloss.Yellow)
	case low:
		return s.Foreground(lipgloss.Cyan)
	case good:
		return s.Foreground(lipgloss.Green)
	case unsure:
		return s.Foreground(lipgloss.Magenta)
	}
	return s
}

// span is text of one tone. Words part at spaces; glue holds words together.
type span struct {
	text string
	tone tone
}

// glue is a space that no line breaks at. Strangers' texts hold none, because
// they are escaped.
const glue = "\u00a0"

// page lays out lines of at most width columns.
type page struct {
	b       bytes.Buffer
	width   int
	color   bool
	unicode bool
	texts   *lang.Texts
}

// sign returns the character, or what stands for it in ASCII.
func (p *page) sign(wide, ascii string) string {
	if p.unicode {
		return wide
	}
	return ascii
}

// text makes a stranger's text fit for a span.
func (p *page) text(s string) string { return plain.Text(s, p.unicode) }

// name makes a stranger's short text fit for a span that stays on one line
// where it can.
func (p *page) name(s string) string { return strings.ReplaceAll(p.text(s), " ", glue) }

// lines writes spans, wrapped, with every line indented.
func (p *page) lines(indent int, spans ...span) {
	for _, line := range wrap(spans, p.width-indent) {
		p.line(append([]span{{text: strings.Repeat(" ", indent)}}, line...))
	}
}

// columns writes cells side by side, each wrapped in its width, two columns
// apart.
func (p *page) columns(indent int, widths []int, cells ...[]span) {
	wrapped := make([][][]span, len(cells))
	height := 0
	for i, cell := range cells {
		for _, paragraph := range paragraphs(cell) {
			wrapped[i] = append(wrapped[i], wrap(paragraph, widths[i])...)
		}
		height = max(height, len(wrapped[i]))
	}
	for row := range height {
		line := []span{{text: strings.Repeat(" ", indent)}}
		for i := range cells {
			used := 0
			if row < len(wrapped[i]) {
				line = append(line, wrapped[i][row]...)
				used = length(wrapped[i][row])
			}
			line = append(line, span{text: strings.Repeat(" ", widths[i]-used+2)})
		}
		p.line(line)
	}
}

// paragraphs parts a cell at spans that are a line feed.
func paragraphs(cell []span) [][]span {
	out := [][]span{nil}
	for _, s := range cell {
		if s.text == "\n" {
			out = append(out, nil)
			continue
		}
		out[len(out)-1] = append(out[len(out)-1], s)
	}
	return out
}

// labelled writes spans behind a label that has a column of its own.
func (p *page) labelled(indent int, label string, spans ...span) {
	p.columns(indent, []int{labelWidth, p.width - indent - labelWidth - 2}, []span{{label, quiet}}, spans)
}

const labelWidth = 6

// ends writes one line with a part at either side; false when it does not fit.
func (p *page) ends(indent int, left []span, right span) bool {
	gap := p.width - indent - length(left) - length([]span{right})
	if gap < 2 {
		return false
	}
	line := append([]span{{text: strings.Repeat(" ", indent)}}, left...)
	p.line(append(line, span{text: strings.Repeat(" ", gap)}, right))
	return true
}

// rule writes a section's title with a line to the page's edge.
func (p *page) rule(title span, note string) {
	dash := p.sign("─", "-")
	p.blank()
	fill := p.width - columnsOf(title.text) - columnsOf(note) - 2
	if fill < 3 {
		p.lines(0, title)
		p.lines(0, span{note, quiet})
		return
	}
	p.line([]span{title, {text: " "}, {strings.Repeat(dash, fill), quiet}, {text: " "}, {note, quiet}})
}

func (p *page) blank() { p.b.WriteByte('\n') }

// line writes spans as they are, without blanks at the end. Neighbours of one
// tone are painted together.
func (p *page) line(spans []span) {
	for len(spans) > 0 && strings.Trim(spans[len(spans)-1].text, " "+glue) == "" {
		spans = spans[:len(spans)-1]
	}
	for i := 0; i < len(spans); {
		tone, text := spans[i].tone, ""
		for ; i < len(spans) && (spans[i].tone == tone || spans[i].text == " "); i++ {
			text += spans[i].text
		}
		if i == len(spans) {
			text = strings.TrimRight(text, " "+glue)
		}
		p.write(strings.ReplaceAll(text, glue, " "), tone)
	}
	p.b.WriteByte('\n')
}

func (p *page) write(text string, t tone) {
	if p.color && t != normal && strings.Trim(text, " ") != "" {
		text = look(t).Render(text)
	}
	p.b.WriteString(text)
}

// Wrap breaks the lines of a text into ones of at most width columns, as tables do:
// punctuation of Chinese stays with the character that it follows.
func Wrap(text string, width int) string {
	var out []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		for _, line := range wrap([]span{{text: paragraph}}, width) {
			var b strings.Builder
			for _, s := range line {
				b.WriteString(s.text)
			}
			out = append(out, b.String())
		}
	}
	return strings.Join(out, "\n")
}

// wrap breaks spans into lines of at most width columns: between words, between
// wide characters, and within a word that is wider than a line.
func wrap(spans []span, width int) [][]span {
	var out [][]span
	var line []span
	used := 0
	end := func() {
		out = append(out, line)
		line, used = nil, 0
	}
	for _, w := range words(spans) {
		word, size, space := w.spans, length(w.spans), 1
		if w.joined {
			space = 0
		}
		if used > 0 && used+space+size > width {
			end()
		}
		if used > 0 && !w.joined {
			line = append(line, span{text: " "})
			used++
		}
		for size > width {
			head, tail := cut(word, width)
			line = append(line, head...)
			end()
			word, size = tail, length(tail)
		}
		line = append(line, word...)
		used += size
	}
	if used > 0 {
		end()
	}
	return out
}

// word is what no line breaks within where it fits. It may change its tone.
type word struct {
	spans  []span
	joined bool // no space stands before it
}

// words parts spans at spaces, and beside wide characters.
func words(spans []span) []word {
	var out []word
	var next word
	var last rune // before, of the same word
	end := func(joined bool) {
		if next.spans != nil {
			out = append(out, next)
		}
		next = word{joined: joined}
	}
	for _, s := range spans {
		for i, part := range strings.Split(s.text, " ") {
			if i > 0 {
				end(false)
				last = 0
			}
			start := 0
			for at, r := range part {
				if last != 0 && parts(last, r) {
					if at > start {
						next.spans = append(next.spans, span{part[start:at], s.tone})
					}
					end(true)
					start = at
				}
				last = r
			}
			if start < len(part) {
				next.spans = append(next.spans, span{part[start:], s.tone})
			}
		}
	}
	end(false)
	return out
}

// Punctuation that does not begin a line, and that does not end one.
const (
	closing = ",.;:!?)]}%\u3001\u3002\u300b\u300d\u3011\uff01\uff09\uff0c\uff1a\uff1b\uff1f"
	opening = "([{\u300a\u300c\u3010\uff08"
)

// parts reports whether a line may break between two characters of a word:
// beside a wide one, as long as punctuation stays where it belongs.
func parts(a, b rune) bool {
	const space = '\u00a0' // glue
	return (wide(a) || wide(b)) && a != space && b != space && !strings.ContainsRune(closing, b) && !strings.ContainsRune(opening, a)
}

// wide reports whether a character takes two columns.
func wide(r rune) bool {
	const first = 0x1100 // of the wide characters
	return r >= first && columnsOf(string(r)) == 2
}

// cut parts a word after at most width columns, and after at least one
// character.
func cut(word []span, width int) (head, tail []span) {
	used := 0
	for i, s := range word {
		for at, r := range s.text {
			size := columnsOf(string(r))
			if used+size > width && used > 0 {
				if at > 0 {
					head = append(head, span{s.text[:at], s.tone})
				}
				return head, append([]span{{s.text[at:], s.tone}}, word[i+1:]...)
			}
			used += size
		}
		head = append(head, s)
	}
	return head, nil
}

// cutText is how a text begins, with a sign that it goes on.
func (p *page) cutText(text string, width int) string {
	head, _ := cut([]span{{text, normal}}, width)
	return strings.TrimRight(head[0].text, " ") + p.sign("…", "...")
}

// columnsOf is how many columns a text takes on a terminal.
func columnsOf(text string) int {
	if plain.Shows(text) {
		return len(text)
	}
	return lipgloss.Width(text)
}

func length(spans []span) int {
	n := 0
	for _, s := range spans {
		n += columnsOf(s.text)
	}
	return n
}

// phrase is a fixed text that no line breaks within.
func (p *page) phrase(english string) string {
	return strings.ReplaceAll(p.texts.T(english), " ", glue)
}
