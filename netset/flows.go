package netset

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Protocol is an IP protocol by its number (IANA).
type Protocol uint8

// The protocols that rules name.
const (
	ICMP   Protocol = 1
	TCP    Protocol = 6
	UDP    Protocol = 17
	GRE    Protocol = 47
	ICMPv6 Protocol = 58
)

// ParseProtocol reads a protocol as rules write it, in any case. all is every
// one of the protocols. ok is false for any other word.
func ParseProtocol(word string) (protocols []Protocol, ok bool) {
	switch strings.ToLower(word) {
	case "all":
		return []Protocol{ICMP, TCP, UDP, GRE, ICMPv6}, true
	case "tcp":
		return []Protocol{TCP}, true
	case "udp":
		return []Protocol{UDP}, true
	case "icmp":
		return []Protocol{ICMP}, true
	case "gre":
		return []Protocol{GRE}, true
	case "icmpv6":
		return []Protocol{ICMPv6}, true
	}
	return nil, false
}

func (p Protocol) String() string {
	switch p {
	case ICMP:
		return "ICMP"
	case TCP:
		return "TCP"
	case UDP:
		return "UDP"
	case GRE:
		return "GRE"
	case ICMPv6:
		return "ICMPv6"
	}
	return fmt.Sprintf("protocol %d", uint8(p))
}

// Ports is a range of ports, both ends included.
type Ports struct{ First, Last uint16 }

// AllPorts returns every port. Protocols without ports have all of them.
func AllPorts() Ports { return Ports{0, 65535} }

// Flows is a set of points (address, protocol, port): what a rule matches, or
// what a list of rules admits. It is immutable; the zero Flows is empty.
type Flows struct {
	// cells are sorted by protocol and ports, do not overlap, are not empty, and
	// touch only where their addresses differ: equal sets have equal cells.
	cells []cell
}

// cell is the same addresses at every port of a range.
type cell struct {
	protocol Protocol
	ports    Ports
	set      Set
}

// FlowsOf returns every address of set at every port of the range. A range that
// ends before it begins is empty.
func FlowsOf(set Set, protocol Protocol, ports Ports) Flows {
	if set.IsEmpty() || ports.Last < ports.First {
		return Flows{}
	}
	return Flows{[]cell{{protocol, ports, set}}}
}

// At returns the addresses at one port.
func (f Flows) At(protocol Protocol, port uint16) Set {
	i, found := slices.BinarySearchFunc(f.cells, port, func(c cell, port uint16) int {
		switch {
		case c.protocol != protocol:
			return cmp.Compare(c.protocol, protocol)
		case c.ports.Last < port:
			return -1
		case c.ports.First > port:
			return 1
		}
		return 0
	})
	if !found {
		return Set{}
	}
	return f.cells[i].set
}

// Contains reports whether a point is in f.
func (f Flows) Contains(a netip.Addr, protocol Protocol, port uint16) bool {
	return f.At(protocol, port).Contains(a)
}

// Union returns the points of f or g.
func (f Flows) Union(g Flows) Flows { return combine(f, g, Set.Union) }

// Intersect returns the points of both f and g.
func (f Flows) Intersect(g Flows) Flows { return combine(f, g, Set.Intersect) }

// Minus returns the points of f that are not in g.
func (f Flows) Minus(g Flows) Flows { return combine(f, g, Set.Minus) }

// Covers reports whether all of g is in f.
func (f Flows) Covers(g Flows) bool { return g.Minus(f).IsEmpty() }

// Overlaps reports whether f and g have a point in common.
func (f Flows) Overlaps(g Flows) bool { return !f.Intersect(g).IsEmpty() }

// IsEmpty reports whether f holds no point.
func (f Flows) IsEmpty() bool { return len(f.cells) == 0 }

// Equal reports whether f and g hold the same points.
func (f Flows) Equal(g Flows) bool {
	return slices.EqualFunc(f.cells, g.cells, func(a, b cell) bool {
		return a.protocol == b.protocol && a.ports == b.ports && a.set.Equal(b.set)
	})
}

// Addresses returns the addresses that have any port in f.
func (f Flows) Addresses() Set {
	sets := make([]Set, len(f.cells))
	for i, c := range f.cells {
		sets[i] = c.set
	}
	return Union(sets...)
}

// String names the points, "TCP 9200: 10.0.0.0/8; UDP 1-99: ::/0", or
// "nothing".
func (f Flows) String() string {
	if f.IsEmpty() {
		return "nothing"
	}
	parts := make([]string, len(f.cells))
	for i, c := range f.cells {
		ports := fmt.Sprint(c.ports.First)
		if c.ports.First != c.ports.Last {
			ports = fmt.Sprintf("%d-%d", c.ports.First, c.ports.Last)
		}
		parts[i] = fmt.Sprintf("%s %s: %s", c.protocol, ports, c.set)
	}
	return strings.Join(parts, "; ")
}

// combine applies an operation to the addresses at every port.
func combine(f, g Flows, operation func(a, b Set) Set) Flows {
	var out []cell
	for _, at := range cuts(f, g) {
		set := operation(f.At(at.protocol, at.ports.First), g.At(at.protocol, at.ports.First))
		if set.IsEmpty() {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].protocol == at.protocol &&
			int(out[last].ports.Last)+1 == int(at.ports.First) && out[last].set.Equal(set) {
			out[last].ports.Last = at.ports.Last
			continue
		}
		out = append(out, cell{at.protocol, at.ports, set})
	}
	return Flows{out}
}

// cuts divides the ports that f or g speak of into ranges in which neither
// changes, in order.
func cuts(f, g Flows) []cell {
	begins := map[Protocol][]int{}
	for _, c := range slices.Concat(f.cells, g.cells) {
		begins[c.protocol] = append(begins[c.protocol], int(c.ports.First), int(c.ports.Last)+1)
	}
	var out []cell
	for protocol, list := range begins {
		slices.Sort(list)
		list = slices.Compact(list)
		for i, begin := range list[:len(list)-1] {
			out = append(out, cell{protocol: protocol, ports: Ports{uint16(begin), uint16(list[i+1] - 1)}})
		}
	}
	slices.SortFunc(out, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.protocol, b.protocol), cmp.Compare(a.ports.First, b.ports.First))
	})
	return out
}
