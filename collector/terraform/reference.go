package terraform

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// scope is where an expression stands: in an instance of a module, within
// something that may have a key.
type scope struct {
	modules, path string // of the module, as in an address
	key           string // of the resource or of the call of a module
}

// target is what an expression refers to: an instance of a resource, and one of
// its attributes.
type target struct {
	block     block
	path      string // of the module
	key       string // of the instance; "" for one without, and for those that chosen tells
	chosen    choice
	attribute string // "" when it is not told
}

// choice is how an expression names one of several instances.
type choice int

const (
	byKey   choice = iota // by its key, or it has none
	some                  // by a key that is not told, or all of them
	same                  // by the key of for_each that the expression stands under
	counted               // by the number of count that it stands under
)

// maxHops bounds how many variables and outputs a reference leads through.
const maxHops = 16

// targets returns what an attribute of a resource refers to. Nested blocks are
// named with dots. whole is false when it may refer to something else as well:
// local values, data sources, resources of other providers.
func (c *configuration) targets(r *resource, attribute string) (list []target, whole bool) {
	names := strings.Split(attribute, ".")
	expressions := c.blocks[r.block].Get("expressions")
	if blocks := expressions.Get(names[0]); blocks.Kind() == snapshot.Array && len(blocks.Items()) != len(r.values.Get(names[0]).Items()) {
		return nil, false // others are made by a dynamic block, which a plan does not show
	}
	return c.follow(scope{r.at.modules, r.at.path, r.at.key}, references(expressions, names), maxHops)
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

// longest drops the shorter forms that Terraform lists behind each reference.
func longest(refs []string) []string {
	var out []string
	last := ""
	for _, ref := range refs {
		if rest, shorter := strings.CutPrefix(last, ref); shorter && (rest == "" || strings.ContainsAny(rest[:1], ".[")) {
			continue
		}
		out, last = append(out, ref), ref
	}
	return out
}

// follow finds the resources behind references.
func (c *configuration) follow(in scope, refs []string, hops int) (list []target, whole bool) {
	if hops == 0 {
		return nil, false
	}
	chosen := some
	for _, ref := range refs {
		switch {
		case ref == "each.key":
			chosen = same
		case ref == "count.index":
			chosen = counted
		}
	}
	for _, ref := range longest(refs) {
		found, known := c.followOne(in, steps(ref), chosen, hops)
		if !known {
			return nil, false
		}
		for _, t := range found {
			if !slices.Contains(list, t) {
				list = append(list, t)
			}
		}
	}
	return list, true
}

func (c *configuration) followOne(in scope, names []string, chosen choice, hops int) (list []target, known bool) {
	switch {
	case len(names) < 2:
		return nil, false
	case names[0] == "each" && names[1] == "key", names[0] == "count", names[0] == "path", names[0] == "terraform":
		return nil, true // never known after apply
	case names[0] == "var" && in.modules == "":
		return nil, true
	case names[0] == "var":
		_, call := c.module(in.modules)
		up, _ := cutLast(in.modules)
		outer, key := outward(in.path)
		return c.follow(scope{up, outer, key}, references(call.Get("expressions"), names[1:2]), hops-1)
	case names[0] == "module":
		key := ""
		if len(names) > 2 && isKey(names[2]) {
			key, names = names[2], append(names[:2:2], names[3:]...)
		}
		if len(names) < 3 {
			return nil, false
		}
		modules := inner(in.modules, names[1])
		config, _ := c.module(modules)
		output := config.Get("outputs", names[2])
		return c.follow(scope{modules, inner(in.path, "module."+names[1]) + key, ""}, references(output.Get("expression"), nil), hops-1)
	case strings.HasPrefix(names[0], "alicloud_"):
		return []target{targetOf(in, names, chosen)}, true
	}
	return nil, false
}

// outward cuts the last module off a path.
func outward(path string) (outer, key string) {
	names := steps(path)
	if n := len(names); n > 0 && isKey(names[n-1]) {
		key, names = names[n-1], names[:n-1]
	}
	if len(names) < 2 {
		return "", key
	}
	end := strings.TrimSuffix(path, key)
	return strings.TrimSuffix(strings.TrimSuffix(end, "module."+names[len(names)-1]), "."), key
}

// targetOf reads a reference to a resource. Behind a key that is not written out
// Terraform lists no attribute.
func targetOf(in scope, names []string, chosen choice) target {
	t := target{block: block{in.modules, names[0], names[1]}, path: in.path}
	names = names[2:]
	if len(names) > 0 && isKey(names[0]) {
		t.key, names = names[0], names[1:]
	} else if len(names) == 0 {
		t.chosen = chosen
		if chosen == same || chosen == counted {
			t.key = in.key
		}
	}
	if len(names) > 0 {
		t.attribute = names[0]
	}
	return t
}

// instances are the resources of a side by where they are, and those of one
// block in one module together.
type instances struct {
	all map[instancesOf][]*resource
	one map[instanceOf][]*resource
}

type instancesOf struct {
	block block
	path  string // of the module
}

type instanceOf struct {
	instancesOf
	key string
}

func (r *resource) among() instancesOf { return instancesOf{r.block, r.at.path} }

func (s side) instances() *instances {
	out := &instances{map[instancesOf][]*resource{}, map[instanceOf][]*resource{}}
	for _, at := range sortedKeys(s) {
		if r := s[at]; !r.leaving {
			k := instanceOf{r.among(), r.at.key}
			out.all[k.instancesOf], out.one[k] = append(out.all[k.instancesOf], r), append(out.one[k], r)
		}
	}
	return out
}

// reference returns the id of the resource that an attribute of another one
// refers to, when it is one and no other.
func (of *instances) reference(r *resource, attribute string) (string, bool) {
	targets, whole := r.config.targets(r, attribute)
	if !whole || len(targets) != 1 {
		return "", false
	}
	t := targets[0]
	among := instancesOf{t.block, t.path}
	candidates := of.all[among]
	if t.chosen == counted && len(candidates) != len(of.all[r.among()]) {
		return "", false
	}
	if t.chosen != some {
		candidates = of.one[instanceOf{among, t.key}]
	}
	if len(candidates) != 1 || candidates[0] == r || candidates[0].opaque {
		return "", false
	}
	name := attribute[strings.LastIndexByte(attribute, '.')+1:]
	if t.attribute == "" {
		t.attribute = idOf(name, t.block.kind)
	}
	if t.attribute == "id" && !holdsID(name, t.block.kind) {
		return "", false
	}
	return candidates[0].identifier(t.attribute)
}

// identifier returns an attribute by which others refer to a resource. The id of
// one that does not exist yet is its address.
func (r *resource) identifier(attribute string) (string, bool) {
	if n, known := r.value(attribute); known && n.Exists() {
		return n.Text(), n.Text() != ""
	}
	switch attribute {
	case "id", "transit_router_id", "allocation_id":
		return r.address, true
	case "forward_table_ids", "snat_table_ids", "route_table_id":
		return r.address + "/" + attribute, true
	}
	return "", false
}

// holdsID reports whether an attribute can hold the id of a resource of a type:
// where it holds that of one kind of object, an id of another one is a part of
// the value, or leads to it.
func holdsID(attribute, kind string) bool {
	kinds, listed := holders(attribute)
	return !listed || slices.Contains(kinds, strings.TrimPrefix(kind, "alicloud_"))
}

// holders are the types of resources whose id an attribute holds.
func holders(attribute string) (kinds []string, listed bool) {
	kinds, listed = map[string][]string{
		"vpc_id": {"vpc"}, "accepting_vpc_id": {"vpc"}, "vswitch_id": {"vswitch"}, "source_vswitch_id": {"vswitch"},
		"security_group_id": {"security_group"}, "security_group_ids": {"security_group"}, "security_groups": {"security_group"}, "source_security_group_id": {"security_group"},
		"load_balancer_id": {"slb_load_balancer", "nlb_load_balancer"}, "server_group_id": {"slb_server_group", "nlb_server_group"},
		"master_slave_server_group_id": {"slb_master_slave_server_group"}, "acl_id": {"slb_acl"}, "acl_ids": {"slb_acl"}, "network_acl_id": {"network_acl"},
		"allocation_id": {"eip", "eip_address"}, "service_id": {"privatelink_vpc_endpoint_service"}, "endpoint_id": {"privatelink_vpc_endpoint"},
		"network_interface_id": {"network_interface", "ecs_network_interface"}, "cen_id": {"cen_instance"}, "route_table_id": {"route_table"},
		"forward_table_id": {}, "snat_table_id": {}, "transit_router_id": {},
	}[attribute]
	return kinds, listed
}

// idOf is the attribute of a type of resource that an attribute must refer to
// when the reference does not tell it; "" when it could be another one.
func idOf(attribute, kind string) string {
	kind = strings.TrimPrefix(kind, "alicloud_")
	kinds, listed := holders(attribute)
	if !listed {
		kinds = map[string][]string{
			"server_id": {"instance", "network_interface", "ecs_network_interface"}, "server_ids": {"instance", "network_interface", "ecs_network_interface"},
			"instance_id":       {"instance", "nat_gateway", "slb_load_balancer", "network_interface", "ecs_network_interface", "cen_instance", "vpc_peer_connection"},
			"resource_id":       {"vswitch", "slb_load_balancer", "nlb_load_balancer"},
			"child_instance_id": {"vpc"},
		}[attribute]
	}
	switch {
	case slices.Contains(kinds, kind):
		return "id"
	case attribute == "transit_router_id" && kind == "cen_transit_router":
		return attribute
	}
	return ""
}
