package facts

import (
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// What is told at a glance of an object is what values say of it.
func TestGlancesAgreeWithValues(t *testing.T) {
	found := map[string]int{}
	agree := func(what string, fine bool, said []Inconsistency, o snapshot.Object) {
		if fine == (len(said) > 0) {
			t.Errorf("%s of %s %s: fine at a glance is %t, values say %v", what, o.Kind, o.ID, fine, said)
		}
		found[what] += len(said)
	}
	for seed := range uint64(60) {
		s, err := collector.Assemble([]recording.Part{wild.New(seed).Part})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range s.Accounts() {
			c := newChecks(a)
			for name := range resources() {
				kind := kindOf(name)
				for row := range a.Rows(name).Each {
					o, own := row.Object, shown{kind.keys, row.Fields(nil, kind.keys...)}
					for _, r := range kind.values {
						agree("unparsable", r.parsed(o, own), r.unparsable(o), o)
					}
					for _, r := range c.listed(kind.references, o.Region) {
						agree("dangling", c.there(r, o.Region, own.get(r.path...)), c.dangling(r, o), o)
					}
				}
			}
		}
	}
	for _, what := range []string{"unparsable", "dangling"} {
		if found[what] < 5 {
			t.Errorf("%s was found %d times only", what, found[what])
		}
	}
}

// Routes of two tables that send a block to each other, and two of one table to the
// same block, are found; a table that does neither has nothing.
func TestRoutesThatDoNotHoldTogether(t *testing.T) {
	const tables = `{"rtb-1": {"attributes": {"VpcId": "vpc-1"}, "entries": [
			{"DestinationCidrBlock": "10.9.0.0/16", "NextHopId": "pcc-1"}, {"DestinationCidrBlock": "10.8.0.0/16", "NextHopId": "vpn-1"}]},
		"rtb-2": {"attributes": {"VpcId": "vpc-2"}, "entries": [{"DestinationCidrBlock": "10.9.0.0/16", "NextHops": {"NextHop": [{"NextHopId": "pcc-1"}]}}]},
		"rtb-3": {"attributes": {"VpcId": "vpc-3"}, "entries": [
			{"DestinationCidrBlock": "10.8.0.0/16", "NextHopId": "vpn-1"}, {"DestinationCidrBlock": "10.8.1.1/16", "NextHopId": "vpn-2"}]},
		"rtb-4": {"attributes": {"VpcId": "vpc-3"}, "entries": [{"DestinationCidrBlock": "10.8.0.0/16", "NextHopId": "vpn-1"}]}}`
	root, err := snapshot.ParseJSON([]byte(`{"schema": "esaudit.snapshot/v1", "accounts": [{"id": "1", "takenAt": "2026-01-01T00:00:00Z", "regions": ["r"], "coverage": [],
		"objects": {"routeTable": {"r": ` + tables + `}, "vpcPeer": {"r": {"pcc-1": {"attributes": {"Vpc": {"VpcId": "vpc-1"}, "AcceptingVpc": {"VpcId": "vpc-2"}}}}}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.New(root)
	if err != nil {
		t.Fatal(err)
	}
	a := s.Accounts()[0]
	c := newChecks(a)
	for id, want := range map[string][]string{"rtb-1": {"loop"}, "rtb-2": {"loop"}, "rtb-3": {"ambiguous", "ambiguous"}, "rtb-4": nil} {
		var got []string
		for _, x := range c.of(kindOf(snapshot.RouteTable), nil, snapshot.Row{Object: a.Object(snapshot.RouteTable, "r", id)}) {
			got = append(got, x.What)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}
