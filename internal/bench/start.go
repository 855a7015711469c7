package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// start is how long the program takes to say something, beside a program that
// links the same packages and does nothing: what their initialisation costs, and
// loading so large a binary.
func (b *bench) start() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ours, empty := filepath.Join(dir, "esaudit"), filepath.Join(dir, "empty")
	if err := build(ours, "./cmd/esaudit"); err != nil {
		return err
	}
	if err := buildEmpty(dir, empty); err != nil {
		return err
	}
	for _, args := range [][]string{{"version"}, {"--help"}, {"audit", "demo", "--quiet"}} {
		took, waited, err := b.untilFirstLine(ours, args...)
		if err != nil {
			return err
		}
		beside, besideWaited, err := b.untilFirstLine(empty)
		if err != nil {
			return err
		}
		name := "start: " + strings.Join(args, " ")
		b.times(name, took, beside, "an empty program with the same packages")
		b.times("  elapsed", waited, besideWaited, "the same")
	}
	return nil
}

// times prints how long ours takes beside the other, which does less; the ratio
// is how many times as long ours takes.
func (b *bench) times(name string, ours, other time.Duration, beside string) {
	fmt.Fprintf(b.out, "%-66s %14s %14s %9s  %s\n", name, short(ours), short(other), ratio(float64(ours)/float64(other)), beside)
}

func build(program string, words ...string) error {
	if out, err := exec.Command("go", append([]string{"build", "-trimpath", "-o", program}, words...)...).CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %s: %w", words, out, err)
	}
	return nil
}

// buildEmpty builds a program that imports what the program imports. Its source
// stands in dir; the go command is told that it stands in the module, where
// internal packages may be imported.
func buildEmpty(dir, program string) error {
	list, err := exec.Command("go", "list", "-f", "{{.Dir}}\n{{join .Imports \"\\n\"}}", "./cmd/esaudit").Output()
	if err != nil {
		return fmt.Errorf("list imports: %w", err)
	}
	where, imports, _ := strings.Cut(strings.TrimSpace(string(list)), "\n")
	var source bytes.Buffer
	source.WriteString("package main\n\nimport (\n")
	for name := range strings.Lines(imports) {
		fmt.Fprintf(&source, "\t_ %q\n", strings.TrimSpace(name))
	}
	source.WriteString(")\n\nfunc main() {}\n")
	file, overlay := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json")
	pretended := filepath.Join(filepath.Dir(where), "empty", "main.go")
	words, err := json.Marshal(map[string]map[string]string{"Replace": {pretended: file}})
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{file: source.Bytes(), overlay: words} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			return err
		}
	}
	return build(program, "-overlay", overlay, "./cmd/empty")
}

// untilFirstLine runs a program until it has written a line, or ends: the least
// of several times. The processor time is that of the whole run, where it ends
// by itself.
func (b *bench) untilFirstLine(program string, args ...string) (took, waited time.Duration, err error) {
	for range 10 {
		c := exec.Command(program, args...)
		first := &firstWrite{begun: time.Now()}
		c.Stdout = first
		if err := c.Run(); err != nil && c.ProcessState.ExitCode() < 3 {
			return 0, 0, fmt.Errorf("%v: %w", c.Args, err)
		}
		if first.after == 0 {
			first.after = time.Since(first.begun)
		}
		used := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
		if took == 0 || used < took {
			took = used
		}
		if waited == 0 || first.after < waited {
			waited = first.after
		}
	}
	return took, waited, nil
}

// firstWrite takes the time of the first line written to it.
type firstWrite struct {
	begun time.Time
	after time.Duration
}

func (f *firstWrite) Write(p []byte) (int, error) {
	if f.after == 0 && bytes.IndexByte(p, '\n') >= 0 {
		f.after = time.Since(f.begun)
	}
	return len(p), nil
}
