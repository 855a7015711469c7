package topology

import (
	"bytes"
	"fmt"
	"strings"
)

// DOT writes a map in the DOT language. Everything that colour and dashes say
// stands there in words too.
func (m *Map) DOT(w Words) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph esaudit {\n  rankdir=LR;\n  label=%s;\n  labelloc=t;\n  node [shape=box, style=rounded, fontname=sans];\n  edge [fontname=sans, fontsize=10];\n", quoted(w.Title))
	for layer, name := range w.Layers {
		fmt.Fprintf(&b, "  subgraph layer%d {\n    rank=same; // %s\n", layer, strings.ToLower(name))
		for _, p := range m.Places {
			if p.Layer == layer {
				lines := p.lines()
				if kind := w.Kinds[p.Kind]; kind != "" {
					lines = append([]string{kind}, lines...)
				}
				fmt.Fprintf(&b, "    p%d [label=%s];\n", p.Number, quoted(lines...))
			}
		}
		b.WriteString("  }\n")
	}
	for _, way := range m.Ways {
		color, dash := ink(way)
		word, style := w.Verdicts[way.Verdict], "solid"
		if dash != "" {
			style = "dashed"
		}
		if way.Holds {
			word, style = "", "dotted"
		}
		fmt.Fprintf(&b, "  p%d -> p%d [label=%s, color=%s, fontcolor=%s, style=%s];\n", way.From.Number, way.To.Number, quoted(word), quoted(color), quoted(color), style)
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// quoted writes lines that are harmless already as one quoted string of the DOT language.
func quoted(lines ...string) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(l)
	}
	return `"` + strings.Join(out, `\n`) + `"`
}
