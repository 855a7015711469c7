package emulator

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
)

// A server that is killed between the two files of a write goes on as if it had
// written both; one that is killed while it begins, begins again.
func TestKilledOnDisk(t *testing.T) {
	parts := []recording.Part{writable()}
	o := Options{State: filepath.Join(t.TempDir(), "state"), Reads: -1}
	calls := filepath.Join(o.State, "calls.jsonl")
	_, c := direct(t, parts, o)
	before, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Delete", "office", `["198.51.100.1"]`)).want(t, 200, "")
	after, err := os.ReadFile(calls)
	if err != nil || string(after) == string(before) {
		t.Fatal("the recording is as it was", err)
	}
	if err := os.WriteFile(calls, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, _ := direct(t, parts, o); len(s.Effects()) != 1 {
		t.Errorf("%v", s.Effects())
	}
	if got, err := os.ReadFile(calls); err != nil || string(got) != string(after) {
		t.Errorf("%v\n%s", err, got)
	}
	fresh := Options{State: filepath.Join(t.TempDir(), "state")}
	direct(t, parts, fresh)
	text, err := os.ReadFile(filepath.Join(fresh.State, stateName))
	if err != nil {
		t.Fatal(err)
	}
	for name, half := range map[string]func() error{
		"no recording": func() error { return os.Remove(filepath.Join(fresh.State, "recording.json")) },
		"nothing":      func() error { return os.Remove(filepath.Join(fresh.State, "calls.jsonl")) },
		"half a file": func() error {
			return os.WriteFile(filepath.Join(fresh.State, "calls.jsonl"), before[:len(before)/2], 0o600)
		},
	} {
		unready := strings.Replace(string(text), `"ready":true`, `"ready":false`, 1)
		if err := os.WriteFile(filepath.Join(fresh.State, stateName), []byte(unready), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := half(); err != nil {
			t.Fatal(err)
		}
		_, c := direct(t, parts, fresh)
		if got := status(t, c); got != "active" {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, make := range map[string]func(dir string) error{
		"not empty": func(dir string) error { return os.WriteFile(filepath.Join(dir, "a"), nil, 0o600) },
		"not JSON":  func(dir string) error { return os.WriteFile(filepath.Join(dir, stateName), []byte("{"), 0o600) },
		"another": func(dir string) error {
			other := writable()
			other.Account = "2"
			_, err := New([]recording.Part{other}, Options{State: dir})
			return err
		},
	} {
		dir := t.TempDir()
		if err := make(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := New(parts, Options{State: dir}); err == nil || !strings.Contains(err.Error(), "name another directory") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The directory is the recording: what it says is what the server says, and it
// may be served itself.
func TestStateIsARecording(t *testing.T) {
	parts := open(t, filepath.Join(estates, "demo"))
	second := writable()
	second.Account = "2345678901234567"
	o := Options{State: t.TempDir(), Reads: -1}
	_, c := serve(t, append(slices.Clone(parts), second), o)
	const orders = "es-cn-orderssearch1"
	c.change(http.MethodPost, orders, whiteIPs, nil, groupBody("Cover", "tmp_migration", `[]`)).want(t, 200, "")
	kept := open(t, o.State)
	if len(kept) != 2 {
		t.Fatalf("%d parts", len(kept))
	}
	if live, disk := snapshotOf(t, []recording.Part{record(c, kept[0], 0)}), snapshotOf(t, kept[:1]); string(live) != string(disk) {
		t.Errorf("they differ: %s", firstDifference(live, disk))
	}
	if was, is := snapshotOf(t, parts), snapshotOf(t, kept[:1]); string(was) == string(is) || strings.Contains(string(is), "tmp_migration") {
		t.Error("nothing changed")
	}
	if _, err := New(kept, o); err != nil {
		t.Errorf("served itself: %v", err)
	}
}
