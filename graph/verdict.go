package graph

import (
	"fmt"

	"esaudit/netset"
	"esaudit/snapshot"
)

// Verdict is the answer to "can it get in". The zero value is Unknown
// (SEMANTICS 1).
type Verdict uint8

// The verdicts.
const (
	Unknown Verdict = iota
	Blocked
	Reachable
)

var verdictNames = [...]string{"unknown", "blocked", "reachable"}

func (v Verdict) String() string { return verdictNames[v] }

// MarshalText writes the verdict's name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a verdict's name.
func (v *Verdict) UnmarshalText(b []byte) error {
	for i, name := range verdictNames {
		if name == string(b) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("no verdict: %q", b)
}

// Along combines the controls of one path: any Blocked blocks, else any
// Unknown is unknown, else it is Reachable (SEMANTICS 1).
func Along(controls ...Verdict) Verdict {
	out := Reachable
	for _, v := range controls {
		if v == Blocked {
			return Blocked
		}
		if v == Unknown {
			out = Unknown
		}
	}
	return out
}

// Over combines the paths of one question: any Reachable wins, else any
// Unknown, else Blocked (SEMANTICS 1).
func Over(paths ...Verdict) Verdict {
	out := Blocked
	for _, v := range paths {
		if v == Reachable {
			return Reachable
		}
		if v == Unknown {
			out = Unknown
		}
	}
	return out
}

// Hop is one control of a path and what it decided (SEMANTICS 10).
type Hop struct {
	Kind    string  `json:"kind"` // P1 ... E2, onprem, none
	From    string  `json:"from"` // what stands before the control
	To      string  `json:"to"`   // and behind it
	Control string  `json:"control"`
	Verdict Verdict `json:"verdict"`
	Why     string  `json:"why"`     // one sentence, with the rule or entry that decided
	Pointer string  `json:"pointer"` // the deciding value in the snapshot, or what stands nearest to it
	Line    int     `json:"line"`
}

// Path is one way from a source to a target with all its controls, in order.
type Path struct {
	Kind    string
	Entry   string // es-public, ..., lb:ID, nat:ID or the endpoint's id
	Verdict Verdict
	Hops    []Hop
	// Settle names the calls that would decide the unknown controls; empty when
	// every call was read and none can tell.
	Settle []snapshot.Call

	marks []*mark    // the controls, of which Hops are made
	taker netset.Set // who takes it; empty when the address is not known
	many  bool       // more than one address does: nobody reads the hops
	taken split      // what the path says of each of them, where many do
	way   way        // what it goes through from the internet
	front way        // what stands before that, where it is a proxy
}

// outcome is what the path says of each address that takes it.
func (p *Path) outcome() split {
	if p.many {
		return p.taken
	}
	return everywhere(p.taker, p.Verdict)
}

// Answer says whether a source gets to a target, and why (CONTRACT 6).
type Answer struct {
	ID       string   `json:"id,omitempty"`
	Verdict  Verdict  `json:"verdict"`
	Entry    string   `json:"entry"`
	Path     []Hop    `json:"path"`     // the deciding path; for blocked the first tried
	Blockers []Hop    `json:"blockers"` // for blocked: at least one for each path tried
	Unknowns []Hop    `json:"unknowns"`
	Settle   []Settle `json:"settledBy,omitempty"`

	// Paths holds every path that was tried, in the order of SEMANTICS 5.
	Paths []Path `json:"-"`
}

// Settle is a call that would turn an unknown into an answer.
type Settle struct {
	Call  snapshot.Call  `json:"-"`
	State snapshot.State `json:"-"` // what came of it so far
	Text  string         `json:"call"`
	RAM   string         `json:"permission"`
}
