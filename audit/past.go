package audit

import (
	"context"
	"iter"

	"esaudit/facts"
	"esaudit/graph"
	"esaudit/policies"
	"esaudit/snapshot"
)

// past is what was said of subjects of which the part is not what it was: rules say
// the same of a subject of which they see the same.
type past struct {
	alike    *alike
	instants string         // when accounts were read
	root     *snapshot.Node // the document that lines are of
	kept     bool           // hops keep their lines
	said     map[sum]answer
}

// answer is what rules said of a subject.
type answer struct {
	*subject
	instants string // when accounts were read
}

// subject is one without its facts, and what rules say of it.
type subject struct {
	facts.Subject
	sum     sum  // what stands for what rules see; zero for nothing
	timed   bool // a rule saw when the account was read
	results []policies.Result
	settled settlements
}

// remember takes note of what was said of subjects when accounts were read.
func (p *past) remember(subjects []*subject, instants string) {
	for _, x := range subjects {
		if x.sum != (sum{}) {
			p.said[x.sum] = answer{x, instants}
		}
	}
}

// apart returns subjects with what is known of them, and those of which nothing is:
// which ones they are, and they with their facts.
func (p *past) apart(made []facts.Subject) (all []subject, unknown []int, whole []facts.Subject) {
	all = make([]subject, len(made))
	seen := make(map[string]int, len(made))
	sums := p.alike.sums(made)
	for i := range made {
		x := &all[i]
		x.Subject, x.sum = made[i], sums[i]
		x.Facts, x.Inconsistencies = nil, nil
		if first, twice := seen[x.ARN]; twice { // nobody knows of which of them something is said
			x.sum, all[first].sum = sum{}, sum{}
		}
		seen[x.ARN] = i
	}
	for i := range all {
		x := &all[i]
		was, there := p.said[x.sum]
		if !there || was.timed && was.instants != p.instants {
			unknown, whole = append(unknown, i), append(whole, made[i])
			continue
		}
		x.timed, x.results, x.settled = was.timed, was.results, was.settled
		p.place(x.results, false)
	}
	return all, unknown, whole
}

// place gives results the lines of the document. Where some are known, they stay.
func (p *past) place(results []policies.Result, known bool) {
	for i := range results {
		r := &results[i]
		for j := range r.Evidence {
			if e := &r.Evidence[j]; e.Line == 0 || !known {
				e.Line = p.root.Resolve(e.At).Line()
			}
		}
		for j := range r.Path {
			if h := &r.Path[j]; !p.kept && h.Pointer != "" && (h.Line == 0 || !known) {
				h.Line = p.root.Resolve(h.Pointer).Line()
			}
		}
	}
}

// judgeAll judges all subjects, some at a time.
func (a *cached) judgeAll(ctx context.Context, engine *policies.Engine, g *graph.Graph, making *facts.Making, lean bool, to *judgement) error {
	if err := a.judgeThese(ctx, engine, g, making.Portions(portion), lean, to); err != nil {
		return err
	}
	return a.judgeThese(ctx, engine, g, divided(making.Rest()), lean, to)
}

// judgeThese judges portions, and adds to what is judged already.
func (a *cached) judgeThese(ctx context.Context, engine *policies.Engine, g *graph.Graph, portions iter.Seq[facts.Portion], lean bool, to *judgement) error {
	judged, err := judgePortions(ctx, portions, func(ctx context.Context, subjects []facts.Subject, part *[]subject) (err error) {
		*part, err = a.judgePortion(ctx, engine, facts.Document{Schema: facts.Schema, Config: g.Config(), Subjects: subjects}, lean)
		return err
	})
	if err != nil {
		return err
	}
	for _, part := range judged {
		to.subjects = append(to.subjects, pointers(*part)...)
	}
	return nil
}

// judgePortion has rules asked of the subjects of a document of which nothing is known.
func (a *cached) judgePortion(ctx context.Context, engine *policies.Engine, doc facts.Document, lean bool) ([]subject, error) {
	doc.Watch()
	all, unknown, whole := a.past.apart(doc.Subjects)
	if a.Judged != nil {
		a.Judged(len(unknown), len(all))
	}
	if len(unknown) == 0 {
		return all, nil
	}
	places := make(map[string][]int, len(unknown)) // by turn
	for i, at := range unknown {
		places[whole[i].ARN] = append(places[whole[i].ARN], at)
	}
	for turn, subjects := range turnsOf(whole, arnOf) {
		doc.Subjects = subjects
		results, passed, err := Options{Lean: lean}.eval(ctx, engine, doc)
		if err != nil {
			return nil, err
		}
		for i := range subjects {
			all[places[subjects[i].ARN][turn]].timed = subjects[i].TakenAt.Seen()
		}
		for _, r := range results {
			x := &all[places[r.Subject][turn]]
			x.results = append(x.results, r)
		}
		for i := range subjects {
			a.past.place(all[places[subjects[i].ARN][turn]].results, true)
		}
		settled := make([][]byte, len(subjects))
		for _, r := range passed {
			settled[r.Subject] = appendSettled(settled[r.Subject], a.numbers[r.Rule], r.Status)
		}
		for i, text := range settled {
			all[places[subjects[i].ARN][turn]].settled = settlements(text)
		}
	}
	return all, nil
}
