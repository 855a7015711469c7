package main

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"esaudit/internal/memory"
	"esaudit/snapshot"
)

// A snapshot that cannot fit is refused before it is read, by its size; one that
// is compressed, while it is read.
func TestSnapshotsThatDoNotFitAreRefused(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(300 << 20))
	t.Setenv(memory.GoLimit, "300MiB")
	name := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, 3e9); err != nil {
		t.Fatal(err)
	}
	_, err := open(name, nil)
	checkRefused(t, err, "a snapshot of 3.0 GB needs 1.4 GB of memory, and there is 314 MB (GOMEMLIMIT)", "--cluster", "more memory")
	n, err := io.Copy(io.Discard, &fitting{in: endless{}})
	checkRefused(t, err, "(GOMEMLIMIT)")
	if n > 700<<20 {
		t.Errorf("refused after %d bytes", n)
	}
	n, err = io.Copy(io.Discard, io.NewSectionReader(&growing{in: endless{}, size: 100}, 0, math.MaxInt64))
	checkRefused(t, err, "(GOMEMLIMIT)")
	if n > 700<<20 {
		t.Errorf("refused when %d bytes had come", n)
	}
	checkRefused(t, fits(400e6, toAudit(), "audit"), "audit a snapshot of 400 MB needs 341 MB")
	if err := fits(200e6, toAudit(), "audit"); err != nil {
		t.Error(err)
	}
	for format, most := range map[string]int64{"json": 300e6, "sarif": 240e6, "svg": 200e6, "html": 125e6, "junit": 105e6, factsFormat: 55e6} {
		to := []destination{{"json", "a"}, {format, "b"}, {"csv", "c"}}
		if err := fits(most, toReport(to), "audit"); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		checkRefused(t, fits(most+most/4, toReport(to), "audit"), "(GOMEMLIMIT)")
	}
	checkRefused(t, fitsAs("recording", 40e6, toAssemble(), "read"), "read a recording of 40 MB needs 341 MB")
	if tight(90e6) || !tight(200e6) {
		t.Error("packed is what would not fit otherwise, and nothing else")
	}
}

func checkRefused(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil || codeOf(err) != misused {
		t.Fatalf("error %v with code %d", err, codeOf(err))
	}
	for _, want := range words {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func (endless) ReadAt(p []byte, _ int64) (int, error) { return len(p), nil }

// Garbage is collected more often the less memory is left, and never otherwise
// than the user said; a run ends when nearly as much is used as there is, or a
// tenth more where the limit is a soft one. What is set already is not set again.
func TestWatch(t *testing.T) {
	for _, c := range []struct {
		room   memory.Room
		tuned  bool
		living int64
		size   int64
		used   []int64
		want   []int
		ends   bool
	}{
		{memory.Room{}, false, 100, 0, []int64{math.MaxInt64}, nil, false},
		{memory.Room{Bytes: 1000, By: "available memory"}, false, 100, 0, []int64{100, 300, 600, 938, 200}, []int{plenty, usual, careful, plenty}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, 100, 0, []int64{1, little, 8<<30 - 1, 8 << 30, 1}, []int{plenty, usual, careful, plenty}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, garbage, 0, []int64{little}, []int{100}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, 3*garbage - 1, 0, []int64{little, little}, []int{30}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, 100 * garbage, 0, []int64{little}, []int{careful}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, 2 * garbage, 6 * garbage, []int64{little}, []int{120}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, 4 * garbage, 6 * garbage, []int64{little}, []int{careful}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, garbage / 2, 100 * garbage, []int64{little}, []int{plenty}, false},
		{memory.Room{Bytes: 4 * garbage, By: "available memory"}, false, 2 * garbage, 6 * garbage, []int64{2 * garbage}, []int{careful}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, 20 << 20, 1 << 20, []int64{1, little}, []int{220}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, 80 << 20, 100 << 20, []int64{1, little}, []int{210}, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, false, 120 << 20, 100 << 20, []int64{little}, []int{usual}, false},
		{memory.Room{Bytes: 200 << 20, By: "available memory"}, false, 80 << 20, 100 << 20, []int64{little, 100 << 20}, []int{150, careful}, false},
		{memory.Room{Bytes: 600 << 20, By: "available memory"}, false, 250 << 20, 0, []int64{250 << 20}, []int{140}, false},
		{memory.Room{Bytes: 1000, By: "available memory"}, true, 100, 0, []int64{100, 938}, nil, false},
		{memory.Room{Bytes: 1000, By: "available memory"}, true, 100, 0, []int64{939}, nil, true},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, true, 100, 0, []int64{16<<30 - margin}, nil, false},
		{memory.Room{Bytes: 16 << 30, By: "available memory"}, true, 100, 0, []int64{16<<30 - margin + 1}, nil, true},
		{memory.Room{Bytes: 1000, By: memory.GoLimit}, true, 100, 0, []int64{1100}, nil, false},
		{memory.Room{Bytes: 1000, By: memory.GoLimit}, true, 100, 0, []int64{1101}, nil, true},
	} {
		var got []int
		w := watch{room: c.room, tuned: c.tuned, tune: func(percent int) int { got = append(got, percent); return 0 }}
		var err error
		for _, used := range c.used {
			err = errors.Join(err, w.look(used, c.living, c.size))
		}
		if !slices.Equal(got, c.want) || (err != nil) != c.ends {
			t.Errorf("%+v: percents %v, error %v", c, got, err)
		}
	}
}

// A compressed file may hold 40 times its size, a pipe as much as is kept of a text.
func TestExpected(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.zst")
	for size, want := range map[int64]int64{1000: 40_000, 1 << 40: snapshot.KeptText} {
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Truncate(file, size)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(file)
		if err != nil || expected(info) != want {
			t.Errorf("%d bytes: %d, want %d (%v)", size, expected(info), want, err)
		}
	}
	if expected(nil) != snapshot.KeptText {
		t.Error("of nothing nothing is known")
	}
}

// TestTextOf tells how large a snapshot is, from what stands for it.
func TestTextOf(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]int{"a.json": 100, "a.json.gz": 10, "a.json.zst": 1, "r/calls.jsonl": 1000} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, make([]byte, size), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]int64{"a.json": 100, "a.json.gz": 160, "a.json.zst": 16, "r": 7000, "gone": 0} {
		at := filepath.Join(dir, name)
		if got := textOf(at); got != want {
			t.Errorf("%s: %d bytes, want %d", name, got, want)
		}
	}
}

// TestLargePages leaves it as it was how often garbage is collected, for the watch to go on
// from, and asks for nothing where nobody watches.
func TestLargePages(t *testing.T) {
	const percent = 123
	defer debug.SetGCPercent(debug.SetGCPercent(percent))
	name := filepath.Join(t.TempDir(), "estate.json")
	a := &app{heap: new(tended)}
	for _, size := range []int64{0, fewPages, 20 << 20} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(name, size); err != nil {
			t.Fatal(err)
		}
		(&app{}).largePages(name)
		a.largePages(name)
		if now := debug.SetGCPercent(percent); now != percent {
			t.Errorf("%d bytes: garbage is collected at %d%%, at %d%% before", size, now, percent)
		}
	}
	if a.heap.ready != name {
		t.Errorf("large pages were asked for %q", a.heap.ready)
	}
}
