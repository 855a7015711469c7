package survey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"esaudit/graph"
	"esaudit/report/planned"
	"esaudit/tui"
)

// Ask answers whether a source gets to a target. The error says why it cannot be
// understood.
func (s *Survey) Ask(ctx context.Context, q tui.Question) (tui.Answer, error) {
	a, err := s.graph.Reach(q.From, q.To)
	if err != nil {
		return tui.Answer{}, s.wrong(err)
	}
	out := tui.Answer{
		Question: q, Verdict: a.Verdict, Entry: a.Entry, Paths: len(a.Paths), Settle: a.Settle,
		Command: "esaudit reach " + planned.Quote(s.about.Name) + " --from " + planned.Quote(q.From) + " --to " + planned.Quote(q.To),
	}
	hops := a.Path
	if i := picked(a.Paths, q); i >= 0 {
		p := a.Paths[i]
		hops, out.Verdict, out.Entry = p.Hops, p.Verdict, p.Entry
		if p.Verdict != graph.Unknown {
			out.Settle = nil
		}
	}
	for _, h := range hops {
		out.Kind = h.Kind
		h.Why = s.texts.Made(h.Why)
		out.Steps = append(out.Steps, tui.Step{Hop: h, Value: s.value(h.Pointer)})
	}
	return out, ctx.Err()
}

// Known says what is wrong with one end of a question. An id that no answer names,
// where not every one was read, may be right: the question's answer says so.
func (s *Survey) Known(ctx context.Context, side tui.Side, text string) error {
	names := s.graph.Names("es")
	if len(names) == 0 {
		return ctx.Err() // there is nothing to ask about
	}
	inside := strings.HasPrefix(text, "es:") || strings.HasPrefix(text, "kibana:") || strings.HasPrefix(text, "lb:")
	from, to := text, "es:"+names[0]+":9200"
	switch {
	case side == tui.FromSide && strings.HasPrefix(text, "es:"):
		to = "host.invalid:443"
	case side == tui.ToSide && inside:
		from, to = "internet:192.0.2.1", text
	case side == tui.ToSide:
		from, to = "es:"+names[0], text
	}
	if _, err := s.graph.Brief(from, to); err != nil {
		return s.wrong(err)
	}
	return ctx.Err()
}

// wrong says what is wrong with a question, in the language of the survey.
func (s *Survey) wrong(err error) error {
	err = s.explain(s.graph, err)
	if text := s.texts.Made(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// picked is the path that a question means; -1 for the deciding one.
func picked(paths []graph.Path, q tui.Question) int {
	if q.Any {
		return -1
	}
	kind, id, _ := strings.Cut(q.Entry, ":")
	return slices.IndexFunc(paths, func(p graph.Path) bool {
		switch {
		case p.Verdict != q.Verdict:
			return false
		case kind == "proxy":
			return p.Kind == "P7" && slices.ContainsFunc(p.Hops, func(h graph.Hop) bool { return strings.HasSuffix(h.To, id) || strings.HasSuffix(h.From, id) })
		case kind == "lb" || kind == "nat":
			return p.Kind != "P7" && (p.Entry == q.Entry || slices.ContainsFunc(p.Hops, func(h graph.Hop) bool { return h.To == id }))
		}
		return p.Entry == q.Entry
	})
}

// ends are what questions may name, by side.
func ends(g *graph.Graph, targets []string) [2][]string {
	var out [2][]string
	out[tui.FromSide] = []string{"internet:"}
	for _, scheme := range []string{"onprem", "vpc", "ecs", "es"} {
		for _, name := range g.Names(scheme) {
			if scheme == "vpc" {
				name += "/"
			}
			out[tui.FromSide] = append(out[tui.FromSide], scheme+":"+name)
		}
	}
	out[tui.ToSide] = slices.Clone(targets)
	for _, id := range g.Names("es") {
		out[tui.ToSide] = append(out[tui.ToSide], "es:"+id+":9200")
	}
	for _, b := range g.Balancers() {
		for _, l := range b.Listeners {
			out[tui.ToSide] = append(out[tui.ToSide], fmt.Sprintf("lb:%s:%d", b.ID, l.First))
		}
	}
	slices.Sort(out[tui.ToSide])
	out[tui.ToSide] = slices.Compact(out[tui.ToSide])
	return out
}

// Complete returns what a half-typed source or target may become, at most n: what
// begins with it before what holds it.
func (s *Survey) Complete(ctx context.Context, side tui.Side, text string, n int) []string {
	var begin, inside []string
	for _, e := range s.ends[side] {
		switch {
		case ctx.Err() != nil || len(begin) >= n:
			return begin
		case e == text:
		case strings.HasPrefix(e, text):
			begin = append(begin, e)
		case len(inside) < n && holds(text, e):
			inside = append(inside, e)
		}
	}
	return append(begin, inside...)[:min(len(begin)+len(inside), n)]
}
