package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/renameio/v2/maybe"

	"esaudit/collector/api"
)

// startedName is what recording.json is called while the recording is made.
const startedName = "recording.started.json"

// Journal is a recording in the making. Answers are appended to calls.jsonl as
// they come; Finish puts them in order and writes recording.json last, so that a
// run that is killed leaves what Resume takes up. Its methods are called from
// one goroutine.
type Journal struct {
	dir   string
	calls *os.File
	empty bool // nothing stands in calls.jsonl, nor did before
}

// Begin starts a recording in a directory, which is made when it is not there.
// It is an error when the directory holds a recording.
func Begin(dir string) (*Journal, error) {
	switch held, err := holds(dir); {
	case err != nil:
		return nil, fmt.Errorf("record to %s: %w", dir, err)
	case held == interrupted:
		return nil, fmt.Errorf("record to %s: it holds an interrupted recording: resume it, or name another directory", dir)
	case held == complete:
		return nil, fmt.Errorf("record to %s: it holds a recording: name another directory", dir)
	}
	return openJournal(dir, os.O_EXCL)
}

// Resume takes up a recording: one that was interrupted, or one that is
// complete, whose gaps are to be filled. It returns what the directory holds,
// answers in the order they came; a line that was cut off is dropped. A directory
// that holds nothing is begun.
func Resume(dir string) (*Journal, Part, error) {
	held, err := holds(dir)
	if err == nil && held == nothing {
		j, err := Begin(dir)
		return j, Part{}, err
	}
	var part Part
	if err == nil {
		part, err = takeUp(dir, held)
	}
	if err != nil {
		return nil, Part{}, fmt.Errorf("resume %s: %w", dir, err)
	}
	j, err := openJournal(dir, 0)
	if err != nil {
		return nil, Part{}, err
	}
	j.empty = false
	return j, part, nil
}

func openJournal(dir string, flags int) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("record to %s: %w", dir, bare(err))
	}
	calls, err := os.OpenFile(filepath.Join(dir, callsName), os.O_WRONLY|os.O_APPEND|os.O_CREATE|flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record to %s: %w", dir, bare(err))
	}
	return &Journal{dir: dir, calls: calls, empty: true}, nil
}

// holds says how much of a recording a directory has; nothing when it is not
// there.
func holds(dir string) (contents, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nothing, nil
	case err != nil:
		return nothing, bare(err)
	case !info.IsDir():
		return nothing, errors.New("it is no directory")
	}
	return look(os.DirFS(dir), ".")
}

// takeUp reads what is there and turns a complete recording into one in the
// making.
func takeUp(dir string, held contents) (Part, error) {
	fsys := os.DirFS(dir)
	for _, ext := range extensions()[1:] {
		if ok, err := exists(fsys, callsName+ext); err != nil || ok {
			return Part{}, errors.Join(err, fmt.Errorf("%s: a compressed recording is not resumed: expand it first", callsName+ext))
		}
	}
	part, err := readHead(fsys, held)
	if err != nil {
		return Part{}, err
	}
	calls := filepath.Join(dir, callsName)
	data, err := os.ReadFile(calls)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Part{}, bare(err)
	}
	whole := bytes.LastIndexByte(data, '\n') + 1
	if part.Answers, err = readCalls(bytes.NewReader(data[:whole]), callsName, accountLimits()); err != nil {
		return Part{}, err
	}
	if whole < len(data) {
		if err := os.Truncate(calls, int64(whole)); err != nil {
			return Part{}, bare(err)
		}
	}
	if held == complete {
		if err := os.Rename(filepath.Join(dir, headName), filepath.Join(dir, startedName)); err != nil {
			return Part{}, bare(err)
		}
	}
	return part, nil
}

// readHead reads whose recording it is and when it was begun. A run that was
// interrupted before it knew left no head.
func readHead(fsys fs.FS, held contents) (Part, error) {
	name := startedName
	if held == complete {
		name = headName
	}
	data, err := fs.ReadFile(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Part{}, nil
	case err != nil:
		return Part{}, bare(err)
	}
	part, err := parseHead(data)
	if err != nil {
		return Part{}, fmt.Errorf("%s: %w", name, err)
	}
	return part, nil
}

// Started writes down whose recording it is and when it was begun, for a run
// that resumes it.
func (j *Journal) Started(p Part) error { return j.writeHead(startedName, p) }

// Append adds the answers to one call: all of its pages.
func (j *Journal) Append(answers []Entry) error {
	if _, err := j.calls.Write(lines(answers)); err != nil {
		return fmt.Errorf("record to %s: %w", j.dir, bare(err))
	}
	j.empty = j.empty && len(answers) == 0
	return nil
}

// Finish writes the recording: the answers in this order, then recording.json.
// The journal is closed.
func (j *Journal) Finish(p Part, answers []Entry) error {
	j.empty = false
	if err := j.Close(); err != nil {
		return err
	}
	if err := j.write(callsName, lines(answers)); err != nil {
		return err
	}
	if err := j.writeHead(headName, p); err != nil {
		return err
	}
	err := os.Remove(filepath.Join(j.dir, startedName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("record to %s: %w", j.dir, bare(err))
	}
	return nil
}

// Close lets go of the recording, which stays for Resume. When nothing was
// recorded nothing stays. It may be called again.
func (j *Journal) Close() error {
	if j.calls == nil {
		return nil
	}
	err := j.calls.Close()
	j.calls = nil
	if j.empty {
		err = errors.Join(err, os.Remove(filepath.Join(j.dir, callsName)))
		if removeErr := os.Remove(filepath.Join(j.dir, startedName)); !errors.Is(removeErr, os.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
	}
	if err != nil {
		return fmt.Errorf("record to %s: %w", j.dir, bare(err))
	}
	return nil
}

func (j *Journal) writeHead(name string, p Part) error {
	regions := slices.Clone(p.Regions)
	if regions == nil {
		regions = []string{}
	}
	data, err := json.Marshal(head{Schema, p.Account, p.TakenAt.UTC().Format(time.RFC3339), regions})
	if err != nil {
		return fmt.Errorf("record to %s: %w", j.dir, err)
	}
	return j.write(name, append(data, '\n'))
}

// write puts a file in place whole or not at all.
func (j *Journal) write(name string, data []byte) error {
	if err := maybe.WriteFile(filepath.Join(j.dir, name), data, 0o600); err != nil {
		return fmt.Errorf("record to %s: write %s: %w", j.dir, name, bare(err))
	}
	return nil
}

func lines(answers []Entry) []byte {
	size := 0
	for _, a := range answers {
		size += len(a.line)
	}
	data := make([]byte, 0, size)
	for _, a := range answers {
		data = append(data, a.line...)
	}
	return data
}

// bare takes the path out of an error that names the directory already; it may
// be a temporary one.
func bare(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// Answers returns the answers of entries.
func Answers(entries []Entry) []api.Answer {
	answers := make([]api.Answer, len(entries))
	for i, e := range entries {
		answers[i] = e.Answer
	}
	return answers
}
