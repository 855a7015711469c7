package house

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// goMod is what the go command says of go.mod.
type goMod struct {
	Require []struct{ Path string }
}

// Every module that our packages or their tests import has its line in
// ARCHITECTURE.md, with what it is for and what else was considered, and every
// line is about one of them.
func TestDependencies(t *testing.T) {
	var modules []string
	for _, r := range goSays[goMod](t, "mod", "edit", "-json")[0].Require {
		modules = append(modules, r.Path)
	}
	used := map[string]string{}
	for file, imports := range importsOfFiles(t) {
		for _, path := range imports {
			if m := moduleOf(path, modules); m != "" {
				used[m] = file
			}
		}
	}
	if len(used) == 0 {
		t.Fatal("no dependency found")
	}
	listed := map[string]bool{}
	for _, cells := range rows(section(t, read(t, "ARCHITECTURE.md"), "## Dependencies")) {
		name := strings.Trim(cells[0], "`")
		listed[name] = true
		if len(cells) < 3 || cells[1] == "" || cells[2] == "" {
			t.Errorf("%s: its line does not say what for and what else was considered", name)
		}
		if used[name] == "" {
			t.Errorf("%s has a line in ARCHITECTURE.md, and nothing imports it", name)
		}
	}
	for name, file := range used {
		if !listed[name] {
			t.Errorf("%s (imported by %s) has no line in ARCHITECTURE.md under Dependencies", name, file)
		}
	}
}

// importsOfFiles returns what each Go file of the project imports.
func importsOfFiles(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, name := range files(t) {
		if filepath.Ext(name) != ".go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, read(t, name), parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			out[name] = append(out[name], strings.Trim(i.Path.Value, `"`))
		}
	}
	return out
}

// moduleOf returns the module that holds a package; "" for the standard library
// and for ours.
func moduleOf(path string, modules []string) string {
	best := ""
	for _, m := range modules {
		if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(best) {
			best = m
		}
	}
	return best
}

func TestModuleOf(t *testing.T) {
	modules := []string{"example.com/a", "example.com/a/v2"}
	slices.Reverse(modules)
	for path, want := range map[string]string{"example.com/a/b": "example.com/a", "example.com/a/v2/b": "example.com/a/v2", "fmt": "", "example.com/ab": ""} {
		if got := moduleOf(path, modules); got != want {
			t.Errorf("%s is of %q, not %q", path, got, want)
		}
	}
}
