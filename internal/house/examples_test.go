package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// longest is how many lines an example has at most, its signature, its output and
// its brackets counted in.
const longest = 29

// Examples are short, and docs/library.md names those that users begin with:
// each is there, and has an output that is compared.
func TestExamplesAreShort(t *testing.T) {
	found := map[string]bool{}
	for _, name := range files(t) {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, "../../"+name, read(t, name), parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Example") {
				continue
			}
			lines := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
			if lines > longest {
				t.Errorf("%s: %s has %d lines, at most %d", name, f.Name.Name, lines, longest)
			}
			compared := slices.ContainsFunc(file.Comments, func(c *ast.CommentGroup) bool {
				return c.Pos() > f.Pos() && c.End() < f.End() && strings.HasPrefix(c.Text(), "Output:")
			})
			if !compared {
				t.Errorf("%s: %s has no output that is compared", name, f.Name.Name)
			}
			found[f.Name.Name+" in "+name[:strings.LastIndexByte(name, '/')]] = true
		}
	}
	page := read(t, "docs/library.md")
	named := regexp.MustCompile("`(Example\\w*)` in `([\\w/]+)`").FindAllStringSubmatch(page, -1)
	if len(named) < 3 {
		t.Fatalf("docs/library.md names %d examples", len(named))
	}
	for _, n := range named {
		if !found[n[1]+" in "+n[2]] {
			t.Errorf("docs/library.md: there is no %s in %s", n[1], n[2])
		}
	}
}

// The packages that docs/library.md names for import are there, and none of them
// is internal.
func TestLibraryPackages(t *testing.T) {
	table, _, _ := strings.Cut(read(t, "docs/library.md"), "Everything else")
	rows := 0
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		rows++
		for _, m := range regexp.MustCompile("`([\\w/]+)`").FindAllStringSubmatch(strings.Split(line, "|")[1], -1) {
			if entries, err := os.ReadDir("../../" + m[1]); err != nil || len(entries) == 0 || strings.Contains(m[1], "internal") {
				t.Errorf("docs/library.md: %s is no package to import (%v)", m[1], err)
			}
		}
	}
	if rows < 10 {
		t.Errorf("%d rows", rows)
	}
}
