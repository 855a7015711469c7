package tui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"esaudit/report/plain"
)

// style is how a piece of text looks. The colours are the sixteen of the
// terminal's own palette, so that they are right on light and dark.
type style uint8

const (
	normal style = iota
	faint
	strong
	good
	bad
	warning
	accent
	chosen // of the row under the cursor
)

func (s style) code() string {
	return [...]string{"", "2", "1", "32", "1;31", "33", "36", "1;36"}[s]
}

// span is text of one style. Everything in it is made harmless where it is
// painted.
type span struct {
	text  string
	style style
}

// line is spans side by side.
type line []span

func plainly(s string) line             { return line{{s, normal}} }
func styled(s style, words string) line { return line{{words, s}} }

// with adds spans.
func (l line) with(more ...line) line {
	out := l[:len(l):len(l)]
	for _, m := range more {
		out = append(out, m...)
	}
	return out
}

// painter turns lines into what a terminal is sent.
type painter struct{ wide bool }

// glyphs are the marks of the screen; with ASCII only there are others.
type glyphs struct{ cursor, dot, arrow, more, folded, prompt string }

func (p painter) glyphs() glyphs {
	if p.wide {
		return glyphs{cursor: "▌", dot: " · ", arrow: " → ", more: "…", folded: "▸", prompt: "›"}
	}
	return glyphs{cursor: ">", dot: " - ", arrow: " -> ", more: "~", folded: "+", prompt: ">"}
}

// harmless escapes a text, of which no more than width columns can show.
func (p painter) harmless(s string, width int) string {
	if n := 4*width + 4; len(s) > n { // no character has more bytes, none but marks is narrower than a column
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	if simple(s) {
		return s
	}
	return plain.Text(s, p.wide)
}

// simple reports whether a text is ASCII that shows itself, as nearly all are: a
// column for each byte, nothing to escape.
func simple(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// columns is how many columns a harmless text takes.
func columns(shown string) int {
	if simple(shown) {
		return len(shown)
	}
	return ansi.StringWidth(shown)
}

// width is how many columns a line takes, up to limit.
func (p painter) width(l line, limit int) int {
	n := 0
	for _, s := range l {
		n += columns(p.harmless(s.text, limit))
		if n > limit {
			return limit
		}
	}
	return n
}

// paint writes a line in exactly width columns: what is too long ends with a
// mark.
func (p painter) paint(l line, width int) string {
	var b strings.Builder
	left := width
	for _, s := range l {
		if left <= 0 {
			break
		}
		shown := p.harmless(s.text, left)
		n := columns(shown)
		if n > left {
			shown = ansi.Truncate(shown, left, p.glyphs().more)
			n = columns(shown)
		}
		left -= n
		b.WriteString(p.colour(shown, s.style))
	}
	if left > 0 {
		b.WriteString(strings.Repeat(" ", left))
	}
	return b.String()
}

// wrap breaks a text between words into painted lines of at most width columns;
// a word that is wider is broken where it has a mark.
func (p painter) wrap(words string, width int, st style) []string {
	width = max(width, 4)
	lines := []string{""}
	for word := range strings.SplitSeq(p.harmless(words, longest), " ") {
		last := &lines[len(lines)-1]
		switch n := columns(word); {
		case n > width:
			broken := ansi.Hardwrap(ansi.Wrap(word, width, "/.:,@"), width, true) // Wrap may leave a mark behind a full line
			lines = append(lines, strings.Split(broken, "\n")...)
		case *last == "":
			*last = word
		case columns(*last)+1+n <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	if lines[0] == "" && len(lines) > 1 {
		lines = lines[1:]
	}
	for i, l := range lines {
		lines[i] = p.colour(l, st)
	}
	return lines
}

// longest bounds a text that is wrapped, in columns.
const longest = 4000

func (p painter) colour(shown string, st style) string {
	if code := st.code(); code != "" && shown != "" {
		return "\x1b[" + code + "m" + shown + "\x1b[m"
	}
	return shown
}

// beside paints cells in columns: each as wide as it says, two spaces apart.
func (p painter) beside(cells ...cell) string {
	var b strings.Builder
	for i, c := range cells {
		if c.width <= 0 {
			continue
		}
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(p.paint(c.line, c.width))
	}
	return b.String()
}

// cell is a line in a column; one of no width is left out.
type cell struct {
	line  line
	width int
}

// harmlessWhole escapes a text that is short.
func (p painter) harmlessWhole(s string) string { return p.harmless(s, longest) }
