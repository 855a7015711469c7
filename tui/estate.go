package tui

import (
	"context"
	"fmt"
	"time"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/netset"
)

// Estate is a judged estate, made ready to be shown. Methods without a context
// answer from memory, in constant time; those with one may take long.
type Estate interface {
	About() About

	Clusters() int
	Cluster(i int) Cluster // the worst first, by what is known
	Place(id string) int   // the number of a cluster; -1 for none
	// Asked is of how many clusters it is known who gets in; the order is final when
	// it is of all, and rules were applied.
	Asked() int

	Findings() int
	Finding(i int) *finding.Finding // in the order of reports
	Rule(id string) finding.Rule

	Gaps() int
	Gap(i int) Gap

	Changes() int
	Change(i int) Change

	// Lines returns n lines of the snapshot from a line on, counted from 1.
	Lines(from, n int) []string

	// Further asks about some clusters first, by their numbers: who gets in, and who
	// could open them; then who gets in to a few more. It returns the estate that
	// knows; this one stays as it is. With nothing left to ask it returns this one.
	Further(ctx context.Context, first []int) (Estate, error)
	// Learn returns this estate with what another picture of the same graph knows of
	// who gets in.
	Learn(from Estate) Estate
	// Who returns everybody who gets to a cluster, or might, by entry; then who
	// could open it by configuration; then what rules say of it.
	Who(ctx context.Context, cluster string) ([]Who, error)
	// Map returns the picture of who gets to a cluster.
	Map(ctx context.Context, cluster string) (Map, error)
	// Ask answers whether a source gets to a target.
	Ask(ctx context.Context, q Question) (Answer, error)
	// Complete returns what a half-typed source or target may become, at most n.
	Complete(ctx context.Context, side Side, text string, n int) []string
	// Known says what is wrong with one end of a question, and what was perhaps meant;
	// nil for nothing.
	Known(ctx context.Context, side Side, text string) error
	// Select returns the findings that a filter lets through, in its order.
	Select(ctx context.Context, f Filter) ([]Selected, error)
	// Search returns the clusters whose id, name or region holds a text.
	Search(ctx context.Context, text string) ([]int, error)
	// SearchGaps returns the gaps whose call, region, action or subjects hold a text.
	SearchGaps(ctx context.Context, text string) ([]int, error)
	// SearchChanges returns the differences that hold a text.
	SearchChanges(ctx context.Context, text string) ([]int, error)
}

// Services are what the explorer does outside itself.
type Services interface {
	// Reload audits again. tell is called with what is being done, from any
	// goroutine.
	Reload(ctx context.Context, tell func(string)) (Estate, error)
	// Export writes what a view shows to a file, whose ending says the format.
	Export(ctx context.Context, e Estate, x Export, file string) error
	// Waive accepts a finding for now: it adds a waiver to a file, and returns the
	// file's name. Where one for exactly this rule and resource stands, it is replaced
	// if that is wanted, else the error is a *StandingError.
	Waive(ctx context.Context, f *finding.Finding, reason string, replace bool) (string, error)
	// Plan plans what corrects findings, by their numbers; nil for all that stand.
	Plan(ctx context.Context, e Estate, findings []int, tell func(string)) (Planned, error)
}

// StandingError says that a waiver stands already.
type StandingError struct{ File, Reason string }

func (e *StandingError) Error() string {
	return fmt.Sprintf("%s has a waiver for it: %s", e.File, e.Reason)
}

// About says what an estate is.
type About struct {
	Name     string // as it was named
	File     string // the snapshot's; "" when it stands in none
	Accounts []string
	TakenAt  time.Time // of the oldest account; zero when there is none
	Summary  finding.Summary
	Judged   bool // rules were applied; else nothing is known of findings, gaps and changes
	Complete bool // everything that is needed was read, of one account at least
	Baseline string
	// FindingsOnly says that the baseline is a report, which knows nothing of
	// reachability and settings.
	FindingsOnly bool
}

// Cluster is a cluster at a glance.
type Cluster struct {
	ID, Name, Region, Account string
	Asked                     bool            // who gets in: else that is not known yet, and empty here
	Counted                   bool            // who could open it: else that is not known yet
	Internet                  graph.Addresses // over all entries
	VPCs, Hosts, Principals   Tally           // other VPCs than its own; who could open it by configuration
	Fail                      map[finding.Severity]int
	Unknown                   int
	ARN                       string
}

// Tally counts those for whom something is so, and those of whom it is unknown.
type Tally struct{ Sure, Unknown int }

// WhoKind says what somebody is.
type WhoKind uint8

// The kinds of those who get to a cluster, or judge it.
const (
	FromInternet WhoKind = iota
	ViaBalancer
	ViaNAT
	ViaProxy
	FromVPC
	FromHost
	FromPremises
	Principal // who could open the cluster by configuration
	Finding   // what a rule says of it
	Nobody    // stands for nobody, where an entry has no other row
)

// Who is one of those who get to a cluster: a set that opens to its hops.
type Who struct {
	Kind    WhoKind
	Entry   string // of the cluster; "" by configuration and for findings
	Port    int
	ID      string // of a VPC, host, load balancer, network or principal
	Name    string // as its owner calls it
	Through int    // the port of what stands in between; 0 for none
	Verdict graph.Verdict
	Set     netset.Set // the addresses; empty for hosts and principals
	Blocks  []string   // the first of the set's CIDRs
	More    int        // how many more it has
	Ask     Question   // what shows the hops
	Steps   []Step     // of a principal: the statements that grant it
	Finding int        // its number, for Finding
}

// Question asks for hops. Entry and Verdict pick the path, where several are
// tried.
type Question struct {
	From, To string // as `esaudit reach` takes them
	Entry    string
	Verdict  graph.Verdict
	Any      bool // whatever entry and verdict
}

// Step is a control on a path, and the value that decided.
type Step struct {
	graph.Hop
	Value string // as JSON; "" for an object or a list
}

// Answer is a path with the sentence it answers.
type Answer struct {
	Question Question
	Verdict  graph.Verdict
	Entry    string
	Kind     string // of the path: P1 ...
	Steps    []Step
	Paths    int // how many were tried
	Settle   []graph.Settle
	Command  string // that asks the same
}

// Side is one end of a question.
type Side uint8

// The sides of a question.
const (
	FromSide Side = iota
	ToSide
)

// Gap is a kind of call that was not read everywhere.
type Gap struct {
	Call  finding.Call
	RAM   string // the action it needs
	Rules int    // findings that it leaves unknown
}

// ChangeKind says what differs from the baseline.
type ChangeKind uint8

// The kinds of differences, in the order they are shown.
const (
	Gained ChangeKind = iota
	Lost
	Unclear
	NewFinding
	ChangedFinding
	GoneFinding
	ChangedSetting
	changeKinds
)

// Change is one difference to the baseline.
type Change struct {
	Kind     ChangeKind
	What     string // who gets where; the finding's message; the setting's pointer
	Subject  string
	Rule     string
	Severity finding.Severity
	Before   string // of a setting
	After    string
	Finding  int      // its number; -1 when it stands no more
	Ask      Question // of reachability that was gained; zero for none
}

// Grouping says what findings stand under.
type Grouping uint8

// The groupings of findings.
const (
	ByRule Grouping = iota
	BySubject
)

// Filter picks findings.
type Filter struct {
	Text     string
	Severity finding.Severity // this one and worse; NoSeverity for all
	Status   StatusFilter
	Rule     string
	Group    Grouping
}

// StatusFilter picks findings by what becomes of them.
type StatusFilter uint8

// The filters by status.
const (
	Standing StatusFilter = iota // fail, latent and unknown, not waived
	OnlyFail
	OnlyLatent
	OnlyUnknown
	OnlyWaived
	Everything // passes too
)

// Selected is a finding in a list. First marks the first of a group, and Of says
// how many the group has.
type Selected struct {
	Finding int
	First   bool
	Of      int
}

// Export names what is written to a file.
type Export struct {
	Cluster  string    // everybody who gets to it
	Question *Question // an answer
	Findings []Selected
	All      bool // the clusters, all findings
	Gaps     bool // what was not read, with the findings that are unknown for it
	Changes  bool // the differences to the baseline
}
