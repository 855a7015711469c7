package report

import (
	"html/template"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/report/plain"
	"esaudit/report/topology"
)

// htmlPicture is a path as a picture: a row for each step between two places,
// with its controls on the line between them. A line that would get too long
// goes on in the next row. Lengths are pixels.
type htmlPicture struct {
	Width, Height int
	Rows          []htmlPictureRow
}

type htmlPictureRow struct {
	Ends               []htmlEnd
	Top, Middle, Below int
	Left, Right        int // where the line begins and ends
	Controls           []htmlControl
}

// htmlEnd is the box of a place.
type htmlEnd struct {
	All   string
	Lines []htmlEndLine
	X     int // the left
}

type htmlEndLine struct {
	Text string // as it fits
	X, Y int    // the middle
}

// htmlControl is a control on the line.
type htmlControl struct {
	Number     int
	X, Y, Text int
	Name, Sign string
	Verdict    graph.Verdict
}

// The measures of a path's picture.
const (
	pictureBox     = 140
	pictureRow     = 72
	pictureLetter  = 7 // the width of a character
	pictureNearest = 72
	pictureWidest  = 780 // of a row, with the box that may end it
	pictureTurn    = 24  // of a line that goes on in the next row
)

// pathPicture lays out a path.
func pathPicture(path []htmlStep) *htmlPicture {
	p := &htmlPicture{}
	from, open := "", false // a step has begun
	for _, s := range path {
		switch {
		case s.Hop != nil:
			if !open {
				row := p.row()
				row.Ends = append(row.Ends, pictureEnd(from, 1, row.Middle))
				row.Left, row.Right, open = 1+pictureBox, 1+pictureBox, true
			}
			p.control(s)
		case open:
			row := &p.Rows[len(p.Rows)-1]
			row.Ends = append(row.Ends, pictureEnd(s.Place, row.Right, row.Middle))
			p.Width = max(p.Width, row.Right+pictureBox+2)
			from, open = s.Place, false
		default:
			from = s.Place
		}
	}
	p.Height = len(p.Rows) * pictureRow
	return p
}

// row begins a row.
func (p *htmlPicture) row() *htmlPictureRow {
	top := len(p.Rows)*pictureRow + 2
	p.Rows = append(p.Rows, htmlPictureRow{Top: top, Middle: top + 20, Below: top + 50})
	return &p.Rows[len(p.Rows)-1]
}

// control puts a control at the end of the line.
func (p *htmlPicture) control(s htmlStep) {
	name := plain.Text(s.Hop.Control, true)
	width := max(pictureNearest, ansi.StringWidth(name)*pictureLetter+14)
	row := &p.Rows[len(p.Rows)-1]
	if row.Right+width+pictureBox > pictureWidest && len(row.Controls) > 0 {
		row.Right += pictureTurn
		p.Width = max(p.Width, row.Right+2)
		row = p.row()
		row.Right = pictureTurn
	}
	row.Controls = append(row.Controls, htmlControl{Number: s.Number, X: row.Right + width/2, Y: row.Middle, Text: row.Below, Name: name, Sign: s.Sign, Verdict: s.Hop.Verdict})
	row.Right += width
	p.Width = max(p.Width, row.Right+2)
}

// pictureEnd is the box of a place; what names two things, such as a cluster
// and its entry, has two lines.
func pictureEnd(place string, x, middle int) htmlEnd {
	e := htmlEnd{All: place, X: x}
	id, rest, two := strings.Cut(plain.Text(place, true), " ")
	lines := []string{id, rest}
	if !two {
		lines, middle = lines[:1], middle+8
	}
	for i, l := range lines {
		text := ansi.Truncate(l, (pictureBox-12)/(pictureLetter+1), "…") // of bold letters
		e.Lines = append(e.Lines, htmlEndLine{Text: text, X: x + pictureBox/2, Y: middle - 8 + 16*i})
	}
	return e
}

// htmlMap is the topology on the page. Its SVG comes from package topology,
// which escapes every text of a stranger's.
type htmlMap struct {
	*topology.Map
	SVG       template.HTML
	Sentences []string
}

// mapPrefix begins the ids of the topology's parts.
const mapPrefix = "t-"

// newHTMLMap draws the estate; nil when there is nothing to draw.
func newHTMLMap(r *finding.Report, view *graph.View, t *lang.Texts) *htmlMap {
	if view == nil {
		return nil
	}
	m := drawn(r, view)
	if len(m.Ways) == 0 {
		return nil
	}
	words := pictureWords(t)
	return &htmlMap{m, template.HTML(m.SVG(words, mapPrefix)), m.Sentences(words)}
}

// locate names what a hop stands for in the topology: ids, with blanks between.
func (m *htmlMap) locate(h graph.Hop) string {
	if m == nil {
		return ""
	}
	var ids []string
	from, to := m.Find(h.From), m.Find(h.To)
	for _, p := range []*topology.Place{from, to} {
		if p != nil {
			ids = append(ids, p.ID(mapPrefix))
		}
	}
	if from != nil && to != nil {
		if w := m.Between(from, to); w != nil {
			ids = append(ids, w.ID(mapPrefix))
		}
	}
	return strings.Join(ids, " ")
}
