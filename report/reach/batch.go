package reach

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/graph"
)

// Reply is what one question of a batch got: an answer, or the error that says
// why it cannot be understood.
type Reply struct {
	ID, From, To string
	Answer       graph.Answer
	Err          error
}

// refusal answers a question that cannot be understood (CONTRACT 6).
type refusal struct {
	ID    string `json:"id"`
	Error string `json:"error"`
}

// Line returns the reply as a line of JSON Lines.
func (r Reply) Line() ([]byte, error) {
	if r.Err != nil {
		return encode(refusal{r.ID, r.Err.Error()}, false)
	}
	r.Answer.ID = r.ID
	return encode(Line(r.Answer), false)
}

// Batch writes replies as table or json (JSON Lines).
func Batch(format string, replies []Reply, o Options) ([]byte, error) {
	switch format {
	case "table":
		return batchOutline(replies).terminal(o), nil
	case "json":
		var out []byte
		for _, r := range replies {
			l, err := r.Line()
			if err != nil {
				return nil, err
			}
			out = append(out, l...)
		}
		return out, nil
	}
	return nil, fmt.Errorf("no format %q of a batch (one of table, json)", format)
}

func batchOutline(replies []Reply) *outline {
	o := &outline{}
	var rows [][]cell
	for _, r := range replies {
		verdict, why := line{{r.Answer.Verdict.String(), tone(r.Answer.Verdict)}}, inShort(r.Answer)
		if r.Err != nil {
			verdict, why = line{{"error", bad}}, r.Err.Error()
		}
		rows = append(rows, []cell{{named(r.ID)}, {verdict}, {named(r.From)}, {named(r.To)}, {said(why)}})
	}
	o.table(0, []string{"id", "verdict", "from", "to", "why"}, true, rows...)
	return o
}

// inShort says in a word what decided.
func inShort(a graph.Answer) string {
	hops := a.Blockers
	switch a.Verdict {
	case graph.Reachable:
		return a.Entry
	case graph.Unknown:
		hops = a.Unknowns
	}
	var controls []string
	for _, h := range hops {
		controls = append(controls, h.Control)
	}
	return strings.Join(slices.Compact(controls), ", ")
}
