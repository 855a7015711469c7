package topology

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"esaudit/graph"
	"esaudit/report/plain"
)

// Words are the texts of a picture, in one language.
type Words struct {
	Title    string
	Layers   [layers]string
	Verdicts map[graph.Verdict]string
	Outside  string // reachable from outside
	Holds    string
	Left     string // {n} places are not drawn, to which nobody outside gets
	Open     string // {n} places are not drawn, to {m} of which somebody outside gets, or may get
	Kinds    map[string]string
}

// English are the words of a picture in English.
func English() Words {
	return Words{
		Title:    "Topology: who gets to which cluster",
		Layers:   [layers]string{"Internet", "Controls", "Networks", "Clusters"},
		Verdicts: map[graph.Verdict]string{graph.Reachable: "reachable", graph.Unknown: "unknown", graph.Blocked: "blocked"},
		Outside:  "from outside", Holds: "is inside", Left: "{n} more places are not drawn: nobody outside gets to them.",
		Open: "{n} more places are not drawn; somebody outside gets, or may get, to {m} of them.",
		Kinds: map[string]string{
			graph.Internet: "", graph.OnPremises: "on premises", graph.Other: "outside", graph.VPC: "VPC", graph.VSwitch: "vSwitch", graph.Host: "host",
			graph.LoadBalancer: "load balancer", graph.ListenerThing: "listener", graph.NATGateway: "NAT gateway", graph.EndpointService: "endpoint service",
			graph.Endpoint: "endpoint", graph.Peering: "VPC peering", graph.CEN: "CEN", graph.EntryThing: "public entry", graph.ClusterThing: "cluster",
		},
	}
}

// ink is how a verdict looks without a style sheet: dashes tell verdicts apart
// without colours, which have a contrast of at least 4.5 on white.
func ink(w *Way) (color, dash string) {
	switch {
	case w.Holds:
		return "#98a2b3", ""
	case w.Verdict == graph.Blocked:
		return "#475467", "2 4"
	case w.Verdict == graph.Reachable && w.outside():
		return "#b42318", ""
	case w.Verdict == graph.Reachable:
		return "#1c4f91", ""
	}
	return "#93610a", "7 4"
}

// outside reports whether a way begins outside the networks.
func (w *Way) outside() bool { return w.From != nil && w.From.Layer == Outside && !w.Holds }

const (
	textSize, smallSize = 13.0, 11.0
	characterWidth      = 0.6  // times the size, for a column of a terminal
	boldWidth           = 1.16 // times that
)

// lines are the texts of a place's box, made harmless: who it is, and what its
// owner calls it.
func (p *Place) lines() []string {
	label, name := plain.Text(p.Label, true), plain.Text(p.Name, true)
	if p.Kind == graph.EntryThing {
		id, entry, _ := strings.Cut(label, " ")
		label, name = entry, id
	}
	if name == "" {
		return []string{label}
	}
	return []string{label, name}
}

// SVG draws a map. Everything in it has a class, so that a page can dress it;
// alone it dresses itself. prefix begins the ids of its parts.
func (m *Map) SVG(w Words, prefix string) []byte {
	d := &drawing{words: w, prefix: prefix}
	height := headRoom
	for _, p := range m.Places {
		height = math.Max(height, p.y+p.height/2)
	}
	height += footRoom
	width := 2*sideRoom + (layers-1)*layerStep + boxWidth
	d.f(`<svg xmlns="http://www.w3.org/2000/svg" id="%smap" class="map" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%smap-title" font-family="system-ui, 'DejaVu Sans', 'Noto Sans', sans-serif">`+"\n",
		prefix, px(width), px(height), px(width), px(height), prefix)
	d.f(`<title id="%smap-title">%s</title>`+"\n", prefix, markup(w.Title))
	d.f(`<rect class="ground" width="100%%" height="100%%" fill="#ffffff"/>` + "\n")
	for i, name := range w.Layers {
		d.text("layer", name, sideRoom+float64(i)*layerStep, 22, smallSize+1, "#475467", "")
	}
	for _, way := range m.Ways {
		d.way(way)
	}
	for _, p := range m.Places {
		d.place(p)
	}
	d.legend(height - 14)
	if m.Left > 0 {
		left := w.Left
		if m.Open > 0 {
			left = w.Open
		}
		d.text("name", strings.NewReplacer("{n}", fmt.Sprint(m.Left), "{m}", fmt.Sprint(m.Open)).Replace(left), sideRoom+680, height-14, smallSize, "#475467", "")
	}
	d.f("</svg>\n")
	return d.b.Bytes()
}

type drawing struct {
	b      bytes.Buffer
	words  Words
	prefix string
}

func (d *drawing) f(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

// ID is the id of a place in a picture.
func (p *Place) ID(prefix string) string { return fmt.Sprintf("%sp%d", prefix, p.Number) }

// ID is the id of a way in a picture.
func (w *Way) ID(prefix string) string {
	return fmt.Sprintf("%sw%d-%d", prefix, w.From.Number, w.To.Number)
}

// way draws a line with its arrow head, from the right of the left box to the
// left of the right one; within a layer it is a bow.
func (d *drawing) way(w *Way) {
	color, dash := ink(w)
	class := "holds"
	if !w.Holds {
		class = "way v-" + w.Verdict.String()
	}
	a, b := w.From, w.To
	if a.Layer > b.Layer {
		a, b = b, a
	}
	if dash != "" {
		dash = fmt.Sprintf(` stroke-dasharray="%s"`, dash)
	}
	if w.outside() {
		class += " outside"
	}
	d.f(`<g id="%s" class="%s" stroke="%s" fill="%s"><path d="%s" fill="none" stroke-width="1.6"%s/>`, w.ID(d.prefix), class, color, color, w.curve(a, b), dash)
	if !w.Holds {
		d.head(w, a, b)
	}
	d.f("<title>%s</title></g>\n", markup(w.sentence(d.words)))
}

// curve is the line of a way, from the right of box a to the left of b, through
// its bends.
func (w *Way) curve(a, b *Place) string {
	x1, y1 := a.x+boxWidth/2, a.y
	if a.Layer == b.Layer {
		return fmt.Sprintf("M%s %s C%s %s %s %s %s %s", px(x1), px(y1), px(x1+48), px(y1), px(x1+48), px(b.y), px(x1), px(b.y))
	}
	out := fmt.Sprintf("M%s %s", px(x1), px(y1))
	for _, p := range append(w.bends, b) {
		x2, half := p.x-boxWidth/2, (p.x-boxWidth/2-x1)/2
		out += fmt.Sprintf(" C%s %s %s %s %s %s", px(x1+half), px(y1), px(x2-half), px(p.y), px(x2), px(p.y))
		if x1, y1 = p.x+boxWidth/2, p.y; p != b {
			out += " H" + px(x1)
		}
	}
	return out
}

// head draws an arrow's head at the box a way leads to.
func (d *drawing) head(w *Way, a, b *Place) {
	x, y, back := b.x-boxWidth/2, b.y, -8.0
	switch {
	case a.Layer == b.Layer:
		x, back = b.x+boxWidth/2, 8
	case w.To == a:
		x, y, back = a.x+boxWidth/2, a.y, 8
	}
	d.f(`<path d="M%s %s l%s -4 v8 z" stroke="none"/>`, px(x), px(y), px(back))
}

// sentence says what a way is.
func (w *Way) sentence(words Words) string {
	from, to := plain.Text(w.From.Label, true), plain.Text(w.To.Label, true)
	if w.Holds {
		return to + " " + words.Holds + " " + from
	}
	return from + " → " + to + ": " + words.Verdicts[w.Verdict]
}

// Sentences says a map in words: who gets where.
func (m *Map) Sentences(words Words) []string {
	var out []string
	for _, w := range m.Ways {
		if !w.Holds {
			out = append(out, w.sentence(words))
		}
	}
	return out
}

func (d *drawing) place(p *Place) {
	title := strings.TrimSpace(d.words.Kinds[p.Kind] + " " + strings.Join(p.lines(), " "))
	d.f(`<g id="%s" class="place k-%s"><title>%s</title>`, p.ID(d.prefix), p.Kind, markup(title))
	d.f(`<rect x="%s" y="%s" width="%s" height="%s" rx="6" fill="#f9fafb" stroke="#667085"/>`,
		px(p.x-boxWidth/2), px(p.y-p.height/2), px(boxWidth), px(p.height))
	y := p.y - p.height/2 + boxPadding + 12
	kind := d.words.Kinds[p.Kind]
	if kind != "" && kind != "cluster" {
		d.text("kind", kind, p.x-boxWidth/2, p.y-p.height/2-3, smallSize-1.5, "#475467", "")
	}
	for i, line := range p.lines() {
		class, size, color, weight, wide := "label", textSize, "#101828", ` font-weight="600"`, boldWidth
		if i > 0 {
			class, size, color, weight, wide = "name", smallSize, "#475467", "", 1
		}
		d.text(class, fit(line, size*wide), p.x-boxWidth/2+boxPadding+2, y+float64(i)*lineHeight, size, color, weight)
	}
	d.f("</g>\n")
}

// fit shortens a text to the room in a box; the box's title has all of it.
func fit(text string, size float64) string {
	return ansi.Truncate(text, int((boxWidth-2*boxPadding)/(size*characterWidth)), "…")
}

func (d *drawing) text(class, text string, x, y, size float64, color, more string) {
	d.f(`<text class="%s" x="%s" y="%s" font-size="%s" fill="%s"%s>%s</text>`, class, px(x), px(y), px(size), color, more, markup(text))
}

// legend says what lines mean.
func (d *drawing) legend(y float64) {
	x := sideRoom
	d.f(`<g class="legend">`)
	for _, w := range []*Way{{Verdict: graph.Reachable, From: &Place{Layer: Outside}}, {Verdict: graph.Reachable}, {Verdict: graph.Unknown}, {Verdict: graph.Blocked}, {Holds: true}} {
		color, dash := ink(w)
		class, word := "way v-"+w.Verdict.String(), d.words.Verdicts[w.Verdict]
		switch {
		case w.Holds:
			class, word = "holds", d.words.Holds
		case w.outside():
			class, word = class+" outside", d.words.Outside
		}
		d.f(`<g class="%s" stroke="%s"><path d="M%s %s h34" fill="none" stroke-width="1.6" stroke-dasharray="%s"/></g>`, class, color, px(x), px(y-4), dash)
		d.text("name", word, x+40, y, smallSize, "#475467", "")
		x += 130
	}
	d.f("</g>\n")
}

// px writes a length with a tenth of a pixel.
func px(x float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", math.Round(x*10)/10+0), ".0")
}

// markup is a text that is harmless already inside XML.
func markup(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}
