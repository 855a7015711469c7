package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mutant is one comparison that is turned round.
type mutant struct {
	number int
	// name says where it is in words that survive edits elsewhere: file,
	// function, and the comparison, with #2 behind the second of its kind.
	name string
}

// pack is a package with its mutants.
type pack struct {
	dir     string
	name    string
	files   map[string][]byte // the mutated sources, by path
	mutants []mutant
}

// load reads the package of a directory and mutates its sources.
func load(dir string) (*pack, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	p := &pack{dir: dir, files: map[string][]byte{}}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if err := p.mutate(filepath.ToSlash(path), text); err != nil {
			return nil, err
		}
	}
	if len(p.files) == 0 {
		return nil, fmt.Errorf("no Go files")
	}
	return p, nil
}

// insertion is a text to be put in at an offset. Of several at one offset, what
// ends a comparison stands before what begins one.
type insertion struct {
	at   int
	text string
}

// mutate adds the mutants of one file: a < b becomes mutant(7, a < b).
func (p *pack) mutate(path string, text []byte) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	p.name = file.Name.Name
	var edits []insertion
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		seen := map[string]int{}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST {
				return false
			}
			x, ok := n.(*ast.BinaryExpr)
			if !ok || !compares(x.Op) {
				return true
			}
			from, to := set.Position(x.Pos()).Offset, set.Position(x.End()).Offset
			m := mutant{len(p.mutants) + 1, fmt.Sprintf("%s %s: %s", path, functionName(f), oneLine(text[from:to]))}
			if seen[m.name]++; seen[m.name] > 1 {
				m.name += fmt.Sprintf(" #%d", seen[m.name])
			}
			p.mutants = append(p.mutants, m)
			edits = append(edits, insertion{from, fmt.Sprintf("mutant(%d, ", m.number)}, insertion{to, ")"})
			return true
		})
	}
	p.files[path] = insert(text, edits)
	return nil
}

func compares(op token.Token) bool {
	return slices.Contains([]token.Token{token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ}, op)
}

// functionName is the name of a function, or Type.name of a method.
func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name + "." + f.Name.Name
	}
	return f.Name.Name
}

// oneLine is a piece of source on one line.
func oneLine(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }

func insert(text []byte, edits []insertion) []byte {
	slices.SortStableFunc(edits, func(a, b insertion) int {
		if a.at != b.at {
			return a.at - b.at
		}
		return strings.Compare(a.text, b.text) // ")" is less than "mutant("
	})
	var out bytes.Buffer
	done := 0
	for _, e := range edits {
		out.Write(text[done:e.at])
		out.WriteString(e.text)
		done = e.at
	}
	out.Write(text[done:])
	return out.Bytes()
}

// variable names the environment variable that says which mutant lives.
const variable = "ESAUDIT_MUTANT"

// chooser is the source of the function that the mutated sources call.
func (p *pack) chooser() ([]byte, error) {
	return format.Source(fmt.Appendf(nil, `package %s

import (
	"os"
	"strconv"
)

var livingMutant, _ = strconv.Atoi(os.Getenv(%q))

func mutant(number int, outcome bool) bool { return outcome != (number == livingMutant) }
`, p.name, variable))
}
