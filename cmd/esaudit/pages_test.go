package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"esaudit/collector/recording"
	"esaudit/internal/emulator"
)

// A shown is a fenced sh block of a page, and what the page says it prints.
type shown struct {
	line   int
	script string
	output []string // of the text block behind it; nil when nothing is shown
}

// Every fenced sh block of the pages under docs runs as it stands, in a temporary
// folder, with the demo estate as the live account, one after the other; what it
// prints is what the text block behind it shows. "..." stands for any lines, and
// within a line for any text; "# ends with N" behind a command is its exit code.
// (README runs in a checkout: package house does that.)
func TestPages(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		list := shownBlocks(string(text))
		blocks += len(list)
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			runPage(t, list)
		})
	}
	if blocks < 30 {
		t.Errorf("the pages have %d sh blocks", blocks)
	}
}

// runPage runs the blocks of one page.
func runPage(t *testing.T, blocks []shown) {
	if len(blocks) == 0 {
		return
	}
	dir := t.TempDir()
	env := liveDemo(t, dir)
	for _, b := range blocks {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail", "-c", endings(b.script))
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("line %d: %v\n%s\nprints\n%s", b.line, err, b.script, out)
		}
		if b.output != nil && !matches(b.output, strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")) {
			t.Errorf("line %d:\n%s\nprints\n%s\nnot\n%s", b.line, b.script, out, strings.Join(b.output, "\n"))
		}
	}
}

// liveDemo serves the demo estate as the live account, which takes writes, and
// returns the environment in which it is one.
func liveDemo(t *testing.T, home string) []string {
	t.Helper()
	r, err := recording.Open("../../testdata/estates/demo")
	if err != nil {
		t.Fatal(err)
	}
	e, err := emulator.New(r.Parts, emulator.Options{Writable: true})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "no_proxy=*", "LC_ALL=C.UTF-8", "ESAUDIT_PROGRESS=none", "ESAUDIT_ENDPOINT=" + server.URL,
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + e.Key().ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + e.Key().Secret,
	}, coverDir()...)
}

// coverDir keeps the program quiet about coverage when it is measured.
func coverDir() []string {
	if dir := os.Getenv("GOCOVERDIR"); dir != "" {
		return []string{"GOCOVERDIR=" + dir}
	}
	return nil
}

// shownBlocks returns the sh blocks of a page. A text block shows the output of
// the sh block right before it.
func shownBlocks(page string) []shown {
	var out []shown
	fence := "" // the language of the block that is open
	open, fresh := false, false
	for i, line := range strings.Split(page, "\n") {
		switch {
		case !open && strings.HasPrefix(line, "```"):
			open, fence = true, strings.TrimPrefix(line, "```")
			if fence == "sh" {
				out = append(out, shown{line: i + 1})
			}
			if fence == "text" && fresh {
				out[len(out)-1].output = []string{}
			}
		case open && line == "```":
			fresh = fence == "sh"
			open = false
		case open && fence == "sh":
			out[len(out)-1].script += line + "\n"
		case open && fence == "text" && fresh:
			out[len(out)-1].output = append(out[len(out)-1].output, line)
		case !open && strings.TrimSpace(line) != "":
			fresh = false
		}
	}
	return out
}

// endings makes "# ends with N" a check of the exit code.
func endings(script string) string {
	const check = `ended() { [ "$1" = "$2" ] || { echo "ends with $2, not $1"; exit 99; }; }` + "\n"
	return check + regexp.MustCompile(`(?m)\s+# ends with (\d+)$`).ReplaceAllString(script, ` && ended $1 0 || ended $1 $?`)
}

// matches reports whether lines are those of a pattern in which "..." stands for
// any lines, and within a line for any text.
func matches(pattern, lines []string) bool {
	if len(pattern) == 0 {
		return len(lines) == 0
	}
	if pattern[0] == "..." {
		for skip := 0; skip <= len(lines); skip++ {
			if matches(pattern[1:], lines[skip:]) {
				return true
			}
		}
		return false
	}
	if len(lines) == 0 {
		return false
	}
	quoted := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimRight(pattern[0], " ")), `\.\.\.`, ".*")
	ok := regexp.MustCompile("^" + quoted + "$").MatchString(strings.TrimRight(lines[0], " "))
	return ok && matches(pattern[1:], lines[1:])
}

func TestShownBlocks(t *testing.T) {
	got := shownBlocks("a\n```sh\nx\n```\n\n```text\ny\n...\n```\n```sh\nz  # ends with 3\n```\nwords\n```text\nnot its output\n```\n")
	if want := "[{2 x\n [y ...]} {10 z  # ends with 3\n []}]"; fmt.Sprint(got) != want {
		t.Errorf("%v, not %s", got, want)
	}
	if got[1].output != nil {
		t.Error("a text block behind words is taken for output")
	}
	for pattern, lines := range map[string]string{"a\n...\nb": "a\nx\ny\nb", "a...z": "a to z", "...": "x\ny", "a\n...": "a"} {
		if !matches(strings.Split(pattern, "\n"), strings.Split(lines, "\n")) {
			t.Errorf("%q does not match %q", pattern, lines)
		}
	}
	for pattern, lines := range map[string]string{"a\n...\nb": "a\nx", "a...z": "a to y", "a": "a\nb", "a.c": "abc"} {
		if matches(strings.Split(pattern, "\n"), strings.Split(lines, "\n")) {
			t.Errorf("%q matches %q", pattern, lines)
		}
	}
}
