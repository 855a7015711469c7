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
	return inPieces(w, r, pieceSize)
}

// pieceSize is how many findings are put into one piece.
const pieceSize = 64

// noFindings is the line of a report that has no findings.
const noFindings = "\n  \"findings\": [],\n"

// inPieces writes a report, size findings at a time, on all processors. All at once,
// it would be there three times, in buffers that grow by doubling.
func inPieces(w io.Writer, r *finding.Report, size int) error {
	frame := *r
	frame.Findings = nil
	text, err := marshal(whole(&frame))
	if err != nil {
		return err
	}
	if len(r.Findings) == 0 {
		_, err = w.Write(text)
		return err
	}
	before, after, _ := bytes.Cut(text, []byte(noFindings))
	if _, err := w.Write(append(before, "\n  \"findings\": ["...)); err != nil {
		return err
	}
	if err := eachPiece(w, r.Findings, size, piece); err != nil {
		return err
	}
	_, err = w.Write(append([]byte("\n  ],\n"), after...))
	return err
}

// eachPiece writes items, size at a time, as piece appends them.
func eachPiece[T any](w io.Writer, items []T, size int, piece func(to []byte, items []T, last bool) ([]byte, error)) error {
	pieces := make([][]byte, 4*runtime.GOMAXPROCS(0)) // that are made before they are written
	for rest := items; len(rest) > 0; {
		var group errgroup.Group
		group.SetLimit(runtime.GOMAXPROCS(0))
		made := pieces[:0]
		for len(rest) > 0 && len(made) < cap(pieces) {
			these := rest[:min(size, len(rest))]
			rest, made = rest[len(these):], made[:len(made)+1]
			to, last := &made[len(made)-1], len(rest) == 0
			group.Go(func() (err error) {
				*to, err = piece((*to)[:0], these, last)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		for _, p := range made {
			if _, err := w.Write(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// encoded appends items as an encoder writes them in a list at a depth.
func encoded[T any](depth int) func(to []byte, items []T, last bool) ([]byte, error) {
	return func(to []byte, items []T, last bool) ([]byte, error) {
		w := written{text: to, depth: depth}
		for _, item := range items {
			w.item()
			w.other(item)
		}
		if !last {
			w.text = append(w.text, ',')
		}
		return w.text, w.err
	}
}

// piece appends findings as they stand in a report; after the last ones there is no
// comma.
func piece(to []byte, findings []finding.Finding, last bool) ([]byte, error) {
	w := written{text: slices.Grow(to, findingSize*len(findings)), depth: 2}
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
const findingSize = 3072

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
	if !bytes.ContainsFunc(beyond(text), func(r rune) bool { return r != '\n' && plain.Hidden(r) }) {
		return text
	}
	return []byte(plain.JSON(string(text), true))
}

// beyond is what follows ASCII that shows itself, and line feeds.
func beyond(text []byte) []byte {
	for i, c := range text {
		if (c < ' ' || c > '~') && c != '\n' {
			return text[i:]
		}
	}
	return nil
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
