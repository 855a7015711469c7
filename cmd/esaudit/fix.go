package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"esaudit/audit"
	"esaudit/change"
	"esaudit/cut"
	"esaudit/diff"
	"esaudit/finding"
	"esaudit/fix"
	"esaudit/graph"
	"esaudit/report/planned"
	"esaudit/snapshot"
)

// fixPlanFlags are the flags of fix plan.
type fixPlanFlags struct {
	output        string
	format        choice
	as            choice
	rules, skip   []string
	own           []string
	findings      []string
	optional      bool
	waivers       string
	edits         []change.Edit
	from, to      string
	restarts      bool
	acceptLockout bool
	live          *liveFlags
}

func (a *app) fixCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fix",
		Short: "Correct what is wrong: planned, previewed, applied, verified, undone",
		Long: `fix corrects settings of an account. "fix plan" writes what would be done, with the
value each step expects to find; "fix apply" compares each live value before it
writes, journals it and reads it back; "fix undo" takes a journal back. Nothing
but fix apply and fix undo can write to the cloud.`,
		Example: `  esaudit fix plan demo -o fix.plan
  esaudit fix apply fix.plan
  esaudit fix status fix.plan.journal
  esaudit fix undo fix.plan.journal`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.fixPlanCommand(), a.fixApplyCommand(), a.fixUndoCommand(), a.fixStatusCommand())
	return cmd
}

func (a *app) fixPlanCommand() *cobra.Command {
	f := &fixPlanFlags{
		format: choice{value: "table", allowed: []string{"table", "json", "markdown"}},
		as:     choice{value: "", allowed: []string{"aliyun-cli", "terraform", "ticket"}},
		live:   newLiveFlags(),
	}
	cmd := &cobra.Command{
		Use:   "plan [ESTATE] -o PLAN",
		Short: "Write a plan of corrections, and show what it would change",
		Long: `fix plan makes a plan from the findings of an audit, from edits as whatif takes
them (--set, --remove, --add), or from the best cut of a way in (--from, --to).
Each action changes one value, names what it expects to find and how it is taken
back. What would cut off a declared client, or restart a cluster, is left out and
named unless it is asked for. What the vendor has no call for is a step by hand.`,
		Example: `  esaudit fix plan demo -o fix.plan
  esaudit fix plan demo --rule ES-NET-001 --as aliyun-cli
  esaudit fix plan demo --from internet:203.0.113.9 --to es:es-cn-orderssearch1:9200 -o fix.plan`,
		Args: arguments(1),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.fixPlan(ctx, f, args) }),
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.output, "output", "o", "", "write the plan to `FILE`")
	flags.VarP(&f.format, "format", "f", "`FORMAT` of what is shown: table, json, markdown")
	flags.Var(&f.as, "as", "show the plan as a script or a ticket, in `FORM`: aliyun-cli, terraform, ticket")
	flags.StringSliceVar(&f.rules, "rule", nil, "correct findings of the rule with this `ID` only (repeatable)")
	flags.StringSliceVar(&f.skip, "skip-rule", nil, "leave out the rule with this `ID` (repeatable)")
	flags.StringSliceVar(&f.own, "rules", nil, "apply the rules of directory `DIR` too (repeatable)")
	flags.StringSliceVar(&f.findings, "finding", nil, "correct the finding with this `FINGERPRINT` only (repeatable)")
	flags.BoolVar(&f.optional, "optional", false, "apply optional rules too")
	flags.StringVar(&f.waivers, "waivers", "", "leave alone what the waivers in `FILE` name")
	flags.Var(editFlag{change.Set, &f.edits}, "set", "set a field, `ID.FIELD=VALUE` (repeatable)")
	flags.Var(editFlag{change.Remove, &f.edits}, "remove", "remove what stands at `PLACE` (repeatable)")
	flags.Var(editFlag{change.Add, &f.edits}, "add", "add what is written at `PLACE` (repeatable)")
	flags.StringVar(&f.from, "from", "", "sever this `SOURCE` from --to, by the best cut")
	flags.StringVar(&f.to, "to", "", "sever --from from this `TARGET`")
	flags.BoolVar(&f.restarts, "restarts", false, "also what restarts a cluster: HTTPS, elasticsearch.yml")
	flags.BoolVar(&f.acceptLockout, "accept-lockout", false, "also what cuts off a declared client")
	f.live.addRegions(flags)
	f.live.addCollect(flags)
	return cmd
}

func (a *app) fixPlan(ctx context.Context, f *fixPlanFlags, args []string) error {
	if (f.from == "") != (f.to == "") {
		return usagef("fix plan: --from SOURCE and --to TARGET are both needed")
	}
	check := &auditFlags{rules: f.rules, skip: f.skip, own: f.own}
	if err := a.checkRules(check); err != nil {
		return err
	}
	o := audit.Options{Config: a.declared, Rules: f.rules, SkipRules: f.skip, Optional: f.optional || len(f.rules) > 0, OwnRules: directories(f.own), All: true, Version: version}
	var err error
	if f.waivers != "" {
		if o.Waivers, err = a.readWaivers(f.waivers, f.own); err != nil {
			return err
		}
	}
	if err := ready([]destination{{"plan", f.output}}); err != nil {
		return err
	}
	e, err := a.load(ctx, args, f.live)
	if err != nil {
		return err
	}
	if err := apart([]destination{{"json", f.output}}, e.file); err != nil {
		return err
	}
	if err := fits(int64(e.snapshot.Size()), toPlan(), "plan corrections of"); err != nil {
		return err
	}
	speech, err := a.speech(f)
	if err != nil {
		return err
	}
	o.Texts = speech.Texts
	plan, err := a.makePlan(ctx, f, o, e.snapshot, func(r *finding.Report) { hear(speech.Rules, r) })
	if err != nil {
		return check.blame(ctx, err)
	}
	return a.showPlan(f, plan, speech)
}

// speech is the language that a plan is shown in; rules speak it once it was made.
func (a *app) speech(f *fixPlanFlags) (planned.Speech, error) {
	format := "table"
	switch {
	case f.as.value == "ticket", f.format.value == "markdown":
		format = "markdown"
	case f.as.value != "", f.output == "-", f.format.value == "json":
		return planned.Speech{}, nil
	}
	t, err := a.texts(destination{format, ""})
	return planned.Speech{Texts: t, Rules: map[string]string{}}, err
}

// hear takes in what rules say in another language.
func hear(said map[string]string, r *finding.Report) {
	line := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	for _, x := range r.Findings {
		if x.Said != nil {
			said[x.Message], said[line(x.Remediation.Text)] = x.Said.Message, line(x.Said.Remediation)
		}
	}
	for _, rule := range r.Rules {
		if rule.Said != nil {
			said[rule.Console] = rule.Said.Console
		}
	}
}

// makePlan gathers what is to be corrected and plans it.
// heard is told what rules say.
func (a *app) makePlan(ctx context.Context, f *fixPlanFlags, o audit.Options, s *snapshot.Snapshot, heard func(*finding.Report)) (*fix.Plan, error) {
	first, err := audit.Run(ctx, s, o)
	if err != nil {
		return nil, fmt.Errorf("fix plan: %w", err)
	}
	heard(first.Report)
	in := fix.Input{
		Snapshot: s, Config: a.declared, Rules: first.Report.Rules, Edits: f.edits, Version: version, AcceptLockout: f.acceptLockout,
		Restarts: f.restarts || len(f.rules)+len(f.findings)+len(f.edits) > 0,
		Judge: func(ctx context.Context, s *snapshot.Snapshot) (diff.Side, error) {
			r, err := audit.Run(ctx, s, o)
			if err != nil {
				return diff.Side{}, err
			}
			heard(r.Report)
			return sideOf(r), nil
		},
	}
	wished := len(f.edits) > 0 || f.from != ""
	for _, x := range finding.Visible(first.Report.Findings, false) {
		switch {
		case x.Waived != nil:
		case len(f.findings) > 0 && slices.Contains(f.findings, x.Fingerprint), len(f.findings) == 0 && (!wished || len(f.rules) > 0):
			in.Findings = append(in.Findings, x)
		}
	}
	for _, asked := range f.findings {
		if !slices.ContainsFunc(in.Findings, func(x finding.Finding) bool { return x.Fingerprint == asked }) {
			return nil, usagef("fix plan: no finding has fingerprint %q (esaudit audit -f json shows them)", asked)
		}
	}
	if f.from != "" {
		edits, err := bestCut(ctx, graph.Build(s, a.declared), f.from, f.to)
		if err != nil {
			return nil, err
		}
		in.Edits = append(in.Edits, edits...)
	}
	plan, err := fix.New(ctx, in)
	if err != nil {
		return nil, usagef("fix plan: %w", err)
	}
	return plan, nil
}

// sideOf is what an audit says, for comparing.
func sideOf(r *audit.Result) diff.Side { return diff.Side{Graph: r.Graph, Findings: r.Report.Findings} }

// bestCut is the set of edits that severs a source with the least besides.
func bestCut(ctx context.Context, g *graph.Graph, from, to string) ([]change.Edit, error) {
	d, err := cut.Find(ctx, g, from, to)
	switch {
	case err != nil:
		return nil, usagef("fix plan: %w", nearest(g, err))
	case d.Blocked:
		return nil, usagef("fix plan: %s does not get to %s as it is", from, to)
	case len(d.Cuts) == 0:
		return nil, &ending{found, fmt.Errorf("fix plan: nothing of up to %d edits severs %s from %s", d.SearchedUpTo, to, from)}
	}
	var out []change.Edit
	for _, text := range d.Cuts[0].Edits {
		e, err := cutEdit(text)
		if err != nil {
			return nil, fmt.Errorf("fix plan: %w", err)
		}
		out = append(out, e)
	}
	return out, nil
}

// cutEdit reads an edit as cut writes it: what holds a "=" sets a field.
func cutEdit(text string) (change.Edit, error) {
	verb, rest, ok := strings.Cut(text, " ")
	if ok && (verb == "set" || verb == "remove" || verb == "add") {
		text = rest
	}
	if verb == "set" || !ok && strings.Contains(text, "=") {
		return change.Parse(change.Set, text)
	}
	if verb == "add" {
		return change.Parse(change.Add, text)
	}
	return change.Parse(change.Remove, text)
}

// showPlan writes the plan, and shows it as it was asked for.
func (a *app) showPlan(f *fixPlanFlags, plan *fix.Plan, speech planned.Speech) error {
	data, err := document(plan)
	if err != nil {
		return err
	}
	toFile := f.output != "" && f.output != "-"
	if toFile {
		if err := a.write(destination{"json", f.output}, data); err != nil {
			return err
		}
	}
	shown := data
	screen := a.screenFor(destination{"table", ""})
	switch {
	case f.as.value == "aliyun-cli":
		shown = planned.CLI(plan)
	case f.as.value == "terraform":
		shown = planned.Terraform(plan)
	case f.as.value == "ticket", f.format.value == "markdown":
		shown = planned.Ticket(plan, speech)
	case f.output == "-", f.format.value == "json":
	default:
		shown = planned.Text(plan, planned.Screen{Width: screen.width, Color: screen.color, Unicode: screen.unicode, Speech: speech})
	}
	if err := a.write(destination{"table", ""}, shown); err != nil {
		return err
	}
	if toFile {
		a.note("%s", speech.Texts.F("fix plan: wrote %s; apply it with: esaudit fix apply %s", f.output, f.output))
	}
	return nil
}
