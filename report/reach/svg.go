package reach

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"esaudit/graph"
	"esaudit/lang"
	"esaudit/report/plain"
)

// textLine is one line of a box or label.
type textLine struct {
	text  string
	size  float64
	color string
	bold  bool
}

// The measures of texts and boxes, in pixels.
const (
	boxText, labelText = 13.0, 11.0
	boxRoom, labelRoom = 184.0, 184.0 // the widest a text gets
	padding            = 9.0
	lineHeight         = 1.35 // times the size
	characterWidth     = 0.60 // times the size, for a column of a terminal
	margin             = 24.0
	narrowestPicture   = 520.0
	black, grey        = "#101828", "#475467"
	paper              = "#ffffff"
)

func textWidth(text string, size float64) float64 {
	return float64(ansi.StringWidth(text)) * size * characterWidth
}

// boxSpot is the box of a thing.
func boxSpot(texts *lang.Texts, t *graph.Thing) *spot {
	s := &spot{thing: t}
	lines := boxLines(texts, t)
	for i, text := range lines {
		l := textLine{size: boxText, color: black, bold: true}
		switch {
		case i == 0 && len(lines) > 1:
			l = textLine{size: labelText, color: grey}
		case i > 0 && text == t.Name && text != t.Label:
			l = textLine{size: labelText + 1, color: grey}
		}
		s.write(text, l, boxRoom)
	}
	s.measure()
	return s
}

// labelSpot is the text on a join.
func labelSpot(j *graph.Join, text []string) *spot {
	s := &spot{join: j}
	if len(j.Hops) > 0 && j.Verdict != graph.Reachable {
		s.write(strings.ToUpper(j.Verdict.String()), textLine{size: labelText, color: ink(j.Verdict).color, bold: true}, labelRoom)
	}
	for _, t := range text {
		color := grey
		if !strings.HasPrefix(t, "passes ") {
			color = ink(j.Verdict).color
		}
		s.write(t, textLine{size: labelText, color: color}, labelRoom)
	}
	s.measure()
	return s
}

// mostLines is how many lines one text of a picture fills.
const mostLines = 5

// write adds a text, broken into lines between words, and within ids that are
// longer than a line.
func (s *spot) write(text string, l textLine, room float64) {
	columns := int(room / (l.size * characterWidth))
	lines := broken(plain.Text(text, true), columns)
	if len(lines) > mostLines {
		lines = append(lines[:mostLines-1], lines[mostLines-1]+" …")
	}
	for _, part := range lines {
		l.text = strings.TrimSpace(part)
		s.lines = append(s.lines, l)
	}
}

func (s *spot) measure() {
	s.height = 2 * padding
	for _, l := range s.lines {
		s.width = math.Max(s.width, textWidth(l.text, l.size)*boldness(l)+2*padding)
		s.height += l.size * lineHeight
	}
}

// boldness widens bold text.
func boldness(l textLine) float64 {
	if l.bold {
		return 1.07
	}
	return 1
}

// writeSVG draws a view. Paths lead downwards, everybody who gets in from left
// to right. A picture is named by its title, and so is every part of it.
func writeSVG(v *graph.View, title string, texts *lang.Texts) ([]byte, error) {
	l, err := newLayout(v, !hasHops(v), texts)
	if err != nil {
		return nil, fmt.Errorf("write svg: %w", err)
	}
	left, top, right, bottom := l.bounds()
	head := &spot{}
	width := math.Max(right-left+2*margin, narrowestPicture)
	head.write(title, textLine{size: 15, color: black, bold: true}, width-2*margin)
	headHeight := margin + float64(len(head.lines))*15*lineHeight + 10
	foot := 40.0
	height := headHeight + (bottom - top) + foot
	shiftX, shiftY := (width-(right-left))/2-left, headHeight-top
	p := &picture{texts: texts}
	p.f(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="title" font-family="system-ui, 'DejaVu Sans', 'Noto Sans', sans-serif">`+"\n", px(width), px(height), px(width), px(height))
	p.f("<title id=\"title\">%s</title>\n", markup(title))
	p.f(`<rect width="100%%" height="100%%" fill="%s"/>`+"\n", paper)
	p.markers()
	for i, line := range head.lines {
		p.text(line, margin, margin+float64(i)*15*lineHeight+8, "start")
	}
	p.f(`<g transform="translate(%s %s)">`+"\n", px(shiftX), px(shiftY))
	for _, w := range l.wires {
		p.wire(l, w)
	}
	for _, layer := range l.layers {
		for _, s := range layer {
			p.spot(s)
		}
	}
	p.f("</g>\n")
	p.legend(margin, height-16)
	p.f("</svg>\n")
	return p.b.Bytes(), nil
}

func hasHops(v *graph.View) bool {
	for _, j := range v.Joins() {
		if len(j.Hops) > 0 {
			return true
		}
	}
	return false
}

// bounds is the rectangle that holds all spots.
func (l *layout) bounds() (left, top, right, bottom float64) {
	for i, layer := range l.layers {
		for k, s := range layer {
			if i == 0 && k == 0 {
				left, right, top, bottom = s.x, s.x, s.y, s.y
			}
			left, right = math.Min(left, s.x-s.width/2), math.Max(right, s.x+s.width/2)
			top, bottom = math.Min(top, s.y-s.height/2), math.Max(bottom, s.y+s.height/2)
		}
	}
	return left, top, right, bottom
}

// picture gathers the text of an SVG.
type picture struct {
	b     bytes.Buffer
	texts *lang.Texts
}

func (p *picture) f(format string, args ...any) { fmt.Fprintf(&p.b, format, args...) }

// px writes a length with a tenth of a pixel.
func px(x float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", math.Round(x*10)/10+0), ".0")
}

// verdicts in the order of the legend.
func verdicts() []graph.Verdict {
	return []graph.Verdict{graph.Reachable, graph.Unknown, graph.Blocked}
}

// markers are the arrow heads.
func (p *picture) markers() {
	p.f("<defs>")
	for _, v := range verdicts() {
		p.f(`<marker id="%s" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="%s"/></marker>`, v, ink(v).color)
	}
	p.f("</defs>\n")
}

// wire draws a join as curves from spot to spot.
func (p *picture) wire(l *layout, w wire) {
	from, to := w.join.Ends()
	look := ink(w.join.Verdict)
	p.f(`<path d="`)
	for i := 1; i < len(w.spots); i++ {
		x1, y1 := l.edge(w.spots[i-1], true)
		x2, y2 := l.edge(w.spots[i], false)
		if i == 1 {
			p.f("M%s %s", px(x1), px(y1))
		} else {
			p.f(" L%s %s", px(x1), px(y1))
		}
		if l.sideways {
			half := (x2 - x1) / 2
			p.f(" C%s %s %s %s %s %s", px(x1+half), px(y1), px(x2-half), px(y2), px(x2), px(y2))
		} else {
			half := (y2 - y1) / 2
			p.f(" C%s %s %s %s %s %s", px(x1), px(y1+half), px(x2), px(y2-half), px(x2), px(y2))
		}
	}
	dash := ""
	if look.dash != "" {
		dash = fmt.Sprintf(` stroke-dasharray="%s"`, look.dash)
	}
	p.f(`" fill="none" stroke="%s" stroke-width="1.8"%s marker-end="url(#%s)"><title>%s</title></path>`+"\n",
		look.color, dash, w.join.Verdict, markup(fmt.Sprintf("%s to %s: %s", from.Label, to.Label, w.join.Verdict)))
}

// edge is where a line leaves or enters a spot.
func (l *layout) edge(s *spot, leaving bool) (x, y float64) {
	side := -0.5
	if leaving {
		side = 0.5
	}
	if l.sideways {
		return s.x + side*s.width, s.y
	}
	return s.x, s.y + side*s.height
}

// spot draws a box or a label; a bend is part of its line.
func (p *picture) spot(s *spot) {
	if len(s.lines) == 0 {
		return
	}
	title, stroke, fill, round := "", "#667085", "#f2f4f7", 6.0
	if s.thing != nil {
		title = strings.Join(boxLines(p.texts, s.thing), " ")
		if s.thing.Kind == graph.EntryThing || s.thing.Kind == graph.ClusterThing {
			fill, stroke = "#e0eaff", "#3538cd"
		}
	} else {
		from, to := s.join.Ends()
		title = p.texts.F("%s to %s: %s", from.Label, to.Label, p.texts.T(s.join.Verdict.String()))
		for _, h := range s.join.Hops {
			title += fmt.Sprintf("\n%s %s: %s", p.texts.T(word(h.Verdict)), h.Control, p.texts.Made(h.Why))
		}
		stroke, fill, round = ink(s.join.Verdict).color, paper, 3
	}
	p.f(`<g><title>%s</title><rect x="%s" y="%s" width="%s" height="%s" rx="%s" fill="%s" stroke="%s"/>`,
		markup(title), px(s.x-s.width/2), px(s.y-s.height/2), px(s.width), px(s.height), px(round), fill, stroke)
	y := s.y - s.height/2 + padding
	for _, l := range s.lines {
		y += l.size * lineHeight
		if s.thing != nil {
			p.text(l, s.x, y-l.size*0.35, "middle")
		} else {
			p.text(l, s.x-s.width/2+padding, y-l.size*0.35, "start")
		}
	}
	p.f("</g>\n")
}

func (p *picture) text(l textLine, x, y float64, anchor string) {
	weight := ""
	if l.bold {
		weight = ` font-weight="600"`
	}
	if anchor != "start" {
		anchor = fmt.Sprintf(` text-anchor="%s"`, anchor)
	} else {
		anchor = ""
	}
	p.f(`<text x="%s" y="%s" font-size="%s" fill="%s"%s%s>%s</text>`, px(x), px(y), px(l.size), l.color, weight, anchor, escaped(l.text))
}

// legend says what lines mean.
func (p *picture) legend(x, y float64) {
	for _, v := range verdicts() {
		look := ink(v)
		dash := ""
		if look.dash != "" {
			dash = fmt.Sprintf(` stroke-dasharray="%s"`, look.dash)
		}
		p.f(`<path d="M%s %s h34" stroke="%s" stroke-width="1.8"%s/>`, px(x), px(y-4), look.color, dash)
		p.text(textLine{text: p.texts.T(v.String()), size: labelText, color: look.color}, x+40, y, "start")
		x += 130
	}
	p.f("\n")
}

// markup is a stranger's text inside XML. Its lines stay.
func markup(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = plain.Text(l, true)
	}
	return escaped(strings.Join(lines, "\n"))
}

// escaped is a text that is harmless already inside XML.
func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}
