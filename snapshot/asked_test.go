package snapshot_test

import (
	"maps"
	"slices"
	"testing"

	"esaudit/snapshot"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Noted is what objects are asked for, whether they have it or not, also where values
// were closed, and that somebody asked for everything.
func TestAsked(t *testing.T) {
	const text = `{"accounts": [{"coverage": [], "id": "1", "objects": {
		"ecs": {"cn-hangzhou": {"i-1": {"attributes": {"A": "1", "B": {"C": 1}}}, "i-2": {"attributes": {}}}},
		"vpc": {"cn-hangzhou": {"vpc-1": {"attributes": {"D": "1"}, "routes": {"attributes": {"X": 1}}}}}},
		"regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`
	loose, err := snapshot.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if loose.Asked().All {
		t.Error("of text that is not canonical it is not known what was asked")
	}
	for name, c := range map[string]struct {
		ask  func(*snapshot.Account)
		want map[snapshot.Kind][]string
		all  []snapshot.Kind
	}{
		"nothing":       {ask: func(*snapshot.Account) {}},
		"one":           {ask: func(a *snapshot.Account) { a.Objects("ecs")[0].Attr("A") }, want: map[snapshot.Kind][]string{"ecs": {"A"}}},
		"what is in it": {ask: func(a *snapshot.Account) { a.Objects("ecs")[0].Attr("B", "C") }, want: map[snapshot.Kind][]string{"ecs": {"B"}}},
		"missing":       {ask: func(a *snapshot.Account) { a.Objects("ecs")[0].Attr("E") }, want: map[snapshot.Kind][]string{"ecs": {"E"}}},
		"of nothing":    {ask: func(a *snapshot.Account) { a.Objects("ecs")[1].Attr("F") }, want: map[snapshot.Kind][]string{"ecs": {"F"}}},
		"an index":      {ask: func(a *snapshot.Account) { a.Where("vpc", "cn-hangzhou", "1", "D") }, want: map[snapshot.Kind][]string{"vpc": {"D"}}},
		"a pointer": {ask: func(a *snapshot.Account) {
			a.Objects("ecs")[0].Node.Resolve("/attributes/A")
		}, want: map[snapshot.Kind][]string{"ecs": {"A"}}},
		"a glance inside": {ask: func(a *snapshot.Account) {
			a.Objects("ecs")[0].Glance("B", "C")
			a.Objects("vpc")[0].GlanceAspect("routes").Get("attributes", "X")
		}, want: map[snapshot.Kind][]string{"ecs": {"B"}}},
		"a glance at what is missing": {ask: func(a *snapshot.Account) { a.Objects("ecs")[0].Glance("E") }, want: map[snapshot.Kind][]string{"ecs": {"E"}}},
		"a glance at what was opened": {ask: func(a *snapshot.Account) {
			for _, path := range [][]string{{"attributes"}, {"attributes", "A"}} {
				a.Objects("ecs")[0].Node.Get(path...)
				a.Objects("ecs")[0].Glance("B")
				a.Objects("ecs")[0].Glance("F")
			}
		}, want: map[snapshot.Kind][]string{"ecs": {"A", "B", "F"}}},
		"a glance through an object": {ask: func(a *snapshot.Account) {
			for g := range a.Objects("vpc")[0].Node.Glance().Each {
				g.Get("D")
			}
		}, want: map[snapshot.Kind][]string{"vpc": {"D"}}},
		"a glance":              {ask: func(a *snapshot.Account) { a.Objects("ecs")[0].Glance("A") }, want: map[snapshot.Kind][]string{"ecs": {"A"}}},
		"a glance in vain":      {ask: func(a *snapshot.Account) { a.Objects("ecs")[0].Glance("E", "F") }, want: map[snapshot.Kind][]string{"ecs": {"E"}}},
		"a glance at nothing":   {ask: func(a *snapshot.Account) { a.Objects("ecs")[1].Glance("E") }, want: map[snapshot.Kind][]string{"ecs": {"E"}}},
		"a glance from a value": {ask: func(a *snapshot.Account) { a.Objects("ecs")[0].Attr().Glance().Get("E") }, want: map[snapshot.Kind][]string{"ecs": {"E"}}},
		"a glance from nothing": {ask: func(a *snapshot.Account) { a.Objects("ecs")[1].Attr().Glance().Get("E") }, want: map[snapshot.Kind][]string{"ecs": {"E"}}},
		"a glance at what is open": {ask: func(a *snapshot.Account) {
			a.Objects("ecs")[0].Attr("A")
			a.Objects("ecs")[0].Glance("B", "C")
			a.Objects("ecs")[0].Glance("E")
		}, want: map[snapshot.Kind][]string{"ecs": {"A", "B", "E"}}},
		"glances at each": {ask: func(a *snapshot.Account) {
			for range a.Objects("vpc")[0].Glance().Each {
				continue
			}
		}, all: []snapshot.Kind{"vpc"}},
		"glances at each from a value": {ask: func(a *snapshot.Account) {
			for range a.Objects("vpc")[0].Attr().Glance().Each {
				continue
			}
		}, all: []snapshot.Kind{"vpc"}},
		"an aspect":      {ask: func(a *snapshot.Account) { a.Objects("vpc")[0].Aspect("routes").Get("attributes", "X") }},
		"keys":           {ask: func(a *snapshot.Account) { a.Objects("vpc")[0].Attr().Keys() }, all: []snapshot.Kind{"vpc"}},
		"items":          {ask: func(a *snapshot.Account) { a.Objects("vpc")[0].Attr().Items() }, all: []snapshot.Kind{"vpc"}},
		"a copy":         {ask: func(a *snapshot.Account) { a.Objects("vpc")[0].Node.Clone(nil) }, all: []snapshot.Kind{"vpc"}},
		"nothing's keys": {ask: func(a *snapshot.Account) { a.Objects("ecs")[1].Attr().Keys() }, all: []snapshot.Kind{"ecs"}},
	} {
		s, err := snapshot.Parse(loose.Canonical())
		if err != nil {
			t.Fatal(err)
		}
		s.Limit(1)
		c.ask(s.Accounts()[0])
		asked := s.Asked()
		if asked.All {
			t.Fatalf("%s: not known", name)
		}
		got := map[snapshot.Kind][]string{}
		for kind, names := range asked.Names {
			if !asked.Whole[kind] {
				got[kind] = slices.Sorted(maps.Keys(names))
			}
		}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := slices.Sorted(maps.Keys(asked.Whole)); !slices.Equal(got, c.all) {
			t.Errorf("%s: of %v everything was asked, not of %v", name, got, c.all)
		}
		edited := s.Edited(snapshot.Edit{Object: s.Accounts()[0].Objects("vpc")[0]})
		if !edited.Asked().All {
			t.Errorf("%s: of an edited document it is known what was asked", name)
		}
	}
}
