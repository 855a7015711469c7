package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"esaudit/audit"
	"esaudit/diff"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/snapshot"
	"esaudit/tui"
	"esaudit/tui/survey"
)

// tuiFlags are the flags of tui.
type tuiFlags struct {
	audit    *auditFlags
	baseline string
}

func (a *app) tuiCommand() *cobra.Command {
	f := &tuiFlags{audit: &auditFlags{live: newLiveFlags()}}
	cmd := &cobra.Command{
		Use:   "tui [ESTATE]",
		Short: "Explore an estate on the terminal",
		Long: `tui shows on the terminal which clusters are open and to whom, the path of each
way in with the value that decides, findings, what was not read, and what differs
from a baseline. Every screen names its keys; ? names all of them.

--baseline FILE is a report of esaudit audit -f json, or an earlier estate: then
reachability and settings are compared too.`,
		Example: `  esaudit tui demo
  esaudit tui today.json.zst --baseline yesterday.json.zst`,
		Args: arguments(1),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.explore(ctx, f, args) }),
	}
	flags := cmd.Flags()
	f.audit.live.addRegions(flags)
	f.audit.live.addCollect(flags)
	flags.StringSliceVar(&f.audit.rules, "rule", nil, "apply the rule with this `ID` only (repeatable)")
	flags.StringSliceVar(&f.audit.skip, "skip-rule", nil, "leave out the rule with this `ID` (repeatable)")
	flags.StringSliceVar(&f.audit.own, "rules", nil, "apply the rules of directory `DIR` too (repeatable)")
	flags.BoolVar(&f.audit.optional, "optional", false, "apply optional rules too")
	flags.StringVar(&f.audit.waivers, "waivers", "", "accept for now what the waivers in `FILE` name, and write new ones there (default waivers.yaml, where there is one)")
	flags.StringVar(&f.baseline, "baseline", "", "compare with the JSON report or the estate in `FILE`")
	return cmd
}

// explore audits on the screen, and shows the result until the user has seen
// enough.
func (a *app) explore(ctx context.Context, f *tuiFlags, args []string) error {
	in, out, err := a.terminals()
	if err != nil {
		return err
	}
	return a.show(ctx, &explorer{app: a, flags: f, args: args}, in, out)
}

// terminals returns standard input and output, if both are a terminal.
func (a *app) terminals() (in, out *os.File, err error) {
	in, okIn := a.stdin.(*os.File)
	out, okOut := a.stdout.(*os.File)
	switch {
	case !okOut || !term.IsTerminal(int(out.Fd())):
		return nil, nil, usagef("tui: standard output is no terminal; esaudit audit reports without one")
	case !okIn || !term.IsTerminal(int(in.Fd())):
		return nil, nil, usagef("tui: standard input is no terminal; esaudit audit reports without one")
	case a.getenv("TERM") == "dumb":
		return nil, nil, usagef("tui: the terminal is dumb (TERM); esaudit audit reports on it")
	}
	return in, out, nil
}

// show runs the program. Signals end ctx; the terminal is given back however it
// ends.
func (a *app) show(ctx context.Context, x *explorer, in, out *os.File) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP, syscall.SIGQUIT) // the connection is lost; Go's own way to quit leaves the terminal as it is
	defer stop()
	model := tui.New(tui.Options{Context: ctx, Name: x.name(), Open: x.Open, Services: x, Texts: a.explorerTexts(), Unicode: a.screen(0, true).unicode})
	options := []tea.ProgramOption{tea.WithInput(in), tea.WithOutput(out)}
	if a.noColor || a.getenv("NO_COLOR") != "" {
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	err := tui.Run(ctx, model, options...)
	_, _ = io.WriteString(a.stderr, x.notes.String()) // a screen that is left has room for them
	x.changing.Wait()
	if x.left.Journal != "" {
		a.note("fix apply: it stopped on the way; journal: %s; go on with: %s; take it back with: %s", x.left.Journal, x.left.Resume, x.left.Undo)
	}
	if errors.Is(err, context.Canceled) {
		err = &ending{interrupted, errors.New("interrupted; nothing was left half written")}
	}
	return cmp.Or(err, x.stopped)
}

// explorerTexts are those of the language of a table on a terminal.
func (a *app) explorerTexts() *tui.Texts {
	if a.language(true) == lang.Chinese {
		return tui.Chinese()
	}
	return tui.English()
}

// explorer does for the explorer what is done outside it.
type explorer struct {
	app   *app
	flags *tuiFlags
	args  []string

	poll     time.Duration  // how often what changes is looked at; 0 for what fix thinks right
	changing sync.WaitGroup // changes of an account that are under way
	notes    notes          // what people are told while the screen is the explorer's
	left     tui.Applied    // the last one that stopped on the way
	stopped  error          // how fix apply would have ended with the last one; nil when it was verified
}

// survey loads, audits and compares; who gets in is asked while it is shown. early
// is given what can be shown before rules are applied; nil for nobody.
func (x *explorer) survey(ctx context.Context, tell func(string), early func(tui.Estate)) (*survey.Survey, error) {
	step := func(what string) {
		if tell != nil {
			tell(what)
		}
	}
	a := x.app
	t := a.explorerTexts()
	step(t.Reading)
	e, err := a.load(ctx, x.args, x.flags.audit.live)
	if err != nil {
		return nil, err
	}
	o := survey.Options{Name: x.name(), File: e.file, Baseline: x.flags.baseline}
	options, err := x.options()
	if err != nil {
		return nil, err
	}
	o.Texts, o.Explain = options.Texts, nearest
	before, err := x.baseline(&options)
	if err != nil {
		return nil, err
	}
	if options.Baseline != nil {
		if err := a.checkBaseline(x.flags.baseline, options.Baseline, e.snapshot); err != nil {
			return nil, err
		}
	}
	step(fmt.Sprintf(t.Judging, clusters(e.snapshot)))
	whole := options
	if early != nil {
		whole.Built = func(g *graph.Graph) {
			unjudged := o
			unjudged.Graph = g
			early(survey.New(unjudged))
		}
	}
	if o.Result, err = audit.Run(ctx, e.snapshot, whole); err != nil {
		return nil, x.flags.audit.blame(ctx, fmt.Errorf("audit: %w", err))
	}
	if before != nil {
		step(t.Comparing)
		old, err := audit.Run(ctx, before, options)
		if err != nil {
			return nil, err
		}
		d, err := diff.CompareContext(ctx, sideOf(old), sideOf(o.Result))
		if err != nil {
			return nil, err
		}
		o.Diff = &d
	}
	return survey.New(o), nil
}

func (x *explorer) name() string {
	if len(x.args) == 0 {
		return liveEstate
	}
	return x.args[0]
}

// options are those of the audit. Waivers are read each time: the explorer
// writes them.
func (x *explorer) options() (audit.Options, error) {
	f := x.flags.audit
	o := audit.Options{Config: x.app.declared, Rules: f.rules, SkipRules: f.skip, Optional: f.optional, OwnRules: directories(f.own), All: true, Version: version}
	var err error
	if o.Texts, err = lang.Of(x.app.language(true)); err != nil {
		return o, err
	}
	if _, missing := os.Stat(x.waiversFile()); missing != nil && f.waivers == "" {
		return o, nil
	}
	o.Waivers, err = x.app.readWaivers(x.waiversFile(), f.own)
	return o, err
}

// baseline reads what is compared with: a report goes into the options, an
// estate is returned, for it to be audited as it is.
func (x *explorer) baseline(o *audit.Options) (*snapshot.Snapshot, error) {
	name := x.flags.baseline
	if name == "" {
		return nil, nil
	}
	if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
		return nil, usagef("read baseline: %s is not there; it takes a report of esaudit audit -f json, or an estate", name)
	}
	e, estateErr := open(name, nil)
	if estateErr == nil {
		return e.snapshot, nil
	}
	var err error
	if o.Baseline, err = readBaseline(name); err != nil {
		return nil, usagef("read baseline: %s is neither a report nor an estate: %w; %w", name, estateErr, cmp.Or(errors.Unwrap(err), err))
	}
	return nil, nil
}

func clusters(s *snapshot.Snapshot) int {
	n := 0
	for _, a := range s.Accounts() {
		n += len(a.Objects(snapshot.Cluster))
	}
	return n
}

// Open audits for the first time. What people are told meanwhile is kept until
// the screen is theirs again.
func (x *explorer) Open(ctx context.Context, tell func(string), early func(tui.Estate)) (tui.Estate, error) {
	if err := x.app.checkRules(x.flags.audit); err != nil {
		return nil, err
	}
	kept := *x.app
	kept.stderr, kept.tell = &x.notes, tell
	s, err := (&explorer{app: &kept, flags: x.flags, args: x.args}).survey(ctx, tell, early)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// notes keep what is written, from any goroutine.
type notes struct {
	mu sync.Mutex
	b  strings.Builder
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.String()
}

// Reload audits again.
func (x *explorer) Reload(ctx context.Context, tell func(string)) (tui.Estate, error) {
	quiet := *x.app
	quiet.quiet, quiet.tell = true, tell // the screen is the explorer's
	again := &explorer{app: &quiet, flags: x.flags, args: x.args}
	s, err := again.survey(ctx, tell, nil)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// formatOf tells a format from the ending of a file's name.
func formatOf(file string) string {
	_, ending, _ := cutLast(strings.ToLower(file), ".")
	switch ending {
	case "md":
		return "markdown"
	case "txt":
		return "table"
	case "xml":
		return "junit"
	}
	return ending
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
