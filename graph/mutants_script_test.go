package graph

import (
	"testing"

	"esaudit/netset"
)

// Of a script each control can be asked again: those that look at the address,
// and those that say the same of every one.
func TestScriptsCanBeAskedAgain(t *testing.T) {
	say := func(netset.Set) judgement { return judgement{} }
	for _, c := range []struct {
		name string
		mark mark
		want bool
	}{
		{"the same of all", mark{}, true},
		{"of each, and can be asked", mark{each: &split{}, say: say}, true},
		{"of each, and cannot", mark{each: &split{}}, false},
	} {
		if got := scriptOf([]Path{{marks: []*mark{&c.mark}}}) != nil; got != c.want {
			t.Errorf("%s: a script is made: %v", c.name, got)
		}
	}
}
