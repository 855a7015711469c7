package wild

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Lent is the estate in which up to n texts of objects are those of other objects, as
// these write them or otherwise: each names something that it did not name. Clusters have
// settings that do. Where the same text stands in two objects anywhere, it may be another
// one in two, also of a form that no id has.
func Lent(r *rand.Rand, s *snapshot.Snapshot, n int) *snapshot.Snapshot {
	l := newLending(s)
	by := map[*snapshot.Node]*snapshot.Node{}
	pick := func(way string) *snapshot.Node { return l.texts[way][r.IntN(len(l.texts[way]))] }
	name := func() *snapshot.Node {
		return snapshot.NewString(otherwise(r, l.names[r.IntN(len(l.names))]))
	}
	for range n {
		switch i := r.IntN(5); {
		case i == 0 && len(l.pairs) > 0:
			pair := l.pairs[r.IntN(len(l.pairs))]
			x, y := pick(pair[0]), pick(pair[1])
			text := y.Text()
			if r.IntN(2) == 0 {
				text = []string{"foo", "foo-1", "10.9.9.9", "47.9.9.9", "fd00::9", "search.example.com"}[r.IntN(6)]
			}
			by[x], by[y] = snapshot.NewString(otherwise(r, text)), snapshot.NewString(text)
		case i == 1 && len(l.hosts) > 0:
			by[l.hosts[r.IntN(len(l.hosts))]] = name()
		case i < 4 && len(l.clusters) > 0:
			c := l.clusters[r.IntN(len(l.clusters))]
			by[c] = changed(c, "esConfig", snapshot.NewObject(map[string]*snapshot.Node{
				"reindex.remote.whitelist": name(), "xpack.security.authc.realms.ldap.a.url": name(),
			}))
		case len(l.ways) > 0:
			by[pick(l.ways[r.IntN(len(l.ways))])] = snapshot.NewString(l.names[r.IntN(len(l.names))])
		}
	}
	return replaced(s, by)
}

func replaced(s *snapshot.Snapshot, by map[*snapshot.Node]*snapshot.Node) *snapshot.Snapshot {
	out, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
	if err != nil { // the edit is of what a snapshot has to say
		return s
	}
	return out
}

// lending is what there is to lend, and to whom.
type lending struct {
	ways  []string                    // to texts: kinds and keys, without indices
	texts map[string][]*snapshot.Node // by the way to them
	pairs [][2]string                 // ways to texts that are the same somewhere
	names []string                    // ids, addresses and domains

	hosts    []*snapshot.Node // texts of lists of clusters
	clusters []*snapshot.Node // their attributes
}

func newLending(s *snapshot.Snapshot) *lending {
	l := &lending{texts: map[string][]*snapshot.Node{}}
	same := map[string][]string{} // the ways to a text
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				l.names = append(l.names, o.ID)
				if kind == snapshot.Cluster {
					l.names = append(l.names, o.ID+".elasticsearch.aliyuncs.com")
					l.clusters = append(l.clusters, o.Attr())
				}
				l.each(o.Node, string(kind), func(way, text string) {
					if !slices.Contains(same[text], way) && len(text) > 2 {
						same[text] = append(same[text], way)
					}
				})
			}
		}
	}
	known := map[[2]string]bool{}
	for _, way := range l.ways {
		for _, n := range l.texts[way] {
			for _, other := range same[n.Text()] {
				if pair := [2]string{way, other}; !known[pair] {
					known[pair] = true
					l.pairs = append(l.pairs, pair)
				}
			}
		}
	}
	return l
}

// each notes the texts in a value, and visits them.
func (l *lending) each(n *snapshot.Node, way string, visit func(way, text string)) {
	if text, ok := n.Str(); ok {
		if l.texts[way] == nil {
			l.ways = append(l.ways, way)
		}
		l.texts[way] = append(l.texts[way], n)
		if strings.Contains(way, "hitelist") || strings.HasSuffix(way, ".ips") {
			l.hosts = append(l.hosts, n)
		}
		if _, err := netip.ParseAddr(text); err == nil || strings.HasSuffix(text, ".com") {
			l.names = append(l.names, text)
		}
		visit(way, text)
	}
	for _, item := range n.Items() {
		if next := way; n.Kind() == snapshot.Array {
			l.each(item, next, visit)
		} else {
			l.each(item, next+"."+item.Key(), visit)
		}
	}
}

// otherwise writes a name in one of the ways in which it is understood.
func otherwise(r *rand.Rand, name string) string {
	a, err := netip.ParseAddr(name)
	switch i := r.IntN(10); {
	case i == 0:
		return strings.ToUpper(name)
	case i == 1 && err == nil && a.Is4():
		b := a.As4()
		return fmt.Sprintf("::ffff:%x:%x", int(b[0])<<8|int(b[1]), int(b[2])<<8|int(b[3]))
	case i == 2 && strings.Contains(name, ":"):
		return "[" + name + "]:9200"
	case i == 2:
		return name + ":9200"
	case i == 3 && !strings.Contains(name, ":"):
		return "https://" + name + ".:9200/"
	case i == 4 && strings.Contains(name, ":"):
		return name + "%eth0"
	}
	return name
}

// Renamed is the estate in which an object has an id of another form, wherever that
// stands, or all have ids in capitals.
func Renamed(r *rand.Rand, s *snapshot.Snapshot) *snapshot.Snapshot {
	var ids []string
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				if !kind.OfDirectory() && kind != snapshot.Region {
					ids = append(ids, o.ID)
				}
			}
		}
	}
	pairs := []string{}
	rename := func(id, to string) { pairs = append(pairs, fmt.Sprintf("%q", id), fmt.Sprintf("%q", to)) }
	switch id := ids[r.IntN(len(ids))]; r.IntN(3) {
	case 0:
		id := regexp.MustCompile(`^[a-z]+(-[a-z]+)?-[a-z]?[0-9]+$`) // also of what no list has
		for _, texts := range newLending(s).texts {
			for _, n := range texts {
				if id.MatchString(n.Text()) {
					ids = append(ids, n.Text())
				}
			}
		}
		slices.Sort(ids)
		for _, other := range slices.Compact(ids) {
			rename(other, strings.ToUpper(other))
		}
	case 1:
		rename(id, strings.ReplaceAll(id, "-", []string{"", ".", "_", " ", "/", "é-"}[r.IntN(6)]))
	default:
		rename(id, "foo-"+id)
	}
	out, err := snapshot.Parse([]byte(strings.NewReplacer(pairs...).Replace(string(s.Canonical()))))
	if err != nil {
		return s
	}
	return out
}
