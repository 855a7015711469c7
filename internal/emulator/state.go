package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/renameio/v2/maybe"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// stateName is the file beside the recording that holds what a recording cannot.
const stateName = "emulator.json"

const stateSchema = "esaudit.emulator/v1"

// stateFile is emulator.json. It is written before the recording: a write has
// happened once it stands here.
type stateFile struct {
	Schema string   `json:"schema"`
	Base   string   `json:"base"`  // digest of the recording it began with
	Parts  []string `json:"parts"` // directories of the recordings
	Ready  bool     `json:"ready"` // the recordings are there
	Last   []redone `json:"last"`  // what the last write changed
	memory
}

// redone is an answer that a write changed.
type redone struct {
	Part int            `json:"part"`
	Line int            `json:"line"` // from 0
	Body jsontext.Value `json:"body"`
}

// disk is a directory that holds a recording as writes have left it.
type disk struct {
	dir    string
	file   stateFile
	parts  [][]recording.Entry
	places map[*api.Answer][2]int // part and line
	broken error                  // a write is half on the disk; only a restart mends it
}

// openState makes a world of what a directory holds, or begins with the parts when it
// holds nothing, and returns the recording. The parts have to be those that it
// began with, or what it holds.
func openState(dir string, parts []recording.Part, w *world) ([]recording.Part, error) {
	d := &disk{dir: dir}
	w.disk = d
	data, err := os.ReadFile(filepath.Join(dir, stateName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := d.begin(parts); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, fmt.Errorf("open state %s: %w", dir, err)
	default:
		if err := json.Unmarshal(data, &d.file, json.RejectUnknownMembers(true)); err != nil || d.file.Schema != stateSchema {
			return nil, fmt.Errorf("open state %s: %s is not one of this version's: name another directory", dir, stateName)
		}
	}
	if !d.file.Ready {
		if err := d.fill(parts); err != nil {
			return nil, err
		}
	}
	now, err := d.load(digestOf(parts))
	if err != nil {
		return nil, err
	}
	w.recall(d.file.memory)
	return now, nil
}

// begin claims a directory.
func (d *disk) begin(parts []recording.Part) error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return fmt.Errorf("keep state in %s: %w", d.dir, err)
	}
	switch held, err := os.ReadDir(d.dir); {
	case err != nil:
		return fmt.Errorf("keep state in %s: %w", d.dir, err)
	case len(held) > 0:
		return fmt.Errorf("keep state in %s: it is not empty, and no state is in it: name another directory", d.dir)
	}
	d.file = stateFile{Schema: stateSchema, Base: digestOf(parts)}
	for i, p := range parts {
		name := "."
		if len(parts) > 1 {
			name = fmt.Sprintf("%d-%s", i+1, safeName(p.Account))
		}
		d.file.Parts = append(d.file.Parts, name)
	}
	return d.write(d.file)
}

// safeName keeps what may stand in a file's name.
func safeName(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, text)
}

// fill writes the recordings for the first time. It may have been broken off.
func (d *disk) fill(parts []recording.Part) error {
	if digestOf(parts) != d.file.Base || len(parts) != len(d.file.Parts) {
		return d.another()
	}
	for i, p := range parts {
		j, _, err := recording.Resume(filepath.Join(d.dir, d.file.Parts[i]))
		if err != nil {
			return fmt.Errorf("keep state: %w", err)
		}
		entries := make([]recording.Entry, len(p.Answers))
		for n, a := range p.Answers {
			entries[n] = recording.NewEntry(a)
		}
		if err := j.Finish(p, entries); err != nil {
			return fmt.Errorf("keep state: %w", err)
		}
	}
	d.file.Ready = true
	return d.write(d.file)
}

func (d *disk) another() error {
	return fmt.Errorf("keep state in %s: it holds the state of another recording: name another directory", d.dir)
}

// load reads the recordings, and finishes the last write.
func (d *disk) load(given string) ([]recording.Part, error) {
	d.places = map[*api.Answer][2]int{}
	var parts []recording.Part
	for _, name := range d.file.Parts {
		r, err := recording.Open(filepath.Join(d.dir, name))
		if err != nil {
			return nil, fmt.Errorf("open state: %w", err)
		}
		parts = append(parts, r.Parts...)
	}
	if len(parts) != len(d.file.Parts) || given != d.file.Base && given != digestOf(parts) {
		return nil, d.another()
	}
	for _, r := range d.file.Last {
		if r.Part >= len(parts) || r.Line >= len(parts[r.Part].Answers) || r.Part < 0 || r.Line < 0 {
			return nil, fmt.Errorf("open state %s: %s does not fit the recording beside it", d.dir, stateName)
		}
		parts[r.Part].Answers[r.Line].Body = r.Body
	}
	touched := map[int]bool{}
	for i, p := range parts {
		entries := make([]recording.Entry, len(p.Answers))
		for n := range p.Answers {
			entries[n] = recording.NewEntry(p.Answers[n])
			d.places[&p.Answers[n]] = [2]int{i, n}
		}
		d.parts = append(d.parts, entries)
	}
	for _, r := range d.file.Last {
		touched[r.Part] = true
	}
	return parts, d.replace(touched)
}

// save puts a write on the disk: what changes, then the recording with it.
func (d *disk) save(next memory, bodies map[*api.Answer][]byte) error {
	if d.broken != nil {
		return d.broken
	}
	file := d.file
	file.memory, file.Last = next, nil
	file.Tokens = map[string]answered{} // without secrets
	for token, a := range next.Tokens {
		if known, ok := d.file.Tokens[token]; ok {
			file.Tokens[token] = known
			continue
		}
		a.Body = recording.NewEntry(api.Answer{Status: 200, Body: a.Body}).Body
		file.Tokens[token] = a
	}
	touched := map[int]bool{}
	entries := map[[2]int]recording.Entry{}
	for line, body := range bodies {
		at := d.places[line]
		changed := *line
		changed.Body = body
		entries[at] = recording.NewEntry(changed)
		file.Last = append(file.Last, redone{at[0], at[1], entries[at].Body})
		touched[at[0]] = true
	}
	slices.SortFunc(file.Last, func(a, b redone) int { return (a.Part-b.Part)<<32 + a.Line - b.Line })
	if err := d.write(file); err != nil {
		return err
	}
	d.file = file
	for at, entry := range entries {
		d.parts[at[0]][at[1]] = entry
	}
	if d.broken = d.replace(touched); d.broken != nil {
		d.broken = fmt.Errorf("the write is kept, but its recording is not; start again: %w", d.broken)
	}
	return d.broken
}

func (d *disk) replace(touched map[int]bool) error {
	for _, at := range slices.Sorted(maps.Keys(touched)) {
		if err := recording.Replace(filepath.Join(d.dir, d.file.Parts[at]), d.parts[at]); err != nil {
			return err
		}
	}
	return nil
}

// write puts emulator.json in place, whole or not at all.
func (d *disk) write(file stateFile) error {
	data, err := json.Marshal(file, json.Deterministic(true), jsontext.PreserveRawStrings(true))
	if err == nil {
		err = maybe.WriteFile(filepath.Join(d.dir, stateName), append(data, '\n'), 0o600)
	}
	if err == nil {
		err = recording.SyncDir(d.dir)
	}
	if err != nil {
		return fmt.Errorf("keep state in %s: write %s: %w", d.dir, stateName, err)
	}
	return nil
}

// digestOf tells recordings apart.
func digestOf(parts []recording.Part) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%q %s %q\n", p.Account, p.TakenAt, p.Regions)
		for _, a := range p.Answers {
			fmt.Fprintf(h, "%q %q %q %d %q %q", a.Region, a.Product, a.Operation, a.Status, a.Text, a.Err)
			for _, name := range slices.Sorted(maps.Keys(a.Params)) {
				fmt.Fprintf(h, " %q=%q", name, a.Params[name])
			}
			fmt.Fprintf(h, " %d\n", len(a.Body))
			h.Write(a.Body)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
