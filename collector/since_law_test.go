package collector

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// changed is a recording an hour later: clusters drawn were changed, as the vendor
// says (told) or behind its back, and other answers were too.
func changed(rt *rapid.T, base recording.Part) (later recording.Part, untold map[string]bool) {
	later, untold = base, map[string]bool{}
	later.TakenAt = base.TakenAt.Add(time.Hour)
	later.Answers = slices.Clone(base.Answers)
	at := base.TakenAt.Add(30 * time.Minute).UTC().Format("2006-01-02T15:04:05.000Z")
	told := map[string]bool{}
	for i, a := range later.Answers {
		id := a.Params["InstanceId"]
		switch {
		case a.Status != 200:
		case a.Operation == "DescribeInstance":
			kind := rapid.IntRange(0, 3).Draw(rt, "change of "+id)
			if kind == 0 {
				continue
			}
			told[id], untold[id] = kind != 3, kind == 3
			later.Answers[i].Body = edited(a.Body, func(body map[string]any) {
				result, ok := body["Result"].(map[string]any)
				if !ok {
					return
				}
				if on, ok := result["enablePublic"].(bool); ok && kind != 2 {
					result["enablePublic"] = !on
				}
				if told[id] {
					result["updatedAt"] = at
				}
			})
		case a.Product == "ecs" && rapid.IntRange(0, 9).Draw(rt, "denied") == 0:
			later.Answers[i].Status, later.Answers[i].Body = 403, []byte(`{"Code":"Forbidden.RAM","Message":"no","RequestId":"0"}`)
		}
	}
	for i, a := range later.Answers {
		if a.Operation == "ListInstance" && a.Status == 200 {
			later.Answers[i].Body = edited(a.Body, func(body map[string]any) {
				list, _ := body["Result"].([]any)
				for _, item := range list {
					if fields, ok := item.(map[string]any); ok && told[fmt.Sprint(fields["instanceId"])] {
						fields["updatedAt"] = at
					}
				}
			})
		}
	}
	return later, untold
}

func edited(body []byte, edit func(map[string]any)) []byte {
	var fields map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&fields) != nil {
		return body
	}
	edit(fields)
	out, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return out
}

// What a run finds does not depend on what it takes over: where it differs from a
// fresh one, it says asOf. With a vendor that tells its changes it never differs.
func TestSinceIsAFreshRun(t *testing.T) {
	base := demo()
	old := accountOf(t, collected(t, newFake(base), optionsFor(base, "elasticsearch", "ecs")))
	rapid.Check(t, func(rt *rapid.T) {
		later, untold := changed(rt, base)
		o := optionsFor(later, "elasticsearch", "ecs")
		fresh := accountOf(t, collected(t, newFake(later), o))
		o.Since = old
		fake := newFake(later)
		since := accountOf(t, collected(t, fake, o))
		carried := map[string]bool{}
		for _, c := range since.Coverage() {
			for subject := range c.AsOf {
				carried[subject] = true
				if c.Operation != "DescribeInstance" {
					rt.Fatalf("%s of %s is taken over", c.Operation, subject)
				}
			}
		}
		for _, kind := range snapshot.Kinds() {
			a, b := fresh.Objects(kind), since.Objects(kind)
			if len(a) != len(b) {
				rt.Fatalf("%s: %d objects, fresh %d", kind, len(b), len(a))
			}
			for i := range a {
				if !a[i].Node.Equal(b[i].Node) && (kind != snapshot.Cluster || !carried[a[i].ID] || !untold[a[i].ID]) {
					rt.Fatalf("%s %s differs from a fresh run and is not marked", kind, a[i].ID)
				}
			}
		}
		for _, c := range fresh.Coverage() {
			for _, state := range []snapshot.State{snapshot.Read, snapshot.Denied, snapshot.Failed} {
				for _, subject := range c.Subjects[state] {
					call := snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation, Subject: subject}
					if got := since.Answer(call); got != state {
						rt.Fatalf("%v: %v, fresh %v", call, got, state)
					}
				}
			}
		}
	})
}

// How much is taken over when nothing has changed: one call of each cluster that
// the list tells of, and nothing else.
func TestSinceSaves(t *testing.T) {
	base := demo()
	old := accountOf(t, collected(t, newFake(base), optionsFor(base)))
	later := base
	later.TakenAt = base.TakenAt.Add(time.Hour)
	count := func(since *snapshot.Account) (all, clusters int) {
		fake, o := newFake(later), optionsFor(later)
		o.Since = since
		collected(t, fake, o)
		for _, q := range fake.asked {
			if q.Params["InstanceId"] != "" {
				clusters++
			}
		}
		return len(fake.asked), clusters
	}
	all, ofClusters := count(nil)
	less, lessOfClusters := count(old)
	page, err := os.ReadFile("../docs/organisation.md")
	if err != nil {
		t.Fatal(err)
	}
	if figures := fmt.Sprintf("%d%%\nof all requests for the demonstration (%d instead of %d)", (100*(all-less)+all/2)/all, less, all); !strings.Contains(string(page), figures) {
		t.Errorf("docs/organisation.md does not say %q", figures)
	}
	if saved := all - less; saved == 0 || saved != ofClusters-lessOfClusters || saved > ofClusters/10 {
		t.Errorf("%d requests saved, %d of clusters", saved, ofClusters-lessOfClusters)
	}
}
