package reach

import (
	"fmt"
	"math/big"
	"strings"

	"esaudit/netset"
)

// few is how many addresses, hosts or paths a text names.
const few = 8

// addresses tells how many addresses a set holds, and which.
func addresses(set netset.Set) line {
	if name := everybody(set); name != "" {
		if v4 := set.V4(); !v4.IsEmpty() {
			return said(name).and(line{{" (" + howMany(v4) + ")", faint}})
		}
		return said(name)
	}
	cidrs := set.Strings()
	out := line{{howMany(set) + ": ", faint}}
	for i, c := range cidrs[:min(len(cidrs), few)] {
		if i > 0 {
			out = append(out, piece{", ", prose})
		}
		out = append(out, piece{c, value})
	}
	return out.and(more(len(cidrs) - few))
}

// more says how many are left out.
func more(n int) line {
	if n <= 0 {
		return nil
	}
	return line{{fmt.Sprintf(" and %s more (see json)", number(fmt.Sprint(n))), faint}}
}

// howMany counts addresses; those of IPv6 by their /64 networks, which is how
// they are given out, when there are that many.
func howMany(set netset.Set) string {
	var parts []string
	if v4 := set.V4(); !v4.IsEmpty() {
		parts = append(parts, counted(v4.Count(), "IPv4 address", "IPv4 addresses"))
	}
	if v6 := set.V6(); !v6.IsEmpty() {
		n := v6.Count()
		if networks := new(big.Int).Rsh(n, 64); networks.Sign() > 0 {
			parts = append(parts, counted(networks, "IPv6 network", "IPv6 networks")+" (/64)")
		} else {
			parts = append(parts, counted(n, "IPv6 address", "IPv6 addresses"))
		}
	}
	return strings.Join(parts, " and ")
}

func counted(n *big.Int, one, many string) string {
	if n.Cmp(big.NewInt(1)) == 0 {
		return "1 " + one
	}
	return number(n.String()) + " " + many
}

// everybody is the name of the whole internet, of a family of it, or of all of
// it but a few; "" for less.
func everybody(set netset.Set) string {
	v4 := allOf("the whole IPv4 internet", netset.Internet4(), set.V4())
	v6 := allOf("the whole IPv6 internet", netset.Internet6(), set.V6())
	switch {
	case v4 != "" && v6 != "":
		return v4 + " and " + v6
	case v4 != "" && set.V6().IsEmpty():
		return v4
	case v6 != "" && set.V4().IsEmpty():
		return v6
	}
	return ""
}

// allOf is a name for a set that holds all of another one, or all but a few
// prefixes.
func allOf(name string, all, set netset.Set) string {
	rest := all.Minus(set).Strings()
	switch {
	case set.IsEmpty() || !all.ContainsSet(set):
	case len(rest) == 0:
		return name
	case len(rest) <= 3 && len(rest) < len(set.Prefixes()):
		return name + " but " + strings.Join(rest, ", ")
	}
	return ""
}

// countOf is a set in few words.
func countOf(set netset.Set) string {
	if name := everybody(set); name != "" && !strings.Contains(name, " but ") {
		return name
	}
	if cidrs := set.Strings(); len(cidrs) <= 2 {
		return strings.Join(cidrs, ", ")
	}
	return howMany(set)
}
