package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/snapshot"
	"esaudit/trail"
)

// gap is a set of operations that lack the same answers: those for the same
// subjects, in the same regions, for the same reason. Told by gaps, a refused
// account is a page and not a flood.
type gap struct {
	Outcome  string   // "denied", "2 denied, 1 failed", "never made"
	Subjects []string // that were asked about; empty for what is asked once a region
	places   []string // regions, and accounts where there are several
	Products []gapProduct
	where    string // in another language; "" in English
}

// gapProduct is a product with its operations.
type gapProduct struct {
	Name       string
	Operations []string // the RAM action behind one that is called otherwise
}

// unanswered returns the calls that had no answer.
func unanswered(calls []finding.Call) []finding.Call {
	return slices.DeleteFunc(slices.Clone(calls), answered)
}

// answered passes over what no verdict rests on: findings say themselves why
// nobody is known.
func answered(c finding.Call) bool {
	return trail.Reads(c.Product, c.Operation) || !c.Unanswered()
}

// gaps joins calls that had no answer: refusals first, because they are what
// somebody can grant; then what is missing for a whole region before what is
// missing for some objects.
func gaps(calls []finding.Call, several bool) []gap {
	type operation struct{ product, name, outcome, subjects string }
	places, subjects := map[operation][]string{}, map[operation][]string{}
	var order []operation
	for _, c := range unanswered(calls) {
		o := operation{c.Product, c.Operation, outcome(c), strings.Join(named(c.Subjects), "\x00")}
		if places[o] == nil {
			order, subjects[o] = append(order, o), named(c.Subjects)
		}
		places[o] = append(places[o], place(c.Region, c.Account, several))
	}
	index := map[string]int{}
	var out []gap
	for _, o := range order {
		where := distinct(places[o])
		key := o.outcome + "\x01" + o.subjects + "\x01" + strings.Join(where, "\x00")
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, gap{Outcome: o.outcome, Subjects: subjects[o], places: where})
		}
		out[i].add(snapshot.Call{Product: o.product, Operation: o.name})
	}
	slices.SortStableFunc(out, func(a, b gap) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(min(len(a.Subjects), 1), min(len(b.Subjects), 1)))
	})
	return out
}

func (g *gap) add(c snapshot.Call) {
	name := c.Operation
	if action := c.Action(); action != c.Product+":"+c.Operation {
		name += " (" + action + ")"
	}
	i := slices.IndexFunc(g.Products, func(p gapProduct) bool { return p.Name == c.Product })
	if i < 0 {
		i = len(g.Products)
		g.Products = append(g.Products, gapProduct{Name: c.Product})
	}
	g.Products[i].Operations = append(g.Products[i].Operations, name)
}

func (g gap) rank() int {
	for i, word := range []string{"denied", "failed", "skipped"} {
		if strings.Contains(g.Outcome, word) {
			return i
		}
	}
	return 3
}

// Where tells the places.
func (g gap) Where() string {
	if g.where != "" {
		return g.where
	}
	if len(g.places) == 1 && g.places[0] == snapshot.Global {
		return "globally"
	}
	return "in " + firstOf(nil, g.places, mostNamed)
}

// translated tells gaps in another language.
func translated(t *lang.Texts, list []gap) []gap {
	if t == nil {
		return list
	}
	for i := range list {
		g := &list[i]
		if len(g.places) == 1 && g.places[0] == snapshot.Global {
			g.where = t.T("globally")
		} else {
			g.where = t.F("in %s", firstOf(t, viewed(g.places, t.Made), mostNamed))
		}
		g.Outcome = strings.Join(viewed(strings.Split(g.Outcome, ", "), t.Made), ", ")
	}
	return list
}

// operations counts them.
func operations(gaps []gap) int {
	n := 0
	for _, g := range gaps {
		for _, p := range g.Products {
			n += len(p.Operations)
		}
	}
	return n
}

// outcome tells how calls ended that had no answer. How many they were goes
// without saying where each subject is named, or there is one call only.
func outcome(c finding.Call) string {
	kinds := slices.DeleteFunc([]tally{{c.Denied, "denied"}, {c.Failed, "failed"}, {c.Skipped, "skipped"}},
		func(k tally) bool { return k.n == 0 })
	alone := len(kinds) == 1 && !c.Absent && (kinds[0].n == 1 || kinds[0].n == len(named(c.Subjects)))
	var parts []string
	for _, k := range kinds {
		if alone {
			parts = append(parts, k.word)
		} else {
			parts = append(parts, number(k.n)+" "+k.word)
		}
	}
	if c.Absent {
		parts = append(parts, "never made")
	}
	return strings.Join(parts, ", ")
}

// tally is how often something was so.
type tally struct {
	n    int
	word string
}

// place names a region, and the account where there are several.
func place(region, account string, several bool) string {
	if several {
		return fmt.Sprintf("%s of %s", region, account)
	}
	return region
}

// named leaves out the subject of a call that is made once a region.
func named(subjects []string) []string {
	return slices.DeleteFunc(slices.Clone(subjects), func(s string) bool { return s == "" })
}

func distinct(items []string) []string {
	items = slices.Clone(items)
	slices.Sort(items)
	return slices.Compact(items)
}

// takenOver says how much of the picture an earlier run has read; "" when this one
// has read all of it.
func takenOver(t *lang.Texts, calls []finding.Call) string {
	n, oldest := 0, ""
	for _, c := range calls {
		if n += c.Carried; c.AsOf != "" && (oldest == "" || c.AsOf < oldest) {
			oldest = c.AsOf
		}
	}
	if n == 0 {
		return ""
	}
	return t.F("%s of an earlier run, because nothing has changed since: as of %s or later.", counted(t, n, "answer"), oldest)
}
