package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"esaudit/collector/recording"
	"esaudit/internal/emulator"
)

// A collection that ends in the middle and is run again with the same directory
// asks only for what it had not read, and gives what one run gives.
func TestCollectGoesOn(t *testing.T) {
	r, err := recording.Open("../../testdata/estates/demo")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var asked []string
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	e, err := emulator.New(r.Parts, emulator.Options{Before: func(q emulator.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, fmt.Sprintln(q.Region, q.Product, q.Operation, q.Params, q.Page))
		if len(asked) == 150 {
			interrupt()
		}
		return true
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e)
	defer server.Close()
	env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": e.Key().ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": e.Key().Secret, "no_proxy": "*"}
	dir := t.TempDir()
	collect := func(ctx context.Context, code int, args ...string) []string {
		t.Helper()
		asked = nil
		var stdout, stderr bytes.Buffer
		args = append([]string{"collect", "--endpoint", server.URL, "--progress", "none", "--allow-partial"}, args...)
		if got := run(ctx, args, strings.NewReader(""), &stdout, &stderr, func(name string) string { return env[name] }); got != code {
			t.Fatalf("ends with %d: %s", got, stderr.String())
		}
		mu.Lock()
		defer mu.Unlock()
		// What an interrupted run asked may arrive while the next one runs, which asks it again.
		return slices.Compact(slices.Sorted(slices.Values(asked)))
	}
	half, whole, at := filepath.Join(dir, "half.json"), filepath.Join(dir, "whole.json"), filepath.Join(dir, "recording")
	collect(ctx, interrupted, "--record", at, "-o", half)
	if _, err := os.Stat(half); err == nil {
		t.Error("an interrupted collection leaves a snapshot")
	}
	kept, err := os.ReadFile(filepath.Join(at, "calls.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	read := bytes.Count(kept, []byte("\n"))
	rest := collect(context.Background(), clean, "--record", at, "--resume", "-o", half)
	all := collect(context.Background(), clean, "-o", whole)
	if read < 50 || len(rest) > len(all)-read+2 { // who asks is asked again, twice
		t.Errorf("%d requests after %d answers were kept, of %d", len(rest), read, len(all))
	}
	a, errA := os.ReadFile(half)
	b, errB := os.ReadFile(whole)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("the snapshots differ (%v, %v)", errA, errB)
	}
}

// A collection that is killed twice, whenever, goes on where it was: the same
// snapshot and recording as one that nobody killed, and no call is asked again of
// which an answer was kept.
func TestCollectKilledTwice(t *testing.T) {
	v := newVictim(t, "demo")
	v.runs(clean, "collect", "--allow-partial", "--record", v.file("whole"), "-o", v.file("whole.json"))
	total := v.asked
	kill := func(p *os.Process, dead <-chan struct{}) {
		_ = p.Kill() // it is dead, or was
		<-dead
	}
	for _, at := range [][2]int{{2, 3}, {40, 90}, {150, 30}, {total - 3, 2}} {
		name := fmt.Sprintf("raw-%d", at[0])
		words := []string{"collect", "--allow-partial", "--record", v.file(name), "-o", v.file(name + ".json")}
		if code := v.program(at[0], at[0]%2 == 0, kill, words...); code >= 0 {
			t.Fatalf("not killed at %d: it ends with %d", at[0], code)
		}
		if _, err := os.Stat(v.file(name)); err == nil {
			words = append(words, "--resume")
		}
		v.fell = false
		if code := v.program(at[1], false, kill, words...); code >= 0 {
			t.Fatalf("not killed again at %d: it ends with %d", at[1], code)
		}
		if _, err := os.Stat(v.file(name + ".json")); err == nil {
			t.Errorf("killed at %v: there is a snapshot", at)
		}
		if words[len(words)-1] != "--resume" {
			words = append(words, "--resume")
		}
		v.fell = false
		v.runs(clean, words...)
		for _, file := range []string{".json", "/calls.jsonl", "/recording.json"} {
			got, errA := os.ReadFile(v.file(name + file))
			want, errB := os.ReadFile(v.file("whole" + file))
			if errA != nil || errB != nil || !bytes.Equal(got, want) {
				t.Errorf("killed at %v: %s differs (%v, %v)", at, file, errA, errB)
			}
		}
	}
}
