package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// module writes a program whose file for Windows says what it is given.
func module(t *testing.T, windows string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":           "module example.com/m\n\ngo 1.26\n",
		"main.go":          "package main\n\nimport \"example.com/m/part\"\n\nfunc main() { println(part.Name()) }\n",
		"part/part.go":     "package part\n\nimport \"errors\"\n\nfunc Name() string { return errors.New(name).Error() }\n",
		"part/windows.go":  "//go:build windows\n\npackage part\n\n" + windows,
		"part/not.go":      "//go:build !windows\n\npackage part\n\nconst name = \"plan 9\"\n",
		"part/arm64.go":    "//go:build arm64\n\npackage part\n\nconst wide = int(1) << 40\n",
		"part/part_386.go": "package part\n\nconst wide = int(1) << 40\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// A platform refuses what its own files say wrong, and nobody else's.
func TestRun(t *testing.T) {
	good := "const name = \"windows\"\n"
	for _, c := range []struct {
		name, windows string
		args          []string
		code          int
		out, errs     string // the first words of each
	}{
		{"all is well", good, []string{".", "linux/amd64", "windows/arm64", "darwin/arm64"}, 0, "linux/amd64: ", ""},
		{"a type", "const name = 1\n", []string{".", "linux/amd64", "windows/amd64"}, 1, "linux/amd64: ", "windows/amd64: example.com/m/part: "},
		{"a name that is missing", "", []string{".", "windows/amd64"}, 1, "", "windows/amd64: example.com/m/part: "},
		{"a syntax", "const name = \n", []string{".", "windows/amd64"}, 1, "", "windows/amd64: "},
		{"an import that is missing", "import \"example.com/other\"\n\nconst name = other.Name\n", []string{".", "windows/amd64"}, 1, "", "windows/amd64: go list: "},
		{"a size", good, []string{".", "linux/386"}, 1, "", "linux/386: example.com/m/part: "},
		{"no platform of that name", good, []string{".", "linux/none"}, 1, "", "linux/none: "},
		{"half a platform", good, []string{".", "linux"}, 1, "", "linux: no OS/ARCH"},
		{"no platform", good, []string{"."}, 2, "", "usage: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			module(t, c.windows)
			var out, errs bytes.Buffer
			code := run(t.Context(), c.args, &out, &errs)
			if code != c.code || !begins(out.String(), c.out) || !begins(errs.String(), c.errs) {
				t.Errorf("ends with %d\n%s%s", code, out.String(), errs.String())
			}
		})
	}
}

// begins says whether a text begins with words, or is empty as they are.
func begins(text, words string) bool {
	return text == words || words != "" && strings.HasPrefix(text, words)
}
