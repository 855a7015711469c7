package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"esaudit/collector/recording"
	"esaudit/internal/demo"
	"esaudit/internal/emulator"
)

// emulateFlags are the flags of emulate.
type emulateFlags struct {
	addr     string
	fault    string
	clock    choice
	state    string
	readOnly string
	settle   int
}

func (a *app) emulateCommand() *cobra.Command {
	f := &emulateFlags{clock: choice{value: "recorded", allowed: []string{"recorded", "advance"}}}
	cmd := &cobra.Command{
		Use:   "emulate ESTATE",
		Short: "Serve a recording as Alibaba Cloud's API on a loopback port",
		Long: `emulate serves a recording as the vendor's API, for tests and rehearsals. The first
line of standard output is its address, the second the access key that it accepts,
ID and secret. It ends with Ctrl-C.

With --state, writes change what later reads see. DIR is a recording as the writes
have left it, for audit and collect; started again on it, emulate goes on where it
was. A write is on the disk before it is answered.

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
	flags.StringVar(&f.state, "state", "", "serve writes too, and keep what they change in `DIR`, which is a recording")
	flags.StringVar(&f.readOnly, "read-only-key", "", "accept this key too, `ID:SECRET`, for reads only")
	flags.IntVar(&f.settle, "settle", emulator.DefaultReads, "complete a change after `N` requests that see it on its way")
	return cmd
}

func (a *app) emulate(ctx context.Context, f *emulateFlags, name string) error {
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
	o := emulator.Options{Faults: faults, Clock: clock, State: f.state, Reads: f.settle}
	if f.settle == 0 {
		o.Reads = -1
	}
	if f.readOnly != "" {
		id, secret, _ := strings.Cut(f.readOnly, ":")
		o.Keys = []emulator.Key{emulator.TestKey(), {ID: id, Secret: secret, ReadOnly: true}}
	}
	server, err := emulator.New(recorded.Parts, o)
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
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("open recording: %s is no directory: emulate serves what was recorded (esaudit collect --record DIR), no snapshot", name)
	}
	return recording.Open(name)
}
