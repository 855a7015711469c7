package graph

import (
	"net/netip"

	"esaudit/netset"
)

// script is all paths from the internet to one target, followed for every address
// of a family at once: a question from there asks only the controls that look at
// the address, and what others say is in words already. It is nil where a control
// cannot be asked again.
type script []Path

// scriptKey is which port of a target is asked for, from which family.
type scriptKey struct {
	kibana, six bool
	port        int
}

// whoever stands for the name of who asks: no text of a question or of a snapshot
// is UTF-8 like this.
const whoever = "\xff"

// script returns the script of a question from the internet; nil when there is
// none.
func (g *Graph) script(q query) script {
	if q.source != schemeInternet {
		return nil
	}
	key := scriptKey{kibana: q.target == schemeKibana, six: q.address.Is6(), port: q.port}
	write := func() script {
		from := caller{name: whoever, addresses: netset.AllV4()}
		if key.six {
			from.addresses = netset.AllV6()
		}
		paths, err := g.pathsFrom(q, from)
		if err != nil {
			return nil
		}
		return scriptOf(paths)
	}
	var s script
	if b := g.balancer(q.targetID); q.target == schemeLB && b != nil {
		s, _ = b.scripts.find(key, &g.kept, write)
	} else if c := g.Cluster(q.targetID); q.target != schemeLB && c != nil {
		s, _ = c.scripts.find(key, &g.kept, write)
	}
	return s
}

func scriptOf(paths []Path) script {
	for _, p := range paths {
		for _, m := range p.marks {
			switch {
			case m.each != nil && m.say == nil:
				return nil
			case m.each == nil && m.told == nil:
				m.decision = kept(m.decision)
			}
		}
	}
	return paths
}

// paths are those of one address, under the name that it asked by. Paths that
// begin alike share what controls say.
func (s script) paths(name string, a netip.Addr) []Path {
	set := netset.Addr(a)
	out := make([]Path, len(s))
	for i := range s {
		p := &s[i]
		own := Path{Kind: p.Kind, Entry: p.Entry, Verdict: Reachable, taker: set, way: p.way, front: p.front, marks: make([]*mark, len(p.marks))}
		for j, m := range p.marks {
			switch {
			case i > 0 && j < len(s[i-1].marks) && s[i-1].marks[j] == m:
				m = out[i-1].marks[j]
			case m.say != nil || m.from == whoever:
				m = m.of(name, set)
			}
			own.marks[j] = m
			own.Verdict = Along(own.Verdict, m.verdict)
			if m.verdict == Unknown {
				own.Settle = append(own.Settle, m.settle...)
			}
		}
		out[i] = own
	}
	return out
}

// of is the control as one address meets it.
func (m *mark) of(name string, set netset.Set) *mark {
	own := &mark{kind: m.kind, from: m.from, to: m.to, control: m.control, decision: m.decision}
	if m.from == whoever {
		own.from = name
	}
	if m.say != nil {
		own.decision = m.say(set).uniform()
	}
	return own
}
