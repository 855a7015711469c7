package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"esaudit/collector/recording"
	"esaudit/internal/demo"
	"esaudit/internal/emulator"
)

// emulateFlags are the flags of emulate.
type emulateFlags struct {
	addr  string
	fault string
	clock choice
	state string
}

func (a *app) emulateCommand() *cobra.Command {
	f := &emulateFlags{clock: choice{value: "recorded", allowed: []string{"recorded", "advance"}}}
	cmd := &cobra.Command{
		Use:   "emulate ESTATE",
		Short: "Serve a recording as Alibaba Cloud's API on a loopback port",
		Long: `emulate serves a recording as the vendor's API, for tests and rehearsals. The first
line of standard output is its address, the second the access key that it accepts,
ID and secret. It ends with Ctrl-C.

` + emulator.FaultHelp(),
		Example: `  esaudit emulate demo --fault latency=50ms
  esaudit emulate recording/ --addr 127.0.0.1:8080`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("read arguments: emulate takes one ESTATE, a recording or demo; %d given", len(args))
			}
			return nil
		},
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.emulate(ctx, f, args[0]) }),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "127.0.0.1:0", "listen on this loopback `ADDRESS:PORT`")
	flags.StringVar(&f.fault, "fault", "", "answer with faults, `SPEC`")
	flags.Var(&f.clock, "clock", "what the Date of answers says, `HOW`: recorded, advance")
	flags.StringVar(&f.state, "state", "", "keep writes in `DIR` (not in this version)")
	return cmd
}

func (a *app) emulate(ctx context.Context, f *emulateFlags, name string) error {
	if f.state != "" {
		return usagef("read settings: %s: writes are not served in this version", a.sources["state"])
	}
	faults, err := emulator.ParseFaults(f.fault)
	if err != nil {
		return usagef("read settings: %s: %w", a.sources["fault"], err)
	}
	clock, err := emulator.ParseClock(f.clock.value)
	if err != nil {
		return usage(err)
	}
	recorded, err := openRecording(name)
	if err != nil {
		return usage(err)
	}
	server, err := emulator.New(recorded.Parts, emulator.Options{Faults: faults, Clock: clock})
	if err != nil {
		return usage(err)
	}
	l, err := emulator.Listen(ctx, f.addr)
	if err != nil {
		return usage(err)
	}
	key := server.Key()
	if _, err := fmt.Fprintf(a.stdout, "http://%s\n%s %s\n", l.Addr(), key.ID, key.Secret); err != nil {
		return errors.Join(fmt.Errorf("write address: %w", err), l.Close())
	}
	err = server.Serve(ctx, l)
	if n := server.NotRecorded(); n > 0 {
		a.note("emulate: %d of %d requests were for calls that are not recorded", n, server.Asked())
	}
	return err
}

// openRecording opens what can be served: a recording, or the demonstration.
func openRecording(name string) (*recording.Recording, error) {
	if name == "demo" {
		return recording.OpenFS(demo.FS())
	}
	return recording.Open(name)
}
