package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"

	"esaudit/graph"
	"esaudit/report/reach"
)

// reachFlags are the flags of reach.
type reachFlags struct {
	from, to     string
	batch        string
	byConfig     bool
	expect       choice
	format       choice
	output       string
	reports      []string
	allowPartial bool
	live         *liveFlags
}

// wholeFormat is the format of the whole estate.
const wholeFormat = "graphml"

func (a *app) reachCommand() *cobra.Command {
	f := &reachFlags{
		live:   newLiveFlags(),
		expect: choice{allowed: []string{graph.Reachable.String(), graph.Blocked.String()}},
		format: choice{value: "table", allowed: append(reach.Formats(), wholeFormat)},
	}
	cmd := &cobra.Command{
		Use:   "reach [ESTATE] [--from A] [--to X] | --batch FILE",
		Short: "Say who gets where, by which path, and which control decides",
		Long: `reach says whether a source gets to a target, by which path, and which control
decides. A source is internet:IP, ecs:ID, vpc:VPC/IP, onprem:NAME or es:ID; a
target is es:ID:PORT, kibana:ID:PORT, lb:ID:PORT, or from es:ID a HOST:PORT.

--to alone says who gets in: exact sets of addresses, networks and hosts. The
port may be left out then. --from alone says what a source gets to: every entry
of every cluster; from es:ID every host that its settings name outside, with the
private path and what it still takes. -f graphml without either is the whole
estate.

--to es:ID --by-config says who could open the cluster by configuration: the
users and roles that may change its whitelists or its public access, each with
the statement that grants it, its conditions, and who may assume the role.

--batch reads one question a line, {"id":"q1","from":"...","to":"..."}, and
answers each with one line, in the same order.`,
		Example: `  esaudit reach demo --from internet:203.0.113.9 --to es:es-cn-orderssearch1:9200
  esaudit reach demo --to es:es-cn-orderssearch1 -f svg -o orders.svg
  esaudit reach demo --from es:es-cn-identaudit01
  esaudit reach demo --to es:es-cn-orderssearch1 --by-config
  esaudit reach recording/ --batch questions.jsonl -f json`,
		Args: arguments(1),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.reach(ctx, f, args) }),
	}
	flags := cmd.Flags()
	f.live.addRegions(flags)
	f.live.addCollect(flags)
	flags.StringVar(&f.from, "from", "", "`SOURCE`: internet:IP, ecs:ID, vpc:VPC/IP, onprem:NAME, es:ID")
	flags.StringVar(&f.to, "to", "", "`TARGET`: es:ID:PORT, kibana:ID:PORT, lb:ID:PORT, HOST:PORT")
	flags.StringVar(&f.batch, "batch", "", "answer the questions in `FILE`, JSON Lines; - is standard input")
	flags.BoolVar(&f.byConfig, "by-config", false, "with --to es:ID: the principals who could open the cluster, each with the statement that grants it")
	flags.Var(&f.expect, "expect", "end with 3 when the known verdict is not this `VERDICT`: reachable, blocked")
	flags.VarP(&f.format, "format", "f", "`FORMAT` of the answer: "+strings.Join(f.format.allowed, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the answer to `FILE` (default standard output)")
	flags.StringSliceVar(&f.reports, "report", nil, "write one more format, `FORMAT=FILE` (repeatable)")
	flags.BoolVar(&f.allowPartial, "allow-partial", false, "an unknown verdict is no reason to end with 4")
	return cmd
}

func (a *app) reach(ctx context.Context, f *reachFlags, args []string) error {
	if err := f.check(); err != nil {
		return usage(err)
	}
	list, err := f.destinations(a)
	if err != nil {
		return err
	}
	if err := ready(list); err != nil {
		return err
	}
	e, err := a.load(ctx, args, f.live)
	if err != nil {
		return err
	}
	if err := apart(list, e.file); err != nil {
		return err
	}
	e.snapshot.Limit(opened)
	g := graph.Build(e.snapshot, a.declared)
	if f.batch != "" {
		return a.answerBatch(ctx, f, list, g)
	}
	if f.whole() {
		return a.writeAll(ctx, list, func(destination) ([]byte, error) { return reach.GraphML(g.View()) })
	}
	document, ending, err := f.ask(g)
	if err != nil {
		return usagef("answer question: %w", nearest(g, err))
	}
	err = a.writeAll(ctx, list, func(d destination) ([]byte, error) {
		return a.onScreen(d, func(s screen) ([]byte, error) {
			return reach.Write(d.format, document, reach.Options{Graph: g, File: e.file, Width: s.width, Color: s.color, Unicode: s.unicode, Texts: s.texts})
		})
	})
	return errors.Join(err, ending)
}

// whole says that the whole estate is asked for.
func (f *reachFlags) whole() bool { return f.from == "" && f.to == "" && f.batch == "" }

// formats returns the formats that what is asked for can have.
func (f *reachFlags) formats() []string {
	switch {
	case f.batch != "":
		return []string{"table", "json"}
	case f.byConfig:
		return []string{"table", "json", "markdown"}
	case f.whole():
		return []string{wholeFormat}
	}
	return reach.Formats()
}

// check says which flags do not go together.
func (f *reachFlags) check() error {
	switch {
	case f.byConfig && (f.to == "" || f.from != "" || f.batch != ""):
		return errors.New("reach: --by-config goes with --to es:ID alone: it says who could open that cluster by configuration")
	case f.batch != "" && (f.from != "" || f.to != ""):
		return errors.New("reach: --batch excludes --from and --to: the questions are in the file")
	case f.expect.value != "" && (f.from == "" || f.to == ""):
		return errors.New("reach: --expect is for one question: --from SOURCE --to TARGET")
	case f.whole() && f.format.value != wholeFormat:
		return errors.New("reach: what is asked? --from SOURCE --to TARGET, one of them alone, --batch FILE, or -f graphml for the whole estate")
	case f.format.value == wholeFormat && !f.whole():
		return fmt.Errorf("reach: --format %s is of the whole estate, without --from, --to and --batch; here it is one of %s", wholeFormat, strings.Join(f.formats(), ", "))
	case !slices.Contains(f.formats(), f.format.value):
		what := map[bool]string{true: "with --by-config it", false: "a batch"}[f.byConfig]
		return fmt.Errorf("reach: --format %s: %s is one of %s", f.format.value, what, strings.Join(f.formats(), ", "))
	}
	return nil
}

// destinations says what is written where, standard output last.
func (f *reachFlags) destinations(a *app) ([]destination, error) {
	list, err := parseReports(f.reports, f.formats())
	if err != nil {
		return nil, usagef("read settings: %s: %w", a.sources["report"], err)
	}
	return append(list, destination{f.format.value, f.output}), nil
}

// ask answers what is asked. ending says how the run ends (CONTRACT 2).
func (f *reachFlags) ask(g *graph.Graph) (d reach.Document, ending, err error) {
	switch {
	case f.byConfig:
		return f.askByConfig(g)
	case f.from == "":
		s, err := g.Sources(f.to)
		return reach.Sources{Sources: s}, f.lost(s.Lost, f.to), err
	case f.to != "":
		answer, err := g.Reach(f.from, f.to)
		return reach.Answer{From: f.from, To: f.to, Answer: answer}, f.outcome(answer), err
	case strings.HasPrefix(f.from, "es:"):
		d, err := g.Dependencies(f.from)
		return reach.Dependencies{Dependencies: d}, f.lost(d.Lost || !d.Readable && len(d.Settle) > 0, f.from), err
	}
	t, err := g.Targets(f.from)
	return reach.Targets{Targets: t}, f.lost(t.Lost, f.from), err
}

// lost ends a run that asked about something which may be there, and was not
// read.
func (f *reachFlags) lost(unread bool, what string) error {
	if !unread || f.allowPartial {
		return nil
	}
	return &ending{incomplete, fmt.Errorf("reach: what answers for %s was not read; --allow-partial accepts that", what)}
}

// outcome turns a verdict into the exit code.
func (f *reachFlags) outcome(answer graph.Answer) error {
	verdict := answer.Verdict.String()
	switch {
	case answer.Verdict == graph.Unknown && !f.allowPartial:
		return &ending{incomplete, fmt.Errorf("reach: it is unknown whether %s gets to %s; --allow-partial accepts that", f.from, f.to)}
	case answer.Verdict != graph.Unknown && f.expect.value != "" && f.expect.value != verdict:
		return &ending{found, fmt.Errorf("reach: %s is %s from %s, expected %s", f.to, verdict, f.from, f.expect.value)}
	}
	return nil
}

// mostNames is how many ids a mistake is answered with.
const mostNames = 5

// nearest adds to a question about something that does not exist what does, the
// most alike first.
func nearest(g *graph.Graph, err error) error {
	missing, ok := errors.AsType[*graph.NotFoundError](err)
	if !ok {
		return err
	}
	names := g.Names(missing.Scheme)
	if len(names) == 0 {
		return fmt.Errorf("%w; the estate has none", err)
	}
	distance := map[string]int{}
	for _, n := range names {
		distance[n] = levenshtein.ComputeDistance(missing.ID, n)
	}
	slices.SortStableFunc(names, func(a, b string) int { return distance[a] - distance[b] })
	if n := len(names); n > mostNames {
		return fmt.Errorf("%w; the nearest of %d: %s", err, n, strings.Join(names[:mostNames], ", "))
	}
	return fmt.Errorf("%w; there is %s", err, strings.Join(names, ", "))
}
