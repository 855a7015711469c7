package redact

import (
	"net/netip"
	"strconv"
	"strings"

	"esaudit/netset"
)

// address replaces an address of the internet by another one. Of two, as many
// leading bits are equal as before, and an address that is not of the internet
// stays what it is: at each bit the two halves of what the bits before it leave
// open are swapped or not, unless part of it is not of the internet.
// Bits behind the first n stay: they are what a block leaves open.
func (r *Redactor) address(a netip.Addr, n int) netip.Addr {
	raw := a.AsSlice()
	whole := len(raw) * 8
	out := make([]byte, len(raw))
	copy(out, raw)
	s := r.start("address" + strconv.Itoa(whole))
	for i := range min(n, whole) {
		bit := raw[i/8] >> (7 - i%8) & 1
		if s[0]&1 == 1 && r.swaps(netip.PrefixFrom(a, i)) {
			out[i/8] ^= 1 << (7 - i%8)
		}
		s = s.next(rune(bit))
	}
	b, _ := netip.AddrFromSlice(out)
	return b
}

// swaps reports whether all addresses of a block are of the internet.
func (r *Redactor) swaps(p netip.Prefix) bool {
	return r.internet.ContainsSet(netset.Of(p.Masked()))
}

// network replaces the address in ADDRESS or ADDRESS/BITS; ok is false when the
// text is neither.
func (r *Redactor) network(text string) (out string, ok bool) {
	if known, there := r.networks[text]; there {
		return known, known != ""
	}
	out, ok = r.readNetwork(text)
	r.networks[text] = out
	return out, ok
}

func (r *Redactor) readNetwork(text string) (string, bool) {
	host, length, block := strings.Cut(text, "/")
	a, err := netip.ParseAddr(host)
	if err != nil || a.Zone() != "" {
		return "", false
	}
	bits := a.BitLen()
	if block {
		n, err := strconv.Atoi(length)
		if err != nil || n < 0 || n > bits {
			n = bits
		}
		bits = n
	}
	var to netip.Addr
	if a.Is4In6() {
		to = netip.AddrFrom16(r.address(a.Unmap(), bits-96).As16())
	} else {
		to = r.address(a, bits)
	}
	if to == a {
		return text, true // as it was written
	}
	if block {
		return to.String() + "/" + length, true
	}
	return to.String(), true
}

// broken replaces what looks like an IPv4 address and is none: a group of it is
// no octet, and stays that.
func (r *Redactor) broken(text string) string {
	groups := strings.Split(text, ".")
	for i, g := range groups {
		if isOctet(g) && i > 0 {
			groups[i] = strconv.Itoa(int(r.start("octet " + text)[i]))
		}
	}
	return strings.Join(groups, ".")
}

func isOctet(text string) bool {
	n, err := strconv.ParseUint(text, 10, 8)
	return err == nil && text == strconv.FormatUint(n, 10)
}
