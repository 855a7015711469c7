package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"esaudit/collector"
	"esaudit/collector/recording"
)

func (a *app) mergeCommand() *cobra.Command {
	var output string
	var allowPartial bool
	var roles []string
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
the rest (--only elasticsearch,vpc,ecs,...).

A job that failed leaves no file: with the roles that the jobs read by
(--account-role), an account that is in no file is a gap of its own, and not
forgotten.`,
		Example: `  esaudit merge account-a.json account-b.json -o organisation.json.zst`,
		Args:    cobra.ArbitraryArgs,
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error {
			return a.merge(ctx, output, allowPartial, roles, args)
		}),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the snapshot to `FILE`: .json, .json.gz, .json.zst, or -")
	cmd.Flags().StringSliceVar(&roles, "account-role", nil, "expect the account of this `ARN`, or @FILE with one on each line (repeatable)")
	cmd.Flags().BoolVar(&allowPartial, "allow-partial", false, "an incomplete picture is no reason to end with 4")
	return cmd
}

func (a *app) merge(ctx context.Context, output string, allowPartial bool, roles, names []string) error {
	if len(names) == 0 {
		return usagef("merge: no file; name the snapshots to merge")
	}
	if _, err := packing("merge", output); err != nil {
		return usage(err)
	}
	var parts []collector.Named
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		e, err := open(name, nil)
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
	missing, err := a.missing(roles, parts)
	if err != nil {
		return usagef("merge: %w", err)
	}
	s, err := collector.Join(append(parts, missing...))
	if err != nil {
		return usagef("merge: %w; collect what differs in one run only (--only), or both again", err)
	}
	return a.writeSnapshot(ctx, "merge", output, s, allowPartial)
}

// missing are the accounts of roles that no part holds, as gaps: of the regions that
// the others have, at the earliest of their instants.
func (a *app) missing(values []string, parts []collector.Named) ([]collector.Named, error) {
	roles, err := rolesOf(values)
	if err != nil {
		return nil, err
	}
	var at time.Time
	var regions []string
	there := map[string]bool{}
	for _, p := range parts {
		for _, account := range p.Snapshot.Accounts() {
			there[account.ID] = true
			regions = append(regions, account.Regions...)
			if at.IsZero() || account.TakenAt.Before(at) {
				at = account.TakenAt
			}
		}
	}
	slices.Sort(regions)
	regions = slices.Compact(regions)
	var out []collector.Named
	for _, role := range roles {
		id, err := accountOf(role)
		if err != nil {
			return nil, err
		}
		if there[id] {
			continue
		}
		there[id] = true
		a.note("merge: account %s is in no file: the job that reads it left none", id)
		part, err := collector.Gap(collector.Options{Account: id, Regions: regions}, at, "no file holds the account")
		if err != nil {
			return nil, err
		}
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			return nil, err
		}
		out = append(out, collector.Named{Name: "account " + id, Snapshot: s})
	}
	return out, nil
}
