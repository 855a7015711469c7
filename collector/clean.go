package collector

import (
	"slices"
	"strings"

	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// clean copies a vendor's value into canonical form: secrets replaced, policy
// documents parsed, arrays sorted unless their order means something.
func clean(n *snapshot.Node, ordered bool) *snapshot.Node { return cleanBut(n, ordered, nil) }

// cleanBut is clean without what some paths name.
func cleanBut(n *snapshot.Node, ordered bool, omit []string) *snapshot.Node {
	if isDocument(n.Key()) && n.Kind() == snapshot.String {
		return document(n)
	}
	if redacted := recording.Secret(n); redacted != nil {
		return redacted
	}
	switch n.Kind() {
	case snapshot.Map:
		return cleanFields(n, ordered, omit)
	case snapshot.Array:
		items := cleanItems(n, ordered)
		if ordered {
			return snapshot.NewArray(items...)
		}
		return snapshot.Sorted(items)
	}
	return n.Clone(nil)
}

// cleanFields copies the fields of an object.
func cleanFields(n *snapshot.Node, ordered bool, omit []string) *snapshot.Node {
	names, items := n.Keys(), n.Items()
	keys, kids := make([]string, 0, len(names)), make([]*snapshot.Node, 0, len(names))
	for i, name := range names {
		below, omitted := under(omit, name)
		if !omitted {
			keys = append(keys, recording.RedactText(name))
			kids = append(kids, cleanBut(items[i], ordered || KeepsOrder(name), below))
		}
	}
	return snapshot.NewPairs(keys, kids)
}

// under are the paths below a name; omitted says that it is one itself.
func under(paths []string, name string) (below []string, omitted bool) {
	for _, path := range paths {
		head, rest, deep := strings.Cut(path, ".")
		switch {
		case head != name:
		case !deep:
			return nil, true
		default:
			below = append(below, rest)
		}
	}
	return below, false
}

// cleanItems copies the items of an array into canonical form.
func cleanItems(list *snapshot.Node, ordered bool) []*snapshot.Node {
	items := make([]*snapshot.Node, len(list.Items()))
	for i, item := range list.Items() {
		items[i] = clean(item, ordered)
	}
	return items
}

// KeepsOrder names the arrays whose order means something: rules of network
// ACLs, next hops, addresses of which the first is the main one, and what
// people wrote.
func KeepsOrder(name string) bool {
	return slices.Contains([]string{
		"IngressAclEntry", "EgressAclEntry", "NextHop", "IpAddress", "PrivateIpSet", "PrivateIpSets", "esConfig",
	}, name)
}

func isDocument(name string) bool {
	return name == "PolicyDocument" || name == "AssumeRolePolicyDocument"
}

// maxDepth bounds the nesting of a body, and of a document in it, so that the
// snapshot they end up in stays below the limit of its own.
const maxDepth = 64

// tooDeep reports whether objects and arrays nest deeper than most.
func tooDeep(n *snapshot.Node, most int) bool {
	return most < 0 || slices.ContainsFunc(n.Items(), func(kid *snapshot.Node) bool { return tooDeep(kid, most-1) })
}

// document parses a text that holds a JSON document; one that does not parse,
// or nests too deep, stays a text.
func document(n *snapshot.Node) *snapshot.Node {
	if parsed, err := snapshot.ParseJSON([]byte(n.Text())); err == nil && parsed.Kind() == snapshot.Map && !tooDeep(parsed, maxDepth) {
		return clean(parsed, true)
	}
	if redacted := recording.Secret(n); redacted != nil {
		return redacted
	}
	return n.Clone(nil)
}

// Canonical returns an object of a snapshot that was made of something else than
// answers in the form that answers give it: secrets replaced, arrays sorted
// unless their order means something.
func Canonical(object *snapshot.Node) *snapshot.Node {
	fields := object.Fields()
	for name, n := range fields {
		ordered := snapshot.Aspect(name) == snapshot.Document || snapshot.Aspect(name) == snapshot.DynamicSettings
		fields[name] = clean(n, ordered)
	}
	return snapshot.NewObject(fields)
}
