package policies_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/finding"
	"esaudit/policies"
)

const pagesDir = "../docs/rules"

// families are the groups of rules in the order of the index.
var families = [][2]string{
	{"NET", "Exposure and whitelists"}, {"TLS", "TLS"}, {"PVL", "PrivateLink"}, {"SLB", "Load balancers"}, {"SG", "Security groups"},
	{"VPC", "Networks"}, {"XPK", "X-Pack and configuration"}, {"DAT", "Data protection and availability"}, {"RAM", "Identity"},
	{"AST", "Assertions"}, {"EST", "The estate itself"}, {"DRF", "Drift"},
}

// docs/rules has a page for each rule and an index, made of the rules' METADATA,
// their entries in catalogue.md and their cases. make docs writes them.
func TestPagesAreFresh(t *testing.T) {
	rules, err := policies.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	items := catalogue(t)
	want := map[string]string{"README.md": index(rules)}
	for _, r := range rules {
		want[r.ID+".md"] = rulePage(r, items[r.ID], cases(t, r.ID))
	}
	files, err := filepath.Glob(pagesDir + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	if flag.Lookup("update").Value.String() == "true" {
		for _, file := range files {
			if _, ok := want[filepath.Base(file)]; !ok {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
			}
		}
		for name, text := range want {
			if err := os.MkdirAll(pagesDir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(pagesDir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	for _, file := range files {
		if _, ok := want[filepath.Base(file)]; !ok {
			t.Errorf("%s is of no rule: make docs removes it", file)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		got, err := os.ReadFile(filepath.Join(pagesDir, name))
		if err != nil {
			t.Error(err)
		} else if string(got) != want[name] {
			t.Errorf("docs/rules/%s is stale: make docs writes it", name)
		}
	}
}

func index(rules []finding.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Rules\n\nMade by `make docs` from the rules themselves. There are %d; an optional one is applied with `--optional`, or when `--rule` names it.\n", len(rules))
	b.WriteString("What other checkers look at, and the rule here that covers it: [coverage](../coverage.md).\n")
	listed := 0
	for _, f := range families {
		var rows []string
		for _, r := range rules {
			if strings.HasPrefix(r.ID, "ES-"+f[0]+"-") {
				rows = append(rows, fmt.Sprintf("| [%s](%s.md) | %s | %s | %s |\n", r.ID, r.ID, cell(r.Title), severityWords(r), map[bool]string{true: "optional"}[r.Optional]))
			}
		}
		listed += len(rows)
		if len(rows) > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n| rule | what it asks | severity | |\n| --- | --- | --- | --- |\n%s", f[1], strings.Join(rows, ""))
		}
	}
	if listed != len(rules) {
		return "a rule belongs to no family"
	}
	return b.String()
}

func severityWords(r finding.Rule) string {
	var words []string
	for _, s := range r.Severities {
		words = append(words, s.String())
	}
	return strings.Join(words, ", ")
}

// cell is a text in a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func rulePage(r finding.Rule, items []string, cases []ruleCase) string {
	var b strings.Builder
	applied := "always applied"
	if r.Optional {
		applied = "applied with `--optional`, or when `--rule` names it"
	}
	fmt.Fprintf(&b, "# %s: %s\n\nSeverity: %s. Judges: %s. It is %s.\n", r.ID, r.Title, severityWords(r), strings.Join(r.Kinds, ", "), applied)
	section := func(title, text string) {
		if text = strings.TrimSpace(text); text != "" {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", title, text)
		}
	}
	section("Avoid", r.Avoid)
	section("Prefer", r.Prefer)
	section("Why", r.Description)
	section("Fix", strings.Join([]string{
		r.Remediation, labelled("Console", r.Console), labelled("API", quoted(r.API)), labelled("Terraform", r.Terraform),
	}, "\n\n"))
	section("Parameters", parameters(r))
	section("Sources", bullets(r.Basis))
	section("Controls", bullets(r.Controls))
	section("Tricky cases", tricky(items, cases))
	return b.String()
}

// parameters is the table of a rule's thresholds.
func parameters(r finding.Rule) string {
	if len(r.Parameters) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "In `esaudit.yaml`: `parameters: {%s: {%s: ...}}`.\n\n| name | default | what it is |\n| --- | --- | --- |\n", r.ID, r.Parameters[0].Name)
	for _, p := range r.Parameters {
		value, err := json.Marshal(p.Default)
		if err != nil {
			return err.Error()
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", p.Name, value, cell(p.Text))
	}
	return b.String()
}

func labelled(label, text string) string {
	if text == "" {
		text = "none"
	}
	return fmt.Sprintf("**%s.** %s", label, text)
}

func quoted(list []string) string {
	var out []string
	for _, item := range list {
		out = append(out, "`"+item+"`")
	}
	return strings.Join(out, ", ")
}

func bullets(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "- " + strings.Join(list, "\n- ")
}

// tricky lists the items of the rule's entry, each with the cases that show it.
func tricky(items []string, cases []ruleCase) string {
	var out []string
	for _, part := range [][2]string{{"− ", "Looks bad, is fine"}, {"+ ", "Looks fine, is bad"}, {"= ", "Decided"}} {
		var lines []string
		for _, item := range items {
			if text, ok := strings.CutPrefix(item, part[0]); ok {
				lines = append(lines, "- "+text+shownBy(item, cases))
			}
		}
		if len(lines) > 0 {
			out = append(out, part[1]+":\n\n"+strings.Join(lines, "\n"))
		}
	}
	return strings.Join(out, "\n\n")
}

func shownBy(item string, cases []ruleCase) string {
	var names []string
	for _, c := range cases {
		if slices.Contains(c.Items, item) {
			names = append(names, "*"+c.Name+"*")
		}
	}
	return " (" + strings.Join(names, ", ") + ")"
}
