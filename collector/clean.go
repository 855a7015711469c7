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
		fields := n.Fields()
		for name, value := range fields {
			fields[name] = clean(value, ordered || keepsOrder(name))
		}
		return snapshot.NewObject(fields)
	case snapshot.Array:
		items := make([]*snapshot.Node, len(n.Items()))
		for i, item := range n.Items() {
			items[i] = clean(item, ordered)
		}
		if ordered {
			return snapshot.NewArray(items...)
		}
		return snapshot.Sorted(items)
	}
	return n.Clone(nil)
}

// keepsOrder names the arrays whose order means something: rules of network
// ACLs, next hops, addresses of which the first is the main one, and what
// people wrote.
func keepsOrder(name string) bool {
	return slices.Contains([]string{
		"IngressAclEntry", "EgressAclEntry", "NextHop", "IpAddress", "PrivateIpSet", "PrivateIpSets", "esConfig",
	}, name)
}

func isDocument(name string) bool {
	return name == "PolicyDocument" || name == "AssumeRolePolicyDocument"
}

// document parses a text that holds a JSON document; one that does not parse
// stays a text.
func document(n *snapshot.Node) *snapshot.Node {
	if parsed, err := snapshot.ParseJSON([]byte(n.Text())); err == nil && parsed.Kind() == snapshot.Map {
		return clean(parsed, true)
	}
	if redacted := recording.Secret(n); redacted != nil {
		return redacted
	}
	return n.Clone(nil)
}
