package fix

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"esaudit/snapshot"
)

// JournalSchema is the version of a journal.
const JournalSchema = "esaudit.journal/v1"

// Files is the file system that a journal is on. Names are paths. An error of a
// file that is not there is fs.ErrNotExist, of one that is there fs.ErrExist.
type Files interface {
	ReadFile(name string) ([]byte, error)
	Create(name string) (File, error) // which must not be there
	Append(name string) (File, error)
	Rename(old, new string) error
	Remove(name string) error
	SyncDir(name string) error // what it holds survives a crash from then on
}

// File is a file that is written to.
type File interface {
	Write(data []byte) (int, error)
	Sync() error // what it holds survives a crash from then on
	Close() error
}

// entry is a line of a journal. The first holds the plan; the others say what was
// about to happen, or had.
type entry struct {
	Schema string `json:"schema,omitzero"` // of the first line
	ID     string `json:"id,omitzero"`     // of the journal: no other has it
	Plan   *Plan  `json:"plan,omitzero"`

	At      string `json:"at,omitzero"` // by the API's own clock
	What    what   `json:"what,omitzero"`
	Action  string `json:"action,omitzero"`
	Undo    bool   `json:"undo,omitzero"`
	Attempt int    `json:"attempt,omitzero"`
	Token   string `json:"token,omitzero"` // of idempotency
	// Had are, for each parameter that undoing the action takes from the answer, what
	// the items of the list had before the first call.
	Had map[string][]string `json:"had,omitzero"`
	// Answered are the parameters that undoing the action takes from the answer.
	Answered map[string]string `json:"answered,omitzero"`
	Why      string            `json:"why,omitzero"`
}

// what happened.
type what string

const (
	intent   what = "intent"   // the call is about to be made
	refused  what = "refused"  // it was not made, or had no effect
	done     what = "done"     // it had its effect
	verified what = "verified" // the account is as promised
)

// journal is a file that says how far a plan was applied, and undone. A line is
// on the disk before what it announces happens. It is used by one goroutine.
type journal struct {
	files   Files
	name    string
	file    File
	id      string
	plan    *Plan
	entries []entry
}

// openJournal reads a journal. A last line that a crash left incomplete never
// came true and is dropped; nothing is written.
func openJournal(files Files, name string) (*journal, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	j := &journal{files: files, name: name}
	if !begins(data) {
		return nil, fmt.Errorf("read journal %s: it is no journal, which `fix apply` writes (PLAN.journal if no other is named)", name)
	}
	lines := bytes.Split(data, []byte("\n"))
	lines = lines[:len(lines)-1] // what follows the last line feed
	for i, line := range lines {
		var e entry
		err := json.Unmarshal(line, &e, json.RejectUnknownMembers(true))
		if err == nil {
			err = j.accept(e, i == 0)
		}
		if err != nil && i == len(lines)-1 && i > 0 {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read journal %s: line %d: %w", name, i+1, err)
		}
	}
	if j.plan == nil {
		return nil, fmt.Errorf("read journal %s: it holds no line: nothing was done, it may be deleted", name)
	}
	return j, nil
}

// begins reports whether a file begins as a journal of some version does, as far as
// it goes.
func begins(data []byte) bool {
	base, _, _ := strings.Cut(JournalSchema, "/")
	want := []byte(`{"schema":"` + base + `/`)
	n := min(len(data), len(want))
	return bytes.Equal(data[:n], want[:n])
}

// accept takes in a line.
func (j *journal) accept(e entry, first bool) error {
	if first {
		if e.Schema != JournalSchema {
			return schemaError(e.Schema, JournalSchema)
		}
		if e.Plan == nil || e.ID == "" {
			return errors.New("it holds no plan")
		}
		j.id, j.plan = e.ID, e.Plan
		return e.Plan.check()
	}
	known := slices.ContainsFunc(j.plan.Actions, func(a Action) bool { return a.ID == e.Action })
	switch e.What {
	case verified:
	case intent, refused, done:
		if !known {
			return fmt.Errorf("the plan has no action %q", e.Action)
		}
	default:
		return fmt.Errorf("%q is nothing that happens", e.What)
	}
	j.entries = append(j.entries, e)
	return nil
}

// schemaError refuses a document of another version.
func schemaError(got, want string) error {
	base, _, _ := bytes.Cut([]byte(want), []byte("/"))
	if !bytes.HasPrefix([]byte(got), append(base, '/')) {
		return fmt.Errorf(`"schema" is not %q`, want)
	}
	return snapshot.SchemaError(got, want)
}

// rewrite writes the whole journal anew, under another name first, and opens it
// for what follows: after a crash its last line may be half there.
func (j *journal) rewrite() error {
	var data []byte
	for _, e := range append([]entry{{Schema: JournalSchema, ID: j.id, Plan: j.plan}}, j.entries...) {
		line, err := e.line()
		if err != nil {
			return fmt.Errorf("write journal %s: %w", j.name, err)
		}
		data = append(data, line...)
	}
	if err := j.replace(data); err != nil {
		return fmt.Errorf("write journal %s: %w", j.name, err)
	}
	var err error
	if j.file, err = j.files.Append(j.name); err != nil {
		return fmt.Errorf("write journal %s: %w", j.name, err)
	}
	return nil
}

func (j *journal) replace(data []byte) error {
	temporary := j.name + ".new"
	if err := j.files.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := j.files.Create(temporary)
	if err != nil {
		return err
	}
	if err := errors.Join(writeAll(f, data), f.Close()); err != nil {
		return err
	}
	if err := j.files.Rename(temporary, j.name); err != nil {
		return err
	}
	return j.files.SyncDir(filepath.Dir(j.name))
}

func writeAll(f File, data []byte) error {
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

// append writes a line. When it returns without an error, the line survives a
// crash.
func (j *journal) append(e entry) error {
	line, err := e.line()
	if err == nil {
		err = writeAll(j.file, line)
	}
	if err != nil {
		return fmt.Errorf("write journal %s: %w", j.name, err)
	}
	j.entries = append(j.entries, e)
	return nil
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}

func (e entry) line() ([]byte, error) {
	line, err := json.Marshal(e, json.Deterministic(true), jsontext.EscapeForHTML(false))
	return append(line, '\n'), err
}

// State is how far an action has come.
type State string

// The states of an action.
const (
	NotDone State = "not done" // it had no effect, or was undone
	Done    State = "done"
	InDoubt State = "in doubt" // a call was about to be made: what came of it is not recorded
)

// progress is what a journal says of an action.
type progress struct {
	state    State
	undo     bool // in doubt: whether it was being undone
	attempt  int  // of the last call, in that direction
	answered map[string]string
	had      map[string][]string
	token    string
}

// of replays what happened to an action.
func (j *journal) of(id string) progress {
	p := progress{state: NotDone}
	before := NotDone
	for _, e := range j.entries {
		if e.Action != id {
			continue
		}
		switch e.What {
		case intent:
			if p.state != InDoubt {
				before = p.state
			}
			p.state, p.undo, p.attempt, p.token = InDoubt, e.Undo, e.Attempt, e.Token
			if !e.Undo {
				p.had = e.Had
			}
		case refused:
			p.state = before
		case done:
			p.state, p.answered = Done, e.Answered
			if e.Undo {
				p.state, p.answered = NotDone, nil
			}
		}
	}
	return p
}

// undoing reports whether the journal's plan was being undone, or was.
func (j *journal) undoing() bool {
	return slices.ContainsFunc(j.entries, func(e entry) bool { return e.Undo })
}

// touched reports whether something was done or is in doubt.
func (j *journal) touched() bool {
	return slices.ContainsFunc(j.plan.Actions, func(a Action) bool { return j.of(a.ID).state != NotDone })
}
