package house

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// goPackage is what the go command says of a package.
type goPackage struct {
	ImportPath string
	Imports    []string
}

const module = "esaudit/"

// A package imports only what its row of the arrow table allows, and every
// package has a row.
func TestArrows(t *testing.T) {
	allowed, err := arrows(section(t, read(t, "ARCHITECTURE.md"), "## Arrows"))
	if err != nil {
		t.Fatal(err)
	}
	packages := goSays[goPackage](t, "list", "-e", "-json=ImportPath,Imports", "./...")
	if len(packages) < 10 {
		t.Errorf("the go command lists %d packages", len(packages))
	}
	for _, wrong := range violations(packages, allowed) {
		t.Error(wrong)
	}
}

// The check finds what it is there for.
func TestArrowsRefuse(t *testing.T) {
	allowed, err := arrows("| package | may import |\n| --- | --- |\n| `a` | nothing |\n| `b` | `a` |\n| `cmd` | everything |\n")
	if err != nil {
		t.Fatal(err)
	}
	packages := []goPackage{
		{module + "a", []string{"fmt"}}, {module + "b", []string{module + "a"}}, {module + "cmd", []string{module + "a", module + "b"}},
	}
	if wrong := violations(packages, allowed); len(wrong) > 0 {
		t.Errorf("good imports are refused: %v", wrong)
	}
	for _, bad := range []goPackage{
		{module + "a", []string{module + "b"}}, {module + "b", []string{module + "cmd"}}, {module + "c", nil},
	} {
		if len(violations([]goPackage{bad}, allowed)) != 1 {
			t.Errorf("%v is not refused", bad)
		}
	}
	if _, err := arrows("| package | may import |\n| --- | --- |\n| `a` | `b` |\n"); err == nil {
		t.Error("an arrow to a package without a row is accepted")
	}
}

// everything marks a package that may import all of ours.
const everything = "everything"

// arrows reads the table: by package, what it may import.
func arrows(text string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, cells := range rows(text) {
		var may []string
		for _, name := range strings.FieldsFunc(cells[1], func(r rune) bool { return strings.ContainsRune("`, ", r) }) {
			if name != "nothing" {
				may = append(may, name)
			}
		}
		out[strings.Trim(cells[0], "`")] = may
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no arrow table")
	}
	for name, may := range out {
		for _, other := range may {
			if _, there := out[other]; !there && other != everything {
				return nil, fmt.Errorf("%s may import %s, which has no row", name, other)
			}
		}
	}
	return out, nil
}

func violations(packages []goPackage, allowed map[string][]string) []string {
	var out []string
	for _, p := range packages {
		name, below := strings.CutPrefix(p.ImportPath, module)
		if !below { // the package of the whole module
			name = "esaudit"
		}
		may, listed := allowed[name]
		if !listed {
			out = append(out, fmt.Sprintf("%s has no row in the arrow table of ARCHITECTURE.md", name))
			continue
		}
		for _, imported := range p.Imports {
			other, ours := strings.CutPrefix(imported, module)
			if ours && !slices.Contains(may, other) && !slices.Contains(may, everything) {
				out = append(out, fmt.Sprintf("%s imports %s, which the arrow table of ARCHITECTURE.md does not allow", name, other))
			}
		}
	}
	return out
}
