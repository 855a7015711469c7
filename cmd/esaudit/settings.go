package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"esaudit/config"
)

// defaultConfig is read when it is there.
const defaultConfig = "esaudit.yaml"

// choice is a flag with a fixed set of values.
type choice struct {
	value   string
	allowed []string
	later   []string // values that other versions have
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "string" }

// Set takes a value that is allowed.
func (c *choice) Set(v string) error {
	if !slices.Contains(c.allowed, v) {
		problem := "unknown value"
		if slices.Contains(c.later, v) {
			problem = "not in this version:"
		}
		return fmt.Errorf("%s %q (one of %s)", problem, v, strings.Join(c.allowed, ", "))
	}
	c.value = v
	return nil
}

// command wraps the work of a command: settings first, then the time limit.
func (a *app) command(work func(ctx context.Context, cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := a.settle(cmd); err != nil {
			return usage(err)
		}
		a.started = true
		ctx, stop := a.watched(cmd.Context())
		defer stop()
		if a.timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, a.timeout, fmt.Errorf("time ran out after %s; raise --timeout", a.timeout))
			defer cancel()
		}
		err := await(ctx, func() error { return work(ctx, cmd, args) })
		if err != nil && ctx.Err() != nil && cmd.Context().Err() == nil {
			return fmt.Errorf("%s: %w", cmd.Name(), context.Cause(ctx))
		}
		return err
	}
}

// settle gives every flag that the command line left alone the value of the
// environment or, failing that, of the configuration file (CONTRACT 1).
func (a *app) settle(cmd *cobra.Command) error {
	name, file, err := a.readConfig(cmd)
	if err != nil {
		return err
	}
	a.declared = file.Declarations
	a.sources = map[string]string{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		a.sources[f.Name] = "--" + f.Name
		if f.Changed && err == nil {
			err = cmp.Or(named(f), a.positive(f))
		}
		if err != nil || f.Changed || !settable(f.Name) {
			return
		}
		s, inFile := file.Settings[f.Name]
		if v := a.getenv(variable(f.Name)); v != "" {
			a.sources[f.Name] = variable(f.Name)
			err = f.Value.Set(v)
		} else if inFile {
			a.sources[f.Name] = fmt.Sprintf("%s line %d: %s", name, s.Line, f.Name)
			err = set(f.Value, s)
		}
		if err != nil {
			err = fmt.Errorf("read settings: %s: %w", a.sources[f.Name], err)
		} else {
			err = a.positive(f)
		}
	})
	return err
}

// positive refuses a number below zero: no flag means anything by one.
func (a *app) positive(f *pflag.Flag) error {
	if strings.HasPrefix(f.Value.String(), "-") && slices.Contains([]string{"duration", "float64", "int"}, f.Value.Type()) {
		return fmt.Errorf("read settings: %s: %s is below zero", a.sources[f.Name], f.Value)
	}
	return nil
}

// named refuses a list on the command line that names nothing, and a text that says
// nothing, which would be as if the flag were not there: --region "$REGION" of a variable
// that is not set.
func named(f *pflag.Flag) error {
	if f.Value.Type() == "string" && f.Value.String() == "" {
		return fmt.Errorf("read flags: --%s is empty; write a value, or leave it out", f.Name)
	}
	list, ok := f.Value.(pflag.SliceValue)
	if ok && (len(list.GetSlice()) == 0 || slices.Contains(list.GetSlice(), "")) {
		return fmt.Errorf("read flags: --%s is empty, or part of it; write a value, or leave it out", f.Name)
	}
	return nil
}

// variable is the name of a flag in the environment.
func variable(flag string) string {
	return "ESAUDIT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// settable says which flags have a place in the environment and the file:
// those that are settings, not those that are another command.
func settable(name string) bool { return name != "config" && name != "help" && name != "version" }

func set(v pflag.Value, s config.Setting) error {
	list, repeatable := v.(pflag.SliceValue)
	switch {
	case !s.List:
		return v.Set(s.Values[0])
	case repeatable:
		return list.Replace(s.Values)
	}
	return errors.New("takes one value, not a list")
}

// readConfig reads the configuration file. The default one may be absent.
func (a *app) readConfig(cmd *cobra.Command) (name string, file config.File, err error) {
	name = a.configFile
	if name == "" && !cmd.Flags().Changed("config") {
		name = a.getenv(variable("config"))
	}
	asked := name != "" || cmd.Flags().Changed("config")
	if !asked {
		name = defaultConfig
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return name, config.File{}, nil
	case err != nil:
		return name, config.File{}, fmt.Errorf("read configuration: %w", err)
	}
	file, err = config.Parse(data, settingNames(cmd.Root()))
	if err != nil {
		return name, file, fmt.Errorf("read configuration: %s: %w", name, err)
	}
	a.configRead = name
	return name, file, nil
}

// settingNames returns the flags of all commands: one file serves all of them.
func settingNames(root *cobra.Command) []string {
	names := map[string]bool{}
	add := func(f *pflag.Flag) {
		if settable(f.Name) {
			names[f.Name] = true
		}
	}
	root.PersistentFlags().VisitAll(add)
	var commands func(parent *cobra.Command)
	commands = func(parent *cobra.Command) {
		for _, c := range parent.Commands() {
			if c.Name() != "completion" {
				c.LocalNonPersistentFlags().VisitAll(add)
				commands(c)
			}
		}
	}
	commands(root)
	return slices.Sorted(maps.Keys(names))
}

// among refuses a value that is not there, and lists those that are. flag says
// whose values they are.
func (a *app) among(flag, what string, asked, there []string) error {
	for _, v := range asked {
		if !slices.Contains(there, v) {
			list := slices.Compact(slices.Sorted(slices.Values(there)))
			return usagef("read settings: %s: unknown %s %q (one of %s)", a.sources[flag], what, v, strings.Join(list, ", "))
		}
	}
	return nil
}
