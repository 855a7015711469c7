package tui

import "context"

// Planned is a plan of corrections, none of which is done. The methods without a
// context answer from memory; those with one may take long. Nothing but Apply
// changes anything outside this machine.
type Planned interface {
	Plan() Plan
	// Live says that the plan was made of an account as it is now, with credentials
	// that may change it; a snapshot alone is never applied.
	Live() bool
	// Command is what applies a plan that was written to a file.
	Command(file string) string

	// Preview says what exactly these actions, by their ids, would change.
	Preview(ctx context.Context, ids []string, tell func(string)) (Preview, error)
	// Write writes a plan of exactly these actions to a file, whose ending says the
	// format. It returns the command that does what the file says.
	Write(ctx context.Context, ids []string, file string) (string, error)
	// Check does all that comes before a change: it asks who the credentials are of,
	// and compares each value with what the plan expects. It changes nothing.
	Check(ctx context.Context, ids []string, tell func(string)) (Consent, error)
	// Apply changes the account, if it is still as consent was given for it. Each
	// step is told as it happens. With an error, Applied says how far it came.
	Apply(ctx context.Context, ids []string, c Consent, tell func(Told)) (Applied, error)
}

// Plan is what a plan would do.
type Plan struct {
	Account string
	Actions []Action
}

// Action is one correction: a call that changes one value.
type Action struct {
	ID, Title   string
	Subject     string
	Why         []Why
	Before      string // the value, as JSON, null for none; "" when only its digest is kept
	After       string
	Call        string // as a shell takes it; "" when it cannot be written as such
	Undoable    bool
	NotUndoable string // why not
	Recreates   string // what undoing makes anew, with another id or address
	CutsOff     string // names of declared clients; "" for none
	Restarts    bool   // the cluster's nodes
	Addresses   bool   // of nodes change
	Cost        string // "" for none
}

// Why is a finding that an action corrects.
type Why struct {
	Rule, Message string
	Finding       int // its number; -1 when it is none of the estate's
}

// Preview is what some actions would change.
type Preview struct {
	Changes  []Change // of reachability, then of findings
	Lost     int      // how many of them are ways in that go
	Gained   int      // ways in that come
	Gone     int      // findings that go
	Raised   int      // findings that come, or change
	CutOff   []string // names of declared clients
	Restarts []string // clusters
	ByHand   []Chore  // what the vendor has no call for
	Left     []Chore  // what could not be planned
}

// Chore is a correction that a plan does not make.
type Chore struct {
	Subject, Title string
	Steps          []string // how to do it by hand
	Reason         string   // why it was left out
}

// Consent is what somebody agrees to: what is changed, and as whom.
type Consent struct{ Account, ARN string }

// Applied is how far a plan came.
type Applied struct {
	Done     []string // ids of actions
	Journal  string   // the name of its file; "" when none was begun
	Verified bool     // the account was collected again, and is as promised
	Undo     string   // the command that takes it back; "" when nothing was done
	Resume   string   // the command that goes on; "" when it came to its end
}

// MaxActions is how many actions are applied at once.
const MaxActions = 10

// riskless reports whether an action is marked at first: what restarts a cluster,
// cuts somebody off or cannot be taken back is not.
func (a Action) riskless() bool { return !a.Restarts && a.CutsOff == "" && a.Undoable }

// Told is what work tells of: a step, which stays on the screen, or how far it is,
// which only the last one says.
type Told struct {
	Step bool
	Text string
}
