package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/policies"
	"esaudit/snapshot"

	"golang.org/x/sync/errgroup"
)

// described is an engine with its rules by id, which are copied once for all that it
// says.
type described struct {
	*policies.Engine
	rules map[string]*finding.Rule
}

// describe returns nil for no engine.
func describe(engine *policies.Engine) *described {
	if engine == nil {
		return nil
	}
	rules := engine.Rules()
	d := &described{engine, make(map[string]*finding.Rule, len(rules))}
	for i := range rules {
		d.rules[rules[i].ID] = &rules[i]
	}
	return d
}

// outcome is what a rule says of a subject.
type outcome struct {
	of     *facts.Subject
	result *policies.Result
}

// sorted are the findings of results, in the order of reports. tag names owners; "" for none.
func sorted(s *snapshot.Snapshot, doc facts.Document, rules map[string]*finding.Rule, results []policies.Result, tag string) []finding.Finding {
	subjects := make(map[string]*facts.Subject, len(doc.Subjects))
	for i := range doc.Subjects {
		subjects[doc.Subjects[i].ARN] = &doc.Subjects[i]
	}
	list := make([]outcome, len(results))
	for i := range results {
		list[i] = outcome{subjects[results[i].Subject], &results[i]}
	}
	out := findings(s, rules, list, tag)
	finding.Sort(out)
	return out
}

// findings turns what rules say into findings: values get their lines, texts
// their arguments, identities their fingerprints, subjects their owners.
func findings(s *snapshot.Snapshot, rules map[string]*finding.Rule, list []outcome, tag string) []finding.Finding {
	out := make([]finding.Finding, len(list))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < len(list); from += findingsAtOnce {
		group.Go(func() error {
			for i := from; i < min(from+findingsAtOnce, len(list)); i++ {
				x := list[i]
				if out[i] = one(s, x.of, rules[x.result.Rule], x.result); tag != "" {
					out[i].Subject.Owner = x.of.Tags[tag]
				}
			}
			return nil
		})
	}
	_ = group.Wait() // nothing of it fails
	return out
}

// findingsAtOnce is how many findings are made by one goroutine: those of a portion
// mostly are fewer.
const findingsAtOnce = 500

func one(s *snapshot.Snapshot, subject *facts.Subject, rule *finding.Rule, r *policies.Result) finding.Finding {
	f := finding.Finding{
		Rule: r.Rule, Status: r.Status, Severity: r.Severity,
		Subject:     subjectOf(subject),
		Message:     fill(r.Message, r.Args),
		Evidence:    make([]finding.Evidence, 0, len(r.Evidence)),
		Path:        append([]facts.Hop{}, r.Path...),
		SettledBy:   []string{},
		Remediation: finding.Remediation{API: []string{}},
		Confidence:  cmp.Or(r.Confidence, "high"),
		Fingerprint: finding.Fingerprint(r.Rule, subject.ARN),
	}
	for _, e := range r.Evidence {
		if e.Line == 0 || e.Value == nil {
			at := s.Root().Resolve(e.At)
			e.Line, e.Value = at.Line(), standing(e.Value, at)
		}
		f.Evidence = append(f.Evidence, finding.Evidence{
			Pointer: e.At, Line: e.Line, Value: e.Value, Note: e.Note,
			Fingerprint: finding.Fingerprint(r.Rule, subject.ARN, e.Key),
		})
	}
	if f.Status == finding.Unknown {
		f.Cause, f.SettledBy = settled(r.Settle)
	}
	if f.Status != finding.Pass && f.Status != finding.NA {
		f.Remediation = finding.Remediation{Text: rule.Remediation, Fix: rule.Fix, API: append([]string{}, rule.API...)}
	}
	return f
}

func subjectOf(s *facts.Subject) finding.Subject {
	return finding.Subject{ARN: s.ARN, Kind: s.Kind, ID: s.ID, Region: s.Region, Name: s.Name, Account: s.Account}
}

// standing is the value that a rule shows, or what stands where it points when it
// shows none: what is there is never told as missing.
func standing(shown any, at *snapshot.Node) any {
	if shown != nil || !at.Exists() {
		return shown
	}
	switch at.Kind() {
	case snapshot.Map, snapshot.Array:
		return whole(at)
	case snapshot.Bool:
		value, _ := at.Bool()
		return value
	case snapshot.Number:
		return json.Number(at.Text())
	}
	return at.Text()
}

func whole(at *snapshot.Node) finding.Whole {
	open, shut := "{", "}"
	if at.Kind() == snapshot.Array {
		open, shut = "[", "]"
	}
	if len(at.Items()) == 0 {
		return finding.Whole(open + shut)
	}
	return finding.Whole(open + "..." + shut)
}

// fill puts arguments into a message: {name} stands for args.name. What stands
// in an argument is not looked at again.
func fill(message string, args map[string]any) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(message, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := args[name]
		if !closed || !known {
			out.WriteByte('{')
			message = rest
			continue
		}
		fmt.Fprint(&out, value)
		message = after
	}
}

// settled returns why something is unknown, by the worst that came of the calls
// that would settle it, and these calls, each with the RAM action it needs
// (CONTRACT 5).
func settled(calls []facts.Call) (cause string, texts []string) {
	rank := []string{finding.CauseUndecidable, finding.CauseAbsent, finding.CauseFailed, finding.CauseDenied}
	worst := 0
	texts = []string{}
	for _, c := range calls {
		if c.Read {
			continue
		}
		worst = max(worst, slices.Index(rank, causeOf(c.State)))
		texts = append(texts, fmt.Sprintf("%s (%s, needs %s)", c.Call, c.State, c.Permission))
	}
	slices.Sort(texts)
	return rank[worst], slices.Compact(texts)
}

func causeOf(state string) string {
	switch state {
	case snapshot.Denied.String():
		return finding.CauseDenied
	case snapshot.NeverMade.String(), snapshot.Narrowed.String():
		return finding.CauseAbsent
	}
	return finding.CauseFailed
}
