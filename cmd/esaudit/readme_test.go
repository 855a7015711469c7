package main

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of exit codes into README.md")

// README's table of exit codes is the one of exit.go, and every code has its
// script.
func TestExitTable(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- exit codes: begin -->\n", "<!-- exit codes: end -->\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, okBegin := strings.Cut(string(text), begin)
	table, after, okEnd := strings.Cut(rest, end)
	if !okBegin || !okEnd {
		t.Fatalf("%s: no %q and %q", file, begin, end)
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+exitTable()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != exitTable() {
		t.Errorf("%s: the table of exit codes is stale: make docs writes it", file)
	}
	script, err := os.ReadFile("testdata/scripts/exitcodes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(exitTable()), "\n")[2:] {
		code := strings.Trim(strings.Split(line, "|")[1], " ")
		if !strings.Contains(string(script), "\nends "+code+" ") && !(code == "130" && strings.Contains(string(script), "interrupted esaudit")) {
			t.Errorf("no script shows exit code %s", code)
		}
	}
}
