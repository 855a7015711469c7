package reach

import (
	"strconv"

	"esaudit/graph"
)

// Append appends an answer as a line of JSON Lines: the same as Line of a Reply,
// many times faster. What controls say is written once for all answers that share
// it.
func Append(b []byte, id string, t graph.Telling) []byte {
	b = append(b, '{')
	if id != "" {
		b = appendText(append(b, `"id":`...), id)
		b = append(b, ',')
	}
	b = appendText(append(b, `"verdict":`...), t.Verdict.String())
	b = appendText(append(b, `,"entry":`...), t.Entry)
	b = appendSteps(append(b, `,"path":[`...), t.Path)
	b = appendSteps(append(b, `,"blockers":[`...), t.Blockers)
	b = appendSteps(append(b, `,"unknowns":[`...), t.Unknowns)
	for i, s := range t.Settle {
		if i == 0 {
			b = append(b, `,"settledBy":[`...)
		} else {
			b = append(b, ',')
		}
		b = appendText(append(b, `{"call":`...), s.Text)
		b = appendText(append(b, `,"permission":`...), s.RAM)
		b = append(b, '}')
	}
	if len(t.Settle) > 0 {
		b = append(b, ']')
	}
	return append(b, '}', '\n')
}

func appendSteps(b []byte, list []graph.Step) []byte {
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, `{"kind":`...), s.Kind)
		b = appendText(append(b, `,"from":`...), s.From)
		b = appendText(append(b, `,"to":`...), s.To)
		b = appendText(append(b, `,"control":`...), s.Control)
		b = append(b, s.Said.Written(writeSaid)...)
	}
	return append(b, ']')
}

// writeSaid writes the end of a control.
func writeSaid(s *graph.Said) []byte {
	b := make([]byte, 0, len(`,"verdict":"reachable","why":"","pointer":"","line":1000000}`)+len(s.Why)+len(s.Pointer))
	b = appendText(append(b, `,"verdict":`...), s.Verdict.String())
	b = appendText(append(b, `,"why":`...), s.Why)
	b = appendText(append(b, `,"pointer":`...), s.Pointer)
	b = strconv.AppendInt(append(b, `,"line":`...), int64(s.Line), 10)
	return append(b, '}')
}

// appendText appends a string of JSON as encode writes it. What is printable
// ASCII needs no second look.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			text, err := encode(s, false)
			if err != nil {
				panic("write a text: " + err.Error()) // any text can be written
			}
			return append(b, text[:len(text)-1]...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
