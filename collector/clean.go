package collector

import (
	"slices"

	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// clean copies a vendor's value into canonical form: secrets replaced, policy
// documents parsed, arrays sorted unless their order means something.
func clean(n *snapshot.Node, ordered bool) *snapshot.Node {
	if isDocument(n.Key()) && n.Kind() == snapshot.String {
		return document(n)
	}
	if redacted := recording.Secret(n); redacted != nil {
		return redacted
	}
	switch n.Kind() {
	case snapshot.Map:
		fields := make(map[string]*snapshot.Node, len(n.Keys()))
		for i, name := range n.Keys() {
			fields[recording.RedactText(name)] = clean(n.Items()[i], ordered || KeepsOrder(name))
		}
		return snapshot.NewObject(fields)
	case snapshot.Array:
		items := cleanItems(n, ordered)
		if ordered {
			return snapshot.NewArray(items...)
		}
		return snapshot.Sorted(items)
	}
	return n.Clone(nil)
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
