package audit

import (
	"cmp"
	"context"
	"iter"
	"math"
	"runtime"
	"slices"
	"sync"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/policies"
	"esaudit/snapshot"
)

// portion is how many things (clusters, load balancers, hosts, ...) are judged at a
// time. The facts of their subjects are made, judged and forgotten by one goroutine:
// an estate's are never there all at once.
const portion = 32

// subjects are those that are judged, with what rules see of them.
func (o Options) subjects(g *graph.Graph) iter.Seq[facts.Subject] {
	all := facts.Each(g)
	if len(o.Stored) > 0 { // what was stored is laid over the whole document
		doc := facts.Build(g)
		doc.Compare(g.Snapshot(), o.Stored)
		all = slices.Values(doc.Subjects)
	}
	return func(yield func(facts.Subject) bool) {
		for s := range all {
			if o.selects(s) && !yield(s) {
				return
			}
		}
	}
}

// judge judges what is asked for: with a cache, as far as it was not judged before.
// The graph is nil when nobody needed it.
func (o Options) judge(ctx context.Context, s *snapshot.Snapshot, in, spoken *policies.Engine) (*graph.Graph, *verdicts, error) {
	if o.Cache != nil && o.Stored == nil && o.Built == nil {
		g, v, err := o.judgeKept(ctx, s, in, spoken)
		if err == nil || ctx.Err() != nil {
			return g, v, err
		}
		// A rule failed, maybe of what is not asked for: that is judged to be kept only.
	}
	if o.Batch > 0 && o.Stored == nil && o.Built == nil {
		if v, err := o.judgeParts(ctx, s, in, spoken); v != nil || err != nil {
			return nil, v, err
		}
	}
	found := ahead(func() facts.Checked { return facts.Check(s) }) // while the graph is built
	g := graph.Build(s, o.Config)
	if o.Built != nil {
		o.Built(g)
	}
	v, err := o.judgeAll(ctx, g, found, in, spoken)
	return g, v, err
}

// judgeAll judges all subjects, some at a time. found is what facts.Check finds.
func (o Options) judgeAll(ctx context.Context, g *graph.Graph, found func() facts.Checked, in, spoken *policies.Engine) (*verdicts, error) {
	if len(o.Stored) > 0 {
		parts, err := o.judgeDocuments(ctx, g, divided(slices.Collect(o.subjects(g))), in, spoken)
		return joined(parts), err
	}
	return o.judgeMaking(ctx, g, facts.Make(g, found), in, spoken)
}

// judgeMaking judges subjects whose facts are to be made.
func (o Options) judgeMaking(ctx context.Context, g *graph.Graph, making *facts.Making, in, spoken *policies.Engine) (*verdicts, error) {
	parts, err := o.judgeDocuments(ctx, g, making.Portions(portion), in, spoken)
	if err != nil {
		return nil, err
	}
	rest, err := o.judgeDocuments(ctx, g, divided(making.Rest()), in, spoken)
	return joined(append(parts, rest...)), err
}

// judgeDocuments judges portions of the subjects of a graph.
func (o Options) judgeDocuments(ctx context.Context, g *graph.Graph, portions iter.Seq[facts.Portion], in, spoken *policies.Engine) ([]*verdicts, error) {
	english, other := describe(in), describe(spoken)
	return judgePortions(ctx, portions, func(ctx context.Context, subjects []facts.Subject, v *verdicts) error {
		subjects = slices.DeleteFunc(subjects, func(s facts.Subject) bool { return !o.selects(s) })
		if len(subjects) == 0 || ctx.Err() != nil {
			return nil
		}
		doc := facts.Document{Schema: facts.Schema, Config: g.Config(), Subjects: subjects}
		return o.judgePortion(ctx, english, other, g.Snapshot(), doc, v)
	})
}

// portionsAhead is how many portions wait to be judged. What the subjects of one kind
// share is worked out when their first portion is asked for, by one goroutine: the
// others have something to do then.
const portionsAhead = 128

// judgePortions judges portions, as many at a time as there are processors, while
// the next ones are asked for, and returns what is said of each. The error is that of the
// first portion that has one, whichever is judged first.
func judgePortions[T any](ctx context.Context, portions iter.Seq[facts.Portion], judge func(context.Context, []facts.Subject, *T) error) ([]*T, error) {
	var parts []*T
	var group sync.WaitGroup
	failed := failure{at: math.MaxInt}
	waiting := make(chan func(), portionsAhead)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for work := range waiting {
				work()
			}
		})
	}
	for make := range portions {
		v, i := new(T), len(parts)
		parts = append(parts, v)
		waiting <- func() {
			if ctx.Err() != nil || failed.before(i) {
				return
			}
			if err := judge(ctx, make(), v); err != nil {
				failed.note(i, err)
			}
		}
		if ctx.Err() != nil || failed.before(len(parts)) {
			break
		}
	}
	close(waiting)
	group.Wait()
	if err := cmp.Or(ctx.Err(), failed.err); err != nil {
		return nil, err
	}
	return parts, nil
}

// failure is the error of the first portion that has one.
type failure struct {
	lock sync.Mutex
	at   int // the portion
	err  error
}

func (f *failure) note(at int, err error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	if at < f.at {
		f.at, f.err = at, err
	}
}

// before reports whether a portion in front of one has an error.
func (f *failure) before(at int) bool {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.at < at
}

// divided are subjects whose facts were made already, in portions.
func divided(subjects []facts.Subject) iter.Seq[facts.Portion] {
	return func(yield func(facts.Portion) bool) {
		for part := range slices.Chunk(subjects, portion) {
			if !yield(func() []facts.Subject { return part }) {
				return
			}
		}
	}
}

// judgePortion judges some subjects, and says who owns them.
func (o Options) judgePortion(ctx context.Context, in, spoken *described, s *snapshot.Snapshot, doc facts.Document, v *verdicts) error {
	turns := turnsOf(doc.Subjects, arnOf)
	for _, doc.Subjects = range turns {
		results, settled, err := o.eval(ctx, in.Engine, doc)
		if err != nil {
			return err
		}
		if o.Lean {
			v.count(doc, settled, o.OwnerTag)
		}
		found := sorted(s, doc, in.rules, results, o.OwnerTag)
		if spoken != nil {
			if err := translate(ctx, spoken, s, doc, o.Lean, found); err != nil {
				return err
			}
		}
		v.findings = append(v.findings, found...)
	}
	if len(turns) > 1 {
		finding.Sort(v.findings)
	}
	return nil
}

func arnOf(s facts.Subject) string { return s.ARN }

// turnsOf divides subjects so that no two of one name, as an endpoint that two clusters
// list, are judged in one turn: what is said of them is told apart by it.
func turnsOf[T any](subjects []T, name func(T) string) [][]T {
	seen := make(map[string]int, len(subjects))
	turns := [][]T{subjects}
	for i := range subjects {
		arn := name(subjects[i])
		turn := seen[arn]
		if seen[arn]++; turn > 0 && len(turns) == 1 {
			turns[0] = slices.Clone(subjects[:i])
		}
		if turn == len(turns) {
			turns = append(turns, nil)
		}
		if len(turns) > 1 {
			turns[turn] = append(turns[turn], subjects[i])
		}
	}
	return turns
}

// verdicts are what rules said.
type verdicts struct {
	findings []finding.Finding // in the order of reports
	counted  map[tally]int     // what is not among findings

	coverage func() finding.Coverage // nil where nobody found out, while judging, what objects name
}

// tally is what is counted together: what passes or does not apply, of which
// nothing more is to be told.
type tally struct {
	rule   string
	status finding.Status
	owner  string // of the subject
}

// count counts what is settled. tag names owners; "" for none.
func (v *verdicts) count(doc facts.Document, settled []policies.Settled, tag string) {
	if v.counted == nil {
		v.counted = map[tally]int{}
	}
	for _, r := range settled {
		owner := ""
		if tag != "" {
			owner = doc.Subjects[r.Subject].Tags[tag]
		}
		v.counted[tally{r.Rule, r.Status, owner}]++
	}
}

// joined are the verdicts of all parts.
func joined(parts []*verdicts) *verdicts {
	size := 0
	for _, p := range parts {
		size += len(p.findings)
	}
	out := &verdicts{findings: make([]finding.Finding, 0, size), counted: map[tally]int{}}
	for _, p := range parts {
		for c, n := range p.counted {
			out.counted[c] += n
		}
		out.findings = append(out.findings, p.findings...)
		*p = verdicts{}
	}
	finding.Sort(out.findings)
	return out
}

// of are the verdicts about the subjects of the owners that mine picks.
func (v *verdicts) of(mine func(owner string) bool) *verdicts {
	out := &verdicts{counted: map[tally]int{}, coverage: v.coverage}
	for _, f := range v.findings {
		if mine(f.Subject.Owner) {
			out.findings = append(out.findings, f)
		}
	}
	for c, n := range v.counted {
		if mine(c.owner) {
			out.counted[c] = n
		}
	}
	return out
}

// summary counts everything.
func (v *verdicts) summary() finding.Summary {
	out := finding.Summarise(v.findings)
	for c, n := range v.counted {
		if c.status == finding.Pass {
			out.Pass += n
		} else {
			out.NA += n
		}
	}
	return out
}

// each gives everything, as many at a time as have the same rule, status and owner.
func (v *verdicts) each(take func(same tally, n int)) {
	for _, f := range v.findings {
		take(tally{f.Rule, f.Status, f.Subject.Owner}, 1)
	}
	for c, n := range v.counted {
		take(c, n)
	}
}
