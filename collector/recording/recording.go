package recording

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// Schema is the version this package writes and reads.
const Schema = "esaudit.recording/v1"

const (
	headName  = "recording.json"
	callsName = "calls.jsonl"
)

// Recording is one or several accounts' answers, by the names of their
// directories.
type Recording struct {
	Parts []Part
}

// Part is what one run recorded of one account.
type Part struct {
	Account string       // the account's id
	TakenAt time.Time    // the API's own clock, UTC
	Regions []string     // the collected regions
	Answers []api.Answer // in the order they were written
}

// head is recording.json.
type head struct {
	Schema  string   `json:"schema"`
	Account string   `json:"account"`
	TakenAt string   `json:"takenAt"`
	Regions []string `json:"regions"`
}

// Open reads the recording in the directory at path. An error names the file,
// and the line where there is one.
func Open(path string) (*Recording, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open recording: %w", err)
	}
	defer root.Close()
	r, err := OpenFS(root.FS())
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", path, err)
	}
	return r, nil
}

// OpenFS reads the recording at the root of a file system. When the root is
// none itself, each of its directories that holds one is a part; directories
// that hold neither recording.json nor calls.jsonl are passed over.
func OpenFS(fsys fs.FS) (*Recording, error) {
	switch state, err := look(fsys, "."); {
	case err != nil:
		return nil, err
	case state != nothing:
		p, err := openPart(fsys, ".", state)
		if err != nil {
			return nil, err
		}
		return &Recording{Parts: []Part{p}}, nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	r := &Recording{}
	for _, e := range entries {
		if dir, err := isDir(fsys, e); err != nil {
			return nil, err
		} else if !dir {
			continue
		}
		state, err := look(fsys, e.Name())
		if err != nil {
			return nil, err
		}
		if state == nothing {
			continue
		}
		p, err := openPart(fsys, e.Name(), state)
		if err != nil {
			return nil, err
		}
		r.Parts = append(r.Parts, p)
	}
	if len(r.Parts) == 0 {
		return nil, fmt.Errorf("no recording: neither %s and %s here, nor a directory that holds them", headName, callsName)
	}
	return r, nil
}

// isDir reports whether an entry is a directory, or a link to one. A link that
// leads nowhere is none.
func isDir(fsys fs.FS, e fs.DirEntry) (bool, error) {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir(), nil
	}
	info, err := fs.Stat(fsys, e.Name())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: a link that leads out of the directory, or in a circle, is not followed; leave it out, or name the directory it leads to", e.Name())
	}
	return info.IsDir(), nil
}

// A directory's contents, as far as recordings go.
type contents uint8

const (
	nothing     contents = iota
	interrupted          // answers without recording.json
	complete
)

func look(fsys fs.FS, dir string) (contents, error) {
	ok, err := exists(fsys, path.Join(dir, headName))
	if err != nil || ok {
		return complete, err
	}
	for _, ext := range extensions() {
		if ok, err := exists(fsys, path.Join(dir, callsName+ext)); err != nil || ok {
			return interrupted, err
		}
	}
	return nothing, nil
}

func exists(fsys fs.FS, name string) (bool, error) {
	info, err := fs.Stat(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, fmt.Errorf("%s: not a regular file", name)
	}
	return true, nil
}

func openPart(fsys fs.FS, dir string, state contents) (Part, error) {
	name := path.Join(dir, headName)
	if state == interrupted {
		return Part{}, fmt.Errorf("%s: missing, the run that recorded %s was interrupted: resume it, or collect again", name, path.Join(dir, callsName))
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return Part{}, err
	}
	p, err := parseHead(data)
	if err != nil {
		return Part{}, fmt.Errorf("%s: %w", name, err)
	}
	p.Answers, err = openCalls(fsys, dir)
	return p, err
}

func parseHead(data []byte) (Part, error) {
	if len(strings.TrimSpace(string(data))) == 0 {
		return Part{}, errors.New("empty: collect again")
	}
	var schema struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		return Part{}, plain(err, data, new(head))
	}
	switch {
	case !strings.HasPrefix(schema.Schema, "esaudit.recording/"):
		return Part{}, fmt.Errorf("schema is %q, not %q", schema.Schema, Schema)
	case schema.Schema != Schema:
		return Part{}, snapshot.SchemaError(schema.Schema, Schema)
	}
	var h head
	if err := json.Unmarshal(data, &h, json.RejectUnknownMembers(true)); err != nil {
		return Part{}, plain(err, data, &h)
	}
	if h.Account == "" {
		return Part{}, errors.New(`"account" is missing: the account's id`)
	}
	taken, err := time.Parse(time.RFC3339, h.TakenAt)
	if err != nil {
		return Part{}, fmt.Errorf(`"takenAt": %q is no RFC 3339 time`, h.TakenAt)
	}
	if i := slices.IndexFunc(h.Regions, func(r string) bool { return !regionName(r) }); i >= 0 {
		return Part{}, fmt.Errorf(`"regions": %q is no region: letters, digits, - and _`, h.Regions[i])
	}
	return Part{Account: h.Account, TakenAt: taken.UTC(), Regions: h.Regions}, nil
}

// regionName reports whether r may be a region: what the vendor's client
// accepts, [a-zA-Z0-9_-]+.
func regionName(r string) bool {
	return r != "" && !strings.ContainsFunc(r, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
	})
}

// plain turns a decoder's error into one that says what is wrong and where, in
// the words of the file: the Go types it was decoded into mean nothing to its
// reader.
func plain(err error, data []byte, into any) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends in the middle")
	}
	if s, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("%s: %w", place(data, s.ByteOffset), s.Err)
	}
	s, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return err
	}
	at := place(data, s.ByteOffset)
	field := strings.TrimPrefix(string(s.JSONPointer), "/")
	switch {
	case errors.Is(err, json.ErrUnknownName):
		return fmt.Errorf("%s: unknown field %q (the fields are %s)", at, field, strings.Join(fieldNames(into), ", "))
	case field == "":
		return fmt.Errorf("%s: not a JSON object", at)
	}
	return fmt.Errorf("%s: field %q has the wrong type", at, field)
}

// place names an offset for people: the column of a single line, else line and
// column.
func place(data []byte, offset int64) string {
	head := string(data[:min(max(offset, 0), int64(len(data)))])
	column := len(head) - strings.LastIndexByte(head, '\n')
	if lines := strings.Count(head, "\n"); lines > 0 {
		return fmt.Sprintf("line %d column %d", lines+1, column)
	}
	return fmt.Sprintf("column %d", column)
}
