package reach

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/graph"
	"esaudit/internal/wild"
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

// Append writes the bytes of Line, whatever the answer holds, and again where it
// shares what was written before.
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
		want, err := r.Line()
		if err != nil {
			t.Fatal(err)
		}
		told := graph.Telling{
			Verdict: r.Answer.Verdict, Entry: r.Answer.Entry, Settle: r.Answer.Settle,
			Path: stepsOf(r.Answer.Path), Blockers: stepsOf(r.Answer.Blockers), Unknowns: stepsOf(r.Answer.Unknowns),
		}
		for range 2 {
			if got := Append([]byte("before"), r.ID, told); string(got) != "before"+string(want) {
				t.Errorf("got  %s\nwant before%s", got, want)
			}
		}
	})
}

func stepsOf(hops []graph.Hop) []graph.Step {
	var out []graph.Step
	for _, h := range hops {
		out = append(out, graph.Step{Kind: h.Kind, From: h.From, To: h.To, Control: h.Control, Said: &graph.Said{Verdict: h.Verdict, Why: h.Why, Pointer: h.Pointer, Line: h.Line}})
	}
	return out
}

// A batch writes what Reach says of each question, the bytes that the encoder
// makes of it, whoever asked before: one graph is asked from the first question
// on, the other from the last.
func TestBatchIsReach(t *testing.T) {
	answered := 0
	for seed := range uint64(20) {
		e := wild.New(seed)
		s, err := collector.Assemble([]recording.Part{e.Part})
		if err != nil {
			t.Fatal(err)
		}
		g, other := graph.Build(s, e.Config), graph.Build(s, e.Config)
		questions := e.Questions(rand.New(rand.NewPCG(seed, 9)), 150)
		told := make([]string, len(questions))
		for i, q := range questions {
			if answer, err := g.Tell(q[0], q[1]); err == nil {
				told[i] = string(Append(nil, "q", answer))
			}
		}
		for i, q := range slices.Backward(questions) {
			r := Reply{ID: "q"}
			r.Answer, r.Err = other.Reach(q[0], q[1])
			want, err := r.Line()
			if err != nil {
				t.Fatal(err)
			}
			if r.Err != nil {
				want = nil
			} else {
				answered++
			}
			if told[i] != string(want) {
				t.Fatalf("seed %d: %s -> %s:\ngot  %swant %s", seed, q[0], q[1], told[i], want)
			}
		}
	}
	if answered < 1000 {
		t.Errorf("%d questions were answered: too few", answered)
	}
}
