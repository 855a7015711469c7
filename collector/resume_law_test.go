package collector

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// flagsOf draws what a run is told.
func flagsOf(rt *rapid.T, p recording.Part, name string) Options {
	o := optionsFor(p)
	if len(p.Regions) > 1 {
		o.Regions = p.Regions[:rapid.IntRange(1, len(p.Regions)).Draw(rt, name+" regions")]
		if rapid.Bool().Draw(rt, name+" the last") {
			o.Regions = p.Regions[len(p.Regions)-1:]
		}
	}
	switch rapid.SampledFrom([]string{"all", "only", "another", "cluster", "attribution"}).Draw(rt, name) {
	case "only":
		o.Only = []string{"ecs", "vpc"}
	case "another":
		o.Only = []string{"elasticsearch", "ram"}
	case "cluster":
		o.Cluster = []string{accountClusters(p)[0]}
	case "attribution":
		o.Attribution = true
	}
	return o
}

func accountClusters(p recording.Part) []string {
	var ids []string
	for _, a := range p.Answers {
		if a.Operation == "DescribeInstance" {
			ids = append(ids, a.Params["InstanceId"])
		}
	}
	return ids
}

// A run that is resumed with other flags has all that a run with these flags has,
// and says of everything else what is true: nothing that was not read counts as
// read, and what it holds is what a whole run holds.
func TestResumeWithOtherFlags(t *testing.T) {
	t.Run("one region", func(t *testing.T) { resumesWithOtherFlags(t, demo()) })
	t.Run("two regions", func(t *testing.T) { resumesWithOtherFlags(t, inTwoRegions(demo())) })
}

// inTwoRegions is an account that the API says has another region, with half of its
// answers' likes there.
func inTwoRegions(p recording.Part) recording.Part {
	const other = "eu-central-1"
	home := p.Regions[0]
	p.Regions = []string{home, other}
	p.Answers = slices.Clone(p.Answers)
	for i, a := range p.Answers {
		switch {
		case a.Operation == "DescribeRegions" && a.Product == "elasticsearch":
			p.Answers[i].Body = []byte(`{"RequestId":"0","Result":[{"regionId":"` + home + `"},{"regionId":"` + other + `"}]}`)
		case a.Region == home && (a.Product == "vpc" || a.Product == "ecs") && a.Operation != "DescribeRegions":
			a.Region = other
			p.Answers = append(p.Answers, a)
		}
	}
	return p
}

func resumesWithOtherFlags(t *testing.T, p recording.Part) {
	whole := accountOf(t, collected(t, newFake(p), func() Options { o := optionsFor(p); o.Attribution = true; return o }()))
	runs := map[string]*snapshot.Account{} // by flags, of which there are few
	rapid.Check(t, func(rt *rapid.T) {
		first := flagsOf(rt, p, "first")
		first.Record = filepath.Join(t.TempDir(), "r")
		n := rapid.IntRange(3, 220).Draw(rt, "interrupted at")
		err := interruptedAt(t, newFake(p), first, n)
		if err != nil && !errors.Is(err, errInterrupt) {
			rt.Fatal(err)
		}
		second := flagsOf(rt, p, "second")
		flags := fmt.Sprint(second.Regions, second.Only, second.Cluster, second.Attribution)
		if runs[flags] == nil {
			runs[flags] = accountOf(t, collected(t, newFake(p), second))
		}
		fresh := runs[flags]
		second.Record, second.Resume = first.Record, true
		part, err := Collect(t.Context(), newFake(p), second)
		if err != nil {
			rt.Fatalf("resumed: %v", err)
		}
		resumed := accountOf(t, part)
		for _, c := range fresh.Coverage() {
			for _, subject := range c.Subjects[snapshot.Read] {
				call := snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation, Subject: subject}
				if !resumed.Read(call) {
					rt.Fatalf("%v is not read", call)
				}
			}
		}
		for _, c := range resumed.Coverage() {
			for _, subject := range c.Subjects[snapshot.Read] {
				call := snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation, Subject: subject}
				if !whole.Read(call) {
					rt.Fatalf("%v counts as read", call)
				}
			}
		}
		for _, kind := range snapshot.Kinds() {
			for _, o := range fresh.Objects(kind) {
				if got := resumed.Object(kind, o.Region, o.ID); !got.Exists() {
					rt.Fatalf("%s %s is not there", kind, o.ID)
				} else if !saysNothingElse(o.Node, got.Node) {
					rt.Fatalf("%s %s lacks something", kind, o.ID)
				}
			}
			for _, o := range resumed.Objects(kind) {
				if all := whole.Object(kind, o.Region, o.ID); !all.Exists() {
					rt.Fatalf("%s %s is of no run", kind, o.ID)
				} else if !saysNothingElse(o.Node, all.Node) {
					rt.Fatalf("%s %s is not what a whole run reads", kind, o.ID)
				}
			}
		}
		again, err := recording.Open(first.Record)
		if err != nil {
			rt.Fatal(err)
		}
		if string(canonical(t, again.Parts[0])) != string(canonical(t, part)) {
			rt.Fatal("its recording is another estate")
		}
	})
}
