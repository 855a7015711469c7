package main

import (
	"errors"
	"fmt"
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
	name := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, 3e9); err != nil {
		t.Fatal(err)
	}
	_, err := open(name)
	checkRefused(t, err, "a snapshot of 3.0 GB needs 2.0 GB of memory, and there is 314 MB (GOMEMLIMIT)", "--cluster", "more memory")
	n, err := io.Copy(io.Discard, &fitting{in: endless{}})
	checkRefused(t, err, "(GOMEMLIMIT)")
	if n > 600<<20 {
		t.Errorf("refused after %d bytes", n)
	}
	checkRefused(t, fits(100e6, toAudit(), "audit"), "audit a snapshot of 100 MB needs 360 MB")
	if err := fits(1e6, toAudit(), "audit"); err != nil {
		t.Error(err)
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

// Where there is not plenty of memory, values that were looked at are let go, and
// made again; where there is, they stay.
func TestThrifty(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	for limit, again := range map[int64]bool{256 << 20: true, math.MaxInt64: false} {
		s := wide(t)
		debug.SetMemoryLimit(limit)
		thrifty(s)
		made := func() (out []*snapshot.Node) {
			for _, o := range s.Accounts()[0].Objects(snapshot.ECS) {
				out = append(out, o.Attr("values").Items()[0])
			}
			return out
		}
		first := made()
		if got := !slices.Equal(made(), first); got != again {
			t.Errorf("with a limit of %d bytes, values are made again: %t", limit, got)
		}
	}
}

// wide is a snapshot of more values than a thrifty run keeps.
func wide(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	values := snapshot.NewStrings(slices.Repeat([]string{"value"}, 1000)...)
	hosts := map[string]*snapshot.Node{}
	for i := range opened/1000 + 50 {
		attributes := snapshot.NewObject(map[string]*snapshot.Node{"values": values.Clone(nil)})
		hosts[fmt.Sprint("i-", i)] = snapshot.NewObject(map[string]*snapshot.Node{"attributes": attributes})
	}
	regions := snapshot.NewObject(map[string]*snapshot.Node{"cn-hangzhou": snapshot.NewObject(hosts)})
	account := snapshot.NewObject(map[string]*snapshot.Node{
		"id": snapshot.NewString("1"), "takenAt": snapshot.NewString("2026-11-22T00:00:00Z"), "regions": snapshot.NewStrings("cn-hangzhou"),
		"coverage": snapshot.NewArray(), "objects": snapshot.NewObject(map[string]*snapshot.Node{string(snapshot.ECS): regions}),
	})
	s, err := snapshot.New(snapshot.NewObject(map[string]*snapshot.Node{
		"schema": snapshot.NewString(snapshot.Schema), "accounts": snapshot.NewArray(account),
	}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Garbage is collected more often the less memory is left, and never otherwise
// than the user said; a run ends when more is used than there is, a tenth more
// where the limit is a soft one.
func TestWatch(t *testing.T) {
	for _, c := range []struct {
		room  memory.Room
		tuned bool
		used  []int64
		want  []int
		ends  bool
	}{
		{memory.Room{}, false, []int64{math.MaxInt64}, nil, false},
		{memory.Room{Bytes: 1000, By: "available memory"}, false, []int64{100, 300, 600, 1000, 200}, []int{plenty, usual, careful, careful, plenty}, false},
		{memory.Room{Bytes: 1000, By: "available memory"}, true, []int64{100, 1000}, nil, false},
		{memory.Room{Bytes: 1000, By: "available memory"}, true, []int64{1001}, nil, true},
		{memory.Room{Bytes: 1000, By: memory.GoLimit}, true, []int64{1100}, nil, false},
		{memory.Room{Bytes: 1000, By: memory.GoLimit}, true, []int64{1101}, nil, true},
	} {
		var got []int
		w := watch{room: c.room, tuned: c.tuned, tune: func(percent int) int { got = append(got, percent); return 0 }}
		var err error
		for _, used := range c.used {
			err = errors.Join(err, w.look(used))
		}
		if !slices.Equal(got, c.want) || (err != nil) != c.ends {
			t.Errorf("%+v: percents %v, error %v", c, got, err)
		}
	}
}
