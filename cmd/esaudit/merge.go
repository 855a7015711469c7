package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"esaudit/collector"
)

func (a *app) mergeCommand() *cobra.Command {
	var output string
	var allowPartial bool
	cmd := &cobra.Command{
		Use:   "merge FILE... -o FILE",
		Short: "Make one snapshot of several that were collected apart",
		Long: `merge makes one snapshot of snapshots (or recordings) of accounts, regions or
products that were collected apart: the same bytes as one run gives, whatever
the order of the files. A call that one file could not read and another did
counts as read. Files that say different things of one object are an error.

Services without regions (RAM) are read by every run that is not told otherwise,
and change from minute to minute: where regions of one account are collected
apart, let one job ask for them (--only ram,resourcemanager), and the others for
the rest (--only elasticsearch,vpc,ecs,...).`,
		Example: `  esaudit merge account-a.json account-b.json -o organisation.json.zst`,
		Args:    cobra.ArbitraryArgs,
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error {
			return a.merge(ctx, output, allowPartial, args)
		}),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the snapshot to `FILE`: .json, .json.gz, .json.zst, or -")
	cmd.Flags().BoolVar(&allowPartial, "allow-partial", false, "an incomplete picture is no reason to end with 4")
	return cmd
}

func (a *app) merge(ctx context.Context, output string, allowPartial bool, names []string) error {
	if len(names) == 0 {
		return usagef("merge: no file; name the snapshots to merge")
	}
	if _, err := packing("merge", output); err != nil {
		return usage(err)
	}
	var parts []collector.Named
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		e, err := open(name)
		if err != nil {
			return usage(err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := apart([]destination{{"snapshot", output}}, e.file); err != nil {
			return err
		}
		parts = append(parts, collector.Named{Name: name, Snapshot: e.snapshot})
	}
	s, err := collector.Join(parts)
	if err != nil {
		return usagef("merge: %w; collect what differs in one run only (--only), or both again", err)
	}
	return a.writeSnapshot(ctx, "merge", output, s, allowPartial)
}
