package oracle

import (
	"net/netip"
	"strings"
)

// forwards are a NAT gateway's forward entries, and whether all its tables were
// read: an answer is about a table or about the whole gateway (SEMANTICS 2), and
// an entry may name its gateway.
func (o *Oracle) forwards(s scope, gateway object) ([]object, bool) {
	const name = "vpc.DescribeForwardTableEntries"
	whole := o.ask(s, name, text(gateway, "NatGatewayId"))
	read := isList(gateway, "ForwardTableIds", "ForwardTableId")
	all := whole.items
	for _, table := range texts(gateway, "ForwardTableIds", "ForwardTableId") {
		f := o.ask(s, name, table)
		read = read && f.read
		all = append(all[:len(all):len(all)], f.items...)
	}
	for _, entry := range o.ask(s, name, "*").items {
		if id := text(entry, "NatGatewayId"); id != "" && id == text(gateway, "NatGatewayId") {
			all = append(all[:len(all):len(all)], entry)
		}
	}
	return distinct(nil, all, "ForwardEntryId"), read || whole.read
}

// forwardTo is where a forward entry leads.
func forwardTo(f object) netip.Addr {
	a, _ := parseAddress(text(f, "InternalIp"))
	return a
}

// forwardPort tells whether an entry leads to a port: the same, a range a/b
// that holds it, or Any.
func forwardPort(f object, port int) Verdict {
	s := text(f, "InternalPort")
	if s == "" {
		return Unknown
	}
	if strings.EqualFold(s, "any") {
		return Reachable
	}
	if r, ok := parsePorts(s); ok {
		return yes(r.has(port))
	}
	return Unknown
}

// forwardProtocol is the control dnat-protocol: TCP or Any.
func forwardProtocol(f object) Verdict {
	s := text(f, "IpProtocol")
	if s == "" {
		return Unknown
	}
	return yes(strings.EqualFold(s, "tcp") || strings.EqualFold(s, "any"))
}
