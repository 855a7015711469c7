package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"esaudit/audit"
	"esaudit/change"
	"esaudit/diff"
	"esaudit/report/delta"
	"esaudit/snapshot"
)

// changeFlags are the flags of diff and whatif.
type changeFlags struct {
	format      choice
	output      string
	reports     []string
	failOn      choice
	rules, skip []string
	optional    bool
	partial     bool
	live        *liveFlags
}

// failOnGained is the value of --fail-on that diff and whatif have.
const failOnGained = "gained"

func newChangeFlags() *changeFlags {
	severities := []string{"critical", "high", "medium", "low"} // audit's, from the file that serves all commands
	return &changeFlags{
		format: choice{value: "table", allowed: changeFormats(), later: []string{"graphml"}},
		failOn: choice{value: "none", allowed: append([]string{"none", failOnGained}, severities...)},
		live:   newLiveFlags(),
	}
}

func changeFormats() []string { return []string{"table", "json", "markdown", "dot", "svg"} }

func (f *changeFlags) add(flags *pflag.FlagSet) {
	flags.VarP(&f.format, "format", "f", "`FORMAT`: "+strings.Join(changeFormats(), ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write to `FILE` (default standard output)")
	flags.StringSliceVar(&f.reports, "report", nil, "write one more format, `FORMAT=FILE` (repeatable)")
	flags.Var(&f.failOn, "fail-on", "end with 3 when reachability was `gained`: gained, none")
	flags.BoolVar(&f.partial, "allow-partial", false, "with --fail-on gained, what is no longer known is no reason to end with 4")
	flags.StringSliceVar(&f.rules, "rule", nil, "compare findings of the rule with this `ID` only (repeatable)")
	flags.StringSliceVar(&f.skip, "skip-rule", nil, "leave out the rule with this `ID` (repeatable)")
	flags.BoolVar(&f.optional, "optional", false, "apply optional rules too")
	f.live.addRegions(flags)
	f.live.addCollect(flags)
}

// check refuses what only audit's --fail-on takes, unless it comes from where
// settings of all commands stand.
func (f *changeFlags) check(a *app) error {
	if a.sources["fail-on"] == "--fail-on" && f.failOn.value != "none" && f.failOn.value != failOnGained {
		return usagef("read flags: --fail-on: unknown value %q (one of gained, none)", f.failOn.value)
	}
	if _, err := f.destinations(a); err != nil {
		return err
	}
	return a.checkRules(&auditFlags{rules: f.rules, skip: f.skip})
}

func (f *changeFlags) destinations(a *app) ([]destination, error) {
	list, err := parseReports(f.reports, changeFormats())
	if err != nil {
		return nil, usagef("read settings: %s: %w", a.sources["report"], err)
	}
	list = append(list, destination{f.format.value, f.output})
	return list, ready(list)
}

func (a *app) diffCommand() *cobra.Command {
	f := newChangeFlags()
	cmd := &cobra.Command{
		Use:   "diff OLD NEW | DIR",
		Short: "Say what changed: reachability first, then findings, then settings",
		Long: `diff compares two estates, each a recording or a snapshot (or demo). It leads with
who gained and lost reachability, exactly; then come findings, and settings that
differ. What is gained was not known to be reachable before; what is lost is
known to be blocked now. Of DIR, a folder of snapshots of different instants, it
says when each path appeared and went.`,
		Example: `  esaudit diff yesterday.json.zst today.json.zst
  esaudit diff base.json head.json --fail-on gained -f markdown -o comment.md`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 && len(args) != 2 {
				return usagef("read arguments: diff takes two estates, OLD and NEW, or a folder of snapshots; %d given", len(args))
			}
			return nil
		},
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error {
			if len(args) == 1 {
				if info, err := os.Stat(args[0]); err == nil && !info.IsDir() {
					return usagef("read arguments: diff takes two estates, OLD and NEW, or a folder of snapshots; %s is one file", args[0])
				}
				return a.history(ctx, f, args[0])
			}
			return a.diff(ctx, f, args)
		}),
	}
	f.add(cmd.Flags())
	return cmd
}

func (a *app) diff(ctx context.Context, f *changeFlags, args []string) error {
	if err := f.check(a); err != nil {
		return err
	}
	of := func(name string) *liveFlags {
		if name != liveEstate && slices.Contains(args, liveEstate) {
			return nil // the other one is asked
		}
		return f.live
	}
	old, err := a.load(ctx, args[:1], of(args[0]))
	if err != nil {
		return err
	}
	new, err := a.load(ctx, args[1:], of(args[1]))
	if err != nil {
		return err
	}
	if err := fits(int64(old.snapshot.Size()+new.snapshot.Size()), toCompare(), "compare"); err != nil {
		return err
	}
	return a.compare(ctx, f, "diff", old.snapshot, new.snapshot, old.file, new.file)
}

// editFlag gathers the edits of --set, --remove and --add in the order they are
// given.
type editFlag struct {
	verb change.Verb
	list *[]change.Edit
}

func (e editFlag) String() string { return "" }
func (e editFlag) Type() string   { return "stringArray" }

// Set adds an edit.
func (e editFlag) Set(text string) error {
	edit, err := change.Parse(e.verb, text)
	if err == nil {
		*e.list = append(*e.list, edit)
	}
	return err
}

// Append, Replace and GetSlice let a list stand in the configuration file.
func (e editFlag) Append(text string) error { return e.Set(text) }

// Replace sets the edits of this verb.
func (e editFlag) Replace(texts []string) error {
	*e.list = slices.DeleteFunc(*e.list, func(x change.Edit) bool { return x.Verb == e.verb })
	for _, text := range texts {
		if err := e.Set(text); err != nil {
			return err
		}
	}
	return nil
}

// GetSlice returns the edits of this verb.
func (e editFlag) GetSlice() []string {
	var out []string
	for _, x := range *e.list {
		if x.Verb == e.verb {
			out = append(out, x.String())
		}
	}
	return out
}

func (a *app) whatifCommand() *cobra.Command {
	f := newChangeFlags()
	var edits []change.Edit
	var plan string
	cmd := &cobra.Command{
		Use:   "whatif [ESTATE] --set|--remove|--add EDIT...|--plan FILE",
		Short: "Say what an edit would change, without making it",
		Long: `whatif makes edits in memory, one after the other, and says what they would change:
who gains and loses reachability, which findings come and go, and which of the
declared clients would be cut off. Nothing is sent to the cloud.

  --set ID.FIELD=VALUE         es-cn-1.enablePublic=false
  --remove, --add LIST:GROUP:ENTRY, of the cluster in front (es-cn-1/PUBLIC_ES:default:0.0.0.0/0)
                               or of every cluster
  --remove, --add acl:ACL:ENTRY
  --remove sg:GROUP:RULE-ID, listener:LB:PORT, dnat:GATEWAY:ENTRY-ID
  --plan FILE                  a plan of corrections (fix plan -o FILE), or a Terraform plan
                               (terraform show -json PLAN): created, updated and deleted
                               resources, matched by id`,
		Example: `  esaudit whatif demo --set es-cn-orderssearch1.enablePublic=false
  esaudit whatif demo --remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:0.0.0.0/0
  esaudit whatif live.json --plan tfplan.json --fail-on gained`,
		Args: arguments(1),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error {
			return a.whatif(ctx, f, edits, plan, args)
		}),
	}
	f.add(cmd.Flags())
	cmd.Flags().Var(editFlag{change.Set, &edits}, "set", "set a field, `ID.FIELD=VALUE` (repeatable)")
	cmd.Flags().Var(editFlag{change.Remove, &edits}, "remove", "remove what stands at `PLACE` (repeatable)")
	cmd.Flags().Var(editFlag{change.Add, &edits}, "add", "add what is written at `PLACE` (repeatable)")
	cmd.Flags().StringVar(&plan, "plan", "", "make the changes of a plan of corrections, or of a Terraform plan, in `FILE`")
	return cmd
}

func (a *app) whatif(ctx context.Context, f *changeFlags, edits []change.Edit, plan string, args []string) error {
	if len(edits) == 0 && plan == "" {
		return usagef("whatif: what is to change? --set ID.FIELD=VALUE, --remove PLACE, --add PLACE or --plan FILE")
	}
	if err := f.check(a); err != nil {
		return err
	}
	e, err := a.load(ctx, args, f.live)
	if err != nil {
		return err
	}
	if err := fits(int64(e.snapshot.Size()), toEdit(), "edit"); err != nil {
		return err
	}
	after := e
	if plan != "" {
		p, err := a.lay(e, plan, "")
		if err != nil {
			return err
		}
		after = p.estate
	}
	edited, err := change.Apply(after.snapshot, edits...)
	if err != nil {
		return usagef("whatif: %w", err)
	}
	return a.compare(ctx, f, "whatif", e.snapshot, edited, e.file, plan)
}

// compare judges both sides, writes what differs, and says how it ended. files
// are those that were read.
func (a *app) compare(ctx context.Context, f *changeFlags, command string, old, new *snapshot.Snapshot, files ...string) error {
	list, err := f.destinations(a)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := apart(list, file); err != nil {
			return err
		}
	}
	texts, err := a.textsOf(list)
	if err != nil {
		return err
	}
	before, after, err := audit.Changed(ctx, old, new, audit.Options{Config: a.declared, Rules: f.rules, SkipRules: f.skip, Optional: f.optional, Texts: texts})
	if err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	said := map[string]string{}
	for _, x := range slices.Concat(before.Findings, after.Findings) {
		if x.Said != nil {
			said[x.Fingerprint] = x.Said.Message
		}
	}
	d := diff.Compare(diff.Side{Graph: before.Graph, Findings: before.Findings}, diff.Side{Graph: after.Graph, Findings: after.Findings})
	if err := a.writeAll(ctx, list, func(d2 destination) ([]byte, error) {
		return a.onScreen(d2, func(s screen) ([]byte, error) {
			if d2.format != "json" && s.texts != nil {
				return renderChange(d2.format, spoken(d, said), s)
			}
			return renderChange(d2.format, d, s)
		})
	}); err != nil {
		return err
	}
	if f.failOn.value == failOnGained && len(d.Gained) > 0 {
		return &ending{found, fmt.Errorf("%s: reachability was gained (--fail-on)", command)}
	}
	if n := len(d.Unclear); f.failOn.value == failOnGained && n > 0 && !f.partial {
		return &ending{incomplete, fmt.Errorf("%s: whether reachability was gained is not known: %d %s no longer known; --allow-partial accepts that", command, n, plural(n, "path"))}
	}
	return nil
}

// spoken is a difference whose findings speak another language: their messages by
// fingerprint.
func spoken(d diff.Document, said map[string]string) diff.Document {
	for _, list := range []*[]diff.Finding{&d.Findings.New, &d.Findings.Gone, &d.Findings.Changed} {
		*list = slices.Clone(*list)
		for i, x := range *list {
			(*list)[i].Message = cmp.Or(said[x.Fingerprint], x.Message)
		}
	}
	return d
}

func renderChange(format string, d diff.Document, s screen) ([]byte, error) {
	switch format {
	case "table":
		return delta.Text(d, delta.Screen{Width: s.width, Color: s.color, Unicode: s.unicode, Texts: s.texts}), nil
	case "markdown":
		return delta.Markdown(d, s.texts), nil
	case "dot":
		return delta.Dot(s.texts, d), nil
	case "svg":
		return delta.SVG(s.texts, d), nil
	}
	return document(d)
}

// document is a value as indented JSON.
func document(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write document: %w", err)
	}
	return b.Bytes(), nil
}

// writeAll renders everything first, so that a format that fails leaves no file
// behind.
func (a *app) writeAll(ctx context.Context, list []destination, render func(destination) ([]byte, error)) error {
	rendered := make([][]byte, len(list))
	for i, d := range list {
		var err error
		if rendered[i], err = render(d); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var failed error
	for i, d := range list {
		failed = errors.Join(failed, a.write(d, rendered[i]))
	}
	return failed
}
