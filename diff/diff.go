package diff

import (
	"context"

	"esaudit/finding"
	"esaudit/graph"
)

// Schema is the version of a difference.
const Schema = "esaudit.diff/v1"

// Document is what changed (CONTRACT 6). Lists are never null.
type Document struct {
	Schema   string    `json:"schema"`
	Gained   []Change  `json:"gained"`
	Lost     []Change  `json:"lost"`
	Unclear  []Change  `json:"unclear"` // was decided before, and is unknown now
	Findings Findings  `json:"findings"`
	Settings []Setting `json:"settings"`
	CutOff   []string  `json:"cutOff"` // names of declared clients
}

// Change is one way in, or out, that differs.
type Change struct {
	To    string   `json:"to"` // es:ID, or HOST:PORT for outbound
	Entry string   `json:"entry"`
	Port  int      `json:"port"`
	Kind  string   `json:"kind"` // internet, vpc, host, onprem or outbound
	From  []string `json:"from"` // CIDRs; VPC/CIDR; ECS ids; names; es:ID
	Via   string   `json:"via"`  // lb:ID:PORT, dnat:ID:PORT or proxy:ID:PORT; "" for none
}

// Findings is what differs in what rules say.
type Findings struct {
	New     []Finding `json:"new"`
	Gone    []Finding `json:"gone"`
	Changed []Finding `json:"changed"` // evidence that was not there before
}

// Finding names one finding.
type Finding struct {
	Rule        string           `json:"rule"`
	Status      finding.Status   `json:"status"`
	Severity    finding.Severity `json:"severity"`
	Subject     finding.Subject  `json:"subject"`
	Message     string           `json:"message"`
	Fingerprint string           `json:"fingerprint"`
}

// Side is one of the two pictures: its graph, and what rules say of it.
type Side struct {
	Graph    *graph.Graph
	Findings []finding.Finding // what passes, or does not apply, shows only that what was found is gone
}

// Compare says what changed from old to new.
func Compare(old, new Side) Document {
	d, _ := CompareContext(context.Background(), old, new) // what is never given up has no error
	return d
}

// CompareContext is Compare that can be given up: then it is the error of ctx.
func CompareContext(ctx context.Context, old, new Side) (Document, error) {
	d := Document{
		Schema: Schema, Findings: findings(old.Findings, new.Findings),
		Settings: settings(old.Graph.Snapshot(), new.Graph.Snapshot()), CutOff: CutOff(old.Graph, new.Graph),
	}
	touched, all := graph.Touched(old.Graph, new.Graph)
	d.Gained, d.Lost, d.Unclear = compare(old.Graph, new.Graph, func(c *graph.Cluster) bool { return ctx.Err() == nil && (all || touched[c.ID]) })
	return d, ctx.Err()
}

// Empty reports whether nothing changed.
func (d Document) Empty() bool {
	return len(d.Gained)+len(d.Lost)+len(d.Unclear)+len(d.Settings)+len(d.Findings.New)+len(d.Findings.Gone)+len(d.Findings.Changed) == 0
}

// findings compares by fingerprint. Only what fails, or may, is a finding, and
// what a rule cannot tell any more is not gone.
func findings(old, new []finding.Finding) Findings {
	undecided := finding.Undecided(new)
	old, new = finding.Visible(old, false), finding.Visible(new, false)
	before, after := byFingerprint(old), byFingerprint(new)
	out := Findings{New: []Finding{}, Gone: []Finding{}, Changed: []Finding{}}
	for _, f := range new {
		was, there := before[f.Fingerprint]
		switch {
		case !there:
			out.New = append(out.New, short(f))
		case was.Status != f.Status || was.Severity != f.Severity || more(was, f):
			out.Changed = append(out.Changed, short(f))
		}
	}
	for _, f := range old {
		if _, there := after[f.Fingerprint]; !there && !undecided(f.Rule, f.Subject) {
			out.Gone = append(out.Gone, short(f))
		}
	}
	return out
}

func byFingerprint(list []finding.Finding) map[string]finding.Finding {
	out := map[string]finding.Finding{}
	for _, f := range list {
		out[f.Fingerprint] = f
	}
	return out
}

// more reports whether a finding has evidence that it lacked before.
func more(was, is finding.Finding) bool {
	had := map[string]bool{}
	for _, e := range was.Evidence {
		had[e.Fingerprint] = true
	}
	for _, e := range is.Evidence {
		if !had[e.Fingerprint] {
			return true
		}
	}
	return false
}

func short(f finding.Finding) Finding {
	return Finding{f.Rule, f.Status, f.Severity, f.Subject, f.Message, f.Fingerprint}
}
