package reach

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"

	gonum "gonum.org/v1/gonum/graph"

	"esaudit/graph"
	"esaudit/lang"
	"esaudit/report/plain"
)

// writeDOT writes a view in the DOT language. Everything that stands for a
// verdict in colour stands there in words too.
func writeDOT(v *graph.View, title string, texts *lang.Texts) ([]byte, error) {
	g := dotGraph{simple.NewDirectedGraph(), title}
	for _, t := range v.Things() {
		g.AddNode(dotNode{t, texts})
	}
	for _, j := range v.Joins() {
		g.SetEdge(dotEdge{j, texts})
	}
	b, err := dot.Marshal(g, "", "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write dot: %w", err)
	}
	return append(b, '\n'), nil
}

type dotGraph struct {
	*simple.DirectedGraph
	title string
}

// DOTID names the graph.
func (dotGraph) DOTID() string { return "esaudit" }

// DOTAttributers returns what all nodes and edges share.
func (g dotGraph) DOTAttributers() (whole, node, edge encoding.Attributer) {
	return attributes{{Key: "rankdir", Value: "LR"}, {Key: "label", Value: quoted(g.title)}, {Key: "labelloc", Value: "t"}},
		attributes{{Key: "shape", Value: "box"}, {Key: "style", Value: "rounded"}, {Key: "fontname", Value: "sans"}},
		attributes{{Key: "fontname", Value: "sans"}, {Key: "fontsize", Value: "10"}}
}

type attributes []encoding.Attribute

func (a attributes) Attributes() []encoding.Attribute { return a }

type dotNode struct {
	*graph.Thing
	texts *lang.Texts
}

// DOTID names the node: by its number, because names are strangers'.
func (n dotNode) DOTID() string { return fmt.Sprintf("n%d", n.ID()) }

// Attributes returns the label: what it is, and who.
func (n dotNode) Attributes() []encoding.Attribute {
	return []encoding.Attribute{{Key: "label", Value: quoted(boxLines(n.texts, n.Thing)...)}}
}

type dotEdge struct {
	*graph.Join
	texts *lang.Texts
}

func (e dotEdge) From() gonum.Node         { f, _ := e.Ends(); return dotNode{f, e.texts} }
func (e dotEdge) To() gonum.Node           { _, t := e.Ends(); return dotNode{t, e.texts} }
func (e dotEdge) ReversedEdge() gonum.Edge { return e }

// Attributes returns the verdict, in words and in colour, and what decided.
func (e dotEdge) Attributes() []encoding.Attribute {
	lines := append([]string{e.texts.T(e.Verdict.String())}, labelLines(e.texts, e.Join)...)
	look := ink(e.Verdict)
	out := []encoding.Attribute{{Key: "label", Value: quoted(lines...)}, {Key: "color", Value: quoted(look.color)}, {Key: "fontcolor", Value: quoted(look.color)}}
	if look.dash != "" {
		out = append(out, encoding.Attribute{Key: "style", Value: "dashed"})
	}
	return out
}

// quoted writes lines as one quoted string of the DOT language.
func quoted(lines ...string) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(plain.Text(l, true))
	}
	return `"` + strings.Join(out, `\n`) + `"`
}
