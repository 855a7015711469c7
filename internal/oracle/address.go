package oracle

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// parseAddress reads an IP of SEMANTICS 3: no zone, ::ffff:a.b.c.d is a.b.c.d.
func parseAddress(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

// parsePrefix reads an IP or a CIDR of SEMANTICS 3 with its host bits masked.
func parsePrefix(s string) (netip.Prefix, bool) {
	if a, ok := parseAddress(s); ok {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

// whitelistPieces reads one element of a whitelist (SEMANTICS 3).
func whitelistPieces(element string) []netip.Prefix {
	var out []netip.Prefix
	loopback4, loopback6 := netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")
	for _, piece := range strings.FieldsFunc(element, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		if piece == "0.0.0.0" {
			piece = "0.0.0.0/0"
		}
		if a, ok := parseAddress(piece); ok && a == netip.IPv6Unspecified() { // however it is written
			piece = "::/0"
		}
		p, ok := parsePrefix(piece)
		if !ok || p == loopback6 || (p.Bits() >= 8 && loopback4.Contains(p.Addr())) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// isInternet tells whether an address is in INTERNET4 or INTERNET6 (SEMANTICS 3).
func isInternet(a netip.Addr) bool {
	if a.Is6() {
		return netip.MustParsePrefix("2000::/3").Contains(a)
	}
	for _, private := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3",
	} {
		if netip.MustParsePrefix(private).Contains(a) {
			return false
		}
	}
	return true
}

func contains(list []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

// common is what is in both lists.
func common(a, b []netip.Prefix) []netip.Prefix {
	var out []netip.Prefix
	for _, p := range a {
		for _, q := range b {
			switch {
			case p.Overlaps(q) && p.Bits() >= q.Bits():
				out = append(out, p)
			case p.Overlaps(q):
				out = append(out, q)
			}
		}
	}
	return out
}

// split halves a prefix until no cut lies strictly inside a piece: then each
// cut holds a piece wholly or not at all, and the first address of a piece
// stands for all of it.
func split(p netip.Prefix, cuts []netip.Prefix) []netip.Prefix {
	for _, cut := range cuts {
		if cut.Bits() > p.Bits() && p.Contains(cut.Addr()) {
			raw := p.Addr().AsSlice()
			raw[p.Bits()/8] |= 0x80 >> (p.Bits() % 8)
			upper, _ := netip.AddrFromSlice(raw)
			return append(split(netip.PrefixFrom(p.Addr(), p.Bits()+1), cuts), split(netip.PrefixFrom(upper, p.Bits()+1), cuts)...)
		}
	}
	return []netip.Prefix{p}
}

// uniform asks a question for every address of some prefixes: what all have in
// common, any mixture is Unknown (SEMANTICS 4). The question's answer may
// change at the borders of the cuts only.
func uniform(prefixes, cuts []netip.Prefix, ask func(netip.Addr) Verdict) Verdict {
	var vs []Verdict
	for _, p := range prefixes {
		for _, piece := range split(p, cuts) {
			vs = append(vs, ask(piece.Addr()))
		}
	}
	return agree(vs...)
}

// ports is an inclusive range.
type ports struct{ from, to int }

func (r ports) has(port int) bool { return r.from <= port && port <= r.to }

// parsePorts reads "from/to", or one port; "-1/-1" is every port.
func parsePorts(s string) (ports, bool) {
	if s == "-1/-1" {
		return ports{1, 65535}, true
	}
	low, high, isRange := strings.Cut(s, "/")
	if !isRange {
		high = low
	}
	from, err1 := strconv.ParseUint(low, 10, 16)
	to, err2 := strconv.ParseUint(high, 10, 16)
	return ports{int(from), int(to)}, err1 == nil && err2 == nil && from <= to
}

// sample returns ports of a range such that every stretch between the borders
// of some cuts is represented.
func (r ports) sample(cuts []ports) []int {
	out := []int{r.from}
	for _, cut := range cuts {
		for _, port := range []int{cut.from, cut.to + 1} {
			if r.has(port) && !slices.Contains(out, port) {
				out = append(out, port)
			}
		}
	}
	return out
}
