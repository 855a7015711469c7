package facts

import (
	"esaudit/config"
	"esaudit/graph"
	"esaudit/snapshot"
)

// Schema is the version of a facts document.
const Schema = "esaudit.facts/v1"

// Document is what rules see.
type Document struct {
	Schema   string        `json:"schema"`
	Config   config.Config `json:"config"`
	Subjects []Subject     `json:"subjects"`
}

// Subject is one object with its facts. Facts is a struct of this package.
type Subject struct {
	Kind    string  `json:"kind"`
	ID      string  `json:"id"`
	ARN     string  `json:"arn"`
	Region  string  `json:"region"`
	Account string  `json:"account"`
	TakenAt Instant `json:"taken_at"` // the account's, by the vendor's clock, RFC 3339
	Name    string  `json:"name"`

	Tags          map[string]string `json:"tags"`           // by key; those of the cluster for its endpoints
	ResourceGroup string            `json:"resource_group"` // "" when nobody says

	Inconsistencies []Inconsistency `json:"inconsistencies"` // what of the object does not hold together

	Drift *Drift `json:"drift,omitempty"` // left out when nothing stored was held against it

	Facts any `json:"facts"`
}

// Hop is one control of a path.
type Hop = graph.Hop

// Ref is a value and where it stands. Value is nil when it is not there or not
// readable; At is then the pointer of what stands nearest.
type Ref struct {
	Value any `json:"value,omitempty"`
	At    At  `json:"at"`
}

// Answer is the answer to a yes-or-no question and where it stands.
type Answer struct {
	Value string `json:"value"` // yes, no or unknown
	At    At     `json:"at"`
}

// Call is one question to the vendor and what came of it.
type Call struct {
	Call       string `json:"call"`       // for people
	State      string `json:"state"`      // snapshot.State
	Read       bool   `json:"read"`       // completely
	Permission string `json:"permission"` // the RAM action it needs
	Subject    string `json:"subject"`
}

func callOf(a *snapshot.Account, c snapshot.Call) Call {
	state := a.Answer(c)
	if state != snapshot.Read {
		a.Doubt(c.Product)
	}
	return Call{Call: c.String(), State: state.String(), Read: state == snapshot.Read, Permission: c.Action(), Subject: c.Subject}
}

// ref gives a value with its place; nearest is asked when there is none.
func ref(value any, n *snapshot.Node, nearest ...*snapshot.Node) Ref {
	if n.Kind() != snapshot.Absent {
		return Ref{Value: value, At: At{n}}
	}
	for _, other := range nearest {
		if other.Kind() != snapshot.Absent {
			return Ref{Value: value, At: At{other}}
		}
	}
	return Ref{Value: value}
}
