package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"esaudit/collector/recording"
	"esaudit/finding"
	"esaudit/policies"
	"esaudit/rulecase"
)

func (a *app) rulesTestCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "test DIR",
		Short:   "Run the cases of the rules of a directory, and tell what they do not reach",
		Example: `  esaudit rules test rules/`,
		Args:    cobra.MatchAll(atLeastOne("DIR"), arguments(1)),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error {
			return a.testRules(ctx, args[0])
		}),
	}
}

// atLeastOne refuses a command without its argument.
func atLeastOne(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("read arguments: %s is missing", name)
		}
		return nil
	}
}

// testRules runs cases. Differences are failures (3); what is no rule or no case
// is the user's to mend.
func (a *app) testRules(ctx context.Context, name string) error {
	rules, err := a.ownRules(name)
	if err != nil {
		return err
	}
	dir := os.DirFS(name)
	sets, err := rulecase.Read(dir, rules)
	if err != nil {
		return usagef("test rules: %w", err)
	}
	out, err := rulecase.Run(ctx, dir, sets, a.caseEstates(ctx, name))
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return usagef("test rules: %w", err)
	}
	for _, f := range out.Failures {
		a.say("FAIL  %s  %s\n", f.Rule, oneLine(f.Case))
		for _, why := range f.Why {
			a.say("      %s\n", oneLine(why))
		}
	}
	for _, c := range out.Coverage {
		missed := ""
		if len(c.Missed) > 0 {
			missed = "; no case reaches lines " + strings.Join(c.Missed, ", ")
		}
		a.say("%5.1f%%  %s%s\n", c.Percent, oneLine(c.File), missed)
	}
	a.say("%d %s of %d %s: %d passed, %d failed\n", out.Cases, plural(out.Cases, "case"), len(sets), plural(len(sets), "rule"),
		out.Cases-len(out.Failures), len(out.Failures))
	if n := len(out.Failures); n > 0 {
		return &ending{found, fmt.Errorf("rules: %d %s failed", n, plural(n, "case"))}
	}
	return nil
}

// ownRules are the rules of a directory alone.
func (a *app) ownRules(name string) ([]finding.Rule, error) {
	all, err := a.catalogue([]string{name})
	if err != nil {
		return nil, err
	}
	files, err := policies.Modules(os.DirFS(name))
	if err != nil {
		return nil, usagef("read rules: %w", err)
	}
	packages := map[string]bool{}
	for _, m := range files {
		packages[m.Package.Path.String()] = true
	}
	var own []finding.Rule
	for _, r := range all {
		if packages["data.esaudit.rules."+strings.ReplaceAll(strings.ToLower(r.ID), "-", "_")] {
			own = append(own, r)
		}
	}
	if len(own) == 0 {
		return nil, usagef("read rules: %s holds no rule", name)
	}
	return own, nil
}

// caseEstates opens the estates that cases name: demo, or a recording by its
// path beside the rule or from the working directory.
func (a *app) caseEstates(ctx context.Context, dir string) rulecase.Estates {
	known := map[string][]recording.Part{}
	return func(of, name string) ([]recording.Part, error) {
		places := []string{filepath.Join(dir, of, name), name}
		if name == "demo" {
			places = []string{name}
		}
		for _, place := range places {
			if parts, ok := known[place]; ok {
				return parts, nil
			}
			parts, err := a.caseParts(ctx, place)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			known[place] = parts
			return parts, err
		}
		return nil, fmt.Errorf("no estate %q: neither demo nor the directory of a recording", name)
	}
}

func (a *app) caseParts(ctx context.Context, place string) ([]recording.Part, error) {
	if place == "demo" {
		r, err := a.collectDemo(ctx)
		return r.Parts, err
	}
	if _, err := os.Stat(place); err != nil {
		return nil, err
	}
	r, err := recording.Open(place)
	if err != nil {
		return nil, err
	}
	return r.Parts, nil
}

// ruleID is how ids of rules look.
var ruleID = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-[0-9]{3}$`)

func (a *app) rulesNewCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "new ID",
		Short:   "Write the beginning of a rule of your own: rule, cases and page",
		Example: `  esaudit rules new ACME-NET-001 --dir rules`,
		Args:    cobra.MatchAll(atLeastOne("ID"), arguments(1)),
		RunE: a.command(func(_ context.Context, _ *cobra.Command, args []string) error {
			return a.newRule(args[0], dir)
		}),
	}
	cmd.Flags().StringVar(&dir, "dir", ".", "the `DIR` of your rules")
	return cmd
}

// newRule writes a rule that compiles, and whose case passes. Nothing that is
// there is written over.
func (a *app) newRule(id, dir string) error {
	builtin, err := policies.Catalogue()
	if err != nil {
		return err
	}
	for _, r := range builtin {
		if r.ID == id {
			return usagef("new rule: %s is built in; to replace it, write a rule with custom.overrides: %s", id, id)
		}
	}
	if !ruleID.MatchString(id) {
		return usagef("new rule: %q is no id; write capitals and a number, like ACME-NET-001", id)
	}
	name := strings.ReplaceAll(strings.ToLower(id), "-", "_")
	target := filepath.Join(dir, name)
	if _, err := os.Stat(target); err == nil {
		return usagef("new rule: %s is there already", target)
	}
	if err := os.MkdirAll(target, 0o755); err != nil {
		return usagef("new rule: %w", err)
	}
	fill := strings.NewReplacer("ACME-NET-001", id, "acme_net_001", name, "AcmeNet001", pascal(id))
	for _, f := range []struct{ name, text string }{
		{name + ".rego", scaffoldRule}, {rulecase.FileName, scaffoldCases}, {id + ".md", scaffoldPage},
	} {
		if err := a.write(destination{file: filepath.Join(target, f.name)}, []byte(fill.Replace(f.text))); err != nil {
			return err
		}
	}
	a.note("wrote %s; try: esaudit rules test %s", target, dir)
	return nil
}

// pascal writes an id in PascalCase.
func pascal(id string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(strings.ToLower(id), "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

const scaffoldRule = `# METADATA
# title: What a cluster should be
# description: |
#   Why it matters, in a paragraph.
# custom:
#   id: ACME-NET-001
#   name: AcmeNet001
#   severities: [low]
#   kinds: [elasticsearch]
#   basis: ["our own rules"]
#   controls: []
#   remediation: |
#     What to do.
#   api: []
#   tags: [own]
package esaudit.rules.acme_net_001

import data.esaudit.lib

# results gives, for a subject with its facts (esaudit audit --facts FILE shows
# them), a set of results. Each subject of the rule's kinds gets one.
results(s) := {verdict(s)}

verdict(s) := lib.unknown("Whether {cluster} has public access was not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not lib.known(s.facts.switches.public)
} else := {
	"status": "fail", "severity": "low",
	"message": "{cluster} has public access.",
	"args": {"cluster": s.id},
	"evidence": [lib.evidence(s.facts.switches.public, "public access is on", "enablePublic")],
} if {
	s.facts.switches.public.value == true
} else := lib.passed("{cluster} has no public access.", {"cluster": s.id})
`

const scaffoldCases = `# Cases of ACME-NET-001: what looks bad and is fine, what looks fine and is bad,
# and what cannot be decided.
cases:
  - name: public access is on
    subjects:
      - kind: elasticsearch
        id: es-cn-1
        facts: {switches: {public: {value: true, at: /enablePublic}}}
    want:
      - {subject: es-cn-1, status: fail, severity: low}

  - name: public access is off
    subjects:
      - kind: elasticsearch
        id: es-cn-1
        facts: {switches: {public: {value: false, at: /enablePublic}}}
    want:
      - {subject: es-cn-1, status: pass}

  - name: the switch was not read
    subjects:
      - kind: elasticsearch
        id: es-cn-1
        facts:
          switches: {public: {at: ""}}
          calls: {DescribeInstance: {call: "elasticsearch:DescribeInstance es-cn-1", state: denied, read: false, permission: "elasticsearch:DescribeInstance", subject: es-cn-1}}
    want:
      - {subject: es-cn-1, status: unknown, cause: denied}
`

const scaffoldPage = `# ACME-NET-001: What a cluster should be

## Avoid

A setting that fails.

## Prefer

One that passes.

## Why

Why it matters, in a paragraph.

## Fix

What to do in the console, by the API, with Terraform.

## Sources

- our own rules

## Tricky cases

- What looks bad and is fine.
- What looks fine and is bad.
`
