package terraform

import (
	"io/fs"
	slash "path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Place is where something is written: a file below the root that sources were
// read from, with slashes, and its 1-based line.
type Place struct {
	File string
	Line int
}

// Sources finds resource blocks in the .tf files of a configuration and of the
// modules it calls from its own directory tree.
type Sources struct {
	blocks map[block]written
}

type written struct {
	file string
	body *hclsyntax.Body
	line int
}

// Bounds of what is read as a source file: bytes, nested brackets, and modules
// in modules.
const (
	maxSource  = 1 << 18
	maxNesting = 200
	maxModules = 16
)

// ReadSources reads the .tf files of the directory dir of a file system. Files
// that do not parse are left out: a place is a convenience.
func ReadSources(root fs.FS, dir string) *Sources {
	s := &Sources{map[block]written{}}
	s.module(root, slash.Clean(dir), "", maxModules)
	return s
}

// Empty reports whether no resource was found.
func (s *Sources) Empty() bool { return s == nil || len(s.blocks) == 0 }

func (s *Sources) module(root fs.FS, dir, names string, depth int) {
	if depth == 0 || !fs.ValidPath(dir) {
		return
	}
	files, err := fs.ReadDir(root, dir)
	if err != nil {
		return
	}
	for _, file := range files {
		if file.IsDir() || slash.Ext(file.Name()) != ".tf" {
			continue
		}
		name := slash.Join(dir, file.Name())
		for _, b := range blocksOf(root, name) {
			switch {
			case b.Type == "resource" && len(b.Labels) == 2:
				s.blocks[block{names, b.Labels[0], b.Labels[1]}] = written{name, b.Body, b.TypeRange.Start.Line}
			case b.Type == "module" && len(b.Labels) == 1:
				if source := literal(b.Body.Attributes["source"]); strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
					s.module(root, slash.Join(dir, source), strings.TrimPrefix(names+"."+b.Labels[0], "."), depth-1)
				}
			}
		}
	}
}

func blocksOf(root fs.FS, name string) []*hclsyntax.Block {
	info, err := fs.Stat(root, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxSource {
		return nil
	}
	data, err := fs.ReadFile(root, name)
	if err != nil || tooDeep(data) {
		return nil
	}
	file, problems := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if problems.HasErrors() {
		return nil
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil
	}
	return body.Blocks
}

// tooDeep bounds how deep the parser goes.
func tooDeep(data []byte) bool {
	depth, most := 0, 0
	for _, c := range data {
		switch c {
		case '(', '[', '{':
			depth++
			most = max(most, depth)
		case ')', ']', '}':
			depth--
		}
	}
	return most > maxNesting
}

// literal is the text of an attribute that is one; "".
func literal(a *hclsyntax.Attribute) string {
	if a == nil {
		return ""
	}
	return text(a.Expr)
}

func text(e hclsyntax.Expression) string {
	v, problems := e.Value(nil)
	if problems.HasErrors() || !v.IsKnown() || v.IsNull() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// Place returns where the value at a pointer is written: the element that has
// the value, else the attribute, else the block. ok is false when no resource
// says it, or its block is in no file.
func (s *Sources) Place(of *Origins, pointer string) (p Place, ok bool) {
	origin, ok := of.Of(pointer)
	if !ok || s == nil {
		return Place{}, false
	}
	w, ok := s.blocks[origin.block]
	if !ok {
		return Place{}, false
	}
	value, _ := of.root.Resolve(pointer).Str()
	return Place{w.file, lineOf(w.body, strings.Split(origin.Attribute, "."), value, w.line)}, true
}

func lineOf(body *hclsyntax.Body, names []string, value string, line int) int {
	name := names[0]
	if a := body.Attributes[name]; a != nil {
		return within(a, names[1:], value)
	}
	for _, b := range body.Blocks {
		inner := b.Body
		if b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == name {
			return b.TypeRange.Start.Line
		}
		if b.Type == name && (value == "" || holds(inner, value) || last(body.Blocks, name) == b) {
			if len(names) == 1 {
				return b.TypeRange.Start.Line
			}
			return lineOf(inner, names[1:], value, b.TypeRange.Start.Line)
		}
	}
	return line
}

func last(blocks []*hclsyntax.Block, name string) *hclsyntax.Block {
	for _, b := range slices.Backward(blocks) {
		if b.Type == name {
			return b
		}
	}
	return nil
}

// holds reports whether an attribute of a block is a value.
func holds(body *hclsyntax.Body, value string) bool {
	for _, a := range body.Attributes {
		if text(a.Expr) == value {
			return true
		}
	}
	return false
}

// within is the line of the element of a list, or of the entry of a map; else
// that of the attribute.
func within(a *hclsyntax.Attribute, names []string, value string) int {
	switch e := a.Expr.(type) {
	case *hclsyntax.TupleConsExpr:
		for _, x := range e.Exprs {
			if value != "" && text(x) == value {
				return x.Range().Start.Line
			}
		}
	case *hclsyntax.ObjectConsExpr:
		for _, x := range e.Items {
			if key, problems := x.KeyExpr.Value(nil); !problems.HasErrors() && key.IsKnown() && !key.IsNull() && key.Type() == cty.String &&
				len(names) > 0 && key.AsString() == strings.Join(names, ".") {
				return x.KeyExpr.Range().Start.Line
			}
		}
	}
	return a.NameRange.Start.Line
}
