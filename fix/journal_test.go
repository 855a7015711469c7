package fix

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// whole is the journal of a plan that was applied and undone.
func wholeJournal(t *testing.T) []byte {
	t.Helper()
	w := newWorld()
	if err := errors.Join(w.applied(), w.undo(options(w.account, w.files))); err != nil {
		t.Fatal(err)
	}
	data, err := w.files.ReadFile("dir/plan.journal")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func readJournal(data []byte) (*journal, error) {
	files := newCrashFiles()
	files.now["j"] = &content{live: data}
	return openJournal(files, "j")
}

// A journal that was cut anywhere holds its whole lines, and no more; so does one
// whose last line is damaged. Damage before is an error that names the line.
func TestTornJournal(t *testing.T) {
	data := wholeJournal(t)
	all, err := readJournal(data)
	if err != nil || len(all.entries) != 30 { // intent and done of 7 actions, verified: twice
		t.Fatalf("%d entries, %v", len(all.entries), err)
	}
	first := bytes.IndexByte(data, '\n') + 1
	for n := first; n <= len(data); n++ {
		j, err := readJournal(data[:n])
		if want := bytes.Count(data[:n], []byte("\n")) - 1; err != nil || len(j.entries) != want {
			t.Fatalf("cut at %d: %d entries, not %d: %v", n, len(j.entries), want, err)
		}
	}
	for _, n := range []int{0, 1, first / 2, first - 1} {
		if _, err := readJournal(data[:n]); err == nil || !strings.Contains(err.Error(), "nothing was done") {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	last := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
	if j, err := readJournal(append(bytes.Clone(data[:last]), "\x00\x00\x00\n"...)); err != nil || len(j.entries) != 29 {
		t.Errorf("a last line of nothing: %v", err)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	for name, line := range map[string]string{
		"broken": "{\"what\":\"inte\n", "unknown action": `{"what":"intent","action":"a99"}` + "\n", "unknown word": `{"what":"dnoe","action":"a1"}` + "\n",
		"unknown field": `{"waht":"done"}` + "\n",
	} {
		bad := bytes.Join(append(append(append([][]byte{}, lines[:3]...), []byte(line)), lines[4:]...), nil)
		if _, err := readJournal(bad); err == nil || !strings.Contains(err.Error(), "line 4") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := readJournal(bytes.Replace(data, []byte("esaudit.journal/v1"), []byte("esaudit.journal/v2"), 1)); err == nil || !strings.Contains(err.Error(), "newer esaudit") {
		t.Errorf("%v", err)
	}
}

// What is no journal is called so, and not in the words of a parser; least of all
// may it be deleted.
func TestNoJournal(t *testing.T) {
	for _, data := range []string{"{\n  \"schema\": \"esaudit.plan/v1\"\n}\n", "a journal\n", "\n", `{"schema":"esaudit.plan/v1"}`, "{}", `{"schema":"esaudit.journalist/v1"}`} {
		if _, err := readJournal([]byte(data)); err == nil || !strings.HasPrefix(err.Error(), "read journal j: it is no journal, which `fix apply` writes") {
			t.Errorf("%q: %v", data, err)
		}
	}
}

// A journal says how far each action is, whatever came before.
func TestStates(t *testing.T) {
	for _, c := range []struct {
		lines string
		want  State
		note  string
	}{
		{"", NotDone, ""},
		{"intent", InDoubt, "--resume"},
		{"intent refused", NotDone, "because"},
		{"intent done", Done, ""},
		{"intent intent done", Done, ""},
		{"intent refused intent", InDoubt, "--resume"},
		{"intent done undo-intent", InDoubt, "being undone"},
		{"intent done undo-intent undo-refused", Done, "because"},
		{"intent done undo-intent undo-done", NotDone, "undone"},
	} {
		j := &journal{plan: wholePlan()}
		for _, word := range strings.Fields(c.lines) {
			word, undo := strings.CutPrefix(word, "undo-")
			e := entry{What: what(word), Action: "a1", Undo: undo}
			if e.What == refused {
				e.Why = "because"
			}
			j.entries = append(j.entries, entry{What: intent, Action: "a2"}, e)
		}
		if got, note := j.of("a1").state, j.note("a1"); got != c.want || !strings.Contains(note, c.note) || c.note == "" && note != "" {
			t.Errorf("%s: %s (%s), not %s (%s)", c.lines, got, note, c.want, c.note)
		}
	}
}

// The machine's file system holds a journal as the others do.
func TestOSFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "plan.journal")
	f := newFakeAccount()
	o := options(f, OSFiles{})
	o.Journal = name
	if _, err := Apply(t.Context(), wholePlan(), o); err != nil {
		t.Fatal(err)
	}
	if s, err := Status(OSFiles{}, name); err != nil || !s.Verified {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := Undo(t.Context(), o); err != nil || f.state() != newFakeAccount().state() {
		t.Error(err)
	}
	if _, err := Status(OSFiles{}, name+"x"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	o.Journal = filepath.Join(name, "x")
	if _, err := Apply(t.Context(), wholePlan(), o); err == nil || f.state() != newFakeAccount().state() {
		t.Errorf("a journal that cannot be written: %v", err)
	}
}
