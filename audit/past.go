package audit

import (
	"esaudit/facts"
	"esaudit/policies"
	"esaudit/snapshot"
)

// past is what was said of subjects of which the part is not what it was: rules say
// the same of a subject of which they see the same.
type past struct {
	alike    *alike
	instants string         // when accounts were read
	lines    *snapshot.Node // the document that hops get their lines of; nil to leave them
	said     map[sum]answer
}

// answer is what rules said of a subject.
type answer struct {
	results  []policies.Result
	timed    bool   // a rule saw when the account was read
	instants string // when accounts were read
}

// remember takes note of what an entry says.
func (p *past) remember(e *entry) {
	results := map[string][]policies.Result{}
	for _, r := range e.results {
		results[r.Subject] = append(results[r.Subject], r)
	}
	for _, s := range e.subjects {
		p.said[e.sums[s.ARN]] = answer{results[s.ARN], e.timed[s.ARN], e.instants}
	}
}

// apart returns what stands for each of some subjects, those of which nothing is known,
// and what is known of the others.
func (p *past) apart(subjects []facts.Subject) (sums []sum, unknown []facts.Subject, known []policies.Result) {
	sums = make([]sum, len(subjects))
	var room []byte
	for i := range subjects {
		s := &subjects[i]
		sums[i], room = p.alike.sum(s, room)
		was, there := p.said[sums[i]]
		if !there || was.timed && was.instants != p.instants {
			unknown = append(unknown, *s)
			continue
		}
		if was.timed {
			s.TakenAt.See()
		}
		if p.lines != nil {
			place(p.lines, was.results)
		}
		known = append(known, was.results...)
	}
	return sums, unknown, known
}
