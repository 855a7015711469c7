package netset

import (
	"math/big"
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

// The universe of flows, small enough to look at every point: four addresses of
// each family, two protocols, six ports.
func points(visit func(i int, a netip.Addr, p Protocol, port uint16)) {
	i := 0
	for _, base := range []string{"10.0.0.0", "2001:db8::"} {
		for a, n := netip.MustParseAddr(base), 0; n < 4; a, n = a.Next(), n+1 {
			for _, p := range []Protocol{TCP, UDP} {
				for _, port := range []uint16{0, 1, 2, 3, 65534, 65535} {
					visit(i, a, p, port)
					i++
				}
			}
		}
	}
}

const allPoints = 2 * 4 * 2 * 6

// box is one product of addresses and ports.
type box struct {
	prefix   netip.Prefix
	protocol Protocol
	ports    Ports
}

func (b box) flows() Flows { return FlowsOf(Of(b.prefix), b.protocol, b.ports) }

func anyBoxes(t *rapid.T, name string) []box {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) box {
		base := rapid.SampledFrom([]string{"10.0.0.0", "10.0.0.1", "10.0.0.2", "2001:db8::", "2001:db8::3"}).Draw(t, "base")
		a := netip.MustParseAddr(base)
		ports := rapid.SampledFrom([]uint16{0, 1, 2, 3, 65534, 65535})
		return box{
			netip.PrefixFrom(a, a.BitLen()-rapid.IntRange(0, 2).Draw(t, "free")).Masked(),
			rapid.SampledFrom([]Protocol{TCP, UDP}).Draw(t, "protocol"), Ports{ports.Draw(t, "first"), ports.Draw(t, "last")},
		}
	}), 0, 6).Draw(t, name)
}

// flowTwin is a set of flows as one boolean a point.
func flowTwin(boxes []box) (twin [allPoints]bool) {
	points(func(i int, a netip.Addr, p Protocol, port uint16) {
		for _, b := range boxes {
			twin[i] = twin[i] || b.prefix.Contains(a) && b.protocol == p && b.ports.First <= port && port <= b.ports.Last
		}
	})
	return twin
}

func unite(boxes []box) Flows {
	var f Flows
	for _, b := range boxes {
		f = f.Union(b.flows())
	}
	return f
}

func TestFlowsMatchTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyBoxes(t, "a"), anyBoxes(t, "b")
		f, g := unite(a), unite(b)
		x, y := flowTwin(a), flowTwin(b)
		points(func(i int, addr netip.Addr, p Protocol, port uint16) {
			for name, c := range map[string]struct {
				flows Flows
				want  bool
			}{
				"a": {f, x[i]}, "union": {f.Union(g), x[i] || y[i]}, "intersect": {f.Intersect(g), x[i] && y[i]}, "minus": {f.Minus(g), x[i] && !y[i]},
			} {
				if c.flows.Contains(addr, p, port) != c.want {
					t.Fatalf("%s of %v and %v: %v %v %d is not %v in %v", name, a, b, addr, p, port, c.want, c.flows)
				}
			}
		})
		if f.Covers(g) != g.Minus(f).IsEmpty() || f.Overlaps(g) == f.Intersect(g).IsEmpty() {
			t.Fatalf("covers or overlaps: %v, %v", f, g)
		}
	})
}

// Equal sets have equal forms, however they were made.
func TestFlowsAreCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := unite(anyBoxes(t, "a")), unite(anyBoxes(t, "b"))
		again := a.Minus(b).Union(a.Intersect(b))
		if !again.Equal(a) || again.String() != a.String() {
			t.Fatalf("%v and %v", again, a)
		}
		if !a.Union(b).Addresses().Equal(a.Addresses().Union(b.Addresses())) {
			t.Fatalf("addresses of %v and %v", a, b)
		}
		if a.Equal(b) != (a.Covers(b) && b.Covers(a)) {
			t.Fatalf("equality of %v and %v", a, b)
		}
	})
}

func TestFlowsString(t *testing.T) {
	f := FlowsOf(AllV4(), TCP, Ports{9200, 9200}).Union(FlowsOf(AllV6(), UDP, Ports{1, 99}))
	if got, want := f.String(), "TCP 9200: 0.0.0.0/0; UDP 1-99: ::/0"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (Flows{}).String(); got != "nothing" {
		t.Error(got)
	}
	if !FlowsOf(AllV4(), TCP, Ports{2, 1}).IsEmpty() {
		t.Error("a range that ends before it begins holds something")
	}
}

func TestParseProtocol(t *testing.T) {
	for word, want := range map[string]int{"TCP": 1, "udp": 1, "All": 5, "gre": 1, "ICMPv6": 1, "": 0, "sctp": 0} {
		protocols, ok := ParseProtocol(word)
		if len(protocols) != want || ok != (want > 0) {
			t.Errorf("%q: %v, %v", word, protocols, ok)
		}
	}
}

func TestCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Of(anyPrefixes(t, "s")...)
		n := new(big.Int)
		for _, p := range s.Prefixes() {
			n.Add(n, new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits())))
		}
		if s.Count().Cmp(n) != 0 {
			t.Fatalf("%v: %v, its prefixes hold %v", s, s.Count(), n)
		}
	})
	if got := AllV4().Count().String(); got != "4294967296" {
		t.Error(got)
	}
}

func TestPool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pool Pool
		a, b := Of(anyPrefixes(t, "a")...), Of(anyPrefixes(t, "b")...)
		x, y := pool.Intern(a), pool.Intern(b)
		if !x.Equal(a) || !y.Equal(b) {
			t.Fatalf("%v became %v, %v became %v", a, x, b, y)
		}
		if shared(x, y) != a.Equal(b) {
			t.Fatalf("%v and %v: shared %v", a, b, shared(x, y))
		}
		if !shared(pool.Intern(Union(a, Of())), x) {
			t.Fatalf("%v is kept twice", a)
		}
	})
}

// shared reports whether two sets share their memory.
func shared(a, b Set) bool { return same(a.v4, b.v4) && same(a.v6, b.v6) }
