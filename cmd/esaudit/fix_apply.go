package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"esaudit/change"
	"esaudit/collector"
	"esaudit/collector/cloud"
	"esaudit/collector/recording"
	"esaudit/diff"
	"esaudit/fix"
	"esaudit/graph"
	"esaudit/lang"
)

// fixRunFlags are the flags of fix apply and fix undo.
type fixRunFlags struct {
	journal            string
	yes, resume        bool
	maxAge, poll       time.Duration
	maxChanges         int
	acceptLockout      bool
	acceptIrreversible bool
	live               *liveFlags
}

func (f *fixRunFlags) add(flags *pflag.FlagSet) {
	flags.BoolVarP(&f.yes, "yes", "y", false, "do not ask")
	flags.BoolVar(&f.acceptIrreversible, "accept-irreversible", false, "also with actions that cannot be undone")
	flags.DurationVar(&f.poll, "poll", 5*time.Second, "look every `DURATION` at what is changing")
	flags.StringSliceVar(&f.live.roles, "account-role", nil, "do it as this role `ARN`")
	flags.Var(&f.live.progress, "progress", "`HOW` to tell how far it is: auto, plain, none")
	f.live.addReach(flags)
}

func (a *app) fixApplyCommand() *cobra.Command {
	f := &fixRunFlags{live: newLiveFlags()}
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Do what a plan says, each value compared first",
		Long: `fix apply plays the actions of a plan, one after the other. It reads each live value
and stops when it is another than the plan expects; writes to the journal what it
is about to do; calls; reads the value back; and in the end collects the account
again to see whether everybody gets in who should, and nobody else. It ends with 3
when it stopped on the way or the account is not as promised. What was interrupted
goes on with --resume, or is taken back by "fix undo".`,
		Example: `  esaudit fix apply fix.plan
  esaudit fix apply fix.plan --yes --journal fix.journal
  esaudit fix apply fix.plan --resume`,
		Args: oneFile("apply takes one PLAN, which fix plan writes"),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.fixApply(ctx, f, args[0]) }),
	}
	flags := cmd.Flags()
	f.add(flags)
	flags.StringVar(&f.journal, "journal", "", "keep the journal in `FILE` (default PLAN.journal)")
	flags.BoolVar(&f.resume, "resume", false, "go on with a journal that is there")
	flags.DurationVar(&f.maxAge, "max-age", time.Hour, "refuse a plan whose snapshot is older than `DURATION`, by the API's clock")
	flags.IntVar(&f.maxChanges, "max-changes", 10, "refuse a plan of more than `N` actions")
	flags.BoolVar(&f.acceptLockout, "accept-lockout", false, "also what cuts off a declared client")
	return cmd
}

func (a *app) fixUndoCommand() *cobra.Command {
	f := &fixRunFlags{live: newLiveFlags()}
	cmd := &cobra.Command{
		Use:   "undo JOURNAL",
		Short: "Take back what a journal says was done",
		Long: `fix undo plays the inverses of what was done, the last first, with the checks of
fix apply. What it makes anew gets another id or address, and is listed before.`,
		Example: `  esaudit fix undo fix.plan.journal`,
		Args:    oneFile("undo takes one JOURNAL, which fix apply writes"),
		RunE:    a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.fixUndo(ctx, f, args[0]) }),
	}
	f.add(cmd.Flags())
	return cmd
}

func (a *app) fixStatusCommand() *cobra.Command {
	format := choice{value: "table", allowed: []string{"table", "json"}}
	cmd := &cobra.Command{
		Use:     "status JOURNAL",
		Short:   "Say what of a plan was done, what is in doubt, and what was not done",
		Example: `  esaudit fix status fix.plan.journal`,
		Args:    oneFile("status takes one JOURNAL, which fix apply writes"),
		RunE: a.command(func(_ context.Context, _ *cobra.Command, args []string) error {
			s, err := fix.Status(fix.OSFiles{}, args[0])
			if err != nil {
				return usagef("fix status: %w", err)
			}
			d := destination{format.value, ""}
			t, err := a.texts(d)
			if err != nil {
				return usage(err)
			}
			text := standing(t, s)
			if format.value == "json" {
				if text, err = document(s); err != nil {
					return err
				}
			}
			return a.write(d, text)
		}),
	}
	cmd.Flags().VarP(&format, "format", "f", "`FORMAT`: table, json")
	return cmd
}

// oneFile takes one argument.
func oneFile(usage string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("read arguments: fix %s; %d given", usage, len(args))
		}
		return nil
	}
}

// standing is a journal's standing for people, in a language.
func standing(t *lang.Texts, s fix.Standing) []byte {
	var b bytes.Buffer
	widths := [3]int{}
	var rows [][4]string
	for _, x := range s.Actions {
		row := [4]string{oneLine(x.ID), t.T(string(x.State)), oneLine(t.Made(x.Title)), oneLine(t.Made(x.Note))}
		for i := range widths {
			widths[i] = max(widths[i], ansi.StringWidth(row[i]))
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		fmt.Fprintf(&b, "%s  %s  %s  %s\n", padded(row[0], widths[0]), padded(row[1], widths[1]), padded(row[2], widths[2]), row[3])
	}
	switch {
	case s.Verified && s.Undone:
		b.WriteString(t.T("verified: the account was as promised once the plan was undone") + "\n")
	case s.Verified:
		b.WriteString(t.T("verified: the account was as promised once the plan was applied") + "\n")
	}
	return trimLines(b.Bytes())
}

// trimLines takes the blanks from the ends of lines.
func trimLines(text []byte) []byte {
	lines := bytes.Split(text, []byte("\n"))
	for i := range lines {
		lines[i] = bytes.TrimRight(lines[i], " ")
	}
	return bytes.Join(lines, []byte("\n"))
}

func (a *app) fixApply(ctx context.Context, f *fixRunFlags, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return usagef("fix apply: read plan: %w", err)
	}
	plan, err := fix.ParsePlan(data)
	if err != nil {
		return usagef("fix apply: %s: %w", name, err)
	}
	if f.journal == "" {
		f.journal = name + ".journal"
	}
	return a.fixRun(ctx, f, plan, "apply", func(o fix.Options) (fix.Outcome, error) { return fix.Apply(ctx, plan, o) })
}

func (a *app) fixUndo(ctx context.Context, f *fixRunFlags, name string) error {
	plan, err := fix.PlanOf(fix.OSFiles{}, name)
	if err != nil {
		return usagef("fix undo: %w", err)
	}
	f.journal = name
	return a.fixRun(ctx, f, plan, "undo", func(o fix.Options) (fix.Outcome, error) { return fix.Undo(ctx, o) })
}

// fixRun applies or undoes as one identity.
func (a *app) fixRun(ctx context.Context, f *fixRunFlags, plan *fix.Plan, verb string, run func(fix.Options) (fix.Outcome, error)) error {
	t, err := a.texts(destination{"table", ""})
	if err != nil {
		return usage(err)
	}
	o, done, err := a.fixOptions(ctx, f, plan, verb)
	if err != nil {
		return err
	}
	defer done()
	o.Confirm = func(q fix.Question) (bool, error) {
		if err := a.lockouts(ctx, f, q, o.Collect); err != nil {
			return false, err
		}
		return a.confirm(f, t, q)
	}
	o.Tell = func(e fix.Event) { a.tellFix(f, t, e) }
	out, err := run(o)
	if err != nil {
		return fixEnding(t, verb, f.journal, err)
	}
	past := map[string]string{"apply": "applied", "undo": "undone"}[verb]
	a.note("%s", t.F("fix "+verb+": %d "+plural(len(out.Done), "action")+" "+past+" in this run; the account is as promised; journal: %s", len(out.Done), f.journal))
	return nil
}

// fixOptions are those of applying or undoing a plan as one identity, without
// whom to ask and to tell. The function returned ends the connection.
func (a *app) fixOptions(ctx context.Context, f *fixRunFlags, plan *fix.Plan, verb string) (fix.Options, func(), error) {
	w, err := a.connect(ctx, f.live)
	if err != nil {
		return fix.Options{}, nil, err
	}
	who := w.base
	roles, err := rolesOf(f.live.roles)
	if err == nil && len(roles) > 1 {
		err = fmt.Errorf("fix %s: a plan is for one account: one --account-role", verb)
	}
	if err == nil && len(roles) == 1 {
		who, err = w.cloud.Assume(w.base, cloud.Role{ARN: roles[0]})
	}
	if err != nil {
		w.cloud.Close()
		return fix.Options{}, nil, usage(err)
	}
	caller := w.cloud.Caller(who)
	return fix.Options{
		Reader: caller, Writer: w.cloud.Writer(who), Files: fix.OSFiles{}, Journal: f.journal, ID: rand.Text(), Sleep: sleep,
		MaxAge: f.maxAge, MaxChanges: f.maxChanges, AcceptLockout: f.acceptLockout, AcceptIrreversible: f.acceptIrreversible, Resume: f.resume, Poll: f.poll,
		Collect: func(ctx context.Context) (*graph.Graph, error) { return a.collectAgain(ctx, f.live, caller, plan) },
	}, w.cloud.Close, nil
}

// inWords is an error with its text in another language.
type inWords struct {
	error
	text string
}

func (e inWords) Error() string { return e.text }
func (e inWords) Unwrap() error { return e.error }

// fixEnding is how a run ends (CONTRACT 2), in a language.
func fixEnding(t *lang.Texts, verb, journal string, err error) error {
	if _, ok := errors.AsType[*fix.RefusedError](err); ok {
		return usagef("fix %s: %w", verb, inWords{err, t.Made(err.Error())})
	}
	if stopped, ok := errors.AsType[*fix.StoppedError](err); ok {
		parts := []string{t.Made(stopped.Err.Error())}
		for _, d := range stopped.Differences {
			parts = append(parts, t.Made(d))
		}
		text := strings.Join(parts, "; ")
		if _, none := os.Stat(journal); none == nil {
			text += " (esaudit fix status " + journal + ")"
		}
		return &ending{found, fmt.Errorf("fix %s: %w", verb, inWords{err, text})}
	}
	return fmt.Errorf("fix %s: %w", verb, err)
}

// collectAgain collects the plan's account and builds its graph.
func (a *app) collectAgain(ctx context.Context, live *liveFlags, caller *cloud.Caller, plan *fix.Plan) (*graph.Graph, error) {
	p := a.newProgress(live.progress.value)
	defer p.end()
	part, err := collector.Collect(ctx, caller, collector.Options{
		Account: plan.Account, Regions: plan.Regions, Timeout: a.timeout, OnEvent: func(e collector.Event) { p.show("", e) },
	})
	if err != nil {
		return nil, collected(err)
	}
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		return nil, err
	}
	return graph.Build(s, a.declared), nil
}

// lockouts refuses what would cut off a client that is declared now, whatever was
// declared when the plan was made: the account is collected, and the actions that
// are left are played in memory.
func (a *app) lockouts(ctx context.Context, f *fixRunFlags, q fix.Question, collect func(context.Context) (*graph.Graph, error)) error {
	if q.Undo || f.acceptLockout || len(a.declared.Clients) == 0 {
		return nil
	}
	before, err := collect(ctx)
	if err != nil {
		return err
	}
	left := fix.Plan{Actions: q.Actions}
	edits, err := left.Edits()
	if err != nil {
		return &fix.RefusedError{Err: err}
	}
	edited, err := change.Apply(before.Snapshot(), edits...)
	if err != nil {
		return &fix.RefusedError{Err: fmt.Errorf("the account is not as the plan has it: %w", err)}
	}
	if cut := diff.CutOff(before, graph.Build(edited, a.declared)); len(cut) > 0 {
		return &fix.RefusedError{Err: fmt.Errorf("it would cut off declared clients: %s; --accept-lockout accepts that", strings.Join(cut, ", "))}
	}
	return nil
}

// confirm shows what is about to be done, in a language, and asks.
func (a *app) confirm(f *fixRunFlags, t *lang.Texts, q fix.Question) (bool, error) {
	if q.Undo {
		a.note("%s", t.F("fix undo: account %s, as %s:", q.Account, q.ARN))
	} else {
		a.note("%s", t.F("fix apply: account %s, as %s:", q.Account, q.ARN))
	}
	for _, x := range q.Actions {
		what := x.ID + " " + t.Made(x.Title)
		if q.Undo {
			what = t.F("take back %s", what)
		}
		a.note("  %s%s", what, effects(t, x))
	}
	for _, text := range q.Recreates {
		a.note("  %s", t.F("made anew, with another id or address: %s", text))
	}
	for _, text := range q.Skipped {
		a.note("  %s", t.F("stays as it is: %s", text))
	}
	if !q.Undo && len(q.Plan.Self) == 0 {
		a.note("%s", t.T("no declared client is marked self: whether this cuts off the machine it runs on was not checked"))
	}
	if f.yes {
		return true, nil
	}
	if a.quiet {
		return false, errors.New("--quiet asks nothing: --yes goes with it")
	}
	fmt.Fprint(a.stderr, "esaudit: "+t.F("change account %s? [y/N] ", oneLine(q.Account)))
	line, err := bufio.NewReader(a.stdin).ReadString('\n')
	if err != nil {
		fmt.Fprintln(a.stderr)
		return false, errors.New("nobody answers on standard input: --yes goes ahead without asking")
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes", nil
}

// effects says what an action does besides.
func effects(t *lang.Texts, x fix.Action) string {
	var list []string
	if x.Restarts {
		list = append(list, t.T("restarts the cluster"))
	}
	if x.Addresses {
		list = append(list, t.T("changes addresses of nodes"))
	}
	if x.Lockout != "" {
		list = append(list, t.F("cuts off %s", x.Lockout))
	}
	if x.Inverse == nil {
		list = append(list, t.T("cannot be undone"))
	}
	if x.Cost != "" && x.Cost != "none" {
		list = append(list, t.F("costs: %s", t.Made(x.Cost)))
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

func (a *app) tellFix(f *fixRunFlags, t *lang.Texts, e fix.Event) {
	if f.live.progress.value != "none" {
		a.note("%s: %s", e.Action.ID, t.Made(e.Text))
	}
}

// sleep waits, unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
