package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"esaudit/audit"
	"esaudit/config"
	"esaudit/finding"
	"esaudit/lang"
)

// defaultWaivers is what waivers lint reads when no file is named.
const defaultWaivers = "waivers.yaml"

// parseWaivers reads a waivers file. What is wrong with waivers comes as a list;
// a file that cannot be read is an error.
func (a *app) parseWaivers(file string, own []string) ([]config.Waiver, []error, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, usagef("read waivers: %w", err)
	}
	catalogue, err := a.catalogue(own)
	if err != nil {
		return nil, nil, err
	}
	list, wrong := config.ParseWaivers(data, ruleIDs(catalogue), a.declared.OnPrem)
	return list, wrong, nil
}

// readWaivers refuses a file in which anything is wrong: a waiver that is not
// understood must not be passed over.
func (a *app) readWaivers(file string, own []string) ([]config.Waiver, error) {
	list, wrong, err := a.parseWaivers(file, own)
	if err == nil && len(wrong) > 0 {
		err = usagef("read waivers: %s: %w", file, wrong[0])
		if more := len(wrong) - 1; more > 0 {
			err = usagef("%w (and %d more; esaudit waivers lint %s lists them)", err, more, file)
		}
	}
	return list, err
}

func (a *app) waiversCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "waivers",
		Short: "Look after the waivers file",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.waiversLintCommand())
	return cmd
}

func (a *app) waiversLintCommand() *cobra.Command {
	var asOf, estate string
	var own []string
	live := newLiveFlags()
	cmd := &cobra.Command{
		Use:   "lint [FILE]",
		Short: "Tell of waivers that are malformed, over, ending soon, or about nothing",
		Example: `  esaudit waivers lint
  esaudit waivers lint waivers.yaml --as-of 2027-01-31 --estate estate.json`,
		Args: arguments(1),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error {
			file := defaultWaivers
			if len(args) > 0 {
				file = args[0]
			}
			return a.lintWaivers(ctx, file, asOf, estate, own, live)
		}),
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "the `DAY` to judge by, such as 2027-01-31 (default today; with --estate, the day it was read)")
	cmd.Flags().StringSliceVar(&own, "rules", nil, "waivers may name the rules of directory `DIR` too (repeatable)")
	cmd.Flags().StringVar(&estate, "estate", "", "tell which waivers are about nothing in `ESTATE`")
	return cmd
}

// lintWaivers writes one line for each thing to know. What is malformed, over or
// about nothing fails; what ends soon is a warning.
func (a *app) lintWaivers(ctx context.Context, file, asOf, estate string, own []string, live *liveFlags) error {
	at := time.Now().UTC()
	if asOf != "" {
		var err error
		if at, err = time.Parse(time.DateOnly, asOf); err != nil {
			return usagef("read settings: %s: %q is no day (2027-01-31)", a.sources["as-of"], asOf)
		}
	}
	list, wrong, err := a.parseWaivers(file, own)
	if err != nil {
		return err
	}
	t, err := a.texts(destination{format: "table"})
	if err != nil {
		return err
	}
	failed := len(wrong)
	for _, err := range wrong {
		a.say("%s: %s\n", file, oneLine(err.Error()))
	}
	var unused map[int]bool
	if estate != "" {
		var taken time.Time
		if unused, taken, err = a.unusedWaivers(ctx, estate, list, own, live); err != nil {
			return err
		}
		if asOf == "" {
			at = taken
		}
	}
	for _, w := range list {
		switch {
		case w.Expired(at):
			failed++
			a.say("%s\n", t.F("%s: line %d: %s: ended on %s", file, w.Line, waiverName(t, w), w.Expires))
		case unused[w.Line]:
			failed++
			a.say("%s\n", t.F("%s: line %d: %s: is about no finding of %s", file, w.Line, waiverName(t, w), estate))
		case w.Ends(at, config.EndingSoon):
			a.say("%s\n", t.F("%s: line %d: %s: ends on %s (warning)", file, w.Line, waiverName(t, w), w.Expires))
		}
	}
	if failed > 0 {
		return &ending{found, fmt.Errorf("waivers: %d %s of %s to mend", failed, plural(failed, "waiver"), file)}
	}
	a.note("waivers: %d %s, nothing to mend", len(list), plural(len(list), "waiver"))
	return nil
}

// say writes a line of what was asked for.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.stdout, format, args...) }

func waiverName(t *lang.Texts, w config.Waiver) string {
	name := w.Rule
	if w.Resource != "" {
		name = t.F("%s for %s", name, w.Resource)
	}
	if w.Owner != "" {
		name = t.F("%s (owner %s)", name, w.Owner)
	}
	return oneLine(name)
}

// unusedWaivers judges an estate and returns the lines of waivers that are about
// none of its findings, and when it was read.
func (a *app) unusedWaivers(ctx context.Context, name string, list []config.Waiver, own []string, live *liveFlags) (map[int]bool, time.Time, error) {
	e, err := a.load(ctx, []string{name}, live)
	if err != nil {
		return nil, time.Time{}, err
	}
	result, err := audit.Run(ctx, e.snapshot, audit.Options{Config: a.declared, Optional: true, OwnRules: directories(own), Version: version})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("audit: %w", err)
	}
	accounts := e.snapshot.Accounts()
	if len(accounts) == 0 {
		return nil, time.Time{}, errors.New("audit: the estate has no account")
	}
	out := map[int]bool{}
	for _, w := range list {
		out[w.Line] = !slices.ContainsFunc(result.Report.Findings, func(f finding.Finding) bool {
			return w.Matches(f.Rule, f.Subject.ID, f.Subject.ARN)
		})
	}
	return out, accounts[0].TakenAt, nil
}
