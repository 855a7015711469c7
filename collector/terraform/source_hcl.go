package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
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

func text(e hclsyntax.Expression) string {
	v, problems := e.Value(nil)
	if problems.HasErrors() || !v.IsKnown() || v.IsNull() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

func (h hclBody) lineOf(names []string, value string, line int) int {
	body := h.Body
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
			return hclBody{inner}.lineOf(names[1:], value, b.TypeRange.Start.Line)
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
