package netset

import (
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Set is a set of IPv4 and IPv6 addresses. It is immutable; the zero Set is
// empty.
type Set struct {
	// The spans of a family are sorted, and neither overlap nor touch.
	v4, v6 []span
}

// Of returns the addresses of the prefixes. Host bits are ignored; an invalid
// prefix adds nothing.
func Of(prefixes ...netip.Prefix) Set {
	var s Set
	for i, p := range prefixes {
		spans := &s.v6
		switch {
		case !p.IsValid():
			continue
		case p.Addr().Is4():
			spans = &s.v4
		}
		if *spans == nil {
			*spans = make([]span, 0, len(prefixes)-i) // most lists are of one family
		}
		*spans = append(*spans, spanOf(p))
	}
	return Set{normal(s.v4), normal(s.v6)}
}

// Addr returns the set of one address.
func Addr(a netip.Addr) Set {
	a = a.Unmap()
	n := numberOf(a)
	switch {
	case a.Is4():
		return Set{v4: []span{{n, n}}}
	case a.Is6():
		return Set{v6: []span{{n, n}}}
	}
	return Set{}
}

// AllV4 returns 0.0.0.0/0.
func AllV4() Set { return Of(netip.PrefixFrom(netip.IPv4Unspecified(), 0)) }

// AllV6 returns ::/0.
func AllV6() Set { return Of(netip.PrefixFrom(netip.IPv6Unspecified(), 0)) }

// Internet4 returns the IPv4 addresses of the internet (INTERNET4 of
// SEMANTICS 3).
func Internet4() Set { return internet4() }

// internet4 and internet are worked out once.
var (
	internet4 = sync.OnceValue(publicV4)
	internet  = sync.OnceValue(func() Set { return Internet4().Union(Internet6()) })
)

func publicV4() Set {
	private := [...]string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
		"172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3",
	}
	var prefixes []netip.Prefix
	for _, p := range private {
		prefixes = append(prefixes, netip.MustParsePrefix(p))
	}
	return AllV4().Minus(Of(prefixes...))
}

// Internet6 returns the IPv6 addresses of the internet (INTERNET6 of
// SEMANTICS 3).
func Internet6() Set { return Of(netip.MustParsePrefix("2000::/3")) }

// Internet returns the addresses of the internet, of both families.
func Internet() Set { return internet() }

// Union returns the addresses of any of the sets.
func Union(sets ...Set) Set {
	var all Set
	for _, s := range sets {
		all.v4 = append(all.v4, s.v4...)
		all.v6 = append(all.v6, s.v6...)
	}
	return Set{normal(all.v4), normal(all.v6)}
}

// Union returns the addresses of s or t.
func (s Set) Union(t Set) Set { return Set{union(s.v4, t.v4), union(s.v6, t.v6)} }

// Intersect returns the addresses of both s and t.
func (s Set) Intersect(t Set) Set { return Set{common(s.v4, t.v4), common(s.v6, t.v6)} }

// Minus returns the addresses of s that are not in t.
func (s Set) Minus(t Set) Set { return Set{without(s.v4, t.v4), without(s.v6, t.v6)} }

// Contains reports whether a is in s.
func (s Set) Contains(a netip.Addr) bool {
	a = a.Unmap()
	switch {
	case a.Is4():
		return holds(s.v4, numberOf(a))
	case a.Is6():
		return holds(s.v6, numberOf(a))
	}
	return false
}

// ContainsSet reports whether all of t is in s.
func (s Set) ContainsSet(t Set) bool { return covers(s.v4, t.v4) && covers(s.v6, t.v6) }

// Overlaps reports whether s and t have an address in common.
func (s Set) Overlaps(t Set) bool { return meet(s.v4, t.v4) || meet(s.v6, t.v6) }

// ContainsPrefix reports whether all addresses of a valid prefix are in s; host bits
// are ignored.
func (s Set) ContainsPrefix(p netip.Prefix) bool { return within(spanOf(p), s.family(p)) }

// OverlapsPrefix reports whether any address of a valid prefix is in s; host bits are
// ignored.
func (s Set) OverlapsPrefix(p netip.Prefix) bool { return touches(s.family(p), spanOf(p)) }

// family is what s holds of the family of a prefix.
func (s Set) family(p netip.Prefix) []span {
	if p.Addr().Is4() {
		return s.v4
	}
	return s.v6
}

// IsEmpty reports whether s holds no address.
func (s Set) IsEmpty() bool { return len(s.v4)+len(s.v6) == 0 }

// Equal reports whether s and t hold the same addresses.
func (s Set) Equal(t Set) bool { return equal(s.v4, t.v4) && equal(s.v6, t.v6) }

// Count returns how many addresses are in s.
func (s Set) Count() *big.Int {
	n := new(big.Int)
	for _, spans := range [...][]span{s.v4, s.v6} {
		for _, p := range spans {
			n.Add(n, p.size())
		}
	}
	return n
}

// V4 returns the IPv4 addresses of s.
func (s Set) V4() Set { return Set{v4: s.v4} }

// V6 returns the IPv6 addresses of s.
func (s Set) V6() Set { return Set{v6: s.v6} }

// Single returns the address of a set that holds just one. ok is false for any
// other set.
func (s Set) Single() (a netip.Addr, ok bool) {
	switch {
	case len(s.v4) == 1 && len(s.v6) == 0 && s.v4[0].lo == s.v4[0].hi:
		return s.v4[0].lo.v4(), true
	case len(s.v6) == 1 && len(s.v4) == 0 && s.v6[0].lo == s.v6[0].hi:
		return s.v6[0].lo.v6(), true
	}
	return netip.Addr{}, false
}

// First returns the lowest address; the zero Addr when s is empty.
func (s Set) First() netip.Addr {
	switch {
	case len(s.v4) > 0:
		return s.v4[0].lo.v4()
	case len(s.v6) > 0:
		return s.v6[0].lo.v6()
	}
	return netip.Addr{}
}

// Bounds returns the first and last address of every maximal run of s, in
// order: what decides whether two sets of intervals differ.
func (s Set) Bounds() []netip.Addr {
	out := make([]netip.Addr, 0, 2*(len(s.v4)+len(s.v6)))
	for _, p := range s.v4 {
		out = append(out, p.lo.v4(), p.hi.v4())
	}
	for _, p := range s.v6 {
		out = append(out, p.lo.v6(), p.hi.v6())
	}
	return out
}

// Prefixes returns the minimal sorted list of prefixes that make up s, IPv4
// first.
func (s Set) Prefixes() []netip.Prefix { return slices.Collect(s.prefixes) }

func (s Set) prefixes(yield func(netip.Prefix) bool) {
	for _, p := range s.v4 {
		for lo, bits := range p.blocks(32) {
			if !yield(netip.PrefixFrom(lo.v4(), bits)) {
				return
			}
		}
	}
	for _, p := range s.v6 {
		for lo, bits := range p.blocks(128) {
			if !yield(netip.PrefixFrom(lo.v6(), bits)) {
				return
			}
		}
	}
}

// Strings returns the prefixes as texts; never nil.
func (s Set) Strings() []string {
	out := make([]string, 0, len(s.v4)+len(s.v6))
	for p := range s.prefixes {
		out = append(out, p.String())
	}
	return out
}

// String returns the prefixes, separated by commas, or "nothing".
func (s Set) String() string {
	if s.IsEmpty() {
		return "nothing"
	}
	return strings.Join(s.Strings(), ", ")
}
