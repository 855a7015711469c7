package topology_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"esaudit/graph"
	"esaudit/report/plain"
	"esaudit/report/topology"
)

// kinds of things that a view has.
func kinds() []string {
	return []string{graph.Internet, graph.VPC, graph.VSwitch, graph.Host, graph.LoadBalancer, graph.ListenerThing, graph.NATGateway,
		graph.EndpointService, graph.Endpoint, graph.Peering, graph.CEN, graph.ClusterThing, graph.EntryThing, graph.OnPremises, graph.Other}
}

// drawView makes a view of anything: things with hostile names, joined at random.
func drawView(t *rapid.T, most int) *graph.View {
	v := graph.NewView()
	name := rapid.OneOf(rapid.StringN(0, 20, -1), rapid.SampledFrom([]string{`"];evil[`, "</svg><script>", "\u202enpm", "]]>", "a\nb", `\`, "日志集群", strings.Repeat("w", 300)}))
	var things []*graph.Thing
	for i := range rapid.IntRange(0, most).Draw(t, "things") {
		things = append(things, v.Add(graph.Thing{Kind: rapid.SampledFrom(kinds()).Draw(t, "kind"), Key: strconv.Itoa(i) + name.Draw(t, "key"), Name: name.Draw(t, "name")}))
	}
	if len(things) == 0 {
		return v
	}
	for range rapid.IntRange(0, 2*most).Draw(t, "joins") {
		from, to := rapid.SampledFrom(things).Draw(t, "from"), rapid.SampledFrom(things).Draw(t, "to")
		v.Connect(from, to, graph.Join{Kind: rapid.SampledFrom([]string{"holds", "listens", "leads", "reaches", "faces"}).Draw(t, "join"),
			Verdict: graph.Verdict(rapid.IntRange(0, 2).Draw(t, "verdict"))})
	}
	return v
}

type rect struct{ x, y, width, height float64 }

var box = regexp.MustCompile(`<g id="p\d+" class="place[^>]*><title>[^<]*</title><rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"`)

func boxes(t rapid.TB, svg string) []rect {
	var out []rect
	for _, m := range box.FindAllStringSubmatch(svg, -1) {
		var n [4]float64
		for i := range n {
			var err error
			if n[i], err = strconv.ParseFloat(m[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, rect{n[0], n[1], n[2], n[3]})
	}
	return out
}

// Of any view: every place is drawn in its layer and in the picture, no two in
// the same room; the picture is well-formed, says only what it should, and is
// the same again.
func TestAnyView(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := drawView(rt, 30)
		m := topology.New(v, nil)
		svg := string(m.SVG(topology.English(), ""))
		if again := string(topology.New(v, nil).SVG(topology.English(), "")); again != svg {
			rt.Fatal("another picture the second time")
		}
		checkXML(rt, svg)
		all := boxes(rt, svg)
		if len(all) != len(m.Places) {
			rt.Fatalf("%d boxes for %d places", len(all), len(m.Places))
		}
		for i, a := range all {
			if a.x < 0 || a.y < 20 {
				rt.Fatalf("box %v is outside", a)
			}
			for _, b := range all[:i] {
				if a.x < b.x+b.width && b.x < a.x+a.width && a.y < b.y+b.height-0.2 && b.y < a.y+a.height-0.2 {
					rt.Fatalf("boxes %v and %v overlap", a, b)
				}
			}
		}
		if n := strings.Count(svg, `class="way`) + strings.Count(svg, `class="holds"`) - 5; n != len(m.Ways) {
			rt.Fatalf("%d lines for %d ways", n, len(m.Ways))
		}
		for _, w := range m.Ways {
			if w.From == w.To || m.Between(w.From, w.To) == nil {
				rt.Fatalf("way from %s to %s", w.From.Label, w.To.Label)
			}
		}
		checkDOT(rt, string(m.DOT(topology.English())), m)
	})
}

func checkXML(t rapid.TB, text string) {
	allowed := []string{"svg", "g", "title", "rect", "path", "text"}
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if e, ok := token.(xml.StartElement); ok {
			if !slices.Contains(allowed, e.Name.Local) {
				t.Fatalf("<%s> in a picture", e.Name.Local)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || a.Name.Local == "style" {
					t.Fatalf("<%s %s>", e.Name.Local, a.Name.Local)
				}
			}
		}
		if c, ok := token.(xml.CharData); ok {
			if i := strings.IndexFunc(string(c), func(r rune) bool { return r != '\n' && plain.Hidden(r) }); i >= 0 {
				t.Fatalf("hidden character in %q", c)
			}
		}
	}
}

// statement is a line of the DOT language as a map has it: names are in quotes.
var statement = regexp.MustCompile(`^(digraph esaudit \{|  rankdir=LR;|  labelloc=t;|  (label=|node \[|edge \[).*|  subgraph layer\d \{|    rank=same; // [a-z]+|    p\d+ \[label="([^"\\]|\\.)*"\];|  \}|  p\d+ -> p\d+ \[label="[a-z]*", color="#[0-9a-f]{6}", fontcolor="#[0-9a-f]{6}", style=(solid|dashed|dotted)\];|\}|)$`)

func checkDOT(t rapid.TB, text string, m *topology.Map) {
	arrows := 0
	for _, line := range strings.Split(text, "\n") {
		if !statement.MatchString(line) {
			t.Fatalf("DOT: %q", line)
		}
		if strings.HasPrefix(line, "  p") {
			arrows++
		}
	}
	if arrows != len(m.Ways) {
		t.Fatalf("DOT: %d arrows for %d ways", arrows, len(m.Ways))
	}
}

// A verdict is never lost by drawing several things as one: the best stands.
func TestBestVerdict(t *testing.T) {
	v := graph.NewView()
	internet, cluster := v.Add(graph.Thing{Kind: graph.Internet, Key: "internet"}), v.Add(graph.Thing{Kind: graph.ClusterThing, Key: "es-cn-1"})
	lb := v.Add(graph.Thing{Kind: graph.LoadBalancer, Key: "nlb-1"})
	v.Connect(internet, lb, graph.Join{Kind: "faces", Verdict: graph.Unknown})
	for i, verdict := range []graph.Verdict{graph.Blocked, graph.Reachable, graph.Unknown} {
		l := v.Add(graph.Thing{Kind: graph.ListenerThing, Key: fmt.Sprint("lsn-", i)})
		entry := v.Add(graph.Thing{Kind: graph.EntryThing, Key: fmt.Sprint("es-cn-1 es-private:", 9200+i)})
		v.Connect(lb, l, graph.Join{Kind: "listens"})
		v.Connect(l, entry, graph.Join{Kind: "serves", Verdict: verdict})
		v.Connect(entry, cluster, graph.Join{Kind: "leads", Verdict: graph.Reachable})
	}
	m := topology.New(v, nil)
	if got, want := m.Sentences(topology.English()), []string{"internet → nlb-1: unknown", "nlb-1 → es-cn-1: reachable"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for name, want := range map[string]string{"internet": "internet", "es-cn-1 es-private": "es-cn-1", "es-cn-1": "es-cn-1", "lsn-2": "nlb-1", "es-cn-1:9200": "es-cn-1"} {
		if p := m.Find(name); p == nil || p.Label != want {
			t.Errorf("%s is %v, want %s", name, p, want)
		}
	}
	if m.Find("es-cn-2") != nil || m.Find("") != nil {
		t.Error("what is not there is found")
	}
}

// Of many places those that the internet gets to are drawn.
func TestCut(t *testing.T) {
	v := graph.NewView()
	internet := v.Add(graph.Thing{Kind: graph.Internet, Key: "internet"})
	random := rand.New(rand.NewPCG(1, 2))
	var open []string
	for i := range 500 {
		c := v.Add(graph.Thing{Kind: graph.ClusterThing, Key: fmt.Sprint("es-cn-", i)})
		e := v.Add(graph.Thing{Kind: graph.EntryThing, Key: fmt.Sprintf("es-cn-%d es-public:9200", i)})
		v.Connect(e, c, graph.Join{Kind: "leads", Verdict: graph.Reachable})
		if len(open) < 30 && random.IntN(8) == 0 {
			v.Connect(internet, e, graph.Join{Kind: "reaches", Verdict: graph.Reachable})
			open = append(open, c.Key)
		}
	}
	m := topology.New(v, nil)
	if len(m.Places) > 130 || m.Left == 0 || len(m.Places)+m.Left != 501+len(open) {
		t.Errorf("%d places, %d left", len(m.Places), m.Left)
	}
	for _, id := range open {
		if m.Find(id) == nil {
			t.Errorf("%s is not drawn", id)
		}
	}
	if svg := string(m.SVG(topology.English(), "")); !strings.Contains(svg, fmt.Sprintf("%d more places are not drawn", m.Left)) {
		t.Error("the picture does not say that it leaves places out")
	}
}

// Where more is open than there is room for, what is drawn leads from outside to
// a cluster, and the picture says of the rest that somebody gets there.
func TestCutOfTooMuchThatIsOpen(t *testing.T) {
	v := graph.NewView()
	internet := v.Add(graph.Thing{Kind: graph.Internet, Key: "internet"})
	const open, shut = 200, 50
	for i := range open + shut {
		c := v.Add(graph.Thing{Kind: graph.ClusterThing, Key: fmt.Sprint("es-cn-", i)})
		e := v.Add(graph.Thing{Kind: graph.EntryThing, Key: fmt.Sprintf("es-cn-%d es-public:9200", i)})
		v.Connect(e, c, graph.Join{Kind: "leads", Verdict: graph.Reachable})
		verdict := []graph.Verdict{graph.Reachable, graph.Unknown}[i%2]
		if i >= open {
			verdict = graph.Blocked
		}
		v.Connect(internet, e, graph.Join{Kind: "reaches", Verdict: verdict})
	}
	m := topology.New(v, nil)
	drawn := 0
	for _, p := range m.Places {
		if p.Kind == graph.ClusterThing {
			drawn++
		}
	}
	if drawn < len(m.Places)/3 {
		t.Errorf("%d of %d places are clusters", drawn, len(m.Places))
	}
	if want := 2*open - (len(m.Places) - 1); m.Open != want || m.Left-m.Open != 2*shut {
		t.Errorf("%d of %d places left out are open, want %d", m.Open, m.Left, want)
	}
	svg := string(m.SVG(topology.English(), ""))
	if !strings.Contains(svg, fmt.Sprintf("may get, to %d of them", m.Open)) || strings.Contains(svg, "nobody outside gets") {
		t.Error("the picture does not say that somebody gets to what it leaves out")
	}
}

// Where not all can be drawn, the named stand before others in their order, each
// with its way from outside.
func TestCutKeepsTheNamed(t *testing.T) {
	v := graph.NewView()
	internet := v.Add(graph.Thing{Kind: graph.Internet, Key: "internet"})
	var named []string
	for i := range 400 {
		c := v.Add(graph.Thing{Kind: graph.ClusterThing, Key: fmt.Sprint("es-cn-", i)})
		e := v.Add(graph.Thing{Kind: graph.EntryThing, Key: fmt.Sprintf("es-cn-%d es-public:9200", i)})
		v.Connect(e, c, graph.Join{Kind: "leads", Verdict: graph.Reachable})
		if i%2 == 0 {
			v.Connect(internet, e, graph.Join{Kind: "reaches", Verdict: graph.Unknown})
		}
		named = append(named, c.Key, "no such thing")
	}
	slices.Reverse(named)
	m := topology.New(v, named)
	for i := range 40 {
		id := fmt.Sprint("es-cn-", 399-i)
		if m.Find(id) == nil || i%2 == 1 && m.Between(m.Find(id+" es-public"), m.Find(id)) == nil {
			t.Errorf("%s is not drawn with its way", id)
		}
	}
	if m.Find("es-cn-0") != nil {
		t.Error("the last of the named is drawn")
	}
}
