package delta

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"esaudit/cut"
	"esaudit/diff"
	"esaudit/lang"
	"esaudit/report/plain"
)

// drawing is two columns of boxes with lines between them.
type drawing struct {
	title       string
	left, right []string
	lines       []line
}

// line joins two boxes by their names.
type line struct {
	from, to string
	label    string
	style    style
}

// style says what a line means: its colour, its dashes, and the word beside it
// for those who see no colours.
type style struct{ color, dash, word string }

func gained() style  { return style{"#b42318", "", "gained"} }
func lost() style    { return style{"#067647", "6 4", "lost"} }
func unclear() style { return style{"#93610a", "2 4", "unknown"} }

// in is a style with its word in another language.
func (s style) in(t *lang.Texts) style { return style{s.color, s.dash, t.T(s.word)} }

func (d *drawing) join(from, to, label string, s style) {
	if !slices.Contains(d.left, from) {
		d.left = append(d.left, from)
	}
	if !slices.Contains(d.right, to) {
		d.right = append(d.right, to)
	}
	d.lines = append(d.lines, line{from, to, label, s})
}

// most is how many lines a picture has: more show nothing any longer.
const most = 60

func picture(t *lang.Texts, d diff.Document) drawing {
	out := drawing{title: t.T("What changed: who gained and lost reachability")}
	for _, part := range []struct {
		list  []diff.Change
		style style
	}{{d.Gained, gained()}, {d.Lost, lost()}, {d.Unclear, unclear()}} {
		for _, c := range part.list {
			if len(out.lines) == most {
				out.title += t.T(" (the first lines of many)")
				return out
			}
			target := fmt.Sprintf("%s:%d %s", c.To, c.Port, c.Entry)
			if c.Kind == "outbound" {
				target = c.To
			}
			out.join(t.Made(who(c)), strings.TrimSpace(target), c.Via, part.style.in(t))
		}
	}
	return out
}

func cutPicture(t *lang.Texts, d cut.Document, from, to string) drawing {
	out := drawing{title: t.F("What severs %s from %s", from, to)}
	for i, c := range d.Cuts {
		name := fmt.Sprintf("%d. %s", i+1, strings.Join(c.Edits, t.T(" and ")))
		out.join(name, to, from, style{lost().color, lost().dash, "severs"}.in(t))
		for _, x := range c.Severs {
			if len(out.lines) < most {
				out.join(name, fmt.Sprintf("%s:%d %s", x.To, x.Port, x.Entry), t.Made(who(diff.Change{From: x.From, Kind: "internet"})), style{unclear().color, unclear().dash, "also"}.in(t))
			}
		}
	}
	return out
}

// Dot draws a difference for Graphviz. Texts are those of the language; nil is
// English, here and below.
func Dot(t *lang.Texts, d diff.Document) []byte { return picture(t, d).dot() }

// SVG draws a difference.
func SVG(t *lang.Texts, d diff.Document) []byte { return picture(t, d).svg() }

// CutDot draws cuts for Graphviz.
func CutDot(t *lang.Texts, d cut.Document, from, to string) []byte {
	return cutPicture(t, d, from, to).dot()
}

// CutSVG draws cuts.
func CutSVG(t *lang.Texts, d cut.Document, from, to string) []byte {
	return cutPicture(t, d, from, to).svg()
}

func (d drawing) dot() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph esaudit {\n  rankdir=LR;\n  label=%s;\n  node [shape=box];\n", quote(d.title))
	for i, side := range [][]string{d.left, d.right} {
		for j, name := range side {
			fmt.Fprintf(&b, "  %c%d [label=%s];\n", 'a'+i, j, quote(name))
		}
	}
	for _, l := range d.lines {
		label := strings.TrimSpace(l.style.word + " " + l.label)
		fmt.Fprintf(&b, "  a%d -> b%d [label=%s, color=%s];\n", slices.Index(d.left, l.from), slices.Index(d.right, l.to), quote(label), quote(l.style.color))
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// quote writes a text as a quoted string of the DOT language.
func quote(text string) string {
	return `"` + strings.ReplaceAll(plain.Text(text, true), `"`, `\"`) + `"`
}

// The measures of a picture, in pixels.
const (
	boxWidth, boxHeight = 380, 30
	rowHeight           = 40
	bend                = 60  // between a box and a label
	labelWidth          = 280 // of the column of labels
	margin, head        = 20, 50
)

func (d drawing) svg() []byte {
	slices.SortStableFunc(d.lines, func(a, b line) int {
		return cmp.Compare(slices.Index(d.left, a.from), slices.Index(d.left, b.from))
	})
	left := d.places(d.left, func(l line) string { return l.from })
	right := d.places(d.right, func(l line) string { return l.to })
	width := 2*margin + 2*boxWidth + 2*bend + labelWidth
	height := head + max(len(d.left), len(d.right), len(d.lines), 1)*rowHeight + margin
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="sans-serif" font-size="13">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n", markup(d.title))
	fmt.Fprintf(&b, `<text x="%d" y="28" font-size="16" fill="#101828">%s</text>`+"\n", margin, markup(short(d.title, 120)))
	for i, l := range d.lines {
		l.draw(&b, left[l.from], middle(i), right[l.to])
	}
	for i, side := range [][]string{d.left, d.right} {
		for _, name := range side {
			x, y := margin+i*(boxWidth+2*bend+labelWidth), []map[string]int{left, right}[i][name]-boxHeight/2
			fmt.Fprintf(&b, `<g><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#f2f4f7" stroke="#667085"/>`, markup(name), x, y, boxWidth, boxHeight)
			fmt.Fprintf(&b, `<text x="%d" y="%d" fill="#101828">%s</text></g>`+"\n", x+8, y+20, markup(short(name, 54)))
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// middle is the height of a line's label.
func middle(row int) int { return head + row*rowHeight + boxHeight/2 }

// places gives every box of a column the mean height of its lines, and no two
// the same room.
func (d drawing) places(names []string, end func(line) string) map[string]int {
	mean := map[string]int{}
	for _, name := range names {
		sum, n := 0, 0
		for i, l := range d.lines {
			if end(l) == name {
				sum, n = sum+middle(i), n+1
			}
		}
		mean[name] = sum / max(n, 1)
	}
	order := slices.Clone(names)
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(mean[a], mean[b]) })
	out, free := map[string]int{}, middle(0)
	for i, name := range order {
		// What still comes has to fit below.
		room := middle(max(len(names), len(d.lines))-1) - (len(order)-1-i)*rowHeight
		out[name] = max(min(mean[name], room), free)
		free = out[name] + rowHeight
	}
	return out
}

// draw draws one line from box to box through its label.
func (l line) draw(b *bytes.Buffer, y1, y, y2 int) {
	x1, x2 := margin+boxWidth, margin+boxWidth+bend
	x3, x4 := x2+labelWidth, x2+labelWidth+bend
	fmt.Fprintf(b, `<path d="M %d %d C %d %d %d %d %d %d L %d %d C %d %d %d %d %d %d" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="%s"/>`+"\n",
		x1, y1, x1+bend/2, y1, x1+bend/2, y, x2, y, x3, y, x3+bend/2, y, x3+bend/2, y2, x4, y2, l.style.color, l.style.dash)
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s" font-size="12">%s</text>`+"\n", x2+4, y-5, l.style.color, markup(short(strings.TrimSpace(l.style.word+" "+l.label), 42)))
}

// short cuts a text at a number of characters.
func short(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// markup is a text inside XML.
func markup(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(plain.Text(text, true))) // a buffer takes everything
	return b.String()
}
