package machine

import "testing"

// Answers are kept of what takes long and may be asked for again: by several functions, in
// a loop, or by one that was itself called with something else besides.
func TestWhatIsKept(t *testing.T) {
	compiled, err := compiledBody(`
f(x) := [part(x), twice(x), more(x, "a"), more(x, "b"), [looped(x, y) | some y in x], short(x), short(x)] if twice(x)
part(x) := {y | some y in x}
twice(x) := {y | some y in x; y != 1}
more(x, z) := [z, shared(x)] if count(x) > 0
shared(x) := {y | some y in x; y != 2}
looped(x, z) := {y | some y in x; y != z}
short(x) := x.a`)
	if err != nil {
		t.Fatal(err)
	}
	program := kept(t, compiled, "x := data.t.f(input.x)")
	for name, want := range map[string]bool{
		"f": false, "part": false, "twice": true, "more": true, "shared": true, "looped": true, "short": false,
	} {
		if f := program.Function("g0.data.t." + name); f == nil || f.keeps != want {
			t.Errorf("%s is kept, or not there: %v, want %v", name, f, want)
		}
	}
}
