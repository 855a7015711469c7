package report

import (
	"bytes"
	"encoding/json"
	"io"
	"runtime"
	"slices"

	"esaudit/finding"
	"esaudit/report/plain"

	"golang.org/x/sync/errgroup"
)

// writeJSON writes esaudit.report/v1 (CONTRACT 5).
func writeJSON(w io.Writer, r *finding.Report, _ Options) error {
	pieces, err := inPieces(r, pieceSize)
	if err != nil {
		return err
	}
	if b, ok := w.(*bytes.Buffer); ok {
		size := 0
		for _, p := range pieces {
			size += len(p)
		}
		b.Grow(size)
	}
	for i, p := range pieces {
		if _, err := w.Write(p); err != nil {
			return err
		}
		pieces[i] = nil
	}
	return nil
}

// pieceSize is how many findings are put into one piece.
const pieceSize = 256

// noFindings is the line of a report that has no findings.
const noFindings = "\n  \"findings\": [],\n"

// inPieces writes a report, size findings at a time, on all processors. All at once,
// it would be there three times, in buffers that grow by doubling.
func inPieces(r *finding.Report, size int) ([][]byte, error) {
	frame := *r
	frame.Findings = nil
	text, err := marshal(whole(&frame))
	if err != nil || len(r.Findings) == 0 {
		return [][]byte{text}, err
	}
	before, after, _ := bytes.Cut(text, []byte(noFindings))
	pieces := make([][]byte, (len(r.Findings)+size-1)/size)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range pieces {
		group.Go(func() (err error) {
			first := i * size
			pieces[i], err = piece(r.Findings[first:min(first+size, len(r.Findings))], i == len(pieces)-1)
			return err
		})
	}
	err = group.Wait()
	return slices.Concat([][]byte{append(before, "\n  \"findings\": ["...)}, pieces, [][]byte{append([]byte("\n  ],\n"), after...)}), err
}

// piece writes findings as they stand in a report; after the last ones there is no
// comma.
func piece(findings []finding.Finding, last bool) ([]byte, error) {
	w := written{text: make([]byte, 0, findingSize*len(findings)), depth: 2}
	for i := range findings {
		w.item()
		w.finding(&findings[i])
	}
	if !last {
		w.text = append(w.text, ',')
	}
	return w.text, w.err
}

// findingSize is how many bytes of a report most findings take.
const findingSize = 2048

// marshal writes v as JSON, indented by two, with every character that does
// not show itself as \u.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return shown(b.Bytes()), nil
}

// shown writes every character of JSON that does not show itself as \u.
func shown(text []byte) []byte {
	if bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && plain.Hidden(r) }) < 0 {
		return text
	}
	return []byte(plain.JSON(string(text), true))
}

// whole returns the report with empty lists in place of missing ones and all
// five severities counted, so that readers need no case for null.
func whole(r *finding.Report) *finding.Report {
	c := *r
	c.Snapshot.Accounts = mapped(r.Snapshot.Accounts, func(a finding.Account) finding.Account {
		a.Regions = list(a.Regions)
		return a
	})
	c.Coverage.Calls = mapped(r.Coverage.Calls, func(k finding.Call) finding.Call {
		k.Subjects = list(k.Subjects)
		return k
	})
	c.Rules = mapped(r.Rules, func(r finding.Rule) finding.Rule {
		r.Basis, r.Controls = list(r.Basis), list(r.Controls)
		return r
	})
	c.Findings = mapped(r.Findings, wholeFinding)
	c.Summary.Fail = map[finding.Severity]int{}
	for _, s := range finding.Severities() {
		c.Summary.Fail[s] = r.Summary.Fail[s]
	}
	return &c
}

func wholeFinding(f finding.Finding) finding.Finding {
	f.Evidence, f.Path, f.SettledBy, f.Remediation.API = list(f.Evidence), list(f.Path), list(f.SettledBy), list(f.Remediation.API)
	return f
}

func list[T any](items []T) []T { return append([]T{}, items...) }

func mapped[T any](items []T, change func(T) T) []T {
	out := make([]T, len(items))
	for i, item := range items {
		out[i] = change(item)
	}
	return out
}
