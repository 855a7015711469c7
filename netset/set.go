package netset

import (
	"math/big"
	"math/bits"
	"net/netip"
	"slices"
	"strings"
)

// Set is a set of IPv4 and IPv6 addresses. It is immutable; the zero Set is
// empty.
type Set struct {
	// spans are sorted, IPv4 before IPv6, and neither overlap nor touch.
	spans []span
}

// span is the addresses of one family from lo to hi, both included.
type span struct{ lo, hi netip.Addr }

// Of returns the addresses of the prefixes. Host bits are ignored; an invalid
// prefix adds nothing.
func Of(prefixes ...netip.Prefix) Set {
	spans := make([]span, 0, len(prefixes))
	for _, p := range prefixes {
		if p.IsValid() {
			spans = append(spans, spanOf(p))
		}
	}
	return normal(spans)
}

// Addr returns the set of one address.
func Addr(a netip.Addr) Set {
	a = a.Unmap().WithZone("")
	if !a.IsValid() {
		return Set{}
	}
	return Set{[]span{{a, a}}}
}

// AllV4 returns 0.0.0.0/0.
func AllV4() Set { return Of(netip.PrefixFrom(netip.IPv4Unspecified(), 0)) }

// AllV6 returns ::/0.
func AllV6() Set { return Of(netip.PrefixFrom(netip.IPv6Unspecified(), 0)) }

// Internet4 returns the IPv4 addresses of the internet (INTERNET4 of
// SEMANTICS 3).
func Internet4() Set {
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
func Internet() Set { return Internet4().Union(Internet6()) }

// Union returns the addresses of any of the sets.
func Union(sets ...Set) Set {
	n := 0
	for _, s := range sets {
		n += len(s.spans)
	}
	spans := make([]span, 0, n)
	for _, s := range sets {
		spans = append(spans, s.spans...)
	}
	return normal(spans)
}

func spanOf(p netip.Prefix) span {
	p = p.Masked()
	raw, free := p.Addr().AsSlice(), p.Addr().BitLen()-p.Bits()
	for i := len(raw) - 1; free > 0; i, free = i-1, free-8 {
		raw[i] |= byte(1<<min(free, 8) - 1)
	}
	hi, _ := netip.AddrFromSlice(raw)
	return span{p.Addr(), hi}
}

// normal sorts and joins spans; it takes the slice over.
func normal(spans []span) Set {
	slices.SortFunc(spans, func(a, b span) int { return a.lo.Compare(b.lo) })
	out := spans[:0]
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && joins(out[last], s) {
			if out[last].hi.Less(s.hi) {
				out[last].hi = s.hi
			}
			continue
		}
		out = append(out, s)
	}
	return Set{out}
}

// joins reports whether b, which does not begin before a, overlaps or touches
// it. The successor of a family's last address is no address.
func joins(a, b span) bool {
	return a.lo.BitLen() == b.lo.BitLen() && (b.lo.Compare(a.hi) <= 0 || a.hi.Next() == b.lo)
}

// Union returns the addresses of s or t.
func (s Set) Union(t Set) Set {
	switch {
	case len(s.spans) == 0:
		return t
	case len(t.spans) == 0:
		return s
	}
	return Union(s, t)
}

// Intersect returns the addresses of both s and t.
func (s Set) Intersect(t Set) Set {
	var out []span
	for i, j := 0, 0; i < len(s.spans) && j < len(t.spans); {
		a, b := s.spans[i], t.spans[j]
		lo, hi := a.lo, a.hi
		if lo.Less(b.lo) {
			lo = b.lo
		}
		if b.hi.Less(hi) {
			hi = b.hi
		}
		if lo.Compare(hi) <= 0 && lo.BitLen() == hi.BitLen() {
			out = append(out, span{lo, hi})
		}
		if a.hi.Less(b.hi) {
			i++
		} else {
			j++
		}
	}
	return Set{out}
}

// Minus returns the addresses of s that are not in t.
func (s Set) Minus(t Set) Set {
	var out []span
	j := 0
	for _, a := range s.spans {
		for j < len(t.spans) && t.spans[j].hi.Less(a.lo) {
			j++
		}
		left := true
		for k := j; k < len(t.spans) && t.spans[k].lo.Compare(a.hi) <= 0; k++ {
			b := t.spans[k]
			if a.lo.Less(b.lo) {
				out = append(out, span{a.lo, b.lo.Prev()})
			}
			if left = b.hi.Less(a.hi); !left {
				break
			}
			a.lo = b.hi.Next()
		}
		if left {
			out = append(out, a)
		}
	}
	return Set{out}
}

// Contains reports whether a is in s.
func (s Set) Contains(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	i, found := slices.BinarySearchFunc(s.spans, a, func(p span, a netip.Addr) int { return p.lo.Compare(a) })
	if found {
		return true
	}
	return i > 0 && a.BitLen() == s.spans[i-1].lo.BitLen() && a.Compare(s.spans[i-1].hi) <= 0
}

// ContainsSet reports whether all of t is in s.
func (s Set) ContainsSet(t Set) bool { return t.Minus(s).IsEmpty() }

// Overlaps reports whether s and t have an address in common.
func (s Set) Overlaps(t Set) bool { return !s.Intersect(t).IsEmpty() }

// IsEmpty reports whether s holds no address.
func (s Set) IsEmpty() bool { return len(s.spans) == 0 }

// Equal reports whether s and t hold the same addresses.
func (s Set) Equal(t Set) bool { return s.same(t) || slices.Equal(s.spans, t.spans) }

// Count returns how many addresses are in s.
func (s Set) Count() *big.Int {
	n, one := new(big.Int), big.NewInt(1)
	for _, p := range s.spans {
		size := new(big.Int).SetBytes(p.hi.AsSlice())
		size.Sub(size, new(big.Int).SetBytes(p.lo.AsSlice()))
		n.Add(n, size.Add(size, one))
	}
	return n
}

// V4 returns the IPv4 addresses of s.
func (s Set) V4() Set { return Set{s.spans[:s.boundary():s.boundary()]} }

// V6 returns the IPv6 addresses of s.
func (s Set) V6() Set { return Set{s.spans[s.boundary():]} }

func (s Set) boundary() int {
	i, _ := slices.BinarySearchFunc(s.spans, 128, func(p span, bits int) int { return p.lo.BitLen() - bits })
	return i
}

// Single returns the address of a set that holds just one. ok is false for any
// other set.
func (s Set) Single() (a netip.Addr, ok bool) {
	if len(s.spans) != 1 || s.spans[0].lo != s.spans[0].hi {
		return netip.Addr{}, false
	}
	return s.spans[0].lo, true
}

// First returns the lowest address; the zero Addr when s is empty.
func (s Set) First() netip.Addr {
	if s.IsEmpty() {
		return netip.Addr{}
	}
	return s.spans[0].lo
}

// Bounds returns the first and last address of every maximal run of s, in
// order: what decides whether two sets of intervals differ.
func (s Set) Bounds() []netip.Addr {
	out := make([]netip.Addr, 0, 2*len(s.spans))
	for _, p := range s.spans {
		out = append(out, p.lo, p.hi)
	}
	return out
}

// Prefixes returns the minimal sorted list of prefixes that make up s, IPv4
// first.
func (s Set) Prefixes() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range s.spans {
		out = p.appendPrefixes(out)
	}
	return out
}

// appendPrefixes cuts a span into the fewest prefixes: at each step the largest
// that begins at lo and ends within.
func (p span) appendPrefixes(out []netip.Prefix) []netip.Prefix {
	for lo := p.lo; ; {
		length := lo.BitLen() - trailingZeros(lo)
		s := spanOf(netip.PrefixFrom(lo, length))
		for p.hi.Less(s.hi) {
			length++
			s = spanOf(netip.PrefixFrom(lo, length))
		}
		out = append(out, netip.PrefixFrom(lo, length))
		if s.hi == p.hi {
			return out
		}
		lo = s.hi.Next()
	}
}

func trailingZeros(a netip.Addr) int {
	raw, n := a.AsSlice(), 0
	for i := len(raw) - 1; i >= 0; i-- {
		if raw[i] != 0 {
			return n + bits.TrailingZeros8(raw[i])
		}
		n += 8
	}
	return n
}

// Strings returns the prefixes as texts; never nil.
func (s Set) Strings() []string {
	prefixes := s.Prefixes()
	out := make([]string, len(prefixes))
	for i, p := range prefixes {
		out[i] = p.String()
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
