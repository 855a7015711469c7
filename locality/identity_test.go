package locality_test

import (
	"fmt"
	"slices"
	"testing"

	"esaudit/config"
	"esaudit/locality"
	"esaudit/snapshot"
)

// An object that stands where another one stood, and says what that said, is not taken for
// it: its id may be one that others name, and its place is its own.
func TestSurveySeesWhoTookAPlace(t *testing.T) {
	estate := func(kind, region, id, vpc string) *snapshot.Snapshot {
		return saysBoth(t, fmt.Sprintf(`"ecs": {"cn-hangzhou": {"i-1": {"attributes": {"Remark": "sg-3 zz-3", "VpcAttributes": {"VpcId": "vpc-1"}}}}},
			%q: {%q: {%q: {"attributes": {"VpcId": %q}}}}`, kind, region, id, vpc), "", "")
	}
	first, said := locality.Survey(estate("securityGroup", "cn-hangzhou", "sg-2", "vpc-2"), config.Config{}, "", nobody, nil), sayings{}
	was, _ := first.Digests(snapshot.Asked{All: true})
	said.keep(first)
	for name, c := range map[string]struct {
		now   *snapshot.Snapshot
		parts int
	}{
		"another id":      {estate("securityGroup", "cn-hangzhou", "sg-3", "vpc-2"), 1},
		"an id like none": {estate("securityGroup", "cn-hangzhou", "zz-3", "vpc-2"), 1},
		"another region":  {estate("securityGroup", "cn-beijing", "sg-2", "vpc-2"), 2},
		"another kind":    {estate("vpc", "cn-hangzhou", "sg-2", "vpc-2"), 2},
		"another text":    {estate("securityGroup", "cn-hangzhou", "sg-2", "vpc-3"), 2},
		"nothing":         {estate("securityGroup", "cn-hangzhou", "sg-2", "vpc-2"), 2},
	} {
		got, want := locality.Survey(c.now, config.Config{}, first.Kept(), said.of, nil), locality.Divide(c.now, config.Config{})
		if problem := within(want, got); problem != "" || len(want.Parts) != c.parts {
			t.Errorf("%s: %d parts: %s", name, len(want.Parts), problem)
		}
		now, common := got.Digests(snapshot.Asked{All: true})
		anew, commonAnew := got.Anew().Digests(snapshot.Asked{All: true})
		if !slices.Equal(now, anew) || common != commonAnew {
			t.Errorf("%s: it rests on something else than when nothing is known", name)
		}
		if slices.Equal(now, was) != (name == "nothing") {
			t.Errorf("%s: it rests on what it did: %t", name, slices.Equal(now, was))
		}
	}
}

// Nor is one that another account has now.
func TestSurveySeesWhoseAnObjectIs(t *testing.T) {
	estate := func(first, second string) *snapshot.Snapshot {
		account := func(id, hosts string) string {
			return fmt.Sprintf(`{"coverage": [], "id": %q, "objects": {"ecs": {"cn-hangzhou": {%s}}}, "regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}`, id, hosts)
		}
		loose, err := snapshot.Parse([]byte(`{"accounts": [` + account("1", first) + "," + account("2", second) + `], "schema": "esaudit.snapshot/v1"}`))
		if err != nil {
			t.Fatal(err)
		}
		return parsed(t, loose)
	}
	const one, two, three = `"i-1": {"attributes": {"a": "1"}}`, `"i-2": {"attributes": {"a": "2"}}`, `"i-3": {"attributes": {"a": "3"}}`
	first := locality.Survey(estate(one+","+two, three), config.Config{}, "", nobody, nil)
	was, _ := first.Digests(snapshot.Asked{All: true})
	got := locality.Survey(estate(one, two+","+three), config.Config{}, first.Kept(), nobody, nil)
	now, _ := got.Digests(snapshot.Asked{All: true})
	if anew, _ := got.Anew().Digests(snapshot.Asked{All: true}); !slices.Equal(now, anew) || slices.Equal(now, was) {
		t.Error("what moved to another account is taken for what it was")
	}
}
