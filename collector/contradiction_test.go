package collector

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"esaudit/snapshot"
)

// What answers of one kind say of one thing, in any order: fields that only some
// have are taken, null says nothing, and what differs stands beside each other.
func TestAlike(t *testing.T) {
	for _, x := range []struct {
		answers []string
		want    string
	}{
		{[]string{`{"a":1}`}, `{"a":1}`},
		{[]string{`{"a":1}`, `{"a":1,"b":2}`, `{"b":null}`}, `{"a":1,"b":2}`},
		{[]string{`{"a":null}`, `{"a":1}`}, `{"a":1}`},
		{[]string{`{"a":null}`, `{"b":1}`}, `{"a":null,"b":1}`},
		{[]string{`{"a":1}`, `{"b":null}`}, `{"a":1,"b":null}`},
		{[]string{`{"a":1}`, `{"a":1,"b":null}`, `{"c":{"d":null}}`, `{"c":{}}`}, `{"a":1,"b":null,"c":{"d":null}}`},
		{[]string{`{"a":1}`, `{"a":2}`}, `{"a":{"contradiction":[1,2]}}`},
		{[]string{`{"a":1}`, `{"a":2}`, `{"a":3}`, `{"a":2}`}, `{"a":{"contradiction":[1,2,3]}}`},
		{[]string{`{"a":[1]}`, `{"a":[1,2]}`}, `{"a":{"contradiction":[[1],[1,2]]}}`},
		{[]string{`{"a":{"x":1,"y":1}}`, `{"a":{"x":2,"z":1}}`}, `{"a":{"x":{"contradiction":[1,2]},"y":1,"z":1}}`},
		{[]string{`{"a":"s"}`, `{"a":{"x":1}}`, `{"a":{"y":1}}`}, `{"a":{"contradiction":["s",{"x":1},{"y":1}]}}`},
	} {
		rapid.Check(t, func(rt *rapid.T) {
			var answers []*snapshot.Node
			for _, text := range rapid.Permutation(slices.Clone(x.answers)).Draw(rt, "order") {
				n, err := snapshot.ParseJSON([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				answers = append(answers, n)
			}
			if got := string(alike(answers).AppendCompact(nil)); got != x.want {
				rt.Errorf("%v: %s, want %s", x.answers, got, x.want)
			}
		})
	}
}
