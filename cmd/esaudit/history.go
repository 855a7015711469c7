package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
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
		return nil, fmt.Errorf("read history: %w; diff takes a folder of snapshots, or two estates, OLD and NEW", err)
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
		list = append(list, moment{diff.Moment{File: e.Name(), Digest: s.Digest(), TakenAt: lastTaken(s)}, s})
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

// historyOf compares each snapshot with those before it. Accounts that are not in
// the same files have each a past of their own.
func (a *app) historyOf(ctx context.Context, list []moment) (diff.History, error) {
	h := diff.History{Schema: diff.HistorySchema, Steps: []diff.Step{}}
	for _, m := range list {
		h.Snapshots = append(h.Snapshots, m.Moment)
	}
	for _, ids := range companies(list) {
		past, err := pastOf(list, ids)
		if err != nil {
			return h, err
		}
		if len(past) == 1 {
			a.note("diff: account %s is in %s only: there is nothing to compare it with", strings.Join(ids, ", "), past[0].File)
			continue
		}
		line := diff.NewTimeline(graph.Build(past[0].snapshot, a.declared), past[0].TakenAt)
		for _, m := range past[1:] {
			if err := ctx.Err(); err != nil {
				return h, err
			}
			h.Steps = append(h.Steps, line.Next(graph.Build(m.snapshot, a.declared), m.TakenAt)...)
		}
	}
	slices.SortStableFunc(h.Steps, func(a, b diff.Step) int { return cmp.Or(a.To.Compare(b.To), b.From.Compare(a.From)) })
	return h, nil
}

// companies are the accounts of a folder, those together that the same files have.
func companies(list []moment) [][]string {
	files := map[string]string{} // of an account
	for i, m := range list {
		for _, account := range m.snapshot.Accounts() {
			files[account.ID] += fmt.Sprint(i, " ")
		}
	}
	byFiles := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(files)) {
		byFiles[files[id]] = append(byFiles[files[id]], id)
	}
	return slices.SortedFunc(maps.Values(byFiles), slices.Compare[[]string])
}

// pastOf are the snapshots of some accounts, by their instants. Two of one instant
// that differ have no order.
func pastOf(list []moment, ids []string) ([]moment, error) {
	var past []moment
	for _, m := range list {
		part, err := onlyOf(m.snapshot, ids)
		if err != nil {
			return nil, err
		}
		if part == nil {
			continue
		}
		m.snapshot, m.TakenAt = part, lastTaken(part)
		past = append(past, m)
	}
	slices.SortFunc(past, func(a, b moment) int { return cmp.Or(a.TakenAt.Compare(b.TakenAt), cmp.Compare(a.File, b.File)) })
	out := past[:1]
	for _, m := range past[1:] {
		before := out[len(out)-1]
		switch same := before.snapshot.Digest() == m.snapshot.Digest(); {
		case before.TakenAt.Before(m.TakenAt):
			out = append(out, m)
		case !same:
			return nil, usagef("read history: %s and %s differ and are both of %s: take one away, or merge them (esaudit merge)", before.File, m.File, m.TakenAt.Format(time.RFC3339))
		}
	}
	return out, nil
}

// onlyOf is a snapshot of some of its accounts; nil where it has none of them.
func onlyOf(s *snapshot.Snapshot, ids []string) (*snapshot.Snapshot, error) {
	var kept []*snapshot.Node
	list := s.Root().Get("accounts").Items()
	for _, n := range list {
		if slices.Contains(ids, n.Get("id").Text()) {
			kept = append(kept, n.Clone(nil))
		}
	}
	switch len(kept) {
	case 0:
		return nil, nil
	case len(list):
		return s, nil
	}
	return snapshot.New(snapshot.NewObject(map[string]*snapshot.Node{
		"schema": snapshot.NewString(snapshot.Schema), "accounts": snapshot.NewArray(kept...),
	}))
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
