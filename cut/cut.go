package cut

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"esaudit/change"
	"esaudit/diff"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Schema is the version of an answer.
const Schema = "esaudit.cut/v1"

// The limits of CONTRACT 1: how many edits a set has, and how many sets are
// told.
const (
	MaxEdits = 3
	MaxCuts  = 20
)

// Document is the answer (CONTRACT 6). Cuts are ranked: those that sever least
// besides come first.
type Document struct {
	Schema       string `json:"schema"`
	Cuts         []Cut  `json:"cuts"`
	SearchedUpTo int    `json:"searchedUpTo"` // edits
	// Complete says that every inclusion-minimal set of that many edits is here.
	Complete bool `json:"complete"`
	// Blocked says that the question is answered blocked as it is.
	Blocked bool `json:"-"`
}

// Cut is one set of edits that severs every path.
type Cut struct {
	Edits  []string `json:"edits"`
	Severs []Sever  `json:"severs"` // besides what was asked for
}

// Sever is somebody else who would no longer get in.
type Sever struct {
	To    string   `json:"to"`
	Entry string   `json:"entry"`
	Port  int      `json:"port"`
	From  []string `json:"from"`
}

// Find looks for the sets of edits after which from no longer gets to to. The
// error says why the question cannot be asked.
func Find(ctx context.Context, g *graph.Graph, from, to string) (Document, error) {
	answer, err := g.Reach(from, to)
	if err != nil {
		return Document{}, err
	}
	if answer.Verdict == graph.Blocked {
		return Document{Schema: Schema, Cuts: []Cut{}, SearchedUpTo: MaxEdits, Complete: true, Blocked: true}, nil
	}
	s := newSearch(g, from, to, answer.Verdict)
	found, err := s.run(ctx)
	if err != nil {
		return Document{}, err
	}
	d := Document{Schema: Schema, Cuts: []Cut{}, SearchedUpTo: MaxEdits, Complete: len(found) <= MaxCuts}
	in, severed, err := s.touched(found)
	if err != nil {
		return Document{}, err
	}
	ranked, err := s.ranked(ctx, found, in, severed)
	if err != nil {
		return Document{}, err
	}
	for i, r := range ranked {
		if i < MaxCuts {
			d.Cuts = append(d.Cuts, r.Cut)
		}
	}
	return d, nil
}

// search grows sets of edits: as long as a path is open, one of the edits that
// sever it has to join the set. So every minimal set is found.
type search struct {
	whole    *graph.Graph
	g        *graph.Graph // of what may decide the question
	from, to string
	seen     map[string]bool // sets that were looked at
}

// newSearch leaves out of the estate what cannot decide who gets to the target,
// where that is known. The verdict is that of the question as it is.
func newSearch(g *graph.Graph, from, to string, v graph.Verdict) *search {
	s := &search{whole: g, g: g, from: from, to: to, seen: map[string]bool{}}
	scheme, rest, _ := strings.Cut(to, ":")
	id, _, _ := strings.Cut(rest, ":")
	if scheme != "es" && scheme != "kibana" || strings.HasPrefix(from, "es:") {
		return s
	}
	if around, ok := g.Around(map[string]bool{id: true}); ok {
		small := graph.Build(around, g.Config())
		if a, err := small.Reach(from, to); err == nil && a.Verdict == v {
			s.g = small
		}
	}
	return s
}

// set is some edits, sorted by their text.
type set []change.Edit

func (s set) texts() []string {
	out := make([]string, len(s))
	for i, e := range s {
		out[i] = e.String()
	}
	return out
}

func (s set) key() string { return strings.Join(s.texts(), "\n") }

func (s set) with(e change.Edit) set {
	out := append(slices.Clone(s), e)
	slices.SortFunc(out, func(a, b change.Edit) int { return cmp.Compare(a.String(), b.String()) })
	return out
}

// holds reports whether all edits of t are in s.
func (s set) holds(t set) bool {
	texts := s.texts()
	return !slices.ContainsFunc(t.texts(), func(text string) bool { return !slices.Contains(texts, text) })
}

// run looks at sets by size, so that a set that holds a smaller answer is never
// one itself.
func (s *search) run(ctx context.Context) ([]set, error) {
	var found []set
	level := []set{{}}
	for size := 0; size <= MaxEdits && len(level) > 0; size++ {
		var next []set
		for _, t := range level {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if slices.ContainsFunc(found, t.holds) {
				continue
			}
			open, g, err := s.open(t)
			if err != nil {
				return nil, err
			}
			if open == nil {
				found = append(found, t)
				continue
			}
			if size < MaxEdits {
				next = append(next, s.grow(t, g, *open)...)
			}
		}
		level = next
	}
	return found, nil
}

// open returns a path that is not blocked once the edits are made, and the
// graph of that estate; nil when there is none.
func (s *search) open(t set) (*graph.Path, *graph.Graph, error) {
	g := s.g
	if len(t) > 0 {
		edited, err := change.Apply(s.g.Snapshot(), t...)
		if err != nil {
			return nil, nil, err
		}
		g = graph.Build(edited, s.g.Config())
	}
	a, err := g.Reach(s.from, s.to)
	if err != nil { // the edits took away what was asked for
		return nil, g, nil
	}
	if a.Verdict == graph.Blocked {
		return nil, g, nil
	}
	i := slices.IndexFunc(a.Paths, func(p graph.Path) bool { return p.Verdict != graph.Blocked })
	return &a.Paths[i], g, nil
}

// grow returns the set with each of the edits that may sever a path.
func (s *search) grow(t set, g *graph.Graph, p graph.Path) []set {
	var out []set
	for _, e := range candidates(g.Snapshot(), p, s.sources(g)) {
		bigger := t.with(e)
		if len(t) > 0 && t.holds(set{e}) || s.seen[bigger.key()] {
			continue
		}
		s.seen[bigger.key()] = true
		out = append(out, bigger)
	}
	return out
}

// sources are the addresses the question is about, as far as the hops do not
// say: those an entry of a list has to admit to matter.
func (s *search) sources(g *graph.Graph) netset.Set {
	scheme, rest, _ := strings.Cut(s.from, ":")
	switch scheme {
	case "vpc":
		_, rest, _ = strings.Cut(rest, "/")
	case "onprem":
		for _, n := range g.Config().OnPrem {
			if n.Name == rest {
				return prefixes(n.CIDRs)
			}
		}
	case "ecs":
		for _, a := range g.Snapshot().Accounts() {
			for _, o := range a.Objects(snapshot.ECS) {
				if ips := o.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress").Items(); o.ID == rest && len(ips) > 0 {
					rest = ips[0].Text()
				}
			}
		}
	}
	return prefixes([]string{rest})
}

func prefixes(texts []string) netset.Set {
	var out netset.Set
	for _, text := range texts {
		if p, err := netset.ParseCIDR(text); err == nil {
			out = out.Union(netset.Of(p))
		}
	}
	return out
}

// rated is a cut with how much else it severs.
type rated struct {
	Cut
	addresses *big.Int
	hosts     int
}

// ranked says what else each set would sever, as far as it counts, and puts those
// first that sever least: hosts and networks before addresses.
func (s *search) ranked(ctx context.Context, found []set, g *graph.Graph, counts func(diff.Change) bool) ([]rated, error) {
	var out []rated
	for _, t := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		edited, err := change.Apply(g.Snapshot(), t...)
		if err != nil {
			return nil, err
		}
		r := rated{Cut: Cut{Edits: t.texts(), Severs: []Sever{}}, addresses: new(big.Int)}
		_, lost, _ := diff.Reachability(g, graph.Build(edited, g.Config()))
		for _, c := range lost {
			if counts(c) {
				r.add(c, s)
			}
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b rated) int {
		return cmp.Or(cmp.Compare(len(a.Edits), len(b.Edits)), cmp.Compare(a.hosts, b.hosts), a.addresses.Cmp(b.addresses), slices.Compare(a.Edits, b.Edits))
	})
	return out, nil
}

// touched returns a graph of what may decide about anybody that one of the sets
// severs, and which of the changes it shows are ones of the whole estate: found
// by making all edits at once, because none of them opens anything.
func (s *search) touched(found []set) (g *graph.Graph, counts func(diff.Change) bool, err error) {
	var all set
	for _, t := range found {
		for _, e := range t {
			if !all.holds(set{e}) {
				all = all.with(e)
			}
		}
	}
	edited, err := change.Apply(s.whole.Snapshot(), all...)
	if err != nil { // one takes away what another one is about
		return s.whole, every, nil
	}
	after := graph.Build(edited, s.whole.Config())
	ids, any := graph.Touched(s.whole, after)
	_, lost, unclear := diff.Outbound(s.whole, after)
	if any || len(lost)+len(unclear) > 0 {
		return s.whole, every, nil
	}
	around, ok := s.whole.Around(ids)
	if !ok {
		return s.whole, every, nil
	}
	return graph.Build(around, s.whole.Config()), func(c diff.Change) bool { return ids[strings.TrimPrefix(c.To, "es:")] }, nil
}

func every(diff.Change) bool { return true }

// add counts what a change severs, without what was asked to be severed.
func (r *rated) add(c diff.Change, s *search) {
	from := c.From
	if s.to == fmt.Sprintf("%s:%d", c.To, c.Port) {
		from = without(c, s.from)
	}
	if len(from) == 0 {
		return
	}
	r.Severs = append(r.Severs, Sever{c.To, c.Entry, c.Port, from})
	for _, text := range from {
		switch c.Kind {
		case "internet":
			r.addresses.Add(r.addresses, prefixes([]string{text}).Count())
		case "vpc":
			_, cidr, _ := strings.Cut(text, "/")
			r.addresses.Add(r.addresses, prefixes([]string{cidr}).Count())
		default:
			r.hosts++
		}
	}
}

// without leaves out of a change the source that was asked for.
func without(c diff.Change, from string) []string {
	scheme, rest, _ := strings.Cut(from, ":")
	switch {
	case scheme == "internet" && c.Kind == "internet":
		var set netset.Set
		for _, text := range c.From {
			set = set.Union(prefixes([]string{text}))
		}
		return nonEmpty(set.Minus(prefixes([]string{rest})))
	case scheme == "ecs" && c.Kind == "host", scheme == "onprem" && c.Kind == "onprem":
		return slices.DeleteFunc(slices.Clone(c.From), func(id string) bool { return id == rest })
	case scheme == "vpc" && c.Kind == "vpc":
		vpc, address, _ := strings.Cut(rest, "/")
		var set netset.Set
		for _, text := range c.From {
			if cidr, ok := strings.CutPrefix(text, vpc+"/"); ok {
				set = set.Union(prefixes([]string{cidr}))
			} else {
				return c.From
			}
		}
		out := nonEmpty(set.Minus(prefixes([]string{address})))
		for i := range out {
			out[i] = vpc + "/" + out[i]
		}
		return out
	}
	return c.From
}

func nonEmpty(s netset.Set) []string {
	if s.IsEmpty() {
		return nil
	}
	return s.Strings()
}
