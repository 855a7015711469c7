package graph_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/wild"
)

// Neither the order of objects and answers nor the ids of objects change a
// verdict.
func TestOrderAndNamesDoNotMatter(t *testing.T) {
	ids := regexp.MustCompile(`(?i)-w\d\d`)
	for seed := range seeds(100) {
		r := rand.New(rand.NewPCG(uint64(seed), 23))
		e := wild.New(uint64(seed))
		before := graphOf(t, e.Config, e.Part)
		questions := e.Questions(r, 60)
		mixed := edited(t, e.Part, func(_ api.Answer, v any) any { shuffle(r, v); return v })
		r.Shuffle(len(mixed.Answers), func(i, j int) { mixed.Answers[i], mixed.Answers[j] = mixed.Answers[j], mixed.Answers[i] })
		compareAll(t, fmt.Sprintf("seed %d in another order", seed), before, graphOf(t, e.Config, mixed), questions, unchanged, sameVerdict)

		order := r.Perm(100)
		rename := func(s string) string {
			return ids.ReplaceAllStringFunc(s, func(id string) string {
				n := int(id[2]-'0')*10 + int(id[3]-'0')
				return fmt.Sprintf("-%c%02d", id[1]+1, order[n])
			})
		}
		named := mixed
		named.Answers = slices.Clone(mixed.Answers)
		for i, a := range named.Answers {
			params := map[string]string{}
			for k, v := range a.Params {
				params[k] = rename(v)
			}
			named.Answers[i].Params = params
			if a.Body != nil {
				named.Answers[i].Body = []byte(rename(string(a.Body)))
			}
		}
		var declared config.Config
		if err := json.Unmarshal([]byte(rename(string(encoded(t, e.Config)))), &declared); err != nil {
			t.Fatal(err)
		}
		compareAll(t, fmt.Sprintf("seed %d under other names", seed), before, graphOf(t, declared, named), questions, rename, sameVerdict)
	}
}

// shuffle puts lists into another order, but for those in which it counts.
func shuffle(r *rand.Rand, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(mapKeys(v)) {
			shuffle(r, v[key])
			list, ok := v[key].([]any)
			if ok && !slices.Contains([]string{"IngressAclEntry", "EgressAclEntry", "NextHop", "IpAddress"}, key) {
				r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			}
		}
	case []any:
		for _, item := range v {
			shuffle(r, item)
		}
	}
}

// Two disjoint estates merged answer as before: of two accounts, of two regions
// of one, and where all is known of one region.
func TestMergedEstatesAnswerAsBefore(t *testing.T) {
	for seed := range seeds(60) {
		n := uint64(seed)
		first := wild.New(n)
		for _, o := range []struct {
			what    string
			options wild.Options
		}{
			{"another account", wild.Options{Seed: n + 1000, Account: "2345678901234567", Tag: "v", Rough: -1, Blind: -1}},
			{"another region", wild.Options{Seed: n + 1000, Account: "1234567890123456", Tag: "v", Regions: []string{"eu-central-1"}, Rough: -1, Blind: -1}},
			{"the same region", wild.Options{Seed: n + 1000, Account: "1234567890123456", Tag: "v", Regions: []string{"cn-hangzhou"}}},
		} {
			a := first
			if o.what == "the same region" {
				a = wild.With(wild.Options{Seed: n, Account: "1234567890123456", Tag: "w", Regions: []string{"cn-hangzhou"}})
			}
			b := wild.With(o.options)
			c := config.Config{Proxies: slices.Concat(a.Config.Proxies, b.Config.Proxies), OnPrem: slices.Concat(a.Config.OnPrem, b.Config.OnPrem), Architecture: map[string]string{}}
			for _, x := range []*wild.Estate{a, b} {
				for id, value := range x.Config.Architecture {
					c.Architecture[id] = value
				}
			}
			parts := []recording.Part{a.Part, b.Part}
			if o.what == "the same region" {
				parts = []recording.Part{united(t, a.Part, b.Part)}
			}
			merged := graphOf(t, c, parts...)
			for _, x := range []*wild.Estate{a, b} {
				questions := x.Questions(rand.New(rand.NewPCG(n, 24)), 40)
				compareAll(t, fmt.Sprintf("seed %d beside %s", seed, o.what), graphOf(t, x.Config, x.Part), merged, questions, unchanged, orLost)
			}
		}
	}
}

// united merges the recordings of one region: of a list, the pages of both with
// the total of both.
func united(t testing.TB, a, b recording.Part) recording.Part {
	t.Helper()
	totals := map[string]int{}
	count := func(p recording.Part) {
		seen := map[string]bool{}
		for _, x := range p.Answers {
			key := fmt.Sprint(x.Region, x.Operation, x.Params)
			body, _ := bodyOf(t, x).(map[string]any)
			n, ok := body["TotalCount"].(json.Number)
			if ok && !seen[key] {
				m, _ := n.Int64()
				totals[key] += int(m)
			}
			seen[key] = true
		}
	}
	count(a)
	count(b)
	a.Answers = slices.Concat(a.Answers, b.Answers)
	return edited(t, a, func(x api.Answer, v any) any {
		if body, ok := v.(map[string]any); ok && body["TotalCount"] != nil {
			body["TotalCount"] = totals[fmt.Sprint(x.Region, x.Operation, x.Params)]
		}
		return v
	})
}
