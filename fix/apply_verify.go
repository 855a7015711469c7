package fix

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/diff"
	"esaudit/graph"
	"esaudit/netset"
)

// verify collects the account again and sees whether everybody gets in who was
// promised to, and nobody else.
func (r *run) verify(ctx context.Context) error {
	promised := r.plan.Promised
	want := promised.After
	if r.undo {
		want = promised.Before
	}
	if len(promised.Clusters) > 0 {
		g, err := r.Collect(ctx)
		if err != nil && ctx.Err() != nil {
			return err
		}
		if err != nil {
			return stopf("everything was done, and whether it is as promised is not known: %w", err)
		}
		if list := deviations(g, promised, want); len(list) > 0 {
			return &StoppedError{fmt.Errorf("everything was done, and it is not as promised"), list}
		}
	}
	return r.journal.append(entry{At: r.now, What: verified, Undo: r.undo})
}

// deviations says in words how the account differs from what was promised.
func deviations(g *graph.Graph, promised Ways, want []diff.Change) []string {
	var out []string
	expected, there := byWay(want), byWay(diff.Ways(g, promised.Clusters))
	for _, w := range union(expected, there) {
		if more := there[w].minus(expected[w]); len(more) > 0 {
			out = append(out, fmt.Sprintf("not promised: %s to %s", more, w))
		}
		if less := expected[w].minus(there[w]); len(less) > 0 {
			out = append(out, fmt.Sprintf("promised, and not so: %s to %s", less, w))
		}
	}
	known, unclear := byWay(promised.Unclear), byWay(diff.Unclear(g, promised.Clusters))
	for _, w := range union(unclear, nil) {
		if more := unclear[w].minus(known[w]); len(more) > 0 {
			out = append(out, fmt.Sprintf("not known any more: %s to %s", more, w))
		}
	}
	return out
}

// entrance is one way in, for people.
type entrance struct {
	to         string
	port       int
	kind       string
	entry, via string
}

func (e entrance) String() string {
	text := fmt.Sprintf("%s port %d by %s", e.to, e.port, e.entry)
	if e.via != "" {
		text += " through " + e.via
	}
	return text
}

// crowd is who gets in: addresses by their VPC, "" for the internet; and hosts and
// networks by their names, with no addresses.
type crowd map[string]netset.Set

// byWay gathers who gets in, by way in.
func byWay(list []diff.Change) map[entrance]crowd {
	out := map[entrance]crowd{}
	for _, c := range list {
		e := entrance{c.To, c.Port, c.Kind, c.Entry, c.Via}
		if out[e] == nil {
			out[e] = crowd{}
		}
		for _, from := range c.From {
			zone, cidr := "", from
			if before, after, ok := strings.Cut(from, "/"); ok && c.Kind == "vpc" {
				zone, cidr = before, after
			}
			if p, err := netset.ParseCIDR(cidr); err == nil && (c.Kind == "internet" || c.Kind == "vpc") {
				out[e][zone] = out[e][zone].Union(netset.Of(p))
			} else {
				out[e][from] = netset.Set{}
			}
		}
	}
	return out
}

// minus is who of a crowd is not in another.
func (c crowd) minus(other crowd) crowd {
	out := crowd{}
	for name, set := range c {
		theirs, there := other[name]
		if rest := set.Minus(theirs); !rest.IsEmpty() || set.IsEmpty() && !there {
			out[name] = rest
		}
	}
	return out
}

// String names a crowd: a few of its networks, and how many there are besides.
func (c crowd) String() string {
	const few = 4
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c)) {
		networks := c[name].Strings()
		switch {
		case len(networks) == 0:
			networks = []string{name}
		case name != "":
			networks[0] = name + "/" + networks[0]
		case c[name].Equal(netset.Internet4()):
			networks = []string{"the whole IPv4 internet"}
		case c[name].Equal(netset.Internet6()):
			networks = []string{"the whole IPv6 internet"}
		}
		if more := len(networks) - few; more > 0 {
			networks = append(networks[:few:few], fmt.Sprintf("and %d more networks", more))
		}
		parts = append(parts, networks...)
	}
	return strings.Join(parts, ", ")
}

func union(a, b map[entrance]crowd) []entrance {
	all := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.SortFunc(all, func(x, y entrance) int {
		return cmp.Or(cmp.Compare(x.to, y.to), cmp.Compare(x.port, y.port), cmp.Compare(x.kind, y.kind), cmp.Compare(x.entry, y.entry), cmp.Compare(x.via, y.via))
	})
	return slices.Compact(all)
}
