// Package finding holds what rules say of subjects, and the report made of it.
//
// # What it answers
//
// Which rule says what of which object, with what evidence, how bad it is, and
// what has to be done. The JSON form of Report is esaudit.report/v1
// (CONTRACT 5).
//
// # What it assumes
//
// Rules have decided already: status and severity come from them.
//
// # Limits
//
// Nothing is rendered here; package report does that.
package finding

import "esaudit/graph"

// Schema is the version of a report.
const Schema = "esaudit.report/v1"

// Status is what a rule says of a subject. The zero value is Unknown.
type Status uint8

// The statuses (CONTRACT 5).
const (
	Unknown Status = iota // not decidable from what was read; never a pass
	Fail
	Latent // a bad setting that has no effect now
	Pass
	NA
)

// Severity says how bad a finding is. The zero value is NoSeverity: not set.
type Severity uint8

// The severities, from the mildest.
const (
	NoSeverity Severity = iota
	Info
	Low
	Medium
	High
	Critical
)

// Subject is the object a finding is about.
type Subject struct {
	ARN     string `json:"arn"`
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Region  string `json:"region"`
	Name    string `json:"name"`
	Owner   string `json:"owner,omitempty"` // the value of the tag that names owners, where there is one
	Account string `json:"-"`
}

// Evidence is one value that a finding rests on.
type Evidence struct {
	Pointer     string `json:"pointer"` // into the snapshot
	Line        int    `json:"line"`    // of the snapshot's source; 0 when there is none
	Value       any    `json:"value"`   // as it stands in the snapshot; Whole of an object or a list; nil when it is missing
	Note        string `json:"note"`
	Fingerprint string `json:"fingerprint"` // of what the value means: canonical CIDR, port, ...
}

// Whole stands for an object or a list of the snapshot, which is there, and too
// much to repeat: "{...}", "[...]", or "{}" and "[]" of empty ones. In JSON it is
// null: the pointer leads to it.
type Whole string

// MarshalJSON gives null.
func (Whole) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// Remediation says what to do.
type Remediation struct {
	Text string   `json:"text"`
	Fix  string   `json:"fix"` // id of an automatic correction, or ""
	API  []string `json:"api"` // the vendor's operations
}

// Waiver is why a finding is accepted for now.
type Waiver struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Expires string `json:"expires"`
	Scope   string `json:"scope"`
}

// Attribution says who made a value that a finding rests on, and when. Without a
// time nobody is known, and Note says why.
type Attribution struct {
	Time      string `json:"time"`      // RFC 3339, UTC
	Actor     string `json:"actor"`     // the name of a user, of a role and its session, or an id
	ActorType string `json:"actorType"` // the vendor's word: ram-user, assumed-role, root-account, ...
	Action    string `json:"action"`    // service:Operation
	Source    string `json:"source"`    // the address it came from, or a service of the vendor's
	RequestID string `json:"requestId"`
	Certain   bool   `json:"certain"` // the record tells the value, and no later change can have made it
	Note      string `json:"note"`    // what is not certain, or not known, and why
}

// The causes of an unknown finding (CONTRACT 5).
const (
	CauseDenied      = "denied"
	CauseFailed      = "failed"
	CauseAbsent      = "absent"
	CauseUndecidable = "undecidable"
)

// Finding is what one rule says of one subject.
type Finding struct {
	Rule        string      `json:"rule"`
	Status      Status      `json:"status"`
	Severity    Severity    `json:"severity"`
	Subject     Subject     `json:"subject"`
	Message     string      `json:"message"`
	Evidence    []Evidence  `json:"evidence"`
	Path        []graph.Hop `json:"path"`
	Cause       string      `json:"cause"`     // of an unknown
	SettledBy   []string    `json:"settledBy"` // of an unknown: the calls, each with its RAM action
	Remediation Remediation `json:"remediation"`
	Confidence  string      `json:"confidence"` // high, or low when it rests on inference
	Fingerprint string      `json:"fingerprint"`
	Waived      *Waiver     `json:"waived"`
	Baseline    string      `json:"baseline"` // new, changed or unchanged; "" without a baseline

	Attribution []Attribution `json:"attribution,omitempty"` // the latest first; where records of changes were asked for
	Said        *Said         `json:"-"`                     // in another language; nil when that was not asked for
}

// Parameter is a threshold of a rule. Default is a float64, a string, or a list
// of these ([]any).
type Parameter struct {
	Name    string `json:"name"`
	Default any    `json:"default"`
	Text    string `json:"text"` // what it is
}

// Rule describes a rule. Severity is the worst it can give.
type Rule struct {
	ID          string      `json:"id"`
	Title       string      `json:"title"`
	Severity    Severity    `json:"severity"`
	Basis       []string    `json:"basis"`
	Controls    []string    `json:"controls"`
	Description string      `json:"-"` // why it matters, one paragraph
	Avoid       string      `json:"-"` // a setting that fails
	Prefer      string      `json:"-"` // one that passes
	Console     string      `json:"-"` // how to mend it in the vendor's console
	Terraform   string      `json:"-"` // how to mend it with the vendor's Terraform provider
	Parameters  []Parameter `json:"-"` // thresholds that the configuration may change
	Remediation string      `json:"-"`
	API         []string    `json:"-"`
	Fix         string      `json:"-"`
	Severities  []Severity  `json:"-"` // all it can give, worst first
	Kinds       []string    `json:"-"` // of subjects
	Optional    bool        `json:"-"`
	Name        string      `json:"-"` // PascalCase, for SARIF
	Tags        []string    `json:"-"`
	Said        *Rule       `json:"-"` // the rule in another language; nil when that was not asked for
}

// Tool names the program that made a report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Account says when an account was read.
type Account struct {
	ID      string   `json:"id"`
	TakenAt string   `json:"takenAt"`
	Regions []string `json:"regions"`
}

// Snapshot names what was judged.
type Snapshot struct {
	Digest   string    `json:"digest"`
	Accounts []Account `json:"accounts"`
}

// Call is what came of all calls of one kind in one region. Subjects are those
// that were not read.
type Call struct {
	Account   string   `json:"account"`
	Region    string   `json:"region"`
	Product   string   `json:"product"`
	Operation string   `json:"operation"`
	OK        int      `json:"ok"`
	Denied    int      `json:"denied"`
	Failed    int      `json:"failed"`
	Skipped   int      `json:"skipped"`
	Subjects  []string `json:"subjects"`
	Absent    bool     `json:"absent,omitempty"` // needed, and never made
	Carried   int      `json:"carried,omitzero"` // of OK: read by an earlier run, and not asked again
	AsOf      string   `json:"asOf,omitzero"`    // when the oldest of these was read, RFC 3339
}

// Unanswered reports whether some of it had no answer, or not all of one.
func (c Call) Unanswered() bool { return c.Denied+c.Failed+c.Skipped > 0 || c.Absent }

// Coverage says whether the picture is complete.
type Coverage struct {
	Complete bool   `json:"complete"`
	Calls    []Call `json:"calls"`
}

// Summary counts everything that was judged, each under its own key.
type Summary struct {
	Fail    map[Severity]int `json:"fail"` // all five severities
	Latent  int              `json:"latent"`
	Unknown int              `json:"unknown"`
	Pass    int              `json:"pass"`
	NA      int              `json:"na"`
	Waived  int              `json:"waived"`
}

// Total is how many findings were counted, whatever they say.
func (s Summary) Total() int {
	total := s.Latent + s.Unknown + s.Pass + s.NA + s.Waived
	for _, n := range s.Fail {
		total += n
	}
	return total
}

// Report is everything an audit found.
type Report struct {
	Schema   string    `json:"schema"`
	Tool     Tool      `json:"tool"`
	Snapshot Snapshot  `json:"snapshot"`
	Coverage Coverage  `json:"coverage"`
	Rules    []Rule    `json:"rules"`
	Findings []Finding `json:"findings"`
	Summary  Summary   `json:"summary"`

	Scope     *Scope     `json:"scope,omitempty"`     // nil: everything was judged
	Gone      []Gone     `json:"gone,omitzero"`       // with a baseline: what it has and this report has not
	Framework *Framework `json:"framework,omitempty"` // when it was asked for
}

// Framework groups what was judged by the controls of a framework.
type Framework struct {
	Name     string    `json:"name"`
	Note     string    `json:"note"` // how far the mapping was checked
	Controls []Control `json:"controls"`
}

// Control is what the rules that are mapped to a control say together. Its
// status is that of the worst: failed (a waived failure too), else unknown, else
// passed; not applicable when no rule had a subject; not covered when no rule
// that was applied is mapped to it.
type Control struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Mark    string   `json:"mark"` // unverified, nearest, or "" for a mapping that was read
	Status  string   `json:"status"`
	Rules   []string `json:"rules"`   // that were applied
	Missing []string `json:"missing"` // that are mapped to it and were not applied
	Fail    int      `json:"fail"`    // results, waived ones included
	Latent  int      `json:"latent"`
	Unknown int      `json:"unknown"`
	Pass    int      `json:"pass"`
}

// The statuses of a control.
const (
	ControlFailed        = "failed"
	ControlUnknown       = "unknown"
	ControlPassed        = "passed"
	ControlNotApplicable = "not applicable"
	ControlNotCovered    = "not covered"
)
