package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"esaudit/config"
	"esaudit/lang"
	"esaudit/snapshot"
)

// app is one run of the program.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string

	declared config.Config
	sources  map[string]string // by flag: where its value comes from
	started  bool              // a command of ours has begun

	configFile string
	configRead string // the configuration file that was read; "" for none
	lang       choice
	quiet      bool
	tell       func(string) // is told how far a collection is, instead of standard error; nil for none
	noColor    bool
	timeout    time.Duration

	known *snapshot.Known // what is known of texts of snapshots; nil for nothing
	heap  *tended         // nil where nobody watches the memory of the run
}

func (a *app) root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "esaudit",
		Short: "Who can reach my Elasticsearch clusters on Alibaba Cloud, and should they?",
		Long: `esaudit reads a picture of an Alibaba Cloud account, works out exactly who can
reach its Elasticsearch clusters, judges that with rules, and reports.

ESTATE is where the picture comes from: "live", which are your accounts and the
default; "demo"; the directory of a recording; a snapshot (.json, .json.gz,
.json.zst); or a Terraform plan in JSON. "esaudit audit demo" is a good start.`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.SetIn(a.stdin)
	cmd.SetOut(a.stdout)
	cmd.SetErr(a.stderr)
	cmd.SetFlagErrorFunc(flagError)
	cmd.SuggestionsMinimumDistance = 2
	cmd.CompletionOptions.DisableDefaultCmd = true
	cmd.SetUsageTemplate(wrapped(cmd.UsageTemplate(), a.helpWidth()))
	cmd.SetVersionTemplate("esaudit {{.Version}}\n")
	a.lang = choice{allowed: lang.Languages()}
	flags := cmd.PersistentFlags()
	flags.StringVar(&a.configFile, "config", "", "configuration `FILE` (default esaudit.yaml, where there is one)")
	flags.Var(&a.lang, "lang", "`LANGUAGE` of what people read: "+strings.Join(lang.Languages(), ", ")+" (default en; of a table on a terminal the locale's)")
	flags.BoolVar(&a.quiet, "quiet", false, "say nothing on standard error but what went wrong")
	flags.BoolVar(&a.noColor, "no-color", false, "no colours (NO_COLOR does the same)")
	flags.DurationVar(&a.timeout, "timeout", 0, "give up after this `DURATION`, such as 90s (default never)")
	cmd.AddCommand(a.auditCommand(), a.collectCommand(), a.mergeCommand(), a.reachCommand(), a.tuiCommand(), a.rulesCommand(), a.waiversCommand(), a.diffCommand(), a.whatifCommand(), a.cutCommand(), a.fixCommand(), a.emulateCommand(), a.permissionsCommand(), a.whoamiCommand(), a.doctorCommand(), a.initCommand(), a.versionCommand(), completionCommand(), a.manCommand())
	cmd.SetHelpCommand(helpCommand())
	for _, c := range append(cmd.Commands(), cmd) {
		completeChoices(c)
	}
	return cmd
}

// wrapped is a template of usage whose flags are broken at a width; 0 breaks none.
func wrapped(template string, width int) string {
	return strings.ReplaceAll(template, ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", width))
}

// helpWidth is the width of the terminal that help is shown on; 0 without one:
// who searches in it wants a flag on one line.
func (a *app) helpWidth() int {
	d := destination{"table", ""}
	if _, terminal := a.terminal(d); !terminal {
		return 0
	}
	return a.screenFor(d).width
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which version this is",
		Args:  arguments(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "esaudit %s\n", version)
			return err
		},
	}
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || about == cmd.Root() && len(rest) > 0 {
				return unknownCommand(cmd.Root(), args[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// unknownCommand lists what would be right, the nearest first.
func unknownCommand(root *cobra.Command, name string) error {
	hint := ""
	if near := root.SuggestionsFor(name); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %s? ", strings.Join(near, " or "))
	}
	var all []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, c.Name())
		}
	}
	all = append(all, "help")
	return usagef("read arguments: unknown command %q; %scommands: %s", name, hint, strings.Join(all, ", "))
}

// arguments accepts up to n arguments.
func arguments(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return usagef("read arguments: %q is one too many; usage: %s", args[n], cmd.UseLine())
	}
}

// flagError says which flags there are when one is unknown.
func flagError(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		asked := "--" + unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			asked = "-" + short
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		return usagef("read flags: unknown flag %s; flags of %q: %s", asked, cmd.CommandPath(), strings.Join(slices.Sorted(slices.Values(names)), ", "))
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usagef("read flags: --%s: %w", invalid.GetFlag().Name, invalid.Unwrap())
	}
	return usagef("read flags: %w", err)
}

// note tells people something on standard error.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		a.warn(format, args...)
	}
}

// warn says what went wrong and does not end the run.
func (a *app) warn(format string, args ...any) {
	fmt.Fprintln(a.stderr, "esaudit: "+oneLine(fmt.Sprintf(format, args...)))
}
