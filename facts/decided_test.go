package facts

import (
	"fmt"
	"os"
	"reflect"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/ram"
	"esaudit/snapshot"

	"pgregory.net/rapid"
)

// What lists of statements come to is kept, and is what it would be for each
// principal alone.
func TestDecidedOnceIsDecidedForEach(t *testing.T) {
	seeds, shared := uint64(60), 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 2000
	}
	for seed := range seeds {
		part := wild.New(seed).Part
		if seed%4 == 1 {
			part = estate.Large(4, seed).Part()
		}
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range s.Accounts() {
			d, known := ram.NewDirectory(a), newDecided()
			for _, p := range d.Principals() {
				grants := d.Grants(p, request(a))
				for _, caller := range []bool{false, true} {
					before := len(known.decisions)
					if got, want := known.of(grants, caller), []Decision(decide(grants, caller)); !reflect.DeepEqual(got, want) {
						t.Errorf("seed %d: %s: %v, want %v", seed, p.ARN(), got, want)
					}
					if len(known.decisions) == before && len(grants.List) > 0 {
						shared++
					}
				}
			}
		}
	}
	if shared < 100 {
		t.Errorf("only %d principals had statements that another one has", shared)
	}
}

// The same, of grants made up from a few statements, so that many are alike but
// for one thing.
func TestDecidedOnceOfAlikeGrants(t *testing.T) {
	document, err := snapshot.ParseJSON([]byte(`{"Statement": [
		{"Effect": "Allow", "Action": "elasticsearch:Update*", "Resource": "acs:elasticsearch:*:*:instances/es-cn-1"},
		{"Effect": "Allow", "Action": ["elasticsearch:*", "ecs:Own*"], "Resource": "*"},
		{"Effect": "Deny", "Action": "elasticsearch:UpdateDict", "Resource": "*"},
		{"Effect": "Deny", "NotAction": "elasticsearch:List*", "Resource": "acs:elasticsearch:*:*:instances/es-cn-1"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	statements, ok := ram.Statements(document)
	if !ok {
		t.Fatal("no statements")
	}
	known, groups, drawn := newDecided(), rapid.SampledFrom([]string{"", "rg-1", "rg-2", ram.AnyGroup}), map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		for range 40 {
			var g ram.Grants
			for _, s := range rapid.SliceOfN(rapid.SampledFrom(statements), 0, 3).Draw(t, "statements") {
				condition := rapid.SampledFrom([]ram.Truth{ram.Unknown, ram.No, ram.Yes, ram.Yes}).Draw(t, "condition")
				g.List = append(g.List, ram.Grant{Statement: s, Attachment: ram.Attachment{Group: groups.Draw(t, "group")}, Condition: condition})
			}
			for _, group := range rapid.SliceOfN(groups, 0, 1).Draw(t, "gaps") {
				g.Gaps = append(g.Gaps, ram.Gap{Group: group})
			}
			caller := rapid.Bool().Draw(t, "caller")
			got, want := known.of(g, caller), []Decision(decide(g, caller))
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%v: %v, want %v", g, got, want)
			}
			drawn[fmt.Sprint(want)] = true
		}
	})
	if len(drawn) < 5 {
		t.Errorf("only %d decisions", len(drawn))
	}
}
