package policies_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
)

// long says whether the full counts are asked for; else a law is tried on some.
func long() bool { return os.Getenv("ESAUDIT_LONG") == "1" }

// key is a rule and a subject.
func key(r said) string { return r.Rule + " " + r.Subject }

// verdicts are the statuses of a judgement by rule and subject.
func verdicts(j judgement) map[string]finding.Status {
	out := map[string]finding.Status{}
	for _, r := range j.results {
		out[key(r)] = r.Status
	}
	return out
}

// who says what of whom, with what evidence, without places.
func outline(j judgement) []string {
	var out []string
	for _, r := range j.results {
		var keys []string
		for _, e := range r.Evidence {
			keys = append(keys, e.Key)
		}
		slices.Sort(keys)
		out = append(out, fmt.Sprint(key(r), " ", short(r), keys))
	}
	slices.Sort(out)
	return out
}

// Where every call was refused nothing is known: every rule says unknown, of
// every region, and nothing passes. Where lists alone were read nothing passes
// either.
func TestBlindNeverPasses(t *testing.T) {
	engine, all := compiled(t), stories()
	ids := ruleIDs(t)
	blind := judge(t, engine, all["blind"], config.Config{})
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "ES-AST-001" || id == "ES-DRF-001" }) // nothing is asserted or stored
	if len(blind.results) != len(ids) {
		t.Errorf("%d results for %d rules in one region", len(blind.results), len(ids))
	}
	for _, r := range slices.Concat(blind.results, judge(t, engine, all["half-blind"], config.Config{}).results) {
		if r.Status != finding.Unknown && r.Status != finding.NA {
			t.Errorf("%s: %s: %s", key(r), short(r), r.message)
		}
	}
}

func TestCleanIsClean(t *testing.T) {
	results := judge(t, compiled(t), stories()["clean"], config.Config{}).results
	for _, r := range results {
		if r.Status != finding.Pass && r.Status != finding.NA {
			t.Errorf("%s: %s: %s", key(r), short(r), r.message)
		}
	}
	if len(results) < 15 {
		t.Errorf("only %d results", len(results))
	}
}

// The order of subjects, of answers and of what a list holds changes nothing.
func TestOrderDoesNotMatter(t *testing.T) {
	engine := compiled(t)
	count := 0
	for name, parts := range stories() {
		want := outline(judge(t, engine, parts, config.Config{}))
		rng := rand.New(rand.NewPCG(1, 2))
		for range map[bool]int{false: 2, true: 20}[long()] {
			count++
			shuffled := slices.Clone(parts)
			for i, p := range parts {
				shuffled[i] = shuffle(t, rng, p)
			}
			if got := outline(judge(t, engine, shuffled, config.Config{})); !slices.Equal(got, want) {
				t.Errorf("%s: in another order\n%s\nnot\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
	s, err := collector.Assemble(stories()["demo"])
	if err != nil {
		t.Fatal(err)
	}
	doc := facts.Build(graph.Build(s, config.Config{}))
	want := []string(nil)
	for range 5 {
		results, err := engine.Eval(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(t, results); want == nil {
			want = got
		} else if !slices.Equal(got, want) {
			t.Error("the order of subjects changes results")
		}
		rand.New(rand.NewPCG(3, 4)).Shuffle(len(doc.Subjects), func(i, j int) { doc.Subjects[i], doc.Subjects[j] = doc.Subjects[j], doc.Subjects[i] })
	}
	t.Logf("%d shuffled recordings", count)
}

// shuffle changes the order of answers, and of the items of every list but those
// that are read in order.
func shuffle(t *testing.T, rng *rand.Rand, p recording.Part) recording.Part {
	t.Helper()
	p.Answers = slices.Clone(p.Answers)
	rng.Shuffle(len(p.Answers), func(i, j int) { p.Answers[i], p.Answers[j] = p.Answers[j], p.Answers[i] })
	for i := range p.Answers {
		if p.Answers[i].Body == nil {
			continue
		}
		var body any
		again(t, json.RawMessage(p.Answers[i].Body), &body)
		turn(rng, body)
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		p.Answers[i].Body = text
	}
	return p
}

func turn(rng *rand.Rand, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if !strings.HasSuffix(name, "AclEntry") && name != "NextHop" {
				turn(rng, v[name])
			}
		}
	case []any:
		for _, item := range v {
			turn(rng, item)
		}
		rng.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
	}
}

// base is an estate of the law below, with its configuration.
type base struct {
	name   string
	parts  []recording.Part
	config config.Config
}

// bases are the stories of one account, and the estates of all cases.
func bases(t *testing.T) []base {
	t.Helper()
	all := stories()
	var out []base
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if len(all[name]) == 1 {
			out = append(out, base{name: name, parts: all[name]})
		}
	}
	for _, id := range ruleIDs(t) {
		for _, c := range cases(t, id) {
			if len(all[c.Estate]) == 1 {
				out = append(out, base{id + "/" + c.Name, c.parts(t, all), c.config(t)})
			}
		}
	}
	return out
}

// Knowing less is never better: without any one of its calls, an estate that
// fails or is unknown never passes. A subject that is no longer known is not
// spoken of.
func TestRemovingACallNeverPasses(t *testing.T) {
	engine := compiled(t)
	all, calls := bases(t), 0
	for _, b := range all {
		calls += len(b.parts[0].Answers)
	}
	every := max(calls/recordings, 1) | 1 // odd, so that the calls of all products have their turn
	if long() {
		every = 1
	}
	at, tried, moved := 0, 0, 0
	for _, b := range all {
		var before map[string]finding.Status
		for i := range b.parts[0].Answers {
			if at++; at%every != 0 {
				continue
			}
			if before == nil {
				before = verdicts(judge(t, engine, b.parts, b.config))
			}
			for _, kind := range ways(at) {
				tried++
				after := verdicts(judge(t, engine, []recording.Part{without(b.parts[0], i, kind)}, b.config))
				for what, status := range before {
					now, known := after[what]
					if known && now != status {
						moved++
					}
					if known && better(status, now) {
						t.Errorf("%s without %s (%s): %s is %v, was %v", b.name, call(b.parts[0].Answers[i]), kind, what, now, status)
					}
				}
			}
		}
	}
	t.Logf("%d recordings without a call, of %d estates; %d results changed", tried, len(all), moved)
	if tried < 200 || moved < tried/20 {
		t.Errorf("only %d recordings tried, %d results changed", tried, moved)
	}
}

// recordings is how many calls are taken away when the full counts are not asked
// for.
const recordings = 250

// ways are how the nth call is taken away: it is not made and, of some, refused
// and lost.
func ways(n int) []string {
	if n%7 == 0 {
		return []string{"drop", "deny", "fail"}
	}
	return []string{"drop"}
}

// better says whether less knowledge made a bad or unknown status a good one.
func better(before, after finding.Status) bool {
	good := after == finding.Pass || after == finding.NA
	return good && before != finding.Pass && before != finding.NA
}

// without takes an answer away.
func without(p recording.Part, i int, kind string) recording.Part {
	p.Answers = slices.Clone(p.Answers)
	switch kind {
	case "drop":
		p.Answers = slices.Delete(p.Answers, i, i+1)
	case "deny":
		p.Answers[i].Status, p.Answers[i].Body = 403, []byte(`{"Code":"Forbidden.RAM","Message":"not authorized","RequestId":"R"}`)
	case "fail":
		p.Answers[i].Status, p.Answers[i].Body, p.Answers[i].Err = 0, nil, "timeout"
	}
	return p
}

func call(a api.Answer) string {
	return fmt.Sprint(a.Product, ".", a.Operation, " ", a.Params, " in ", a.Region)
}
