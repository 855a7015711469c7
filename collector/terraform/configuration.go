package terraform

import (
	"strings"

	"esaudit/collector"
	"esaudit/snapshot"
)

// configuration is the part of a plan that tells where values come from.
type configuration struct {
	root      *snapshot.Node // configuration.root_module
	providers *snapshot.Node // configuration.provider_config
	variables *snapshot.Node
	blocks    map[block]*snapshot.Node // the resource blocks
}

func readConfiguration(root *snapshot.Node) *configuration {
	c := &configuration{
		root: root.Get("configuration", "root_module"), providers: root.Get("configuration", "provider_config"), variables: root.Get("variables"),
		blocks: map[block]*snapshot.Node{},
	}
	c.addBlocks(c.root, "")
	return c
}

// addBlocks adds the resource blocks of a module and of those it calls.
func (c *configuration) addBlocks(module *snapshot.Node, names string) {
	for _, n := range module.Get("resources").Items() {
		if n.Get("mode").Text() != "data" {
			c.blocks[block{names, n.Get("type").Text(), n.Get("name").Text()}] = n
		}
	}
	calls := module.Get("module_calls")
	for i, name := range calls.Keys() {
		c.addBlocks(calls.Items()[i].Get("module"), inner(names, name))
	}
}

// inner is the name of a module in a module.
func inner(module, name string) string { return strings.TrimPrefix(module+"."+name, ".") }

// provider is the configuration of the provider that a resource block uses; that
// of the only one without a name when the block does not say.
func (c *configuration) provider(b block) *snapshot.Node {
	key := c.blocks[b].Get("provider_config_key").Text()
	if key == "" {
		key = "alicloud"
	}
	return c.providers.Get(key)
}

// region is the region of a provider, when it is written out or the value of a
// variable; "". A variable that only decides between regions is none.
func (c *configuration) region(provider *snapshot.Node) string {
	text := c.constant(provider.Get("expressions", "region"), moduleOfProvider(provider))
	if !collector.IsRegion(text) {
		return ""
	}
	return text
}

// constant is the text of an expression that is written out, or of the variable
// that it is; "".
func (c *configuration) constant(expression *snapshot.Node, module string) string {
	if text, ok := expression.Get("constant_value").Str(); ok {
		return text
	}
	for range maxHops {
		refs := expression.Get("references").Items()
		if len(refs) != 1 {
			return ""
		}
		name, ok := strings.CutPrefix(refs[0].Text(), "var.")
		if !ok {
			return ""
		}
		if module == "" {
			return c.variables.Get(name, "value").Text()
		}
		_, call := c.module(module)
		expression = call.Get("expressions", name)
		if text, ok := expression.Get("constant_value").Str(); ok {
			return text
		}
		module, _ = cutLast(module)
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

func cutLast(path string) (before, last string) {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}
