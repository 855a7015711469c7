package netset

import (
	"math/big"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The twin: a set of a tiny universe as an array of booleans. The universe is
// the first 32 and the last 32 addresses of each family, and everything between
// as one address that stands for the middle.
const slots = 4 * 32

func at(i int) netip.Addr {
	family, offset := i/64, int64(i%64)
	bytes := 4
	if family == 1 {
		bytes = 16
	}
	n := big.NewInt(offset)
	if offset >= 32 {
		top := new(big.Int).Lsh(big.NewInt(1), uint(bytes*8))
		n = new(big.Int).Add(top, big.NewInt(offset-64))
	}
	a, _ := netip.AddrFromSlice(n.FillBytes(make([]byte, bytes)))
	return a
}

type twin [slots]bool

func twinOf(prefixes []netip.Prefix) twin {
	var t twin
	for i := range t {
		for _, p := range prefixes {
			t[i] = t[i] || p.Contains(at(i))
		}
	}
	return t
}

func (t twin) matches(s Set) bool {
	for i := range t {
		if s.Contains(at(i)) != t[i] {
			return false
		}
	}
	return true
}

func anyPrefixes(t *rapid.T, name string) []netip.Prefix {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) netip.Prefix {
		a := at(rapid.IntRange(0, slots-1).Draw(t, "address"))
		length := a.BitLen() - rapid.IntRange(0, 6).Draw(t, "free")
		if rapid.IntRange(0, 9).Draw(t, "wide") == 0 {
			length = rapid.IntRange(0, 3).Draw(t, "length")
		}
		return netip.PrefixFrom(a, length)
	}), 0, 12).Draw(t, name)
}

func TestSetMatchesTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyPrefixes(t, "a"), anyPrefixes(t, "b")
		s, u := Of(a...), Of(b...)
		x, y := twinOf(a), twinOf(b)
		var union, both, minus twin
		for i := range x {
			union[i], both[i], minus[i] = x[i] || y[i], x[i] && y[i], x[i] && !y[i]
		}
		for name, c := range map[string]struct {
			set  Set
			want twin
		}{
			"of": {s, x}, "union": {s.Union(u), union}, "intersect": {s.Intersect(u), both}, "minus": {s.Minus(u), minus},
			"v4+v6": {s.V4().Union(s.V6()), x},
		} {
			if !c.want.matches(c.set) {
				t.Fatalf("%s of %v and %v is %v", name, a, b, c.set)
			}
			canonical(t, c.set)
		}
		for _, p := range b {
			if s.ContainsPrefix(p) != s.ContainsSet(Of(p)) || s.OverlapsPrefix(p) != s.Overlaps(Of(p)) {
				t.Fatalf("%v: holds %v: %v, meets it: %v", s, p, s.ContainsPrefix(p), s.OverlapsPrefix(p))
			}
		}
	})
}

// canonical checks what every set keeps: sorted maximal spans, and prefixes
// that are sorted, make up the same set, and of which no two could be one.
func canonical(t *rapid.T, s Set) {
	for _, spans := range [][]span{s.v4, s.v6} {
		for i := 1; i < len(spans); i++ {
			if a, b := spans[i-1], spans[i]; !a.hi.less(b.lo) || a.hi.next() == b.lo {
				t.Fatalf("%v: spans %v and %v", s, a, b)
			}
		}
	}
	prefixes := s.Prefixes()
	if !Of(prefixes...).Equal(s) {
		t.Fatalf("%v: its prefixes are another set", s)
	}
	if !slices.IsSortedFunc(prefixes, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) }) {
		t.Fatalf("%v: not sorted", prefixes)
	}
	for i := 1; i < len(prefixes); i++ {
		a, b := prefixes[i-1], prefixes[i]
		if a.Bits() > 0 && a.Bits() == b.Bits() && a.Addr().BitLen() == b.Addr().BitLen() &&
			netip.PrefixFrom(a.Addr(), a.Bits()-1).Contains(b.Addr()) {
			t.Fatalf("%v: %v and %v could be one", prefixes, a, b)
		}
	}
}

func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, u, v := Of(anyPrefixes(t, "s")...), Of(anyPrefixes(t, "u")...), Of(anyPrefixes(t, "v")...)
		laws := map[string]bool{
			"union commutes":       s.Union(u).Equal(u.Union(s)),
			"union associates":     s.Union(u).Union(v).Equal(s.Union(u.Union(v))),
			"distribution":         s.Intersect(u.Union(v)).Equal(s.Intersect(u).Union(s.Intersect(v))),
			"difference partition": s.Minus(u).Union(s.Intersect(u)).Equal(s),
			"difference disjoint":  !s.Minus(u).Overlaps(u),
			"de morgan":            s.Minus(u.Union(v)).Equal(s.Minus(u).Intersect(s.Minus(v))),
			"contains":             s.ContainsSet(u) == u.Minus(s).IsEmpty(),
			"union contains":       s.Union(u).ContainsSet(s),
			"variadic":             Union(s, u, v).Equal(s.Union(u).Union(v)),
		}
		for law, holds := range laws {
			if !holds {
				t.Fatalf("%s: %v, %v, %v", law, s, u, v)
			}
		}
	})
}

func TestHalvesAreTheWhole(t *testing.T) {
	halves := Of(netip.MustParsePrefix("0.0.0.0/1"), netip.MustParsePrefix("128.0.0.0/1"))
	if !halves.Equal(AllV4()) || halves.String() != "0.0.0.0/0" {
		t.Fatalf("0.0.0.0/1 + 128.0.0.0/1 is %v", halves)
	}
}

func TestInternet(t *testing.T) {
	for address, want := range map[string]bool{
		"0.255.255.255": false, "1.0.0.0": true, "9.255.255.255": true, "10.0.0.0": false, "11.0.0.0": true,
		"100.63.255.255": true, "100.64.0.0": false, "100.127.255.255": false, "100.128.0.0": true,
		"126.255.255.255": true, "127.0.0.1": false, "128.0.0.0": true, "169.253.255.255": true, "169.254.1.1": false,
		"172.15.255.255": true, "172.16.0.0": false, "172.31.255.255": false, "172.32.0.0": true,
		"192.167.255.255": true, "192.168.0.0": false, "192.169.0.0": true, "203.0.113.9": true,
		"223.255.255.255": true, "224.0.0.0": false, "255.255.255.255": false,
		"1fff:ffff::": false, "2000::": true, "3fff:ffff::": true, "4000::": false, "::1": false, "fd00::1": false,
		"::ffff:1.2.3.4": true, "::ffff:10.2.3.4": false,
	} {
		if got := Internet().Contains(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

func TestSingle(t *testing.T) {
	for text, want := range map[string]bool{"10.0.0.1/32": true, "2001:db8::1/128": true, "10.0.0.0/31": false, "0.0.0.0/0": false} {
		p := netip.MustParsePrefix(text)
		if a, ok := Of(p).Single(); ok != want || ok && a != p.Addr() {
			t.Errorf("%s holds one address: %v, %v", text, ok, a)
		}
	}
	if _, ok := (Set{}).Single(); ok {
		t.Error("nothing holds one address")
	}
	if _, ok := Of(netip.MustParsePrefix("10.0.0.1/32"), netip.MustParsePrefix("10.0.0.3/32")).Single(); ok {
		t.Error("two addresses are one")
	}
}
