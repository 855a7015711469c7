package main

import (
	"slices"
	"strings"
	"testing"
)

func mutated(t *testing.T, source string) (names []string, text string) {
	t.Helper()
	p := &pack{dir: "p", files: map[string][]byte{}, named: map[string]int{}}
	if err := p.mutate("p/a.go", []byte(source)); err != nil {
		t.Fatal(err)
	}
	for i, m := range p.mutants {
		if m.number != i+1 {
			t.Errorf("%s has the number %d", m.name, m.number)
		}
		names = append(names, m.name)
	}
	return names, string(p.files["p/a.go"])
}

// Every comparison outside of constants is a mutant, named by what stands
// around it and not by where.
func TestMutants(t *testing.T) {
	names, text := mutated(t, `package p
const big = 1 < 2
var odd = func(n int) bool { return n%2 == 1 }
func (s *Set[T]) has(a int) bool {
	const none = 0 == 1
	if a   <   0 && a != 1 { return (a == 2) != (a == 3) }
	return a < 0
}`)
	want := []string{
		"p odd: n%2 == 1", "p Set.has: a < 0", "p Set.has: a != 1", "p Set.has: (a == 2) != (a == 3)", "p Set.has: a == 2", "p Set.has: a == 3",
		"p Set.has: a < 0 #2",
	}
	if !slices.Equal(names, want) {
		t.Errorf("%q\nwant %q", names, want)
	}
	if line := "return mutant(4, (mutant(5, a == 2)) != (mutant(6, a == 3)))"; !strings.Contains(text, line) {
		t.Errorf("no %s in %s", line, text)
	}
}

func TestReasons(t *testing.T) {
	reasons, err := parseReasons("# why\n\np a: x < y\n    it is\n    so\np b: z\n\tas well\n")
	if err != nil || len(reasons) != 2 || reasons["p a: x < y"] != "it is so" || reasons["p b: z"] != "as well" {
		t.Errorf("%q, %v", reasons, err)
	}
	for _, bad := range []string{"  without\n", "p a\n", "p a\np b\n  so\n", "p a\n  so\np a\n  so\n"} {
		if reasons, err := parseReasons(bad); err == nil {
			t.Errorf("%q is %q", bad, reasons)
		}
	}
}

// What survives needs a reason, and few may.
func TestTell(t *testing.T) {
	reasons := map[string]string{"p a: x": "so"}
	for _, c := range []struct {
		total     int
		survivors []string
		good      bool
	}{
		{0, nil, false}, {20, nil, true}, {20, []string{"p a: x"}, true}, {19, []string{"p a: x"}, false}, {20, []string{"p b: x"}, false},
	} {
		var survivors []mutant
		for _, name := range c.survivors {
			survivors = append(survivors, mutant{1, name})
		}
		var out strings.Builder
		if tell(&out, c.total, survivors, reasons) != c.good {
			t.Errorf("%q of %d: %s", c.survivors, c.total, out.String())
		}
	}
}
