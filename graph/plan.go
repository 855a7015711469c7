package graph

import (
	"net/netip"
	"sync"
	"sync/atomic"

	"esaudit/netset"
)

// plan is all ways from one spot to one target, worked out for every address
// at once: a question from there is looked up in it.
type plan []course

// course is a way with what its controls say of each address. Controls that let
// everybody through are left out, and those behind one that lets nobody.
type course struct {
	kind   string
	taker  netset.Set // who takes it at all
	stands bool       // the address is not known: everything is said of nobody
	steps  []step
}

type step struct {
	control string
	verdict Verdict
	each    *split // of each address; nil where verdict is said of all
}

func planOf(paths []Path) plan {
	out := make(plan, len(paths))
	for i, p := range paths {
		c := course{kind: p.Kind, taker: p.taker, stands: p.taker.IsEmpty()}
		for _, m := range p.marks {
			if m.each == nil && m.verdict == Reachable {
				continue
			}
			c.steps = append(c.steps, step{m.control, m.verdict, m.each})
			if m.each == nil && m.verdict == Blocked {
				break
			}
		}
		out[i] = c
	}
	return out
}

// of is what a control says of one address.
func (s *split) of(a netip.Addr) Verdict {
	switch {
	case s.pass.Contains(a):
		return Reachable
	case s.block.Contains(a):
		return Blocked
	}
	return Unknown
}

// decide is the verdict about an address, and the first control that gives it.
func (c *course) decide(a netip.Addr) (v Verdict, control string) {
	v = Reachable
	for i := range c.steps {
		s := &c.steps[i]
		said := s.verdict
		if s.each != nil {
			said = s.each.of(a)
		}
		switch {
		case said == Blocked:
			return Blocked, s.control
		case said == Unknown && v == Reachable:
			v, control = Unknown, s.control
		}
	}
	return v, control
}

// decide answers for an address of the plan's spot.
func (p plan) decide(a netip.Addr) Decided {
	out := noPath()
	found := false
	for i := range p {
		c := &p[i]
		if !c.stands && !c.taker.Contains(a) {
			continue
		}
		v, control := c.decide(a)
		if !found || Over(out.Verdict, v) != out.Verdict {
			out, found = Decided{Verdict: v, Kind: c.kind, Control: control}, true
		}
		if v == Reachable {
			break
		}
	}
	return out
}

func noPath() Decided { return Decided{Verdict: Blocked, Kind: "none", Control: "no-path"} }

// spot is what controls look at of a source inside a VPC but for its address.
// Sources of one spot are told apart by their addresses alone; the zero spot
// is the internet.
type spot struct {
	net           *network
	vpc           string
	routing       *vswitch // of its vSwitch: nobody else has it
	groups        string   // as JSON; "" for an address of a VPC
	placed        Verdict
	inside, known bool // known: its address is
}

func (s *source) standsIn() spot {
	p := spot{net: s.net, vpc: s.vpc, routing: s.routing, placed: s.placed.verdict, inside: true, known: !s.addresses.IsEmpty()}
	if s.host != nil {
		p.groups = "host " + string(s.groups.AppendJSON(nil))
	}
	return p
}

// planKey is who asks for which port of a target.
type planKey struct {
	spot   spot
	kibana bool
	port   int
}

// keeping keeps what was worked out of one target.
type keeping[K comparable, V any] struct {
	lock  sync.RWMutex
	known map[K]V
}

// mostPlans bounds how much a graph keeps of targets: questions may name any port.
const mostPlans = 1 << 17

// find returns what is kept under a key. What is not there is made and kept, or
// not when there is too much already: ok is false then.
func (x *keeping[K, V]) find(key K, kept *atomic.Int64, work func() V) (v V, ok bool) {
	x.lock.RLock()
	v, ok = x.known[key]
	x.lock.RUnlock()
	if ok {
		return v, true
	}
	if kept.Load() >= mostPlans {
		return v, false
	}
	kept.Add(1)
	v = work()
	x.lock.Lock()
	defer x.lock.Unlock()
	if x.known == nil {
		x.known = map[K]V{}
	}
	x.known[key] = v
	return v, true
}
