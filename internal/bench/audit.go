package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"esaudit/audit"
	"esaudit/report"
	"esaudit/snapshot"
)

// audit goes from the bytes of a snapshot to the bytes of a report with all core
// rules, beside decoding the same bytes.
func (b *bench) audit() error {
	var pairs, runs int
	var err error
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ours, elapsed := clocked(func() {
		runs++
		pairs, err = audited(b.data)
	})
	runtime.ReadMemStats(&after)
	if err != nil {
		return err
	}
	other, otherElapsed := clocked(func() {
		var v any
		err = json.Unmarshal(b.data, &v)
	})
	b.line("audit: snapshot bytes to report", ours, other, "encoding/json of the bytes into any; 1.00x")
	b.line("audit: the same, time that goes by", elapsed, otherElapsed, "the same")
	fmt.Fprintf(b.out, "%-66s %14s %14s\n", fmt.Sprintf("audit: each of %d pairs", pairs),
		short(ours/time.Duration(pairs)), fmt.Sprintf("%d B", (after.TotalAlloc-before.TotalAlloc)/uint64(runs*pairs)))
	return err
}

// audited returns how many pairs of a subject and a rule were judged.
func audited(data []byte) (pairs int, err error) {
	s, err := snapshot.Parse(data)
	if err != nil {
		return 0, err
	}
	r, err := audit.Run(context.Background(), s, audit.Options{Lean: true}) // as the command does
	if err != nil {
		return 0, err
	}
	var out bytes.Buffer
	if err := report.Write(&out, "json", r.Report, report.Options{}); err != nil {
		return 0, err
	}
	return r.Report.Summary.Pass + r.Report.Summary.NA + len(r.Report.Findings), nil
}

// command is the whole reach command with a batch, beside the same questions one
// by one.
func (b *bench) command() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "esaudit")
	if err := build(program, "./cmd/esaudit"); err != nil {
		return err
	}
	file, asked := filepath.Join(dir, "snapshot.json"), filepath.Join(dir, "questions.jsonl")
	questions := b.questions(200_000)
	var text bytes.Buffer
	for i, q := range questions {
		fmt.Fprintf(&text, `{"id":"q%d","from":%q,"to":%q}`+"\n", i, q.From, q.To)
	}
	for name, data := range map[string][]byte{file: b.data, asked: text.Bytes()} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			return err
		}
	}
	all, err := esaudit(program, "reach", file, "--batch", asked, "-f", "json")
	if err != nil {
		return err
	}
	one, err := esaudit(program, "reach", file, "--from", questions[0].From, "--to", questions[0].To, "-f", "json")
	if err != nil {
		return err
	}
	b.rate("command: reach --batch -f json", all.Processor/time.Duration(len(questions)), one.Processor, "the command once for each question")
	return nil
}
