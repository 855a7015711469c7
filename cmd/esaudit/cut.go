package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"esaudit/cut"
	"esaudit/graph"
	"esaudit/report/delta"
)

// cutFlags are the flags of cut.
type cutFlags struct {
	from, to string
	format   choice
	output   string
	reports  []string
	live     *liveFlags
}

func (a *app) cutCommand() *cobra.Command {
	f := &cutFlags{live: newLiveFlags(), format: choice{value: "table", allowed: changeFormats(), later: []string{"graphml"}}}
	cmd := &cobra.Command{
		Use:   "cut [ESTATE] --from A --to X",
		Short: "Say what has to change so that somebody no longer gets in",
		Long: `cut finds the smallest sets of edits (an entry, a rule or a listener removed, a
switch turned off) after which a source no longer gets to a target, each with
what else it would sever. The edits are those of whatif.`,
		Example: `  esaudit cut demo --from internet:203.0.113.9 --to es:es-cn-orderssearch1:9200`,
		Args:    arguments(1),
		RunE:    a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.cut(ctx, f, args) }),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "`SOURCE`: internet:IP, ecs:ID, vpc:VPC/IP, onprem:NAME, es:ID")
	flags.StringVar(&f.to, "to", "", "`TARGET`: es:ID:PORT, kibana:ID:PORT, lb:ID:PORT, HOST:PORT")
	flags.VarP(&f.format, "format", "f", "`FORMAT`: table, json, markdown, dot, svg")
	flags.StringVarP(&f.output, "output", "o", "", "write to `FILE` (default standard output)")
	f.live.addRegions(flags)
	f.live.addCollect(flags)
	flags.StringSliceVar(&f.reports, "report", nil, "write one more format, `FORMAT=FILE` (repeatable)")
	return cmd
}

func (a *app) cut(ctx context.Context, f *cutFlags, args []string) error {
	if f.from == "" || f.to == "" {
		return usagef("cut: --from SOURCE and --to TARGET are both needed")
	}
	list, err := parseReports(f.reports, changeFormats())
	if err != nil {
		return usagef("read settings: %s: %w", a.sources["report"], err)
	}
	list = append(list, destination{f.format.value, f.output})
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
	g := graph.Build(e.snapshot, a.declared)
	d, err := cut.Find(ctx, g, f.from, f.to)
	if err != nil {
		return usagef("cut: %w", nearest(g, err))
	}
	if err := a.writeAll(ctx, list, func(to destination) ([]byte, error) {
		return a.onScreen(to, func(s screen) ([]byte, error) { return f.render(to.format, d, s) })
	}); err != nil {
		return err
	}
	switch {
	case d.Blocked:
		a.note("cut: %s does not get to %s as it is", f.from, f.to)
	case len(d.Cuts) == 0:
		return &ending{found, fmt.Errorf("cut: nothing of up to %d edits severs %s from %s", d.SearchedUpTo, f.from, f.to)}
	case d.Complete:
		a.note("cut: every smallest set of up to %d edits is told; larger ones were not looked for", d.SearchedUpTo)
	default:
		a.note("cut: %d of the smallest sets of up to %d edits are told; larger ones were not looked for", len(d.Cuts), d.SearchedUpTo)
	}
	return nil
}

func (f *cutFlags) render(format string, d cut.Document, s screen) ([]byte, error) {
	switch format {
	case "table":
		return delta.CutText(d, f.from, f.to, delta.Screen{Width: s.width, Color: s.color, Unicode: s.unicode, Texts: s.texts}), nil
	case "markdown":
		return delta.CutMarkdown(d, f.from, f.to, s.texts), nil
	case "dot":
		return delta.CutDot(s.texts, d, f.from, f.to), nil
	case "svg":
		return delta.CutSVG(s.texts, d, f.from, f.to), nil
	}
	return document(d)
}
