package fix

import (
	"encoding/json"

	"esaudit/diff"
	"esaudit/finding"
)

// Schema is the version of a plan.
const Schema = "esaudit.plan/v1"

// Plan is a list of corrections in the order they are applied, and what they
// would change (esaudit.plan/v1). Lists are never null.
type Plan struct {
	Schema   string       `json:"schema"`
	Tool     finding.Tool `json:"tool"`
	Account  string       `json:"account"`
	TakenAt  string       `json:"takenAt"` // of the snapshot, by the API's clock, RFC 3339
	Digest   string       `json:"digest"`  // of the snapshot
	Regions  []string     `json:"regions"`
	Self     []string     `json:"self"` // names of the declared clients marked self; empty: whether apply locks itself out cannot be checked
	Actions  []Action     `json:"actions"`
	Manual   []Manual     `json:"manual"`
	Left     []Left       `json:"left"`
	Preview  Preview      `json:"preview"`
	Promised Ways         `json:"promised"`
}

// Action is one correction: one call.
type Action struct {
	ID      string          `json:"id"`   // a1, a2, ...
	Kind    string          `json:"kind"` // id of the correction, as rules name it in remediation.fix
	Title   string          `json:"title"`
	Subject finding.Subject `json:"subject"`
	Cluster string          `json:"cluster"` // the cluster it changes; "" when it changes none
	Why     []Why           `json:"why"`
	Edits   []string        `json:"edits"` // what the preview did: "remove es-cn-1/PUBLIC_ES:default:0.0.0.0/0"

	Value  Probe           `json:"value"`  // where the live value is read
	Before json.RawMessage `json:"before"` // the value it expects to find; null when only its digest is kept
	Digest string          `json:"digest"` // of the value it expects to find
	After  json.RawMessage `json:"after"`  // the value it leaves; null when only its digest is kept
	Leaves string          `json:"leaves"` // digest of the value it leaves

	Call    Call  `json:"call"`
	Inverse *Call `json:"inverse"` // null: cannot be undone

	NotUndoable string `json:"notUndoable,omitempty"` // why there is no inverse
	Recreates   string `json:"recreates,omitempty"`   // what undoing makes anew, with another id or address
	Lockout     string `json:"lockout,omitempty"`     // names of the declared clients it would cut off, joined by ", "
	Restarts    bool   `json:"restarts"`              // of the cluster's nodes
	Addresses   bool   `json:"addresses"`             // of nodes change
	Cost        string `json:"cost"`                  // "none", or what the vendor charges for
	Ready       *Ready `json:"ready,omitempty"`       // what is waited for after the call

	Seal string `json:"seal"` // digest of the action as it was planned

	entries applier // of a list that several actions may change: what it adds and removes
}

// Why is a finding that an action corrects, or a wish.
type Why struct {
	Rule        string `json:"rule"` // "" for a wish
	Fingerprint string `json:"fingerprint"`
	Message     string `json:"message"`
}

// Probe says where a live value is read: a call that reads, all its pages, and
// the way to the value in its body.
type Probe struct {
	Region    string            `json:"region"`
	Product   string            `json:"product"`
	Operation string            `json:"operation"`
	Params    map[string]string `json:"params"`
	// Path leads to the value: names of fields, and "NAME=TEXT" or
	// "NAME=TEXT,NAME=TEXT" for the item of a list that has such fields. A way that
	// ends nowhere gives null. "*", or "*NAME=TEXT", goes on from every item, or
	// every such item: the value is the list of what it ends at.
	Path []string `json:"path"`
	// Set says that the value is a list whose order does not count.
	Set bool `json:"set,omitempty"`
	// Secret says that the value is compared by digest and stored nowhere.
	Secret bool `json:"secret,omitempty"`
}

// Call is one write.
type Call struct {
	Region    string            `json:"region"`
	Product   string            `json:"product"`
	Operation string            `json:"operation"`
	Params    map[string]string `json:"params"`
	Body      json.RawMessage   `json:"body,omitempty"` // JSON, of calls to Elasticsearch
	// Live says that the body is made from the live value when it is sent.
	Live *Live `json:"live,omitempty"`
	// Answered takes parameters from the answer of the call that is undone: the
	// name of a parameter, and the JSON pointer of its value there.
	Answered map[string]string `json:"answered,omitempty"`
}

// Live edits the live value, which is an object, and sends it as the field Into
// of the body. Nothing of it is stored but what is edited.
type Live struct {
	Into  string            `json:"into"`
	Set   map[string]string `json:"set,omitempty"`
	Unset []string          `json:"unset,omitempty"`
}

// Ready is what is waited for after a call: a value, or every one of a list, that
// is one of Until. One of Failed ends the wait with an error. Where the value is
// the action's own, undoing it waits for what that was before instead.
type Ready struct {
	Probe  Probe    `json:"probe"`
	Until  []string `json:"until"`
	Failed []string `json:"failed"`
}

// Manual is a correction that the vendor has no call for.
type Manual struct {
	Subject finding.Subject `json:"subject"`
	Why     []Why           `json:"why"`
	Steps   []string        `json:"steps"`
}

// Left is a correction that was left out of the plan, and why.
type Left struct {
	Title   string          `json:"title"`
	Subject finding.Subject `json:"subject"`
	Why     []Why           `json:"why"`
	Reason  string          `json:"reason"`
}

// Preview is what a plan would change.
type Preview struct {
	Gained []diff.Change  `json:"gained"`
	Lost   []diff.Change  `json:"lost"`
	Fixed  []diff.Finding `json:"fixed"`
	Raised []diff.Finding `json:"raised"`
	CutOff []string       `json:"cutOff"` // names of declared clients
	// Known are the hosts, networks and clusters in the account that lose a way
	// in: ecs:ID, onprem:NAME, es:ID.
	Known []string `json:"known"`
}

// Ways are everybody who gets in to the clusters that a plan changes, before
// and after it: what apply promises, and what undo restores.
type Ways struct {
	Clusters []string      `json:"clusters"`
	Before   []diff.Change `json:"before"`
	After    []diff.Change `json:"after"`
	// Unclear are the ways of which it is not known, before or after, whether they
	// lead in. What is unclear besides is not what was promised.
	Unclear []diff.Change `json:"unclear"`
}
