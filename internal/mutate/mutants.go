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
	// name says where it is in words that survive edits elsewhere, and a move to
	// another file: package, function, and the comparison, with #2 behind the
	// second of its kind.
	name string
}

// pack is a package with its mutants.
type pack struct {
	dir     string
	name    string
	files   map[string][]byte // the mutated sources, by path
	mutants []mutant
	named   map[string]int // how many mutants have a name, before its #2
}

// load reads the package of a directory and mutates its sources.
func load(dir string) (*pack, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	p := &pack{dir: dir, files: map[string][]byte{}, named: map[string]int{}}
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
		ast.Inspect(decl, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok != token.VAR {
				return false
			}
			x, ok := n.(*ast.BinaryExpr)
			if !ok || !compares(x.Op) {
				return true
			}
			from, to := set.Position(x.Pos()).Offset, set.Position(x.End()).Offset
			number := p.add(fmt.Sprintf("%s %s: %s", p.dir, declared(decl), oneLine(text[from:to])))
			edits = append(edits, insertion{from, fmt.Sprintf("mutant(%d, ", number)}, insertion{to, ")"})
			return true
		})
	}
	p.files[path] = insert(text, edits)
	return nil
}

// add adds a mutant, and returns its number.
func (p *pack) add(name string) int {
	if p.named[name]++; p.named[name] > 1 {
		name += fmt.Sprintf(" #%d", p.named[name])
	}
	m := mutant{len(p.mutants) + 1, name}
	p.mutants = append(p.mutants, m)
	return m.number
}

func compares(op token.Token) bool {
	return slices.Contains([]token.Token{token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ}, op)
}

// declared names what a declaration declares: a function, a method as
// Type.name, or the first of some variables.
func declared(decl ast.Decl) string {
	f, ok := decl.(*ast.FuncDecl)
	if !ok {
		for _, spec := range decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				return v.Names[0].Name
			}
		}
		return "_"
	}
	if f.Recv == nil {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	for {
		switch of := t.(type) {
		case *ast.StarExpr:
			t = of.X
		case *ast.IndexExpr: // Type[T]
			t = of.X
		case *ast.Ident:
			return of.Name + "." + f.Name.Name
		default:
			return f.Name.Name
		}
	}
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

// The environment variables of a test binary: which mutant lives, and the file
// that is told the number of each comparison when it is first made.
const (
	livingVariable  = "ESAUDIT_MUTANT"
	reachedVariable = "ESAUDIT_MUTANTS_REACHED"
)

// chooser is the source of the function that the mutated sources call.
func (p *pack) chooser() ([]byte, error) {
	return format.Source(fmt.Appendf(nil, `package %s

import (
	"os"
	"strconv"
	"sync/atomic"
)

var (
	livingMutant, _   = strconv.Atoi(os.Getenv(%q))
	mutantsReached, _ = os.OpenFile(os.Getenv(%q), os.O_APPEND|os.O_WRONLY, 0)
	mutantReached     [%d]atomic.Bool
)

func mutant(number int, outcome bool) bool {
	if mutantsReached != nil && !mutantReached[number].Swap(true) {
		mutantsReached.WriteString(strconv.Itoa(number) + "\n")
	}
	return outcome != (number == livingMutant)
}
`, p.name, livingVariable, reachedVariable, len(p.mutants)+1))
}
