package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every message that docs/troubleshooting.md explains is one that the program
// writes: its words stand in the sources.
func TestTroubleshootingQuotesTheProgram(t *testing.T) {
	page, err := os.ReadFile("../../docs/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	err = filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		sources.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	verb := regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]|\\"|"\s*\+[^"]*\+\s*"`)
	written := verb.ReplaceAllString(sources.String(), "…")
	quoted := 0
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| **") {
			continue
		}
		message, _, _ := strings.Cut(line[2:], " | ")
		for _, m := range regexp.MustCompile(`\*\*([^*]+)\*\*`).FindAllStringSubmatch(message, -1) {
			quoted++
			words, _, named := strings.Cut(m[1], " ")
			if !strings.Contains(written, m[1]) && !(named && words == "unknown" && strings.Contains(written, "unknown …")) {
				t.Errorf("%q is explained, and stands nowhere in the program", m[1])
			}
		}
	}
	if quoted < 15 {
		t.Errorf("only %d messages are explained", quoted)
	}
}
