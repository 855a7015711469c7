package collector

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// An earlier picture of another account or region, or a later one, is refused.
func TestSinceRefused(t *testing.T) {
	base := demo()
	for name, c := range map[string]struct {
		change func(p *recording.Part)
		says   string
	}{
		"account": {func(p *recording.Part) { p.Account = "42" }, "what is taken over is of account 42, and account " + base.Account + " is collected"},
		"region":  {func(p *recording.Part) { p.Regions = []string{"eu-central-1"} }, "what is taken over has no region " + base.Regions[0] + " (it has eu-central-1)"},
		"later":   {func(p *recording.Part) { p.TakenAt = p.TakenAt.Add(time.Second) }, "later than it is"},
	} {
		old := base
		c.change(&old)
		o := optionsFor(base)
		o.Since = accountOf(t, old)
		_, err := Collect(t.Context(), newFake(base), o)
		if _, mistake := errors.AsType[*OptionError](err); !mistake || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	old := base
	old.Regions = []string{"eu-central-1"}
	o := optionsFor(base)
	o.Regions, o.Since = nil, accountOf(t, old)
	if _, err := Collect(t.Context(), newFake(base), o); err == nil || !strings.Contains(err.Error(), "none of the regions") {
		t.Errorf("no region in common: %v", err)
	}
}

// A change is ruled out only by the same time on both sides, which was over when
// the answer was read, with nothing under way and nothing said that was not known.
func TestUnchanged(t *testing.T) {
	read := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	change := Change{Time: "updatedAt", Steady: map[string]string{"status": "active"}}
	const item = `{"updatedAt":"2026-11-21T23:58:59.999Z","status":"active","a":1,"list":[{"x":"1"}]}`
	const known = `{"updatedAt":"2026-11-21T23:58:59.999Z","status":"active","a":"1","b":2,"list":[{"x":1,"y":2}]}`
	for _, c := range []struct {
		name, item, known string
		want              bool
	}{
		{"the same", item, known, true},
		{"another time", strings.Replace(item, "58:59", "58:58", 1), known, false},
		{"just before", strings.Replace(item, "58:59", "59:59", 1), strings.Replace(known, "58:59", "59:59", 1), false},
		{"no time", `{"status":"active"}`, `{"status":"active"}`, false},
		{"a time that is none", `{"status":"active","updatedAt":"x"}`, `{"status":"active","updatedAt":"x"}`, false},
		{"under way now", strings.Replace(item, "active", "activating", 1), strings.Replace(known, "active", "activating", 1), false},
		{"under way then", item, strings.Replace(known, "active", "activating", 1), false},
		{"another value", strings.Replace(item, `"a":1`, `"a":2`, 1), known, false},
		{"a new value", strings.Replace(item, `"a":1`, `"c":1`, 1), known, false},
		{"another item", strings.Replace(item, `"x":"1"`, `"x":"2"`, 1), known, false},
		{"one more item", strings.Replace(item, `[{`, `[{},{`, 1), known, false},
		{"one less", strings.Replace(item, `[{"x":"1"}]`, `[]`, 1), known, false},
		{"null", strings.Replace(item, `"a":1`, `"a":null`, 1), known, false},
		{"an object", strings.Replace(item, `"a":1`, `"a":{}`, 1), known, false},
	} {
		if got := change.none(parse([]byte(c.item)), parse([]byte(c.known)), read); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// What is taken over is recorded with its mark, and gives the same snapshot again;
// taken over once more it keeps the instant at which it was read.
func TestSinceIsRecorded(t *testing.T) {
	base := demo()
	old := accountOf(t, collected(t, newFake(base), optionsFor(base)))
	later := base
	later.TakenAt = base.TakenAt.Add(time.Hour)
	o := optionsFor(later)
	o.Since, o.Record = old, filepath.Join(t.TempDir(), "r")
	fake := newFake(later)
	part := collected(t, fake, o)
	for _, q := range fake.asked {
		call := snapshot.Call{Region: q.Region, Product: q.Product, Operation: q.Operation, Subject: q.Params["InstanceId"]}
		if q.Operation == "DescribeInstance" && old.Read(call) {
			t.Errorf("asked again: %v", q.Params)
		}
	}
	replayed, err := recording.Open(o.Record)
	if err != nil {
		t.Fatal(err)
	}
	once, again := accountOf(t, part), accountOf(t, replayed.Parts[0])
	marks := func(a *snapshot.Account) string {
		var list []string
		for _, c := range a.Coverage() {
			if len(c.AsOf) > 0 {
				list = append(list, fmt.Sprint(c.Region, c.Operation, c.AsOf))
			}
		}
		return strings.Join(list, "\n")
	}
	if marks(once) != marks(again) || !strings.Contains(marks(once), base.TakenAt.UTC().Format(time.RFC3339)) {
		t.Errorf("%s\n%s", marks(once), marks(again))
	}
	o.Since, o.Record = once, ""
	later.TakenAt = later.TakenAt.Add(time.Hour)
	if third := accountOf(t, collected(t, newFake(later), o)); marks(third) != marks(once) {
		t.Errorf("%s\n%s", marks(third), marks(once))
	}
}
