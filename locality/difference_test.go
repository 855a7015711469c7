package locality_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Objects of parts in which nothing differs have the same facts in two estates:
// after random edits, and where objects came or went with the calls about them.
func TestWhatIsInNoDifferentPartIsTheSame(t *testing.T) {
	seeds, left, changed := uint64(16), 0, 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 300
	}
	always := func(*snapshot.Snapshot) bool { return true }
	for seed := range seeds {
		e := wild.New(seed)
		part, declared := e.Part, e.Config
		if declared.Assertions = nil; seed%2 == 1 {
			part, declared = estate.Large(30, seed).Part(), config.Config{}
		}
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		s = undoubted(t, s, declared)
		old := graph.Build(s, declared)
		a := timeless(subjects(t, facts.Build(old)))
		r := rand.New(rand.NewPCG(seed, 5))
		for try := range 6 {
			other, ok := wild.Edited(r, s, 1+r.IntN(3))
			if try%2 == 1 {
				other, ok = fewer(r, s)
			}
			if !ok {
				continue
			}
			pair := [2]*graph.Graph{old, graph.Build(other, declared)}
			b := timeless(subjects(t, facts.Build(pair[1])))
			before, after := facts.BuildChanged(pair[0], pair[1], always)
			x, y := timeless(subjects(t, before)), timeless(subjects(t, after))
			if len(y) < len(b) {
				left++
			}
			for arn := range a {
				if _, built := x[arn]; built && !bytes.Equal(x[arn], a[arn]) || !built && !bytes.Equal(a[arn], b[arn]) {
					t.Fatalf("seed %d, %d: %s, made: %v: %s", seed, try, arn, built, split(a[arn], b[arn]))
				}
				if !bytes.Equal(a[arn], b[arn]) {
					changed++
				}
			}
			for arn := range b {
				if _, built := y[arn]; built && !bytes.Equal(y[arn], b[arn]) || !built && a[arn] == nil {
					t.Fatalf("seed %d, %d: %s, made: %v, is another one", seed, try, arn, built)
				}
			}
		}
	}
	t.Logf("%d pairs left something out, %d subjects changed", left, changed)
	if left < 20 || changed < 20 {
		t.Error("too few")
	}
}

// split shows where two texts begin to differ.
func split(x, y []byte) string {
	at := 0
	for at < min(len(x), len(y)) && x[at] == y[at] {
		at++
	}
	return fmt.Sprintf("%s\n%s", x[max(0, at-200):min(at+300, len(x))], y[max(0, at-200):min(at+300, len(y))])
}

// timeless leaves the lines of hops out: they move with what stands above them.
func timeless(of map[string][]byte) map[string][]byte {
	lines := regexp.MustCompile(`"line":\d+`)
	for arn, text := range of {
		of[arn] = lines.ReplaceAll(text, nil)
	}
	return of
}

// fewer is an estate as if one object had never been there, nor been asked about.
func fewer(r *rand.Rand, s *snapshot.Snapshot) (*snapshot.Snapshot, bool) {
	var all []snapshot.Object
	for _, kind := range snapshot.Kinds() {
		if list := s.Accounts()[0].Objects(kind); len(list) > 0 && kind != snapshot.Region {
			all = append(all, list[r.IntN(len(list))])
		}
	}
	o := all[r.IntN(len(all))]
	place := o.Account.Place(o.Kind, o.Region)
	rest := place.Clone(nil).Fields()
	delete(rest, o.ID)
	out, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
		switch {
		case n == place:
			return snapshot.NewObject(rest)
		case n.Parent().Parent().Key() == "subjects" && n.Kind() == snapshot.String && n.Text() == o.ID:
			return snapshot.NewString(fmt.Sprint("nobody-", r.IntN(1000)))
		}
		return nil
	}))
	return out, err == nil
}
