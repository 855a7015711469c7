package delta

import (
	"fmt"
	"strings"

	"esaudit/diff"
	"esaudit/lang"
	"esaudit/netset"
)

// few is how many CIDRs or ids one line names.
const few = 6

// who names the sources of a change: everybody as such, a few one by one.
func who(c diff.Change) string {
	if c.Kind == "internet" {
		if all := everybody(c.From); all != "" {
			return all
		}
	}
	names := c.From
	more := ""
	if len(names) > few {
		more = fmt.Sprintf(" and %d more", len(names)-few)
		names = names[:few]
	}
	text := strings.Join(names, ", ") + more
	switch c.Kind {
	case "host":
		return plural(len(c.From), "host") + " " + text
	case "onprem":
		return "on-premises " + text
	}
	return text
}

// everybody is the name of the whole internet, or of a family of it; "" for
// less.
func everybody(cidrs []string) string {
	var set netset.Set
	for _, text := range cidrs {
		if p, err := netset.ParseCIDR(text); err == nil {
			set = set.Union(netset.Of(p))
		}
	}
	v4, v6 := most4(set), most6(set)
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

func most4(set netset.Set) string { return allOf("the whole IPv4 internet", netset.Internet4(), set) }
func most6(set netset.Set) string { return allOf("the whole IPv6 internet", netset.Internet6(), set) }

// allOf is a name for a set that holds all of another one, or all but a prefix
// or two.
func allOf(name string, all, set netset.Set) string {
	switch rest := all.Minus(set).Prefixes(); {
	case len(rest) == 0:
		return name
	case len(rest) <= 2 && set.Overlaps(all):
		return name + " but " + netset.Of(rest...).String()
	}
	return ""
}

// where names what is reached, and through what.
func where(c diff.Change) string {
	if c.Kind == "outbound" {
		if c.Entry != "" {
			return c.To + " through " + c.Entry
		}
		return c.To
	}
	text := fmt.Sprintf("%s:%d", c.To, c.Port)
	if strings.HasPrefix(c.Entry, "kibana") {
		text += " (" + c.Entry + ")"
	}
	if c.Via == "" {
		return text
	}
	kind, rest, _ := strings.Cut(c.Via, ":")
	id := strings.TrimSuffix(rest, ":0")
	switch {
	case strings.Trim(id, ":0") == "":
		return text + " through " + map[string]string{"lb": "a load balancer", "dnat": "a NAT gateway", "proxy": "a proxy"}[kind]
	case kind == "proxy":
		return text + " through the proxy " + id
	}
	return text + " through " + id
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// Phrase tells one change in one line, in a language: who, the verb, where.
func Phrase(t *lang.Texts, c diff.Change, verb string) string {
	return t.Made(who(c)) + " " + t.T(verb) + " " + t.Made(where(c))
}
