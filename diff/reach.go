package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"esaudit/config"
	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// spot is where a change happens: one kind of source at one port of a cluster.
// Who gets in there by any way gets in.
type spot struct {
	to   string
	port int
	kind string
	zone string // the VPC
}

// way is one of the ways in at a spot.
type way struct{ entry, via string }

// picture is everybody who gets in, by spot and way: as addresses, or as names
// of hosts and networks.
type picture struct {
	addresses map[spot]map[way]graph.Addresses
	names     map[spot]map[way]map[string]graph.Verdict
}

// see asks for everybody who gets to clusters.
func see(g *graph.Graph, asked func(*graph.Cluster) bool) picture {
	p := picture{map[spot]map[way]graph.Addresses{}, map[spot]map[way]map[string]graph.Verdict{}}
	for _, c := range g.Clusters() {
		if !asked(c) {
			continue
		}
		sources, err := g.Sources("es:" + c.ID)
		if err != nil {
			continue // an id that no question can hold
		}
		for _, o := range sources.Entries {
			p.add("es:"+c.ID, o)
		}
	}
	return p
}

func (p picture) add(to string, o graph.Opening) {
	p.set(spot{to, o.Port, "internet", ""}, way{o.Entry, ""}, o.Internet)
	for _, v := range o.Via {
		p.set(spot{to, o.Port, "internet", ""}, way{o.Entry, fmt.Sprintf("%s:%s:%d", v.Kind, v.ID, v.Port)}, v.Internet)
	}
	for vpc, a := range o.VPCs {
		p.set(spot{to, o.Port, "vpc", vpc}, way{o.Entry, ""}, a)
	}
	for _, id := range o.Hosts.Unknown {
		p.name(spot{to, o.Port, "host", ""}, way{o.Entry, ""}, id, graph.Unknown)
	}
	for _, id := range o.Hosts.Reachable {
		p.name(spot{to, o.Port, "host", ""}, way{o.Entry, ""}, id, graph.Reachable)
	}
	for net, a := range o.OnPrem {
		verdict := graph.Unknown
		if !a.Reachable.IsEmpty() {
			verdict = graph.Reachable
		}
		p.name(spot{to, o.Port, "onprem", ""}, way{o.Entry, ""}, net, verdict)
	}
}

func (p picture) set(s spot, w way, a graph.Addresses) {
	if a.IsEmpty() {
		return
	}
	if p.addresses[s] == nil {
		p.addresses[s] = map[way]graph.Addresses{}
	}
	p.addresses[s][w] = a
}

func (p picture) name(s spot, w way, name string, v graph.Verdict) {
	if p.names[s] == nil {
		p.names[s] = map[way]map[string]graph.Verdict{}
	}
	if p.names[s][w] == nil {
		p.names[s][w] = map[string]graph.Verdict{}
	}
	p.names[s][w][name] = v
}

// Reachability compares everybody who gets in before and after. A change is
// told for every way it happens through, and counts only when it is one at the
// port: who got in before by another way gains nothing.
func Reachability(old, new *graph.Graph) (gained, lost, unclear []Change) {
	touched, all := graph.Touched(old, new)
	return compare(old, new, func(c *graph.Cluster) bool { return all || touched[c.ID] })
}

// compare compares who gets to some clusters: those that may differ.
func compare(old, new *graph.Graph, asked func(*graph.Cluster) bool) (gained, lost, unclear []Change) {
	gained, lost, unclear = []Change{}, []Change{}, []Change{}
	later := later{graph: new, unseen: unseenIn(new, old.Clusters())}
	var before picture
	var wait sync.WaitGroup
	wait.Go(func() { before = see(old, asked) })
	later.picture = see(new, asked)
	wait.Wait()
	before.compare(later, func(_ spot, _ open, more, less, left []Change) {
		gained, lost, unclear = append(gained, more...), append(lost, less...), append(unclear, left...)
	})
	more, less, open := Outbound(old, new)
	gained, lost, unclear = append(gained, more...), append(lost, less...), append(unclear, open...)
	order(gained)
	order(lost)
	order(unclear)
	return gained, lost, unclear
}

// unseenIn returns those of some clusters, as es:ID, that a graph does not have
// because their list was not read: they may be there.
func unseenIn(g *graph.Graph, clusters []*graph.Cluster) map[string]bool {
	accounts := map[string]*snapshot.Account{}
	for _, a := range g.Snapshot().Accounts() {
		accounts[a.ID] = a
	}
	out := map[string]bool{}
	for _, c := range clusters {
		if g.Cluster(c.ID) != nil {
			continue
		}
		a := accounts[c.Account.ID]
		if a == nil || !a.Read(snapshot.Call{Region: c.Region, Product: "elasticsearch", Operation: "ListInstance"}) {
			out["es:"+c.ID] = true
		}
	}
	return out
}

func spots[T any](before, after map[spot]T) []spot {
	all := slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))
	slices.SortFunc(all, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.port, b.port), cmp.Compare(a.kind, b.kind), cmp.Compare(a.zone, b.zone))
	})
	return slices.Compact(all)
}

func reachable(a graph.Addresses) netset.Set { return a.Reachable }
func unknown(a graph.Addresses) netset.Set   { return a.Unknown }

// sum is what all ways together say of each address.
func sum(ways map[way]graph.Addresses) graph.Addresses {
	var out graph.Addresses
	for _, a := range ways {
		out.Reachable = out.Reachable.Union(a.Reachable)
		out.Unknown = out.Unknown.Union(a.Unknown)
	}
	out.Unknown = out.Unknown.Minus(out.Reachable)
	return out
}

// changes tells a set of addresses for every way that holds some of them.
func (s spot) changes(ways map[way]graph.Addresses, changed netset.Set, part func(graph.Addresses) netset.Set) []Change {
	var out []Change
	if changed.IsEmpty() {
		return nil
	}
	for w, a := range ways {
		if set := part(a).Intersect(changed); !set.IsEmpty() {
			from := set.Strings()
			if s.zone != "" {
				for i := range from {
					from[i] = s.zone + "/" + from[i]
				}
			}
			out = append(out, Change{s.to, w.entry, s.port, s.kind, from, w.via})
		}
	}
	return out
}

// verdicts is what all ways together say of each name; what is not there is
// blocked.
func verdicts(ways map[way]map[string]graph.Verdict) map[string]string {
	out := map[string]string{}
	for _, names := range ways {
		for name, v := range names {
			if v == graph.Reachable || out[name] == "" {
				out[name] = v.String()
			}
		}
	}
	return out
}

func (s spot) named(ways map[way]map[string]graph.Verdict, want graph.Verdict, changed func(string) bool) []Change {
	var out []Change
	for w, names := range ways {
		var from []string
		for name, v := range names {
			if v == want && changed(name) {
				from = append(from, name)
			}
		}
		if slices.Sort(from); from != nil {
			out = append(out, Change{s.to, w.entry, s.port, s.kind, from, w.via})
		}
	}
	return out
}

// CutOff names the declared clients that get to their cluster before and do not
// for sure after.
func CutOff(old, new *graph.Graph) []string {
	out := []string{}
	for _, c := range old.Config().Clients {
		if served(old, c) && !served(new, c) && !slices.Contains(out, c.Name) {
			out = append(out, c.Name)
		}
	}
	slices.Sort(out)
	return out
}

// served reports whether a client, all of its addresses, gets to its cluster
// for sure.
func served(g *graph.Graph, c config.Client) bool {
	to := "es:" + c.Cluster + ":" + strconv.Itoa(c.Port)
	if c.ECS != "" {
		a, err := g.Reach("ecs:"+c.ECS, to)
		return err == nil && a.Verdict == graph.Reachable
	}
	sources, err := g.Sources(to)
	if err != nil {
		return false
	}
	var admitted netset.Set
	for _, o := range sources.Entries {
		admitted = admitted.Union(o.Internet.Reachable)
		for _, v := range o.Via {
			admitted = admitted.Union(v.Internet.Reachable)
		}
		for _, a := range o.VPCs {
			admitted = admitted.Union(a.Reachable)
		}
	}
	for _, text := range c.CIDRs {
		p, err := netset.ParseCIDR(text)
		if err != nil || !admitted.ContainsSet(netset.Of(p)) {
			return false
		}
	}
	return len(c.CIDRs) > 0
}

// Outbound compares where clusters get to: the hosts that their settings name,
// before or after.
func Outbound(old, new *graph.Graph) (gained, lost, unclear []Change) {
	was, is := calls(old), calls(new)
	ids := slices.Concat(slices.Collect(maps.Keys(was)), slices.Collect(maps.Keys(is)))
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		hosts := slices.Concat(was[id], is[id])
		slices.Sort(hosts)
		for _, host := range slices.Compact(hosts) {
			before, entryBefore := verdict(old, id, host)
			after, entryAfter := verdict(new, id, host)
			change := outward{id, host}.change(entryAfter)
			switch {
			case after == graph.Reachable && before != graph.Reachable:
				gained = append(gained, change)
			case after == graph.Blocked && before == graph.Reachable:
				change.Entry = entryBefore
				lost = append(lost, change)
			case after == graph.Unknown && before != graph.Unknown:
				unclear = append(unclear, change)
			}
		}
	}
	return gained, lost, unclear
}

// verdict answers one question; one that cannot be asked is blocked.
func verdict(g *graph.Graph, id, host string) (graph.Verdict, string) {
	a, err := g.Reach("es:"+id, host)
	if err != nil {
		return graph.Blocked, ""
	}
	return a.Verdict, a.Entry
}

// calls returns the hosts that each cluster's settings name, as HOST:PORT.
func calls(g *graph.Graph) map[string][]string {
	out := map[string][]string{}
	for _, c := range g.Clusters() {
		settings, ok := esyml.Parse(c.Attr("esConfig"))
		if !ok {
			continue
		}
		for _, d := range settings.Dependencies() {
			if d.Host != "" && d.Port != 0 && !d.Wildcard && !d.Local && d.Err == "" {
				out[c.ID] = append(out[c.ID], d.HostPort())
			}
		}
	}
	return out
}

// Ways are everybody who gets in to the named clusters, each way in for itself.
func Ways(g *graph.Graph, clusters []string) []Change {
	return ways(g, clusters, graph.Reachable)
}

// Unclear are those of whom it is not known whether they get in to the named
// clusters, each way in for itself.
func Unclear(g *graph.Graph, clusters []string) []Change {
	return ways(g, clusters, graph.Unknown)
}

func ways(g *graph.Graph, clusters []string, v graph.Verdict) []Change {
	p := see(g, func(c *graph.Cluster) bool { return slices.Contains(clusters, c.ID) })
	part := map[graph.Verdict]func(graph.Addresses) netset.Set{graph.Reachable: reachable, graph.Unknown: unknown}[v]
	out := []Change{}
	for s, ways := range p.addresses {
		if slices.Contains(clusters, strings.TrimPrefix(s.to, "es:")) {
			out = append(out, s.changes(ways, part(sum(ways)), part)...)
		}
	}
	for s, ways := range p.names {
		if slices.Contains(clusters, strings.TrimPrefix(s.to, "es:")) {
			out = append(out, s.named(ways, v, func(string) bool { return true })...)
		}
	}
	order(out)
	return out
}

func order(list []Change) {
	slices.SortFunc(list, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Entry, b.Entry),
			cmp.Compare(a.Via, b.Via), slices.Compare(a.From, b.From))
	})
}
