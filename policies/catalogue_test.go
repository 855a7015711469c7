package policies_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/policies"
)

// catalogue reads policies/catalogue.md: the items of each rule, a sign and a
// text. An item ends where the next sign stands, without its last semicolon or
// full stop.
func catalogue(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	return readCatalogue(string(text))
}

var (
	entryHead   = regexp.MustCompile(`^\*\*(ES-[A-Z]+-\d+) `)
	decidedHead = regexp.MustCompile("^- (all|[A-Z]+-\\d+): `=`")
	sign        = regexp.MustCompile("`([−+=])` ")
)

func readCatalogue(text string) map[string][]string {
	out := map[string][]string{}
	rule := ""
	for line := range strings.Lines(text) {
		if m := entryHead.FindStringSubmatch(line); m != nil {
			rule = m[1]
			out[rule] = []string{}
		}
		items := itemsOf(line)
		m := decidedHead.FindStringSubmatch(line)
		switch {
		case m != nil && m[1] == "all":
			for id := range out {
				out[id] = append(out[id], items...)
			}
		case m != nil:
			out["ES-"+m[1]] = append(out["ES-"+m[1]], items...)
		case strings.HasPrefix(line, "- `"):
			out[rule] = append(out[rule], items...)
		}
	}
	return out
}

func itemsOf(line string) []string {
	var out []string
	at := sign.FindAllStringSubmatchIndex(line, -1)
	for i, m := range at {
		end := len(line)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		out = append(out, line[m[2]:m[3]]+" "+strings.TrimRight(line[m[1]:end], " .;\n"))
	}
	return out
}

func TestReadCatalogue(t *testing.T) {
	got := readCatalogue("Line format: `−` looks bad.\n\n**ES-A-1 Title** · high\n- Fail if `+` x. `enablePublic`\n- `−` a `b`; `−` c.\n- `+` d, e.g. `[\"f\"]`.\n\n**ES-A-2 T**\n\n- all: `=` everywhere.\n- A-2: `=` one; two. `=` three\n")
	want := map[string][]string{"ES-A-1": {"− a `b`", "− c", "+ d, e.g. `[\"f\"]`", "= everywhere"}, "ES-A-2": {"= everywhere", "= one; two", "= three"}}
	if !maps.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// Every rule has its entry in the catalogue; every item of it has a named case,
// and no case names an item that is not there.
func TestEveryItemHasACase(t *testing.T) {
	items := catalogue(t)
	rules, err := policies.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
	}
	if entries := slices.Sorted(maps.Keys(items)); !slices.Equal(entries, ids) {
		t.Fatalf("catalogue.md has entries %v, the rules are %v", entries, ids)
	}
	count := 0
	for _, id := range ids {
		covered := map[string]bool{}
		for _, c := range cases(t, id) {
			for _, item := range c.Items {
				covered[item] = true
				if !slices.Contains(items[id], item) {
					t.Errorf("%s: case %q names an item that catalogue.md does not have: %s", id, c.Name, item)
				}
			}
		}
		for _, item := range items[id] {
			count++
			if !covered[item] {
				t.Errorf("%s: no case for %s", id, item)
			}
		}
	}
	t.Logf("%d rules, %d items", len(ids), count)
	if count < 40 {
		t.Errorf("only %d items found in catalogue.md", count)
	}
}

// docs/coverage.md names rules that are there.
func TestCoverageNamesRules(t *testing.T) {
	text, err := os.ReadFile("../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	ids := ruleIDs(t)
	named := regexp.MustCompile(`ES-[A-Z]+-\d+`).FindAllString(string(text), -1)
	for _, id := range named {
		if !slices.Contains(ids, id) {
			t.Errorf("docs/coverage.md names %s, which is no rule", id)
		}
	}
	if len(named) < 100 {
		t.Errorf("only %d rules named", len(named))
	}
}

// Every built-in rule says what its page shows, and names its controls by
// frameworks that are known.
func TestMetadataIsComplete(t *testing.T) {
	clauses, marks := map[string][]string{}, []string{"", "unverified", "nearest"}
	frameworks, err := policies.Frameworks()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range frameworks {
		for _, c := range f.Clauses {
			clauses[f.Name] = append(clauses[f.Name], c.ID)
		}
	}
	rules, err := policies.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		for name, text := range map[string]string{"avoid": r.Avoid, "prefer": r.Prefer, "console": r.Console, "terraform": r.Terraform} {
			if text == "" {
				t.Errorf("%s: METADATA has no custom.%s", r.ID, name)
			}
		}
		for _, c := range r.Controls {
			if framework, clause, mark := policies.Control(c); !slices.Contains(clauses[framework], clause) || !slices.Contains(marks, mark) {
				t.Errorf("%s: %q is no control of frameworks.yaml", r.ID, c)
			}
		}
	}
}

// ruleText is a rule's Rego.
func ruleText(t *testing.T, id string) string {
	t.Helper()
	dir := strings.ReplaceAll(strings.ToLower(id), "-", "_")
	text, err := os.ReadFile("rules/" + dir + "/" + dir + ".rego")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The cases of a rule show every severity it can give and every status its text
// speaks of; the cases of all rules show an unknown of every cause.
func TestCasesShowEverything(t *testing.T) {
	rules, err := policies.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	causes := map[string]bool{}
	words := map[string]string{"fail": `"fail"`, "latent": `"latent"`, "pass": "lib.passed(", "na": "lib.not_applicable(", "unknown": "unknown"}
	for _, r := range rules {
		text := ruleText(t, r.ID)
		shown, want := map[string]bool{}, []string{}
		for _, c := range cases(t, r.ID) {
			for _, w := range c.Want {
				shown[w.Status], shown[w.Severity], causes[w.Cause] = true, true, true
			}
		}
		for _, s := range r.Severities {
			want = append(want, s.String())
		}
		for status, word := range words {
			if strings.Contains(text, word) {
				want = append(want, status)
			}
		}
		for _, word := range want {
			if !shown[word] {
				t.Errorf("%s: no case shows %s", r.ID, word)
			}
		}
		if len(want) < len(r.Severities)+1 || !shown["unknown"] {
			t.Errorf("%s: its text speaks of %v only", r.ID, want)
		}
	}
	for _, cause := range []string{"denied", "failed", "absent", "undecidable"} {
		if !causes[cause] {
			t.Errorf("no case shows an unknown that is %s", cause)
		}
	}
}
