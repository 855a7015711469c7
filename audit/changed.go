package audit

import (
	"context"
	"reflect"
	"slices"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/policies"
	"esaudit/snapshot"
)

// Judged is what rules say of one of two pictures.
type Judged struct {
	Graph *graph.Graph
	// Findings are fails, latents and unknowns of the subjects of which facts differ
	// and, when there are any, of regions and accounts, whose lists tell what there
	// is; in the later picture also what passes now, or does not apply any more.
	Findings []finding.Finding
}

// Changed judges two snapshots as far as what rules see of them differs: of a
// subject with the same facts in both, rules say the same. Subjects are the same
// when their ARNs are. Of those that differ only by when they were read, rules
// are asked that read it.
func Changed(ctx context.Context, old, new *snapshot.Snapshot, o Options) (before, after Judged, err error) {
	earlier := ahead(func() *graph.Graph { return graph.Build(old, o.Config) })
	after.Graph = graph.Build(new, o.Config)
	before.Graph = earlier()
	selection := policies.Selection{Only: o.Rules, Skip: o.SkipRules, Optional: o.Optional, User: o.OwnRules}
	var timed []string
	if !slices.EqualFunc(old.Accounts(), new.Accounts(), func(a, b *snapshot.Account) bool { return a.TakenAt.Equal(b.TakenAt) }) {
		if timed, err = timedKinds(selection); err != nil {
			return before, after, err
		}
	}
	var documents [2]facts.Document
	documents[0], documents[1] = facts.BuildChanged(before.Graph, after.Graph, allRead, timed...)
	other, later := differing(documents[0].Subjects, documents[1].Subjects)
	for _, part := range []struct {
		subjects [2][]facts.Subject
		timed    bool
	}{{other, false}, {later, true}} {
		if len(part.subjects[0])+len(part.subjects[1]) == 0 {
			continue
		}
		if part.timed {
			if selection.Only, err = selection.OfInstant(); err != nil {
				return before, after, err
			}
			if selection.Skip = nil; selection.Only == nil {
				continue
			}
		}
		engine, err := policies.New(ctx, selection)
		if err != nil {
			return before, after, err
		}
		for i, side := range []*Judged{&before, &after} {
			documents[i].Subjects = part.subjects[i]
			found, err := open(ctx, engine, selection, side.Graph.Snapshot(), documents[i], o, before.Findings)
			if err != nil {
				return before, after, err
			}
			side.Findings = append(side.Findings, found...)
		}
	}
	finding.Sort(before.Findings)
	finding.Sort(after.Findings)
	return before, after, nil
}

// timedKinds are the kinds of subjects of which a selected rule reads when the
// account was read.
func timedKinds(sel policies.Selection) ([]string, error) {
	ids, err := sel.OfInstant()
	if err != nil {
		return nil, err
	}
	rules, err := policies.Catalogue(sel.User...)
	var kinds []string
	for _, r := range rules {
		if slices.Contains(ids, r.ID) {
			kinds = append(kinds, r.Kinds...)
		}
	}
	return kinds, err
}

// open are the fails, latents and unknowns of subjects, and what is nothing of the
// kind any more.
func open(ctx context.Context, engine *policies.Engine, sel policies.Selection, s *snapshot.Snapshot, doc facts.Document, o Options, before []finding.Finding) ([]finding.Finding, error) {
	all, err := Judge(ctx, engine, s, doc)
	judged := finding.Visible(all, false)
	if err == nil && o.Texts != nil {
		var spoken *policies.Engine
		if spoken, err = speaking(ctx, o.Texts, sel); err == nil {
			err = translate(ctx, describe(spoken), s, doc, true, judged)
		}
	}
	type place struct{ rule, arn string }
	was := map[place]bool{}
	for _, f := range before {
		was[place{f.Rule, f.Subject.ARN}] = true
	}
	for _, f := range all {
		if (f.Status == finding.Pass || f.Status == finding.NA) && was[place{f.Rule, f.Subject.ARN}] {
			judged = append(judged, f)
		}
	}
	return judged, err
}

// differing returns the subjects of both documents that are not the same, with
// all regions and accounts when there are any, and those that are the same but for
// when they were read.
func differing(old, new []facts.Subject) (other, later [2][]facts.Subject) {
	var around [2][]facts.Subject
	add := func(to *[2][]facts.Subject, x, y []facts.Subject) {
		to[0], to[1] = append(to[0], x...), append(to[1], y...)
	}
	for len(old)+len(new) > 0 {
		arn := ""
		if len(new) == 0 || len(old) > 0 && old[0].ARN < new[0].ARN {
			arn = old[0].ARN
		} else {
			arn = new[0].ARN
		}
		x, y := named(old, arn), named(new, arn)
		switch {
		case !same(reflect.ValueOf(x), reflect.ValueOf(y)):
			add(&other, x, y)
		case x[0].Kind == "account" || x[0].Kind == "region":
			add(&around, x, y)
		case !atOnce(x, y):
			add(&later, x, y)
		}
		old, new = old[len(x):], new[len(y):]
	}
	switch {
	case len(other[0])+len(other[1]) > 0:
		add(&other, around[0], around[1])
	case !atOnce(around[0], around[1]):
		add(&later, around[0], around[1])
	}
	return other, later
}

// atOnce reports whether subjects were read at the same instants.
func atOnce(x, y []facts.Subject) bool {
	return slices.EqualFunc(x, y, func(a, b facts.Subject) bool { return a.TakenAt.String() == b.TakenAt.String() })
}

// named returns the first subjects, which have an ARN.
func named(list []facts.Subject, arn string) []facts.Subject {
	n := slices.IndexFunc(list, func(s facts.Subject) bool { return s.ARN != arn })
	if n < 0 {
		n = len(list)
	}
	return list[:n]
}

// same reports whether two values are equal, but for when subjects were read and
// for the lines of hops: they move with whatever stands above them, and say
// nothing about what they stand for.
func same(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() {
		return false
	}
	if !a.IsValid() {
		return true
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return a.IsNil() && b.IsNil() || !a.IsNil() && !b.IsNil() && same(a.Elem(), b.Elem())
	case reflect.Slice, reflect.Array:
		return sameItems(a, b)
	case reflect.Map:
		return sameFields(a, b)
	case reflect.Struct:
		if a.Type() == reflect.TypeFor[facts.At]() {
			return a.Interface().(facts.At).String() == b.Interface().(facts.At).String()
		}
		aside := map[reflect.Type]string{reflect.TypeFor[graph.Hop](): "Line", reflect.TypeFor[facts.Subject](): "TakenAt"}[a.Type()]
		for i := range a.NumField() {
			if (aside == "" || a.Type().Field(i).Name != aside) && !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

func sameItems(a, b reflect.Value) bool {
	if a.Len() != b.Len() || a.Kind() == reflect.Slice && a.IsNil() != b.IsNil() {
		return false
	}
	for i := range a.Len() {
		if !same(a.Index(i), b.Index(i)) {
			return false
		}
	}
	return true
}

func sameFields(a, b reflect.Value) bool {
	if a.Len() != b.Len() || a.IsNil() != b.IsNil() {
		return false
	}
	for each := a.MapRange(); each.Next(); {
		if !same(each.Value(), b.MapIndex(each.Key())) {
			return false
		}
	}
	return true
}
