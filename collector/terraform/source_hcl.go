package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// hclBody is a block in Terraform's own syntax.
type hclBody struct{ *hclsyntax.Body }

func declaredInHCL(data []byte, name string) []declaration {
	file, problems := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if problems.HasErrors() {
		return nil
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil
	}
	var out []declaration
	for _, b := range body.Blocks {
		switch {
		case b.Type == "resource" && len(b.Labels) == 2:
			out = append(out, declaration{labels: b.Labels, body: hclBody{b.Body}, line: b.TypeRange.Start.Line})
		case b.Type == "module" && len(b.Labels) == 1:
			out = append(out, declaration{labels: b.Labels, source: literal(b.Body.Attributes["source"])})
		}
	}
	return out
}

// literal is the text of an attribute that is one; "".
func literal(a *hclsyntax.Attribute) string {
	if a == nil {
		return ""
	}
	return text(a.Expr)
}

// text is a text, a number or a switch that is written out; "".
func text(e hclsyntax.Expression) string {
	v, problems := e.Value(nil)
	if problems.HasErrors() || !v.IsKnown() || v.IsNull() || !v.Type().IsPrimitiveType() {
		return ""
	}
	v, err := convert.Convert(v, cty.String)
	if err != nil {
		return ""
	}
	return v.AsString()
}

func (h hclBody) lineOf(names []string, value string, line int) int {
	name := names[0]
	if a := h.Attributes[name]; a != nil {
		return within(a, names[1:], value)
	}
	var blocks []*hclsyntax.Block
	made := line // where a dynamic block makes more of them
	for _, b := range h.Blocks {
		switch {
		case b.Type == name:
			blocks = append(blocks, b)
		case b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == name:
			made = b.TypeRange.Start.Line
		}
	}
	at := slices.IndexFunc(blocks, func(b *hclsyntax.Block) bool { return holds(b.Body, names[1:], value) })
	switch {
	case at < 0 && (len(blocks) == 0 || made != line):
		return made
	case at < 0 && len(blocks) > 1:
		return blocks[0].TypeRange.Start.Line
	}
	block := blocks[max(at, 0)]
	if len(names) == 1 {
		return block.TypeRange.Start.Line
	}
	return hclBody{block.Body}.lineOf(names[1:], value, block.TypeRange.Start.Line)
}

// holds reports whether an attribute of a block, any when none is named, is a
// value.
func holds(body *hclsyntax.Body, names []string, value string) bool {
	if value == "" {
		return false
	}
	if len(names) > 0 {
		a := body.Attributes[names[0]]
		return a != nil && text(a.Expr) == value
	}
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
