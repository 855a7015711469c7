package main

import (
	"bytes"
	"testing"

	"esaudit/collector"
	"esaudit/snapshot"
)

// What was not asked is told in the end, with how many calls there are of each
// reason; what was refused, at once.
func TestProgressTellsWhatWasNotAsked(t *testing.T) {
	var out bytes.Buffer
	p := (&app{stderr: &out, getenv: func(string) string { return "" }}).newProgress("plain")
	call := snapshot.Call{Region: "cn-hangzhou", Product: "slb", Operation: "DescribeLoadBalancers"}
	for i, code := range []string{"skipped: nothing answers", "skipped: time ran out", "skipped: nothing answers"} {
		p.show("1 ", collector.Event{Product: "slb", Done: i + 1, Expected: 4, Call: call, State: snapshot.Skipped, Code: code})
	}
	p.show("1 ", collector.Event{Product: "slb", Done: 4, Expected: 4, Call: call, State: snapshot.Denied, Code: "Forbidden.RAM"})
	p.end()
	const want = `esaudit: collect: 1 slb:DescribeLoadBalancers in cn-hangzhou: denied Forbidden.RAM
esaudit: collect: 1 slb: 4 of 4 calls
esaudit: collect: 2 calls not made: nothing answers
esaudit: collect: 1 call not made: time ran out
`
	if out.String() != want {
		t.Errorf("%s\nnot\n%s", out.String(), want)
	}
}
