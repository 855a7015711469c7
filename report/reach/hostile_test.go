package reach

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"esaudit/graph"
	"esaudit/lang"
)

// Whatever the cloud calls a thing, it steers nothing in any format or language,
// and programs read it as it is.
func TestHostileNamesAreInert(t *testing.T) {
	g := demo(t)
	chinese, err := lang.Of("zh")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string {
			return rapid.OneOf(hostile(), rapid.SampledFrom([]string{
				"<script>alert(1)</script>", `" onload="alert(1)`, "]]><a href='x'>", "`<b>`", "|", "a|b\n|c|", `";}`, `\`, `\"`, "--", "&amp;", "[x](javascript:y)",
			})).Draw(t, name)
		}
		verdict := rapid.SampledFrom([]graph.Verdict{graph.Reachable, graph.Blocked, graph.Unknown}).Draw(t, "verdict")
		hop := graph.Hop{Kind: "P1", From: text("hop from"), To: text("hop to"), Control: "whitelist", Verdict: verdict, Why: text("why"), Pointer: "/" + text("pointer")}
		a := Answer{From: text("from"), To: text("to")}
		a.Answer = graph.Answer{Verdict: verdict, Entry: text("entry"), Path: []graph.Hop{hop}}
		a.Paths = []graph.Path{
			{Kind: "P1", Entry: a.Entry, Verdict: verdict, Hops: a.Path},
			{Kind: "P5", Entry: "lb:" + text("balancer"), Verdict: verdict, Hops: []graph.Hop{hop}},
		}
		if verdict == graph.Unknown {
			a.Settle = []graph.Settle{{Text: text("call"), RAM: text("permission")}}
		}
		for _, format := range Formats() {
			for _, texts := range []*lang.Texts{nil, chinese} {
				out := written(t, format, a, Options{Graph: g, File: text("file"), Width: 80, Unicode: true, Texts: texts})
				if format != "json" {
					continue
				}
				var back graph.Answer
				if err := json.Unmarshal([]byte(out), &back); err != nil {
					t.Fatal(err)
				}
				if want := string([]rune(hop.Why)); len(back.Path) != 1 || back.Path[0].Why != want {
					t.Errorf("json: %+v, want why %q", back.Path, want)
				}
			}
		}
	})
}
