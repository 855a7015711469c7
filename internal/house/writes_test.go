package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Only the commands of fix make what writes to the cloud: a Writer of package
// cloud.
func TestOnlyFixWrites(t *testing.T) {
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || path.Dir(name) == "collector/cloud" {
			continue
		}
		n := writersMade(t, name, nil)
		if fix := path.Dir(name) == "cmd/esaudit" && strings.HasPrefix(path.Base(name), "fix"); n > 0 && !fix {
			t.Errorf("%s makes what writes to the cloud; only the commands of fix may", name)
		}
	}
}

// The check finds what it is there for.
func TestWritersMade(t *testing.T) {
	for source, want := range map[string]int{
		"package p\nfunc f() { c.Writer(k) }":                             1,
		"package p\nfunc f() { x := c.Writer; x(k); _ = cloud.Writer{} }": 2,
		"package p\nfunc f(w api.Writer) {}":                              0,
		"package p\nfunc f(w io.Writer) { c.Caller(k) }":                  0,
		"package p\nfunc f(o Options) { o.Writer.Write(ctx, w) }":         0,
		"package p\nfunc f(w *cloud.Writer) { new(cloud.Writer) }":        2,
	} {
		if n := writersMade(t, "p.go", source); n != want {
			t.Errorf("%d in %s", n, source)
		}
	}
}

// writersMade counts the places of a file that name a Writer: but for those of
// packages that are only seams (api.Writer, io.Writer), and for calls to one that
// is there.
func writersMade(t *testing.T, name string, source any) int {
	t.Helper()
	at := name
	if source == nil {
		at = filepath.Join(root, name)
	}
	file, err := parser.ParseFile(token.NewFileSet(), at, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	used := map[ast.Expr]bool{} // what only calls a method of a Writer that is there
	ast.Inspect(file, func(node ast.Node) bool {
		s, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		used[s.X] = true
		if x, ok := s.X.(*ast.Ident); ok && slices.Contains([]string{"api", "io", "bufio", "csv", "tabwriter"}, x.Name) || used[s] {
			return true
		}
		if s.Sel.Name == "Writer" {
			n++
		}
		return true
	})
	return n
}
