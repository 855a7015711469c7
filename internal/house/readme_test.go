package house

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// block is a fenced block of a document.
type block struct {
	line   int
	script string
}

// Every fenced sh block of README runs as it stands, in a copy of the checkout,
// one after the other. What a block says it ends with ("# ends with 3") is
// checked by the block itself.
func TestReadmeBlocks(t *testing.T) {
	blocks := fenced(read(t, "README.md"), "sh")
	if len(blocks) < 5 {
		t.Fatalf("README has %d sh blocks", len(blocks))
	}
	dir := checkout(t)
	for _, b := range blocks {
		if strings.Contains(b.script, "make test") {
			if strings.Count(strings.TrimSpace(b.script), "\n") > 1 {
				t.Errorf("README line %d: make test stands with other commands; this test is run by it and cannot run it", b.line)
			}
			b.script = strings.ReplaceAll(b.script, "make test", "make --dry-run test >/dev/null")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail", "-c", b.script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOPROXY=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("README line %d: %v\n%s\n%s", b.line, err, b.script, out)
		}
	}
}

// fenced returns the blocks of a language.
func fenced(document, language string) []block {
	var out []block
	open := false
	for i, line := range strings.Split(document, "\n") {
		switch {
		case !open && line == "```"+language:
			open = true
			out = append(out, block{line: i + 1})
		case open && line == "```":
			open = false
		case open:
			out[len(out)-1].script += line + "\n"
		}
	}
	return out
}

// checkout copies the project into a directory of its own.
func checkout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files(t) {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(read(t, name)), info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFenced(t *testing.T) {
	got := fenced("a\n```sh\nx\ny\n```\n```\nno\n```\n```sh\nz\n```\n", "sh")
	if len(got) != 2 || got[0].script != "x\ny\n" || got[0].line != 2 || got[1].script != "z\n" {
		t.Errorf("%+v", got)
	}
}
