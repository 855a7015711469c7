package main

import (
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

// moment is one snapshot of a folder.
type moment struct {
	diff.Moment
	snapshot *snapshot.Snapshot
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
		m := moment{diff.Moment{File: e.Name(), Digest: s.Digest(), TakenAt: lastTaken(s)}, s}
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

// lastTaken is when the last account of a snapshot was read.
func lastTaken(s *snapshot.Snapshot) time.Time {
	var last time.Time
	for _, a := range s.Accounts() {
		if a.TakenAt.After(last) {
			last = a.TakenAt
		}
	}
	return last
}

// historyOf compares each snapshot with the next.
func (a *app) historyOf(ctx context.Context, list []moment) (diff.History, error) {
	h := diff.History{Schema: diff.HistorySchema, Steps: []diff.Step{}}
	for _, m := range list {
		h.Snapshots = append(h.Snapshots, m.Moment)
	}
	old := graph.Build(list[0].snapshot, a.declared)
	for i := 1; i < len(list); i++ {
		if err := ctx.Err(); err != nil {
			return h, err
		}
		if list[i].Digest == list[i-1].Digest {
			continue
		}
		new := graph.Build(list[i].snapshot, a.declared)
		s := diff.Step{From: list[i-1].TakenAt, To: list[i].TakenAt}
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

// history shows when each path of a folder of snapshots appeared and went.
func (a *app) history(ctx context.Context, f *changeFlags, dir string) error {
	if err := f.check(a); err != nil {
		return err
	}
	if !slices.Contains([]string{"table", "json", "markdown"}, f.format.value) || len(f.reports) > 0 {
		return usagef("read flags: a history is written as table, json or markdown, by --format and --output")
	}
	list, err := moments(ctx, dir)
	if err != nil {
		return usage(err)
	}
	h, err := a.historyOf(ctx, list)
	if err != nil {
		return err
	}
	d := destination{f.format.value, f.output}
	texts, err := a.texts(d)
	if err != nil {
		return err
	}
	text := delta.History(h, texts)
	switch f.format.value {
	case "markdown":
		text = delta.HistoryMarkdown(h, texts)
	case "json":
		if text, err = document(h); err != nil {
			return err
		}
	}
	if err := a.write(d, text); err != nil {
		return err
	}
	gained := slices.ContainsFunc(h.Steps, func(s diff.Step) bool { return len(s.Gained) > 0 })
	if f.failOn.value == failOnGained && gained {
		return &ending{found, fmt.Errorf("diff: reachability was gained (--fail-on gained)")}
	}
	return nil
}
