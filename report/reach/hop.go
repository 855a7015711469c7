package reach

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/graph"
	"esaudit/snapshot"
)

// hops adds the controls of a path to an outline, under what they stand
// between.
func (o *outline) hops(list []graph.Hop, opt Options) {
	for _, part := range between(list) {
		o.paragraph(0, named(part[0].From).and(said(" -> "), named(part[0].To)))
		o.table(2, []string{"verdict", "control", "why"}, false, rows(part, opt)...)
	}
}

// rows tells of controls: what each does, why, and by which value.
func rows(list []graph.Hop, opt Options) [][]cell {
	var out [][]cell
	for _, h := range list {
		out = append(out, []cell{{line{{word(h.Verdict), tone(h.Verdict)}}}, {named(h.Control)}, append(cell{said(h.Why)}, at(h, opt)...)})
	}
	return out
}

// between parts controls where they stand between other things.
func between(list []graph.Hop) [][]graph.Hop {
	var out [][]graph.Hop
	for i, h := range list {
		if i == 0 || h.From != list[i-1].From || h.To != list[i-1].To {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], h)
	}
	return out
}

// word says what a control does.
func word(v graph.Verdict) string {
	switch v {
	case graph.Reachable:
		return "passes"
	case graph.Blocked:
		return "blocks"
	}
	return "unsure"
}

// at tells the value that decided, and where it stands.
func at(h graph.Hop, opt Options) []line {
	if h.Pointer == "" {
		return nil
	}
	where := line{{place(h, opt.File), faint}}
	if text := decided(h.Pointer, opt.Graph); text != "" {
		where = named(text).and(line{{", ", faint}}, where)
	}
	return []line{where}
}

// longestValue is how many characters of a value a text shows.
const longestValue = 60

// decided is the value a pointer names, as JSON; "" for an object or a list,
// which the sentence beside it tells of.
func decided(pointer string, g *graph.Graph) string {
	n := g.Snapshot().Root().Resolve(pointer)
	if k := n.Kind(); k == snapshot.Absent || k >= snapshot.Array {
		return ""
	}
	text := string(n.AppendJSON(nil))
	if r := []rune(strings.TrimSpace(text)); len(r) > longestValue {
		return string(r[:longestValue]) + "..."
	}
	return strings.TrimSpace(text)
}

// place says where a value stands: line and pointer, and the file when the
// estate is one. An object is named by its id alone.
func place(h graph.Hop, file string) string {
	at := short(h.Pointer)
	switch {
	case h.Line == 0:
		return "at " + at
	case file != "":
		return fmt.Sprintf("%s:%d %s", file, h.Line, at)
	}
	return fmt.Sprintf("line %d of the snapshot, %s", h.Line, at)
}

// short leaves out of /accounts/N/objects/KIND/REGION/ID/... what the id tells.
func short(pointer string) string {
	if steps := strings.SplitN(pointer, "/", 7); len(steps) == 7 && steps[1] == "accounts" && steps[3] == "objects" {
		return steps[6]
	}
	return pointer
}

// settles adds the calls that would settle what is unknown.
func (o *outline) settles(title string, list []graph.Settle) {
	if len(list) == 0 {
		return
	}
	o.heading(said(title))
	for _, s := range list[:min(len(list), 3*few)] {
		o.item(2, named(s.Text).and(said(" ("+came(s.State)+") needs "), named(s.RAM)))
	}
	if n := len(list) - 3*few; n > 0 {
		o.paragraph(2, more(n))
	}
}

// came says what came of a call.
func came(s snapshot.State) string {
	switch s {
	case snapshot.NeverMade:
		return "never made"
	case snapshot.Narrowed:
		return "answered for some objects only"
	case snapshot.Incomplete:
		return "pages are missing"
	}
	return s.String()
}

// kindName says what a kind of path is.
func kindName(kind string) string {
	switch kind {
	case "P1":
		return "the public endpoint"
	case "P2":
		return "inside one VPC"
	case "P3":
		return "a VPC peering"
	case "P4":
		return "a CEN"
	case "P5":
		return "a load balancer"
	case "P6":
		return "a DNAT entry"
	case "P7":
		return "a declared proxy"
	case "onprem":
		return "a network on premises"
	case "E1":
		return "a private connection"
	case "E2":
		return "a host in the cluster's VPC"
	}
	return "no way"
}

// deciding returns the controls of a path that gave its verdict.
func deciding(p graph.Path) []graph.Hop {
	return slices.DeleteFunc(slices.Clone(p.Hops), func(h graph.Hop) bool { return h.Verdict != p.Verdict })
}
