package machine

import "net/netip"

// spoken is a text and the range that it names, if it names one.
type spoken struct {
	text String
	of   netip.Prefix
	ok   bool
}

// prefix is the range that a text names; ranges are compared with the same others again and
// again, so that those that were read lately are kept, by what their texts look like.
func (r *Run) prefix(v Value) (netip.Prefix, bool) {
	text, ok := v.(String)
	if !ok || text == "" {
		return netip.Prefix{}, false
	}
	if r.spoken == nil {
		r.spoken = new([64]spoken)
	}
	n := len(text)
	slot := &r.spoken[(uint8(n)*5+text[0]+text[n/2]*7+text[(n-1)/3]*3+text[n-1]*11)%64]
	if slot.text != text {
		of, err := netip.ParsePrefix(string(text))
		*slot = spoken{text, of.Masked(), err == nil}
	}
	return slot.of, slot.ok
}

// contains says whether a range holds another one. Those of different families have nothing in
// common; addresses, and those of IPv4 that are written as ones of IPv6, OPA reads.
func contains(r *Run, args []Value) Value {
	a, ok := r.prefix(args[0])
	b, too := r.prefix(args[1])
	if !ok || !too || a.Addr().Is4In6() || b.Addr().Is4In6() {
		return nil
	}
	return Bool(a.Bits() <= b.Bits() && a.Contains(b.Addr()))
}

// intersects says whether two ranges of IPv4 have anything in common; others OPA reads.
func intersects(r *Run, args []Value) Value {
	a, ok := r.prefix(args[0])
	b, too := r.prefix(args[1])
	if !ok || !too || !a.Addr().Is4() || !b.Addr().Is4() {
		return nil
	}
	return Bool(a.Overlaps(b))
}
