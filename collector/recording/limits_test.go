package recording

import (
	"fmt"
	"strings"
	"testing"
)

// A file that unpacks to more than memory holds is refused, in one line or in
// many, empty ones included.
func TestLimits(t *testing.T) {
	line := `{"product":"ecs","operation":"X","region":"","status":0}`
	most := limits{line: 200, all: 1000}
	for name, c := range map[string]struct{ text, want string }{
		"fits":        {strings.Repeat(line+"\n", 4), ""},
		"one line":    {line + "\n" + strings.Repeat(" ", 201) + "\n", "calls.jsonl:2: longer than 200 bytes"},
		"many lines":  {strings.Repeat(line+"\n", 20), "more than 1000 bytes of answers"},
		"empty lines": {strings.Repeat("\n", 1001), "more than 1000 bytes of answers"},
	} {
		_, err := readCalls(strings.NewReader(c.text), "calls.jsonl", most)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// Of several lines with errors the first one's is told, whichever is parsed first, and
// answers are in the order of their lines.
func TestLinesAreParsedInOrder(t *testing.T) {
	line := `{"product":"ecs","operation":"X","region":"","status":0}` + "\n"
	text := strings.Repeat(line+"\n", 3*linesAtOnce)
	most := limits{line: 200, all: 1 << 20}
	answers, err := readCalls(strings.NewReader(text), "calls.jsonl", most)
	if err != nil || len(answers) != 3*linesAtOnce {
		t.Fatalf("%d answers, error %v", len(answers), err)
	}
	for i, a := range answers {
		if want := fmt.Sprintf("calls.jsonl:%d", 2*i+1); a.Source != want {
			t.Fatalf("answer %d is of %s, want %s", i, a.Source, want)
		}
	}
	for name, wrong := range map[string]string{"a later line": "{}\n", "a line that is too long": strings.Repeat(" ", 201)} {
		_, err := readCalls(strings.NewReader(line+"[]\n"+text+wrong), "calls.jsonl", most)
		if err == nil || !strings.HasPrefix(err.Error(), "calls.jsonl:2: ") {
			t.Errorf("%s: error %v, want that of line 2", name, err)
		}
	}
}

// FuzzReadCalls: every line is refused with its place in one line of text, or
// becomes one answer with a status and names.
func FuzzReadCalls(f *testing.F) {
	for _, seed := range []string{
		`{"region":"cn-hangzhou","product":"ecs","operation":"X","params":{"A":[1,{"b":null}]},"status":200,"body":{"a":1,"a":2}}`,
		`{"product":"ram","operation":"X","status":-1,"error":"skipped: x","body":null}` + "\n\n{}", "{\"body\":\"\xff\"}", `{"status":0,"bodyText":"<html>"}`, "\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		answers, err := readCalls(strings.NewReader(string(data)), "calls.jsonl", limits{line: 1 << 16, all: 1 << 17})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "calls.jsonl:") || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("%q: error %q", data, err)
			}
			return
		}
		for _, a := range answers {
			if a.Product == "" || a.Operation == "" || a.Params == nil || a.Source == "" || a.Status < -1 || a.Status > 599 || a.Region != "" && !regionName(a.Region) {
				t.Fatalf("%q: %+v", data, a)
			}
		}
	})
}
