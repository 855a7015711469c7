package netset

import (
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Piece is one address or CIDR of a whitelist element.
type Piece struct {
	Text   string
	Prefix netip.Prefix // masked; the zero Prefix when Err is set
	// Loopback says that the piece admits nobody: it stands inside 127.0.0.0/8
	// or is ::1, the vendor's way of writing an empty list.
	Loopback bool
	Err      error // why it does not parse
}

// Set returns what the piece admits.
func (p Piece) Set() Set {
	if p.Err != nil || p.Loopback {
		return Set{}
	}
	return Of(p.Prefix)
}

// ParseAddr reads an IP address without zone; ::ffff:a.b.c.d is a.b.c.d.
func ParseAddr(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%q is no IP address", s)
	}
	if a.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%q has a zone", s)
	}
	return a.Unmap(), nil
}

// ParseCIDR reads an address or a CIDR as listener ACLs, security groups and
// network ACLs write them; host bits are masked (SEMANTICS 3).
func ParseCIDR(s string) (netip.Prefix, error) {
	text, length, isCIDR := strings.Cut(s, "/")
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("%q is neither an IP address nor a CIDR", s)
	}
	bits := a.BitLen()
	if isCIDR {
		bits, err = strconv.Atoi(length)
		if err != nil || strconv.Itoa(bits) != length || bits < 0 || bits > a.BitLen() {
			return netip.Prefix{}, fmt.Errorf("%q: prefix length %q is not 0 to %d", s, length, a.BitLen())
		}
	}
	if a.Is4In6() && bits >= 96 {
		a, bits = a.Unmap(), bits-96
	}
	return netip.PrefixFrom(a, bits).Masked(), nil
}

// ParseWhitelist reads one element of a whitelist, which may hold several
// pieces separated by commas and white space (SEMANTICS 3). A bare 0.0.0.0 or
// :: stands for everybody.
func ParseWhitelist(element string) []Piece { return slices.Collect(Pieces(element)) }

// Pieces gives what ParseWhitelist returns, one after the other.
func Pieces(element string) iter.Seq[Piece] {
	return func(yield func(Piece) bool) {
		divides := func(r rune) bool { return r == ',' || unicode.IsSpace(r) }
		for text := range strings.FieldsFuncSeq(element, divides) {
			if !yield(parsePiece(text)) {
				return
			}
		}
	}
}

func parsePiece(text string) Piece {
	prefix, err := ParseCIDR(text)
	if err != nil {
		return Piece{Text: text, Err: err}
	}
	if !strings.Contains(text, "/") && bareAny(text, prefix) {
		prefix = netip.PrefixFrom(prefix.Addr(), 0)
	}
	return Piece{Text: text, Prefix: prefix, Loopback: loopback(prefix)}
}

// bareAny reports whether an address without length stands for everybody.
// ::ffff:0.0.0.0 does not: it is the address.
func bareAny(text string, p netip.Prefix) bool {
	if p.Addr().Is4() {
		return text == "0.0.0.0"
	}
	return p.Addr() == netip.IPv6Unspecified()
}

func loopback(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() >= 8 && p.Addr().IsLoopback()
	}
	return p.Bits() == 128 && p.Addr() == netip.IPv6Loopback()
}
