package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"esaudit/diff"
	"esaudit/graph"
	"esaudit/report/delta"
	"esaudit/snapshot"
)

// historySchema is the version of the document that history writes.
const historySchema = "esaudit.history/v1"

// history is how reachability changed over the snapshots of a folder.
type history struct {
	Schema    string   `json:"schema"`
	Snapshots []moment `json:"snapshots"` // by their instant
	Steps     []step   `json:"steps"`     // from each to the next, where something changed
}

// moment is one snapshot. Its instant is the latest of its accounts'.
type moment struct {
	File    string    `json:"file"`
	TakenAt time.Time `json:"takenAt"`
	Digest  string    `json:"digest"`

	snapshot *snapshot.Snapshot
}

// step is what changed between two snapshots: each path of gained appeared, each
// of lost went, after From and at the latest at To.
type step struct {
	From    time.Time     `json:"from"`
	To      time.Time     `json:"to"`
	Gained  []diff.Change `json:"gained"`
	Lost    []diff.Change `json:"lost"`
	Unclear []diff.Change `json:"unclear"`
}

// moments reads the snapshots of a folder.
func moments(ctx context.Context, dir string) ([]moment, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	var list []moment
	for _, e := range entries {
		if e.IsDir() || !slices.ContainsFunc([]string{".json", ".json.gz", ".json.zst"}, func(end string) bool { return strings.HasSuffix(e.Name(), end) }) {
			continue
		}
		s, err := readSnapshot(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read history: %s: %w", filepath.Join(dir, e.Name()), err)
		}
		m := moment{File: e.Name(), Digest: s.Digest(), snapshot: s}
		for _, a := range s.Accounts() {
			if a.TakenAt.After(m.TakenAt) {
				m.TakenAt = a.TakenAt
			}
		}
		list = append(list, m)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b moment) int { return cmp.Or(a.TakenAt.Compare(b.TakenAt), cmp.Compare(a.File, b.File)) })
	if len(list) < 2 {
		return nil, fmt.Errorf("read history: %s holds %d %s (.json, .json.gz, .json.zst); two and more show what changed", dir, len(list), plural(len(list), "snapshot"))
	}
	return list, nil
}

// historyOf compares each snapshot with the next.
func (a *app) historyOf(ctx context.Context, list []moment) (history, error) {
	h := history{Schema: historySchema, Snapshots: list, Steps: []step{}}
	old := graph.Build(list[0].snapshot, a.declared)
	for i := 1; i < len(list); i++ {
		if err := ctx.Err(); err != nil {
			return h, err
		}
		if list[i].Digest == list[i-1].Digest {
			continue
		}
		new := graph.Build(list[i].snapshot, a.declared)
		s := step{From: list[i-1].TakenAt, To: list[i].TakenAt}
		s.Gained, s.Lost, s.Unclear = diff.Reachability(old, new)
		for _, changes := range []*[]diff.Change{&s.Gained, &s.Lost, &s.Unclear} {
			if *changes == nil {
				*changes = []diff.Change{}
			}
		}
		if len(s.Gained)+len(s.Lost)+len(s.Unclear) > 0 {
			h.Steps = append(h.Steps, s)
		}
		old = new
	}
	return h, nil
}

// text tells a history to people.
func (h history) text() []byte {
	var b bytes.Buffer
	first, last := h.Snapshots[0], h.Snapshots[len(h.Snapshots)-1]
	fmt.Fprintf(&b, "%d snapshots, %s to %s\n", len(h.Snapshots), first.TakenAt.Format(time.RFC3339), last.TakenAt.Format(time.RFC3339))
	for _, s := range h.Steps {
		fmt.Fprintf(&b, "\n%s\n", s.To.Format(time.RFC3339))
		for _, part := range []struct {
			mark, verb string
			list       []diff.Change
		}{{"+", "can now reach", s.Gained}, {"-", "can no longer reach", s.Lost}, {"?", "may or may not reach now", s.Unclear}} {
			for _, c := range part.list {
				fmt.Fprintf(&b, "  %s %s\n", part.mark, oneLine(delta.Phrase(c, part.verb)))
			}
		}
	}
	if len(h.Steps) == 0 {
		b.WriteString("nothing changed\n")
	}
	return b.Bytes()
}

// history shows when each path of a folder of snapshots appeared and went.
func (a *app) history(ctx context.Context, f *changeFlags, dir string) error {
	if err := f.check(a); err != nil {
		return err
	}
	if f.format.value != "table" && f.format.value != "json" || len(f.reports) > 0 {
		return usagef("read flags: a history is written as table or json, by --format and --output")
	}
	list, err := moments(ctx, dir)
	if err != nil {
		return usage(err)
	}
	h, err := a.historyOf(ctx, list)
	if err != nil {
		return err
	}
	text := h.text()
	if f.format.value == "json" {
		if text, err = document(h); err != nil {
			return err
		}
	}
	if err := a.write(destination{f.format.value, f.output}, text); err != nil {
		return err
	}
	gained := slices.ContainsFunc(h.Steps, func(s step) bool { return len(s.Gained) > 0 })
	if f.failOn.value == failOnGained && gained {
		return &ending{found, fmt.Errorf("diff: reachability was gained (--fail-on gained)")}
	}
	return nil
}
