package netset

import (
	"cmp"
	"encoding/binary"
	"iter"
	"math/big"
	"math/bits"
	"net/netip"
	"slices"
)

// number is an address of one family as a number of 128 bits.
type number struct{ hi, lo uint64 }

func numberOf(a netip.Addr) number {
	raw := a.As16()
	n := number{binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])}
	if a.Is4() {
		return number{0, n.lo & (1<<32 - 1)}
	}
	return n
}

func (n number) v4() netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n.lo >> 24), byte(n.lo >> 16), byte(n.lo >> 8), byte(n.lo)})
}

func (n number) v6() netip.Addr {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], n.hi)
	binary.BigEndian.PutUint64(raw[8:], n.lo)
	return netip.AddrFrom16(raw)
}

func (n number) less(m number) bool { return n.hi < m.hi || n.hi == m.hi && n.lo < m.lo }

func (n number) compare(m number) int {
	return cmp.Or(cmp.Compare(n.hi, m.hi), cmp.Compare(n.lo, m.lo))
}

// next is the number after n; after the last address of IPv6 comes 0.
func (n number) next() number {
	lo, carry := bits.Add64(n.lo, 1, 0)
	return number{n.hi + carry, lo}
}

// before is the number before n, which is not 0.
func (n number) before() number {
	lo, borrow := bits.Sub64(n.lo, 1, 0)
	return number{n.hi - borrow, lo}
}

// fill returns n with its last bits set.
func (n number) fill(last int) number {
	switch {
	case last > 64:
		return number{n.hi | (1<<(last-64) - 1), ^uint64(0)}
	case last == 64:
		return number{n.hi, ^uint64(0)}
	}
	return number{n.hi, n.lo | (1<<last - 1)}
}

// span is the addresses of one family from lo to hi, both included.
type span struct{ lo, hi number }

// spanOf returns the addresses of a prefix; host bits are ignored.
func spanOf(p netip.Prefix) span {
	p = p.Masked()
	lo := numberOf(p.Addr())
	return span{lo, lo.fill(p.Addr().BitLen() - p.Bits())}
}

// size is how many addresses a span has.
func (p span) size() *big.Int {
	of := func(n number) *big.Int {
		x := new(big.Int).SetUint64(n.hi)
		return x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(n.lo))
	}
	n := of(p.hi)
	return n.Add(n.Sub(n, of(p.lo)), big.NewInt(1))
}

// blocks cuts a span of addresses of some width into the fewest prefixes: at
// each step the largest that begins at lo and ends within. It yields the first
// address and the length of each.
func (p span) blocks(width int) iter.Seq2[number, int] {
	return func(yield func(number, int) bool) {
		for lo := p.lo; ; {
			free := bits.TrailingZeros64(lo.lo)
			if lo.lo == 0 {
				free = 64 + bits.TrailingZeros64(lo.hi)
			}
			free = min(free, width)
			for p.hi.less(lo.fill(free)) {
				free--
			}
			if !yield(lo, width-free) {
				return
			}
			last := lo.fill(free)
			if last == p.hi {
				return
			}
			lo = last.next()
		}
	}
}

// normal sorts and joins spans; it takes the slice over.
func normal(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.lo.compare(b.lo) })
	return joined(spans)
}

// joined joins sorted spans that overlap or touch; it takes the slice over.
func joined(spans []span) []span {
	out := spans[:0]
	for _, s := range spans {
		last := len(out) - 1
		if last < 0 || out[last].hi.less(s.lo) && out[last].hi.next() != s.lo {
			out = append(out, s)
		} else if out[last].hi.less(s.hi) {
			out[last].hi = s.hi
		}
	}
	return out
}

// union returns the addresses of a or b.
func union(a, b []span) []span {
	switch {
	case len(b) == 0 || same(a, b):
		return a
	case len(a) == 0:
		return b
	case len(b) == 1 && within(b[0], a):
		return a
	case len(a) == 1 && within(a[0], b):
		return b
	}
	out := make([]span, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0].lo.less(a[0].lo) {
			a, b = b, a
		}
		out, a = append(out, a[0]), a[1:]
	}
	return joined(append(append(out, a...), b...))
}

// common returns the addresses of both a and b.
func common(a, b []span) []span {
	switch {
	case len(a) == 0 || len(b) == 0:
		return nil
	case same(a, b) || len(a) == 1 && within(a[0], b):
		return a
	case len(b) == 1 && within(b[0], a):
		return b
	}
	var out []span
	for i, j := 0, 0; i < len(a) && j < len(b); {
		p, q := a[i], b[j]
		if p.lo.less(q.lo) {
			p.lo = q.lo
		}
		if q.hi.less(p.hi) {
			p.hi = q.hi
			j++
		} else {
			i++
		}
		if p.hi.less(p.lo) {
			continue
		}
		if out == nil {
			out = make([]span, 0, len(a)+len(b)-i-j)
		}
		out = append(out, p)
	}
	return out
}

// without returns the addresses of a that are not in b.
func without(a, b []span) []span {
	if !meet(a, b) {
		return a
	}
	var out []span
	j := 0
	for _, p := range a {
		for j < len(b) && b[j].hi.less(p.lo) {
			j++
		}
		left := true
		for k := j; k < len(b) && !p.hi.less(b[k].lo); k++ {
			if p.lo.less(b[k].lo) {
				out = append(out, span{p.lo, b[k].lo.before()})
			}
			if left = b[k].hi.less(p.hi); !left {
				break
			}
			p.lo = b[k].hi.next()
		}
		if left {
			out = append(out, p)
		}
	}
	return out
}

// after is the first of some spans that does not end before an address.
func after(spans []span, n number) int {
	lo, hi := 0, len(spans)
	for lo < hi {
		if mid := (lo + hi) / 2; spans[mid].hi.less(n) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func holds(spans []span, n number) bool { return within(span{n, n}, spans) }

// within reports whether all of p is in some spans.
func within(p span, spans []span) bool {
	i := after(spans, p.lo)
	return i < len(spans) && !p.lo.less(spans[i].lo) && !spans[i].hi.less(p.hi)
}

// covers reports whether all of b is in a.
func covers(a, b []span) bool {
	for _, p := range b {
		if !within(p, a) {
			return false
		}
	}
	return true
}

// meet reports whether a and b have an address in common.
func meet(a, b []span) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	for _, p := range a {
		if touches(b, p) {
			return true
		}
	}
	return false
}

// touches reports whether any of p is in some spans.
func touches(spans []span, p span) bool {
	i := after(spans, p.lo)
	return i < len(spans) && !p.hi.less(spans[i].lo)
}

// same reports whether two lists share their memory.
func same(a, b []span) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

func equal(a, b []span) bool { return same(a, b) || slices.Equal(a, b) }
