package reach

import (
	"strconv"

	"esaudit/graph"
)

// Append appends the reply as a line of JSON Lines, the same as Line and many
// times faster: an answer holds every control twice, and there are many answers.
func (r Reply) Append(b []byte) ([]byte, error) {
	if r.Err != nil {
		l, err := r.Line()
		return append(b, l...), err
	}
	a := r.Answer
	b = append(b, '{')
	var err error
	text := func(before, s string) {
		b = append(b, before...)
		if err == nil {
			b, err = appendText(b, s)
		}
	}
	if r.ID != "" {
		text(`"id":`, r.ID)
		b = append(b, ',')
	}
	text(`"verdict":`, a.Verdict.String())
	text(`,"entry":`, a.Entry)
	hops := func(before string, list []graph.Hop) {
		b = append(b, before...)
		for i, h := range list {
			if i > 0 {
				b = append(b, ',')
			}
			text(`{"kind":`, h.Kind)
			text(`,"from":`, h.From)
			text(`,"to":`, h.To)
			text(`,"control":`, h.Control)
			text(`,"verdict":`, h.Verdict.String())
			text(`,"why":`, h.Why)
			text(`,"pointer":`, h.Pointer)
			b = strconv.AppendInt(append(b, `,"line":`...), int64(h.Line), 10)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	hops(`,"path":[`, a.Path)
	hops(`,"blockers":[`, a.Blockers)
	hops(`,"unknowns":[`, a.Unknowns)
	for i, s := range a.Settle {
		if i == 0 {
			b = append(b, `,"settledBy":[`...)
		} else {
			b = append(b, ',')
		}
		text(`{"call":`, s.Text)
		text(`,"permission":`, s.RAM)
		b = append(b, '}')
	}
	if len(a.Settle) > 0 {
		b = append(b, ']')
	}
	return append(b, '}', '\n'), err
}

// appendText appends a string of JSON as encode writes it. What is printable
// ASCII needs no second look.
func appendText(b []byte, s string) ([]byte, error) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			text, err := encode(s, false)
			if err != nil {
				return b, err
			}
			return append(b, text[:len(text)-1]...), nil
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"'), nil
}
