package terraform

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// configuration is the part of a plan that tells where values come from.
type configuration struct {
	root      *snapshot.Node // configuration.root_module
	providers *snapshot.Node // configuration.provider_config
	variables *snapshot.Node
}

func readConfiguration(root *snapshot.Node) *configuration {
	return &configuration{
		root: root.Get("configuration", "root_module"), providers: root.Get("configuration", "provider_config"), variables: root.Get("variables"),
	}
}

// region is the region of the provider, when it is written out or the value of
// a variable.
func (c *configuration) region() string {
	expression := c.providers.Get("alicloud", "expressions", "region")
	if text, ok := expression.Get("constant_value").Str(); ok {
		return text
	}
	for _, ref := range expression.Get("references").Items() {
		if name, ok := strings.CutPrefix(ref.Text(), "var."); ok {
			if text, ok := c.variables.Get(name, "value").Str(); ok {
				return text
			}
		}
	}
	return ""
}

// module returns the configuration of a module by its names, and that of its
// call.
func (c *configuration) module(names string) (module, call *snapshot.Node) {
	module = c.root
	if names == "" {
		return module, nil
	}
	for _, name := range strings.Split(names, ".") {
		call = module.Get("module_calls", name)
		module = call.Get("module")
	}
	return module, call
}

// maxHops bounds how many variables and outputs a reference leads through.
const maxHops = 16

// target is what an expression refers to: a resource block and one of its
// attributes.
type target struct {
	block     block
	attribute string
}

// targets returns what an attribute of a resource block refers to. Nested blocks
// are named with dots.
func (c *configuration) targets(b block, attribute string) []target {
	module, _ := c.module(b.module)
	for _, n := range module.Get("resources").Items() {
		if n.Get("mode").Text() != "data" && n.Get("type").Text() == b.kind && n.Get("name").Text() == b.name {
			return c.follow(b.module, references(n.Get("expressions"), strings.Split(attribute, ".")), maxHops)
		}
	}
	return nil
}

// references are those of an expression; nested blocks are lists or one object.
func references(expression *snapshot.Node, path []string) []string {
	if expression.Kind() == snapshot.Array {
		var out []string
		for _, item := range expression.Items() {
			out = append(out, references(item, path)...)
		}
		return out
	}
	if len(path) > 0 {
		return references(expression.Get(path[0]), path[1:])
	}
	var out []string
	for _, n := range expression.Get("references").Items() {
		out = append(out, n.Text())
	}
	return out
}

// follow finds the resources behind references made in a module. Terraform
// lists each reference with its shorter forms behind it; the longest counts.
func (c *configuration) follow(module string, refs []string, hops int) []target {
	var out []target
	if hops == 0 {
		return nil
	}
	for i, ref := range refs {
		if i > 0 && strings.HasPrefix(refs[i-1], ref) {
			continue
		}
		parts := strings.Split(withoutKeys(ref), ".")
		switch {
		case parts[0] == "var" && len(parts) > 1:
			_, call := c.module(module)
			up, _ := cutLast(module)
			out = append(out, c.follow(up, references(call.Get("expressions"), []string{parts[1]}), hops-1)...)
		case parts[0] == "module" && len(parts) > 2:
			inner := strings.TrimPrefix(module+"."+parts[1], ".")
			config, _ := c.module(inner)
			out = append(out, c.follow(inner, references(config.Get("outputs", parts[2], "expression"), nil), hops-1)...)
		case strings.HasPrefix(parts[0], "alicloud_") && len(parts) > 1:
			t := target{block: block{module, parts[0], parts[1]}, attribute: "id"}
			if len(parts) > 2 {
				t.attribute = parts[2]
			}
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

// withoutKeys drops [0] and ["a"] from a reference.
func withoutKeys(ref string) string {
	for {
		at := strings.IndexByte(ref, '[')
		if at < 0 {
			return ref
		}
		ref = ref[:at] + ref[at+closing(ref[at:]):]
	}
}

func cutLast(path string) (before, last string) {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}
