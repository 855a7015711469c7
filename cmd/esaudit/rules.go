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
	"text/tabwriter"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"esaudit/finding"
	"esaudit/policies"
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
func (a *app) catalogue(own []string) ([]finding.Rule, error) {
	for _, dir := range own {
		if info, err := os.Stat(dir); err != nil {
			return nil, usagef("read rules: %w", err)
		} else if !info.IsDir() {
			return nil, usagef("read rules: %s is not a directory", dir)
		}
	}
	list, err := policies.Catalogue(directories(own)...)
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
	catalogue, err := a.catalogue(own)
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
		explainRule(&b, catalogue[0], a.screenFor(d).width)
	default:
		err = listRules(&b, catalogue)
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

func listRules(b *bytes.Buffer, rules []finding.Rule) error {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RULE\tSEVERITY\tTITLE")
	for _, r := range rules {
		title := r.Title
		if r.Optional {
			title += " (optional)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.ID, r.Severity, title)
	}
	return t.Flush()
}

func explainRule(b *bytes.Buffer, r finding.Rule, width int) {
	var severities []string
	for _, s := range r.Severities {
		severities = append(severities, s.String())
	}
	fmt.Fprintf(b, "%s  %s\n\n%s\n\n", r.ID, r.Title, wrap(flow(r.Description), width, ""))
	for _, part := range []struct{ name, text string }{
		{"severity", strings.Join(severities, ", ")},
		{"judges", strings.Join(r.Kinds, ", ")},
		{"avoid", flow(r.Avoid)},
		{"prefer", flow(r.Prefer)},
		{"what to do", flow(r.Remediation)},
		{"console", flow(r.Console)},
		{"terraform", flow(r.Terraform)},
		{"corrected by", strings.Join(r.API, ", ")},
		{"based on", strings.Join(r.Basis, "\n")},
		{"controls", strings.Join(r.Controls, "\n")},
		{"parameters", parameterText(r.Parameters)},
		{"applied", map[bool]string{false: "always", true: "with --optional, or when --rule names it"}[r.Optional]},
	} {
		if part.text != "" {
			fmt.Fprintf(b, "%-12s  %s\n", part.name, strings.TrimLeft(wrap(part.text, width, strings.Repeat(" ", 14)), " "))
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
	text = ansi.Wordwrap(strings.TrimSpace(text), max(width-len(indent), 20), "")
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
