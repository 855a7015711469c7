package policies

import (
	"slices"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/policies/machine"
)

// Settled is that a subject passes a rule, or that the rule does not apply to it.
type Settled struct {
	Rule    string
	Status  finding.Status
	Subject int // its place in the document
}

// results are what rules say of a document: everything, or what is to be told and
// of the rest only that it is settled.
type results struct {
	told    []Result
	settled []Settled
}

// roomFor has room for what some pairs of a subject and a rule give.
func roomFor(pairs int, lean bool) results {
	if lean {
		return results{settled: make([]Settled, 0, pairs)}
	}
	return results{told: make([]Result, 0, pairs)}
}

// joined are the results of batches, one after the other.
func joined(batches []results) results {
	if len(batches) == 1 {
		return batches[0]
	}
	var out results
	for i, b := range batches {
		out.told = append(out.told, b.told...)
		for _, s := range b.settled {
			s.Subject += i * batch
			out.settled = append(out.settled, s)
		}
	}
	return out
}

// replace puts others in the place of what one rule says.
func (r *results) replace(rule string, others results) {
	r.told = append(slices.DeleteFunc(r.told, func(r Result) bool { return r.Rule == rule }), others.told...)
	r.settled = append(slices.DeleteFunc(r.settled, func(s Settled) bool { return s.Rule == rule }), others.settled...)
}

// Apart tells the results of a document apart: what is to be told, and what is settled.
func Apart(doc facts.Document, all []Result) (told []Result, settled []Settled) {
	places := make(map[string]int, len(doc.Subjects))
	for i, s := range doc.Subjects {
		places[s.ARN] = i
	}
	for _, r := range all {
		if r.settled() {
			settled = append(settled, Settled{r.Rule, r.Status, places[r.Subject]})
		} else {
			told = append(told, r)
		}
	}
	return told, settled
}

// resultsOf are results that OPA gave.
func resultsOf(doc facts.Document, all []Result, lean bool) (out results) {
	if !lean {
		return results{told: all}
	}
	out.told, out.settled = Apart(doc, all)
	return out
}

// settled says whether there is nothing more to be told of it.
func (r *Result) settled() bool { return r.Status == finding.Pass || r.Status == finding.NA }

// settledPlainly says whether a value is a result that is settled, and of which
// nothing can be wrong: it has the fields that are required and no other one, shows
// nothing, and its arguments are texts, numbers or lists of them. Its status is all that is
// read. What is not plain has to be decoded, for the same answer.
func settledPlainly(value machine.Value) (finding.Status, bool) {
	var fields [5]machine.Value
	if !machine.Only(value, []string{"status", "severity", "message", "args", "evidence"}, fields[:]) {
		return 0, false
	}
	var status finding.Status
	switch fields[0] {
	case machine.String("pass"):
		status = finding.Pass
	case machine.String("na"):
		status = finding.NA
	default:
		return 0, false
	}
	mild := fields[1] == machine.Value(machine.String("info"))
	message, ok := fields[2].(machine.String)
	return status, mild && ok && message != "" && machine.Flat(fields[3]) && machine.Empty(fields[4])
}
