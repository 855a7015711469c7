package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/klauspost/compress/zstd"

	"esaudit/snapshot"
)

// document is a snapshot as encoding/json reads it into structs: T is what
// objects are read into.
type document[T any] struct {
	Schema   string `json:"schema"`
	Accounts []struct {
		ID       string                             `json:"id"`
		TakenAt  time.Time                          `json:"takenAt"`
		Regions  []string                           `json:"regions"`
		Coverage []json.RawMessage                  `json:"coverage"`
		Objects  map[string]map[string]map[string]T `json:"objects"`
	} `json:"accounts"`
}

// loading is reading a snapshot, beside encoding/json into the same structs, on
// one processor and on all: objects checked and made when they are asked for,
// beside objects checked and kept as text; and every value of them made.
func (b *bench) loading() error {
	writer, err := zstd.NewWriter(nil)
	if err != nil {
		return err
	}
	lazy := func() { _, err = snapshot.Parse(b.data) }
	every := func() {
		var s *snapshot.Snapshot
		if s, err = snapshot.Parse(b.data); err == nil {
			eachText(s.Root(), func(string) {})
		}
	}
	plain := func() { _, err = snapshot.ParseJSON(b.data) }
	raw := func() { err = json.Unmarshal(b.data, new(document[json.RawMessage])) }
	full := func() { err = json.Unmarshal(b.data, new(document[any])) }
	packed := writer.EncodeAll(b.data, nil)
	expanded := func(read func(io.Reader) error) func() {
		return func() {
			in, wrong := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1))
			if err = wrong; err == nil {
				defer in.Close()
				err = read(in)
			}
		}
	}
	streamed := expanded(func(in io.Reader) error {
		source, err := snapshot.ReadSource(in, 0)
		if err == nil {
			_, err = source.Snapshot()
		}
		return err
	})
	decoded := expanded(func(in io.Reader) error { return json.NewDecoder(in).Decode(new(document[json.RawMessage])) })
	const beside = "encoding/json into structs, objects "
	for _, x := range []struct {
		name        string
		ours, other func()
		beside      string
	}{
		{"loading: objects when asked for", lazy, raw, beside + "kept as text; 2.00x"},
		{"loading: every value", every, full, beside + "as any; 2.00x"},
		{"loading: compressed (zstd), streamed", streamed, decoded, beside + "kept as text, of the same stream; 2.00x"},
		{"loading: every value, the twin", plain, full, beside + "as any"},
	} {
		b.line(x.name, timed(x.ours), timed(x.other), x.beside)
		b.line("  elapsed", elapsed(x.ours), elapsed(x.other), "the same")
	}
	_, ours := held(func() *snapshot.Snapshot { s, _ := snapshot.Parse(b.data); return s })
	_, other := held(func() *document[any] { d := new(document[any]); err = json.Unmarshal(b.data, d); return d })
	b.size("loading: memory, with the text", ours, other, beside+"as any; without the text")
	return err
}

// elapsed is how much time goes by while f runs: the least of three times.
func elapsed(f func()) time.Duration {
	best := time.Duration(0)
	for range 3 {
		runtime.GC()
		begun := time.Now()
		f()
		if took := time.Since(begun); best == 0 || took < best {
			best = took
		}
	}
	return best
}

// peaks is the most memory the program takes for a question and for an audit, by
// the objects of the estate, beside the text of the snapshot.
func (b *bench) peaks() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, file := filepath.Join(dir, "esaudit"), filepath.Join(dir, "snapshot.json")
	if err := build(program, "./cmd/esaudit"); err != nil {
		return err
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(b.data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	for name, data := range map[string][]byte{file: b.data, file + ".gz": packed.Bytes()} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			return err
		}
	}
	q := b.questions(1)[0]
	for _, words := range [][]string{{"reach", file, "--from", q.From, "--to", q.To}, {"reach", file + ".gz", "--from", q.From, "--to", q.To}, {"audit", file, "--quiet", "-f", "json"}} {
		took, err := esaudit(program, words...)
		if err != nil {
			return err
		}
		objects := uint64(b.objects)
		each := func(n uint64) string { return fmt.Sprintf("%.1f KB", float64(n)/float64(objects)/1e3) }
		text := uint64(len(b.data))
		fmt.Fprintf(b.out, "%-66s %14s %14s %9s  %s\n", "peak: "+words[0]+" "+filepath.Ext(words[1])+", each object", each(took.Peak), each(text), ratio(float64(took.Peak)/float64(text)), "the text of the snapshot; 2.5 KB")
	}
	return nil
}
