package reach

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"esaudit/graph"
)

// hostile are texts that steer a terminal or a parser, or are no text at all.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,12}`), rapid.SampledFrom([]string{
		"", "\x1b[31mred", "a\u202eb", "x\ny", `\n`, `"`, "<script>&", "\u2028", "\xff", "\x7f", "\U0001f600", "\u200b", "~ }",
	}))
}

func hops() *rapid.Generator[[]graph.Hop] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) graph.Hop {
		text := func(name string) string { return hostile().Draw(t, name) }
		return graph.Hop{
			Kind: text("kind"), From: text("from"), To: text("to"), Control: text("control"), Why: text("why"), Pointer: text("pointer"),
			Verdict: rapid.SampledFrom([]graph.Verdict{graph.Reachable, graph.Blocked, graph.Unknown}).Draw(t, "verdict"),
			Line:    rapid.IntRange(-1, 1<<40).Draw(t, "line"),
		}
	}), 0, 3)
}

// Append writes the bytes of Line, whatever the answer holds.
func TestAppendIsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Reply{ID: hostile().Draw(t, "id")}
		r.Answer = graph.Answer{
			Verdict: rapid.SampledFrom([]graph.Verdict{graph.Reachable, graph.Blocked, graph.Unknown}).Draw(t, "verdict"),
			Entry:   hostile().Draw(t, "entry"), Path: hops().Draw(t, "path"), Blockers: hops().Draw(t, "blockers"), Unknowns: hops().Draw(t, "unknowns"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "calls") {
			r.Answer.Settle = append(r.Answer.Settle, graph.Settle{Text: hostile().Draw(t, "call"), RAM: hostile().Draw(t, "permission")})
		}
		if rapid.Bool().Draw(t, "refused") {
			r.Err = errors.New(hostile().Draw(t, "error"))
		}
		want, err := r.Line()
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Append([]byte("before"))
		if err != nil || string(got) != "before"+string(want) {
			t.Errorf("got  %s\nwant before%s (%v)", got, want, err)
		}
	})
}
