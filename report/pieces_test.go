package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"esaudit/finding"
	"esaudit/snapshot"
)

// Reports of programs that are written some findings at a time are what one encoder
// makes of them.
func TestPiecesOfOtherFormats(t *testing.T) {
	few, s := fixture(t)
	for _, n := range []int{0, 1, pieceSize, pieceSize + 1, 9*pieceSize + 3} {
		r := *few
		r.Findings = nil
		for i := range n {
			f := few.Findings[i%len(few.Findings)]
			f.Subject.ID = fmt.Sprintf("%s-%d", f.Subject.ID, i)
			r.Findings = append(r.Findings, f)
		}
		o := Options{Snapshot: s, Profile: ProfileFull}
		run, err := newSARIFRun(&r, o)
		if err != nil {
			t.Fatal(err)
		}
		results := run.results()
		whole := run.run(o)
		for _, f := range results {
			whole.Results = append(whole.Results, run.result(*f.Finding, f.nth))
		}
		want, err := marshal(&sarif.Report{Schema: sarifSchema, Version: string(sarif.Version210), Runs: []*sarif.Run{whole}})
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := writeSARIF(&got, &r, o); err != nil || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("sarif of %d findings differs, error %v", n, err)
		}
		got.Reset()
		if err := writeOCSF(&got, &r, o); err != nil || !bytes.Equal(got.Bytes(), ocsfAtOnce(t, &r)) {
			t.Errorf("ocsf of %d findings differs, error %v", n, err)
		}
	}
}

// Reports that show where values stand are the same of a document that is kept packed.
func TestReportsOfPackedText(t *testing.T) {
	r, kept := fixture(t)
	text := string(kept.Canonical())
	read := func(from func(io.Reader, int) (*snapshot.Source, error)) *snapshot.Snapshot {
		source, err := from(strings.NewReader(text), 0)
		if err != nil {
			t.Fatal(err)
		}
		s, err := source.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, format := range []string{"sarif", "html"} {
		var of [2]bytes.Buffer
		for i, s := range []*snapshot.Snapshot{read(snapshot.ReadSource), read(snapshot.ReadPacked)} {
			if err := Write(&of[i], format, r, Options{Snapshot: s}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(of[0].Bytes(), of[1].Bytes()) {
			t.Errorf("%s differs", format)
		}
	}
}

// ocsfAtOnce is writeOCSF with one encoder.
func ocsfAtOnce(t *testing.T, r *finding.Report) []byte {
	t.Helper()
	rules := map[string]finding.Rule{}
	for _, rule := range r.Rules {
		rules[rule.ID] = rule
	}
	at, err := time.Parse(time.RFC3339, r.Snapshot.Accounts[0].TakenAt)
	if err != nil {
		t.Fatal(err)
	}
	list := []ocsfEvent{}
	for _, f := range r.Findings {
		taken := int64(0)
		if f.Subject.Account == r.Snapshot.Accounts[0].ID {
			taken = at.UnixMilli()
		}
		list = append(list, ocsfOf(f, rules[f.Rule], r.Tool, taken))
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(list); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
