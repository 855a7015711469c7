package locality_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/wild"
	"esaudit/locality"
	"esaudit/snapshot"
)

// Parts of an estate whose objects come to say what others say hold those that it falls
// into when it is divided, whatever was known before.
func TestSurveySeesWhatIsLent(t *testing.T) {
	seeds, stayed, joined := uint64(4), 0, 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 200
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 57))
		s, err := collector.Assemble([]recording.Part{sound(t, 2*seed, false), sound(t, 2*seed+1, true)})
		if err != nil {
			t.Fatal(err)
		}
		if seed%2 == 1 {
			s = oneAccount(t, s)
		}
		first := locality.Survey(s, config.Config{}, "", nobody, nil)
		first.Digests(snapshot.Asked{All: true})
		for i := range 60 {
			edited, kept, said := s, first.Kept(), sayings{}
			said.keep(first)
			for range 1 + r.IntN(3) {
				edited = parsed(t, wild.Lent(r, edited, 1+r.IntN(4)))
				got, want := locality.Survey(edited, config.Config{}, kept, said.of, nil), locality.Divide(edited, config.Config{})
				if problem := within(want, got); problem != "" {
					t.Fatalf("seed %d, %d: %s", seed, i, problem)
				}
				if len(got.Parts) == len(first.Parts) {
					stayed++
				} else {
					joined++
				}
				got.Digests(snapshot.Asked{All: true})
				kept = got.Kept()
				said.keep(got)
			}
		}
	}
	t.Logf("parts stayed %d times, and were joined %d times", stayed, joined)
	if stayed < 40 || joined < 40 {
		t.Error("too seldom")
	}
}

// within says which objects are together in one division, and apart in a larger one.
func within(small, large *locality.Division) string {
	for _, p := range small.Parts {
		part, _ := large.Of(p.Objects[0])
		for _, o := range p.Objects {
			if other, _ := large.Of(o); other != part {
				return fmt.Sprintf("%s and %s are apart", p.Objects[0].Node.Pointer(), o.Node.Pointer())
			}
		}
	}
	return ""
}

// What an object says only now joins it with another part, in each of the ways in which
// objects are joined; what it says no more leaves them in one.
func TestSurveySeesEachWayToBeJoined(t *testing.T) {
	const (
		hosts = `"ecs": {"cn-hangzhou": {"i-1": {"attributes": {"Remark": "ONE", "VpcAttributes": {"VpcId": "vpc-1"}}},
			"i-2": {"attributes": {"Remark": "TWO", "VpcAttributes": {"VpcId": "vpc-2"}}}}}`
		addresses = `"ecs": {"cn-hangzhou": {"i-2": {"attributes": {"PublicIpAddress": {"IpAddress": ["TWO"]}, "VpcAttributes": {"VpcId": "vpc-2"}}}}},
			"securityGroup": {"cn-hangzhou": {"sg-1": {"attributes": {"Remark": "ONE", "VpcId": "vpc-1"}}}}`
		twice = `"ecs": {"cn-hangzhou": {"i-2": {"attributes": {"PublicIpAddress": {"IpAddress": ["TWO"]}, "VpcAttributes": {"VpcId": "vpc-2"}}}}},
			"securityGroup": {"cn-hangzhou": {"sg-1": {"attributes": {"Remark": "ONE", "VpcId": "vpc-2"}}, "sg-2": {"attributes": {"Remark": "ONE", "VpcId": "vpc-1"}}}}`
		private = `"clb": {"cn-hangzhou": {"lb-2": {"attributes": {"Address": "TWO", "VpcId": "vpc-2"}}}},
			"elasticsearch": {"cn-hangzhou": {"es-cn-1": {"attributes": {"esConfig": {"a": "ONE"}, "networkConfig": {"vpcId": "vpc-1"}}}}}`
	)
	for name, c := range map[string]struct{ objects, one, two, thenOne, thenTwo string }{
		"the id of the other one":         {hosts, "", "", "i-2", ""},
		"what begins with it":             {hosts, "", "", "i-2-eth0", ""},
		"what the other one says":         {hosts, "", "sg-9", "sg-9", "sg-9"},
		"what begins with that":           {hosts, "sg-9", "", "sg-9", "sg-9-a"},
		"what that begins with":           {hosts, "", "sg-9-a", "sg-9", "sg-9-a"},
		"what both say only now":          {hosts, "", "", "sg-9", "sg-9"},
		"an address of the other one":     {addresses, "", "47.1.2.3", "47.1.2.3", "47.1.2.3"},
		"an address that becomes its own": {addresses, "47.1.2.3", "47.1.2.4", "47.1.2.3", "47.1.2.3"},
		"one that more than one says":     {twice, "", "47.1.2.3", "47.1.2.3", "47.1.2.3"},
		"a private address":               {private, "", "10.0.0.9", "10.0.0.9", "10.0.0.9"},
		"a private one that becomes one":  {private, "10.0.0.9", "10.0.0.8", "10.0.0.9", "10.0.0.9"},
		"a host in capitals":              {private, "", "10.0.0.9", "LB-2", "10.0.0.9"},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := saysBoth(t, c.objects, c.one, c.two), saysBoth(t, c.objects, c.thenOne, c.thenTwo)
			first, said := locality.Survey(before, config.Config{}, "", nobody, nil), sayings{}
			if first.Digests(snapshot.Asked{}); len(first.Parts) != 2 {
				t.Fatalf("%d parts before", len(first.Parts))
			}
			said.keep(first)
			joined := locality.Survey(after, config.Config{}, first.Kept(), said.of, nil)
			if joined.Digests(snapshot.Asked{}); len(joined.Parts) != 1 {
				t.Fatalf("%d parts after", len(joined.Parts))
			}
			said.keep(joined)
			if still := locality.Survey(before, config.Config{}, joined.Kept(), said.of, nil); len(still.Parts) != 1 {
				t.Errorf("%d parts when nothing joins them any more: they were divided anew", len(still.Parts))
			}
		})
	}
}

// saysBoth are objects of two VPCs, two of which say something.
func saysBoth(t *testing.T, objects, one, two string) *snapshot.Snapshot {
	t.Helper()
	text := fmt.Sprintf(`{"accounts": [{"coverage": [{"denied": 0, "failed": 0, "ok": 1, "operation": "DescribeNetworkAclAttributes", "product": "vpc", "region": "cn-hangzhou",
		"skipped": 0, "subjects": {"read": ["nacl-9"]}, "throttled": 0}], "id": "1", "objects": {%s}, "regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`, objects)
	loose, err := snapshot.Parse([]byte(strings.NewReplacer("ONE", one, "TWO", two).Replace(text)))
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, loose)
}

// Which part a call is about that no list shows the object of is told by who names it.
func TestSurveySeesWhoIsCalledFor(t *testing.T) {
	const hosts = `"ecs": {"cn-hangzhou": {"i-1": {"attributes": {"Remark": "ONE", "VpcAttributes": {"VpcId": "vpc-1"}}}, "i-2": {"attributes": {"Remark": "TWO", "VpcAttributes": {"VpcId": "vpc-2"}}}}}`
	for name, pair := range map[string][2]*snapshot.Snapshot{
		"named":            {saysBoth(t, hosts, "", ""), saysBoth(t, hosts, "", "nacl-9")},
		"not named":        {saysBoth(t, hosts, "", "nacl-9"), saysBoth(t, hosts, "", "")},
		"named by another": {saysBoth(t, hosts, "nacl-9", ""), saysBoth(t, hosts, "", "nacl-9")},
	} {
		first, said := locality.Survey(pair[0], config.Config{}, "", nobody, nil), sayings{}
		was, _ := first.Digests(snapshot.Asked{})
		said.keep(first)
		got := locality.Survey(pair[1], config.Config{}, first.Kept(), said.of, nil)
		digests, common := got.Digests(snapshot.Asked{})
		want, wantCommon := got.Anew().Digests(snapshot.Asked{})
		if !slices.Equal(digests, want) || common != wantCommon {
			t.Errorf("%s: a call is about another part than when nothing is known", name)
		}
		if len(was) != 2 || len(digests) != 2 {
			t.Errorf("%s: %d parts before, %d after", name, len(was), len(digests))
		}
	}
}
