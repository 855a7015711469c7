package policies

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"esaudit/facts"
)

// mine is a rule of a user that says pass; body replaces what it says.
func mine(body string) string {
	library := ""
	if strings.Contains(body, "lib.") {
		library = "import data.esaudit.lib\n\n"
	}
	return `# METADATA
# title: Mine
# description: Ours is better.
# custom:
#   id: ES-MINE-001
#   name: Mine
#   severities: [high, low]
#   kinds: [elasticsearch]
#   basis: ["our own rules"]
#   controls: []
#   remediation: Ask us.
#   api: []
#   tags: [ours]
package esaudit.rules.es_mine_001

` + library + body
}

const fine = `results(s) := {lib.passed("{cluster} is ours.", {"cluster": s.id})}`

// userDir is a directory with one rule.
func userDir(text string) fstest.MapFS {
	return fstest.MapFS{"es_mine_001/es_mine_001.rego": {Data: []byte(text)}}
}

// two clusters and a region, of which only their ids are known.
func unknownEstate() facts.Document {
	doc := facts.Document{Schema: facts.Schema}
	for _, id := range []string{"es-cn-1", "es-cn-2"} {
		doc.Subjects = append(doc.Subjects, facts.Subject{Kind: "elasticsearch", ID: id, ARN: "arn:" + id, Facts: facts.ClusterFacts{}})
	}
	return doc
}

// evalMine compiles a user's rule beside the built-in ones, and evaluates it.
func evalMine(t *testing.T, dirs ...fs.FS) ([]Result, error) {
	t.Helper()
	e, err := New(t.Context(), Selection{Only: []string{"ES-MINE-001"}, User: dirs})
	if err != nil {
		return nil, err
	}
	return e.Eval(t.Context(), unknownEstate())
}

// evalAlone compiles a rule with only what the built-in ones share, and evaluates it.
func evalAlone(t *testing.T, b bounds, text string) ([]Result, error) {
	t.Helper()
	own, err := load(userDir(text))
	if err != nil {
		t.Fatal(err)
	}
	modules := append(builtinModules(t, ""), own...)
	rules, err := describe(modules)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEngine(rules, modules)
	if err != nil {
		t.Fatal(err)
	}
	e.bounds = b
	return e.Eval(t.Context(), unknownEstate())
}

func TestUserRule(t *testing.T) {
	got, err := evalMine(t, userDir(mine(fine)))
	if err != nil || len(got) != 2 || got[0].Rule != "ES-MINE-001" {
		t.Fatalf("%v, %v", got, err)
	}
	own, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Catalogue(userDir(mine(fine)))
	if err != nil || len(rules) != len(own)+1 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
}

// Every field of METADATA that a rule has to have is missed, by file and name;
// so is one of another type, and one that no rule has.
func TestMetadata(t *testing.T) {
	lines := strings.Split(mine(fine), "\n")
	fields := 0
	for i, line := range lines {
		field, ok := strings.CutPrefix(line, "#   ")
		if !ok && !strings.HasPrefix(line, "# title") && !strings.HasPrefix(line, "# description") {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(field, "# "), ":")
		if ok {
			name = "custom." + name
		}
		fields++
		wrong(t, strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n"), "METADATA has no "+name)
	}
	if fields != 11 {
		t.Errorf("%d fields tried", fields)
	}
	for _, c := range []struct{ old, new, want string }{
		{"severities: [high, low]", "severities: [high, urgent]", `no severity: "urgent"`},
		{"severities: [high, low]", "severities: high", "custom.severities is not a list of texts"},
		{"severities: [high, low]", "severities: []", "METADATA has no custom.severities"},
		{"kinds: [elasticsearch]", "kinds: [elastic]", `no kind of subject "elastic"; there are account, clb, ecs, elasticsearch`},
		{"kinds: [elasticsearch]", "kinds: []", "METADATA has no custom.kinds"},
		{"basis: [\"our own rules\"]", "basis: [1]", "custom.basis is not a list of texts"},
		{"id: ES-MINE-001", "id: ES-MINE-002", "package es_mine_001 does not belong to custom.id ES-MINE-002 (want es_mine_002)"},
		{"name: Mine", "name: [Mine]", "custom.name is not a text"},
		{"name: Mine", "name: Mine\n#   severity: high", "custom.severity is no field of a rule"},
		{"name: Mine", "name: Mine\n#   optional: maybe", "custom.optional is neither true nor false"},
		{"# METADATA\n", "# NOTHING\n", "no METADATA block"},
		{"results(s)", "result(s)", "there is no results(s)"},
	} {
		wrong(t, strings.Replace(mine(fine), c.old, c.new, 1), c.want)
	}
}

// wrong wants New to fail, with the file and the reason.
func wrong(t *testing.T, text, want string) {
	t.Helper()
	_, err := New(t.Context(), Selection{User: []fs.FS{userDir(text)}})
	if err == nil || !strings.Contains(err.Error(), "es_mine_001/es_mine_001.rego") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v\nwant the file and %q", err, want)
	}
}

// What is no Rego, or asks for what no rule may have, is named before anything
// is evaluated.
func TestRulesThatDoNotCompile(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"syntax error":           {"results(s) := {", "es_mine_001.rego:16"},
		"undefined function":     {"results(s) := lib.nothing(s)", "undefined function data.esaudit.lib.nothing"},
		"unsafe variable":        {"results(s) := {x | s}", "var x is unsafe"},
		"a type that cannot be":  {`results(s) := {count(1) | s}`, "invalid argument"},
		"recursion":              {"results(s) := results(s)", "recursive"},
		"the network":            {`results(s) := {http.send({"url": s.id, "method": "get"})}`, "undefined function http.send"},
		"the clock":              {`results(s) := {time.now_ns() | s}`, "undefined function time.now_ns"},
		"the environment":        {`results(s) := {opa.runtime() | s}`, "undefined function opa.runtime"},
		"a number in the set":    {`results(s) := {1 | s}`, "the results of rule ES-MINE-001"},
		"two arguments":          {"results(s, x) := {s, x}", "there is no results(s)"},
		"a rule without subject": {"results := {1}", "there is no results(s)"},
	} {
		t.Run(name, func(t *testing.T) { wrong(t, mine(c.body), c.want) })
	}
}

// A user's files cannot change what is built in, nor go unnoticed.
func TestUserFilesStandApart(t *testing.T) {
	for name, c := range map[string]struct {
		file, text, want string
	}{
		"a misspelt package":    {"x.rego", "package esaudit.rule.es_mine_002\n", "package esaudit.rule.es_mine_002 is neither"},
		"the dispatcher":        {"x.rego", "package esaudit\n\nall contains 1\n", "package esaudit is neither"},
		"the library":           {"x.rego", "package esaudit.lib\n\ncovers(_, _) := true\n", "package esaudit.lib is neither"},
		"a built-in rule":       {"x.rego", "package esaudit.rules.es_net_001\n\nopened(_) := true\n", "es_net_001 stands in rules/es_net_001/es_net_001.rego already"},
		"a rule in two files":   {"x.rego", "package esaudit.rules.es_mine_001\n\nx := 1\n", "es_mine_001 stands in es_mine_001/es_mine_001.rego already"},
		"a file of a rule's":    {"lib/lib.rego", "package esaudit.lib.mine\n", "there are two files of this name"},
		"nothing":               {"x.rego", "", "empty module"},
		"an id in another case": {"x.rego", strings.Replace(mine(fine), "id: ES-MINE-001", "id: es-mine-001", 1), "es_mine_001 stands in"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := userDir(mine(fine))
			dir[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			_, err := New(t.Context(), Selection{User: []fs.FS{dir}})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.file) {
				t.Errorf("got %v\nwant %s and %q", err, c.file, c.want)
			}
		})
	}
	for name, c := range map[string]struct{ body, want string }{
		"a function internal":   {"internal(x) := x\n\nresults(s) := {s | s.id in internal([s.id])}", `x.rego:16: the name "internal" breaks`},
		"an import as internal": {"import data.esaudit.lib as internal\n\nresults(s) := internal.passed(s.id, {})", `x.rego:16: the name "internal" breaks`},
		"a variable internal":   {"results(s) := {internal | some internal in [s]}", `x.rego:16: the name "internal" breaks`},
		"a join by scanning":    {"results(s) := {o | some o in input.subjects; o.id == s.id}", "x.rego:16: input.subjects holds every subject"},
		"the whole document":    {"results(s) := {o | some o in input[_]; o.id == s.id}", "x.rego:16: input.subjects holds every subject"},
		"other data":            {"results(s) := data.inventory[s.id]", "x.rego:16: data.inventory[s.id] is not there"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.ReplaceAll(mine(c.body), "ES-MINE-001", "ES-MINE-002")
			dir := fstest.MapFS{"x.rego": {Data: []byte(strings.ReplaceAll(text, "es_mine_001", "es_mine_002"))}}
			_, err := New(t.Context(), Selection{User: []fs.FS{dir}})
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v\nwant %q", err, c.want)
			}
		})
	}
	dir := userDir(mine("import data.esaudit.lib.mine\n\nresults(s) := {lib.passed(mine.text, {\"x\": s.id})}"))
	dir["mine.rego"] = &fstest.MapFile{Data: []byte("package esaudit.lib.mine\n\ntext := \"ours\"\n")}
	dir["mine_test.rego"] = &fstest.MapFile{Data: []byte("package esaudit\n\nbroken if {")}
	if got, err := evalMine(t, dir); err != nil || len(got) != 2 || got[0].Message != "ours" {
		t.Errorf("a library of the user's own: %v, %v", got, err)
	}
}

// custom.overrides puts a user's rule in the place of a built-in one, under its
// id or one of its own.
func TestOverrides(t *testing.T) {
	override := func(id, replaced string) fstest.MapFS {
		text := strings.Replace(mine(fine), "#   tags: [ours]", "#   tags: [ours]\n#   overrides: "+replaced, 1)
		text = strings.ReplaceAll(text, "ES-MINE-001", id)
		text = strings.ReplaceAll(text, "es_mine_001", packageOf(id))
		return fstest.MapFS{"mine.rego": {Data: []byte(text)}}
	}
	for id, gone := range map[string]bool{"ES-NET-001": false, "ES-MINE-001": true} {
		rules, err := Catalogue(override(id, "ES-NET-001"))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for _, r := range rules {
			seen[r.ID] = r.Title
		}
		if seen[id] != "Mine" || (seen["ES-NET-001"] == "") != gone {
			t.Errorf("%s: rules %v", id, seen)
		}
		if _, err := New(t.Context(), Selection{User: []fs.FS{override(id, "ES-NET-001")}}); err != nil {
			t.Error(err)
		}
	}
	for replaced, want := range map[string]string{"ES-NET-999": `mine.rego:15: custom.overrides: no built-in rule "ES-NET-999"`, "[x]": "mine.rego:15: custom.overrides is not the id of a rule", "ES-NET-002": "es_net_001 stands in"} {
		if _, err := Catalogue(override("ES-NET-001", replaced)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", replaced, err, want)
		}
	}
}

// A rule that breaks while it is evaluated, says nothing, or says what is no
// result is an error that names rule, file and subject: never a pass, and never
// nothing.
func TestRulesThatBreak(t *testing.T) {
	good := `"status": "pass", "severity": "info", "message": "m", "args": {}, "evidence": []`
	for name, c := range map[string]struct{ body, want string }{
		"undefined":              {`results(s) := {s} if s.id == "nobody"`, "results(s) is not a set"},
		"undefined for one":      {`results(s) := set() if s.id == "es-cn-1"`, "judge arn:es-cn-2: results(s) is not a set"},
		"an array":               {`results(s) := [{` + good + `} | s]`, "results(s) is not a set"},
		"an object":              {`results(s) := {` + good + `, "x": s}`, "operand 1 must be object"},
		"a text in the set":      {`results(s) := {s.id}`, "operand 1 must be object"},
		"a result that is none":  {`results(s) := {object.get(s, "id", 0)}`, "operand 1 must be object"},
		"two answers":            {`results(s) := {s, s.facts} if s.id` + "\n\n" + `results(s) := {s} if s.kind`, "conflict"},
		"a builtin that fails":   {`results(s) := {{` + good + `, "key": to_number(s.id)}}`, "to_number"},
		"division by zero":       {`results(s) := {{` + good + `, "key": 1 / count(s.region)}}`, "divide by zero"},
		"another status":         {`results(s) := {{"status": "failed", "severity": "high", "message": s.id, "args": {}, "evidence": []}}`, `no status: "failed"`},
		"another severity":       {`results(s) := {{"status": "fail", "severity": "urgent", "message": s.id, "args": {}, "evidence": []}}`, `no severity: "urgent"`},
		"a severity it has not":  {`results(s) := {{"status": "fail", "severity": "critical", "message": s.id, "args": {}, "evidence": []}}`, "severity critical is none of custom.severities"},
		"no severity":            {`results(s) := {{"status": "pass", "message": s.id, "args": {}, "evidence": []}}`, "has no severity"},
		"no status":              {`results(s) := {{"severity": "info", "message": s.id, "args": {}, "evidence": []}}`, "has no status"},
		"status null":            {`results(s) := {{"status": null, "severity": "info", "message": s.id, "args": {}, "evidence": []}}`, "has no status"},
		"no message":             {`results(s) := {{"status": "pass", "severity": "info", "args": {"x": s.id}, "evidence": []}}`, "has no message"},
		"an empty message":       {`results(s) := {{"status": "pass", "severity": "info", "message": "", "args": {"x": s.id}, "evidence": []}}`, "the message is empty"},
		"a field misspelt":       {`results(s) := {{` + good + `, "evidances": [s.id]}}`, `unknown field "evidances"`},
		"evidence is a text":     {`results(s) := {{"status": "pass", "severity": "info", "message": s.id, "args": {}, "evidence": "x"}}`, "evidence"},
		"evidence without place": {`results(s) := {{"status": "pass", "severity": "info", "message": s.id, "args": {}, "evidence": [{"at": "here", "value": 1, "note": "", "key": ""}]}}`, `evidence at "here": not a JSON pointer`},
		"confidence":             {`results(s) := {{` + good + `, "confidence": s.id}}`, "is neither high nor low"},
		"too many results":       {`results(s) := {{"status": "pass", "severity": "info", "message": sprintf("%d %s", [n, s.id]), "args": {}, "evidence": []} | some n in numbers.range(1, 2000)}`, "more than 1000 results"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := evalAlone(t, usual(), mine(c.body))
			if err == nil {
				t.Fatalf("no error, and the results %+v", got)
			}
			for _, want := range []string{"ES-MINE-001", "es_mine_001/es_mine_001.rego", "judge arn:es-cn-", c.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q lacks %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

// So is a list of facts in the place of results, whatever stands in it.
func TestFactsInPlaceOfResults(t *testing.T) {
	e, err := New(t.Context(), Selection{Only: []string{"ES-MINE-001"}, User: []fs.FS{userDir(mine(`results(s) := s.facts.calls`))}})
	if err != nil {
		t.Fatal(err)
	}
	doc := unknownEstate()
	for i := range doc.Subjects {
		doc.Subjects[i].Facts = map[string]any{"calls": []any{json.Number("1.0")}}
	}
	if _, err := e.Eval(t.Context(), doc); err == nil || !strings.Contains(err.Error(), "operand 1 must be object") {
		t.Errorf("%v", err)
	}
}

// What does not end, or does not fit, is an error that names the rule.
func TestRulesWithoutBounds(t *testing.T) {
	brief, small := bounds{time: 300 * time.Millisecond, memory: 1 << 40}, bounds{time: time.Hour, memory: 32 << 20}
	list := `results(s) := {{"n": n, "s": s.id} | some n in numbers.range(1, 1000000000000)}`
	for name, c := range map[string]struct {
		bounds bounds
		body   string
		want   string
	}{
		"a long list":    {brief, list, "it took more than 300ms"},
		"a large list":   {small, list, "it needed more than 32 MB"},
		"pairs of pairs": {brief, `results(s) := {{"n": [a, b, c, d], "s": s.id} | some a in numbers.range(1, 900); some b in numbers.range(1, 900); some c in numbers.range(1, 900); some d in numbers.range(1, 900)}`, "it took more than 300ms"},
		"all of a pair":  {brief, `results(s) := {x | some x in {{"a": a, "b": b} | walk(s, a); walk(s, b); some _ in numbers.range(1, 100000000)}}`, "it took more than 300ms"},
		"a large set":    {small, `results(s) := {{"n": sprintf("%s %d %0900d", [s.id, a, b])} | some a in numbers.range(1, 9000); some b in numbers.range(1, 9000)}`, "it needed more than 32 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC() // what earlier cases left does not count as in use
			_, err := evalAlone(t, c.bounds, mine(c.body))
			if !errors.Is(err, errUnbounded) || !strings.Contains(err.Error(), "rule ES-MINE-001 (es_mine_001/es_mine_001.rego)") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A run that is interrupted is no fault of a rule.
func TestInterrupted(t *testing.T) {
	e, err := New(t.Context(), Selection{Only: []string{"ES-MINE-001"}, User: []fs.FS{userDir(mine(`results(s) := {{"n": n, "s": s.id} | some n in numbers.range(1, 1000000000000)}`))}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := e.Eval(ctx, unknownEstate()); !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "ES-MINE") {
		t.Errorf("got %v", err)
	}
}

// The rules beside a broken one are not blamed for it.
func TestOnlyTheBrokenRuleIsNamed(t *testing.T) {
	e, err := New(t.Context(), Selection{User: []fs.FS{userDir(mine(`results(s) := {{"n": to_number(s.id)}}`))}})
	if err != nil {
		t.Fatal(err)
	}
	doc := unknownEstate()
	doc.Subjects = append(doc.Subjects, facts.Subject{Kind: "region", ID: "cn-hangzhou", ARN: "arn:region", Facts: facts.RegionFacts{Lists: []facts.List{}}})
	_, err = e.Eval(t.Context(), doc)
	if err == nil || !strings.HasPrefix(err.Error(), "rule ES-MINE-001 (es_mine_001/es_mine_001.rego): judge arn:es-cn-1:") {
		t.Errorf("got %v", err)
	}
}
