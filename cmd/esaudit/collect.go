package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"

	"esaudit/collector/cli"
	"esaudit/snapshot"
	"esaudit/trail"
)

func (a *app) collectCommand() *cobra.Command {
	var output string
	var allowPartial bool
	var fromCLI string
	var pseudonyms redactFlags
	live := newLiveFlags()
	cmd := &cobra.Command{
		Use:   "collect [ESTATE] -o FILE",
		Short: "Write the snapshot of an estate",
		Long: `collect writes the snapshot of an estate: everything that the rules and the graph
use, with secrets redacted, in canonical bytes: the same estate gives the same
file. The name of FILE says how: .json, .json.gz or .json.zst; "-" is standard
output. --from-cli reads answers that the vendor's own command line gave, one a
file; docs/collect-with-aliyun.sh makes them.`,
		Example: `  esaudit collect recording/ -o estate.json
  esaudit collect --from-cli answers/ -o estate.json
  esaudit collect estate.json -o estate.json.zst`,
		Args: arguments(1),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error {
			return a.collect(ctx, output, fromCLI, allowPartial, live, pseudonyms, args)
		}),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the snapshot to `FILE`: .json, .json.gz, .json.zst, or -")
	cmd.Flags().StringVar(&live.record, "record", "", "keep the raw answers of a live collection in `DIR`")
	cmd.Flags().StringVar(&fromCLI, "from-cli", "", "read the answers of the vendor's command line in `DIR`, instead of an ESTATE")
	cmd.Flags().BoolVar(&live.resume, "resume", false, "go on with the recording in the directory of --record")
	cmd.Flags().StringSliceVar(&live.clusters, "cluster", nil, "ask about the cluster with this `ID` only, of a live account (repeatable); the others are listed")
	live.addRegions(cmd.Flags())
	live.addCollect(cmd.Flags())
	pseudonyms.add(cmd.Flags())
	cmd.Flags().BoolVar(&allowPartial, "allow-partial", false, "an incomplete picture is no reason to end with 4")
	return cmd
}

func (a *app) collect(ctx context.Context, output, fromCLI string, allowPartial bool, live *liveFlags, pseudonyms redactFlags, args []string) error {
	if live.resume && live.record == "" {
		return usagef("collect: --resume goes with --record DIR, the recording to go on with")
	}
	if len(args) > 0 && args[0] != liveEstate && live.record != "" {
		return usagef("collect: --record is for live accounts; %s is recorded already", args[0])
	}
	if _, err := packing("collect", output); err != nil {
		return usage(err)
	}
	if err := ready([]destination{{"snapshot", output}}); err != nil {
		return err
	}
	e, err := a.source(ctx, fromCLI, live, args)
	if err != nil {
		return err
	}
	if err := apart([]destination{{"snapshot", output}}, cmp.Or(e.file, e.plan)); err != nil {
		return err
	}
	if err := a.among("cluster", "cluster", live.clusters, clusterIDs(e.snapshot)); err != nil {
		return err
	}
	if e, err = pseudonyms.apply(a, e); err != nil {
		return err
	}
	return a.writeSnapshot(ctx, "collect", output, e.snapshot, allowPartial)
}

// writeSnapshot writes a snapshot in the way that the file's name says, and ends
// a command with what is missing from it.
func (a *app) writeSnapshot(ctx context.Context, command, output string, s *snapshot.Snapshot, allowPartial bool) error {
	pack, err := packing(command, output)
	if err != nil {
		return usage(err)
	}
	if err := fits(int64(s.Size()), toWrite(), "write"); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := pack(&b, s.Canonical()); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	d := destination{"snapshot", output}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := a.write(d, b.Bytes()); err != nil {
		return err
	}
	if !d.isStdout() {
		a.note("wrote %s: %s", output, contents(s))
	}
	if n := unread(s); n > 0 && !allowPartial {
		return &ending{incomplete, fmt.Errorf("%s: the picture is incomplete: %d %s not read; --allow-partial accepts that", command, n, plural(n, "call"))}
	}
	return nil
}

// source is the estate that is written: answers of the vendor's command line, or
// what args name.
func (a *app) source(ctx context.Context, fromCLI string, live *liveFlags, args []string) (estate, error) {
	switch {
	case fromCLI == "":
		return a.load(ctx, args, live)
	case len(args) > 0 || live.record != "":
		return estate{}, usagef("collect: --from-cli %s is the estate; leave out ESTATE and --record", fromCLI)
	}
	root, err := os.OpenRoot(fromCLI)
	if err != nil {
		return estate{}, usagef("read answers: %w", err)
	}
	defer root.Close()
	r, err := cli.Open(root.FS())
	if err != nil {
		return estate{}, usagef("read answers %s: %w", fromCLI, err)
	}
	e, err := estateOf(fromCLI, r)
	if err != nil {
		return estate{}, usage(err)
	}
	return e, nil
}

// packing returns how a file of a name is written.
func packing(command, name string) (func(io.Writer, []byte) error, error) {
	switch {
	case name == "":
		return nil, fmt.Errorf("%s: --output is missing; name a file (.json, .json.gz, .json.zst), or - for standard output", command)
	case name == "-" || strings.HasSuffix(name, ".json"):
		return func(w io.Writer, data []byte) error { _, err := w.Write(data); return err }, nil
	case strings.HasSuffix(name, ".json.gz"):
		return packGzip, nil
	case strings.HasSuffix(name, ".json.zst"):
		return packZstd, nil
	}
	return nil, fmt.Errorf("%s: --output %s: a snapshot is named .json, .json.gz or .json.zst", command, name)
}

// packGzip writes no name and no time: the same data give the same bytes.
func packGzip(w io.Writer, data []byte) error {
	z := gzip.NewWriter(w)
	if _, err := z.Write(data); err != nil {
		return err
	}
	return z.Close()
}

func packZstd(w io.Writer, data []byte) error {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	return z.Close()
}

func clusterIDs(s *snapshot.Snapshot) []string {
	var ids []string
	for _, a := range s.Accounts() {
		for _, o := range a.Objects(snapshot.Cluster) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// contents says in a few words what a snapshot holds.
func contents(s *snapshot.Snapshot) string {
	accounts, clusters, objects := len(s.Accounts()), 0, 0
	for _, a := range s.Accounts() {
		clusters += len(a.Objects(snapshot.Cluster))
		for _, kind := range snapshot.Kinds() {
			objects += len(a.Objects(kind))
		}
	}
	return fmt.Sprintf("%d %s, %d %s, %d %s", accounts, plural(accounts, "account"), clusters, plural(clusters, "cluster"), objects, plural(objects, "object"))
}

// unread counts the calls that were made or planned and not read completely, but
// for those that no verdict rests on.
func unread(s *snapshot.Snapshot) int {
	n := 0
	for _, a := range s.Accounts() {
		for _, c := range a.Coverage() {
			if trail.Reads(c.Product, c.Operation) {
				continue
			}
			n += c.Count(snapshot.Denied, snapshot.Failed, snapshot.Incomplete, snapshot.Throttled, snapshot.Skipped)
		}
	}
	return n
}
