package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/policies"
	"esaudit/report"
)

func (a *app) rulesCommand() *cobra.Command {
	format := choice{value: "table", allowed: []string{"table", "json"}}
	var output string
	var own []string
	cmd := &cobra.Command{
		Use:   "rules [ID]",
		Short: "List the rules, or explain one",
		Example: `  esaudit rules
  esaudit rules ES-NET-001
  esaudit rules test rules/`,
		Args: arguments(1),
		RunE: a.command(func(_ context.Context, _ *cobra.Command, args []string) error {
			return a.rules(destination{format.value, output}, own, args)
		}),
	}
	cmd.Flags().VarP(&format, "format", "f", "`FORMAT`: table, json")
	cmd.Flags().StringSliceVar(&own, "rules", nil, "the rules of directory `DIR` too (repeatable)")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` (default standard output)")
	cmd.AddCommand(a.rulesTestCommand(), a.rulesNewCommand())
	return cmd
}

// catalogue describes the built-in rules and those of the user's directories. A
// directory that cannot be read, or holds what is no rule, is the user's to mend.
func (a *app) catalogue(own []string) ([]finding.Rule, error) { return a.catalogueIn(nil, own) }

func (a *app) catalogueIn(t *lang.Texts, own []string) ([]finding.Rule, error) {
	for _, dir := range own {
		if info, err := os.Stat(dir); err != nil {
			return nil, usagef("read rules: %w", err)
		} else if !info.IsDir() {
			return nil, usagef("read rules: %s is not a directory", dir)
		}
	}
	list, err := policies.CatalogueIn(t, directories(own)...)
	if err != nil {
		return nil, usagef("read rules: %w", err)
	}
	return list, nil
}

func directories(names []string) []fs.FS {
	var out []fs.FS
	for _, name := range names {
		out = append(out, os.DirFS(name))
	}
	return out
}

func (a *app) rules(d destination, own, args []string) error {
	var t *lang.Texts // JSON is English always
	var err error
	if d.format == "table" {
		if t, err = a.texts(d); err != nil {
			return err
		}
	}
	catalogue, err := a.catalogueIn(t, own)
	if err != nil {
		return err
	}
	if len(args) > 0 {
		i := slices.IndexFunc(catalogue, func(r finding.Rule) bool { return r.ID == args[0] })
		if i < 0 {
			return usagef("explain rule: unknown rule %q (one of %s)", args[0], strings.Join(ruleIDs(catalogue), ", "))
		}
		catalogue = catalogue[i : i+1]
	}
	var b bytes.Buffer
	switch {
	case d.format == "json":
		err = writeRulesJSON(&b, catalogue)
	case len(args) > 0:
		explainRule(&b, t, catalogue[0], a.screenFor(d).width)
	default:
		listRules(&b, t, catalogue)
	}
	if err != nil {
		return fmt.Errorf("write rules: %w", err)
	}
	return a.write(d, b.Bytes())
}

func ruleIDs(rules []finding.Rule) []string {
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
	}
	return ids
}

func listRules(b *bytes.Buffer, t *lang.Texts, rules []finding.Rule) {
	rows := [][3]string{{t.T("RULE"), t.T("SEVERITY"), t.T("TITLE")}}
	for _, r := range rules {
		title := r.Title
		if r.Optional {
			title += t.T(" (optional)")
		}
		rows = append(rows, [3]string{r.ID, t.T(r.Severity.String()), title})
	}
	id, severity := 0, 0
	for _, row := range rows {
		id, severity = max(id, ansi.StringWidth(row[0])), max(severity, ansi.StringWidth(row[1]))
	}
	for _, row := range rows {
		fmt.Fprintf(b, "%s  %s  %s\n", padded(row[0], id), padded(row[1], severity), row[2])
	}
}

// padded fills a text up to so many columns.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(width-ansi.StringWidth(text), 0))
}

// applied says when a rule is.
func applied(t *lang.Texts, r finding.Rule) string {
	if r.Optional {
		return t.T("with --optional, or when --rule names it")
	}
	return t.T("always")
}

func explainRule(b *bytes.Buffer, t *lang.Texts, r finding.Rule, width int) {
	var severities []string
	for _, s := range r.Severities {
		severities = append(severities, t.T(s.String()))
	}
	fmt.Fprintf(b, "%s  %s\n\n%s\n\n", r.ID, r.Title, wrap(flow(r.Description), width, ""))
	for _, part := range []struct{ name, text string }{
		{t.T("severity"), strings.Join(severities, ", ")},
		{t.T("judges"), strings.Join(r.Kinds, ", ")},
		{t.T("avoid"), flow(r.Avoid)},
		{t.T("prefer"), flow(r.Prefer)},
		{t.T("what to do"), flow(r.Remediation)},
		{t.T("console"), flow(r.Console)},
		{"terraform", flow(r.Terraform)},
		{t.T("corrected by"), strings.Join(r.API, ", ")},
		{t.T("based on"), strings.Join(r.Basis, "\n")},
		{t.T("controls"), strings.Join(r.Controls, "\n")},
		{t.T("parameters"), parameterText(r.Parameters)},
		{t.T("applied"), applied(t, r)},
	} {
		if part.text != "" {
			fmt.Fprintf(b, "%s  %s\n", padded(part.name, 12), strings.TrimLeft(wrap(part.text, width, strings.Repeat(" ", 14)), " "))
		}
	}
}

// parameterText tells the thresholds of a rule that esaudit.yaml may change.
func parameterText(list []finding.Parameter) string {
	var lines []string
	for _, p := range list {
		value, err := json.Marshal(p.Default)
		if err != nil {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s = %s: %s", p.Name, value, p.Text))
	}
	return strings.Join(lines, "\n")
}

// flow joins the lines of a paragraph.
func flow(text string) string { return strings.Join(strings.Fields(text), " ") }

// wrap breaks text at a width; every line begins with indent.
func wrap(text string, width int, indent string) string {
	room := max(width-len(indent), 20)
	text = strings.TrimSpace(text)
	if ansi.StringWidth(text) > utf8.RuneCountInString(text) { // wide characters have no spaces between them
		text = report.Wrap(text, room)
	} else {
		text = ansi.Wordwrap(text, room, "")
	}
	return indent + strings.ReplaceAll(text, "\n", "\n"+indent)
}

// ruleDocument is one rule as `rules -f json` gives it.
type ruleDocument struct {
	finding.Rule
	Description string              `json:"description"`
	Avoid       string              `json:"avoid"`
	Prefer      string              `json:"prefer"`
	Console     string              `json:"console"`
	Terraform   string              `json:"terraform"`
	Remediation string              `json:"remediation"`
	API         []string            `json:"api"`
	Fix         string              `json:"fix"`
	Severities  []finding.Severity  `json:"severities"`
	Kinds       []string            `json:"kinds"`
	Parameters  []finding.Parameter `json:"parameters,omitempty"`
	Optional    bool                `json:"optional"`
}

func writeRulesJSON(b *bytes.Buffer, rules []finding.Rule) error {
	list := []ruleDocument{}
	for _, r := range rules {
		list = append(list, ruleDocument{
			r, r.Description, r.Avoid, r.Prefer, r.Console, r.Terraform, r.Remediation, r.API, r.Fix, r.Severities, r.Kinds, r.Parameters, r.Optional,
		})
	}
	slices.SortFunc(list, func(x, y ruleDocument) int { return cmp.Compare(x.ID, y.ID) })
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(list)
}
