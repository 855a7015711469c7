package schema_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/snapshot"
)

// compile reads a schema of this directory, or a part of one.
func compile(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	file, part, _ := strings.Cut(name, "#")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("urn:schema", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:schema#" + part)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func check(s *jsonschema.Schema, text []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(doc)
}

// refuses checks that a text, changed, does not validate any longer.
func refuses(t *testing.T, s *jsonschema.Schema, text, from, to string) {
	t.Helper()
	broken := strings.Replace(text, from, to, 1)
	if broken == text {
		t.Errorf("%s is not in the text", from)
	}
	if check(s, []byte(broken)) == nil {
		t.Errorf("%s instead of %s is accepted", to, from)
	}
}

// estates are the recordings of testdata that every test goes through.
func estates(t testing.TB) []string {
	t.Helper()
	dirs, err := filepath.Glob("../../testdata/estates/*")
	if err != nil || len(dirs) < 50 {
		t.Fatalf("%d estates, %v", len(dirs), err)
	}
	return dirs
}

// recordings are the directories of an estate that hold one.
func recordings(t testing.TB, estate string) []string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(estate, "recording.json")); err == nil {
		return []string{estate}
	}
	files, err := filepath.Glob(filepath.Join(estate, "*", "recording.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no recording, %v", estate, err)
	}
	for i, f := range files {
		files[i] = filepath.Dir(f)
	}
	return files
}

func TestRecordings(t *testing.T) {
	head, call := compile(t, "recording.v1.json"), compile(t, "recording.v1.json#/$defs/call")
	lines := 0
	for _, estate := range estates(t) {
		for _, dir := range recordings(t, estate) {
			text, err := os.ReadFile(filepath.Join(dir, "recording.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := check(head, text); err != nil {
				t.Errorf("%s: %v", dir, err)
			}
			calls, err := os.ReadFile(filepath.Join(dir, "calls.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			for scan := bufio.NewScanner(bytes.NewReader(calls)); scan.Scan(); lines++ {
				if err := check(call, scan.Bytes()); err != nil {
					t.Errorf("%s: %v in %.300s", dir, err, scan.Bytes())
				}
			}
		}
	}
	if lines < 1000 {
		t.Errorf("%d calls were looked at", lines)
	}
	good := `{"schema":"esaudit.recording/v1","account":"1234567890123456","takenAt":"2026-11-22T00:00:00Z","regions":["cn-hangzhou"]}`
	refuses(t, head, good, "/v1", "/v2")
	refuses(t, head, good, "2026-11-22T00:00:00Z", "yesterday")
	refuses(t, head, good, `"account":"1234567890123456",`, "")
	line := `{"region":"cn-hangzhou","product":"ecs","operation":"DescribeRegions","params":{},"status":0,"body":null,"error":"timeout"}`
	if err := check(call, []byte(line)); err != nil {
		t.Error(err)
	}
	refuses(t, call, line, `,"error":"timeout"`, "")
	refuses(t, call, line, "timeout", "odd")
	refuses(t, call, line, `"status":0`, `"status":"0"`)
	refuses(t, call, line, `"status":0`, `"status":-1`)
	refuses(t, call, line, `"params"`, `"parameters"`)
}

// load makes the snapshot of an estate.
func load(t testing.TB, estate string) *snapshot.Snapshot {
	t.Helper()
	r, err := recording.Open(estate)
	if err != nil {
		t.Fatalf("%s: %v", estate, err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatalf("%s: %v", estate, err)
	}
	return s
}

func TestSnapshots(t *testing.T) {
	schema := compile(t, "snapshot.v1.json")
	for _, estate := range estates(t) {
		if err := check(schema, []byte(load(t, estate).Source())); err != nil {
			t.Errorf("%s: %v", estate, err)
		}
	}
	good := string(load(t, "../../testdata/estates/demo").Source())
	refuses(t, schema, good, `"esaudit.snapshot/v1"`, `"esaudit.snapshot/v2"`)
	refuses(t, schema, good, `"takenAt"`, `"taken"`)
	refuses(t, schema, good, `"read"`, `"perhaps"`)
	refuses(t, schema, good, `"denied": 0`, `"denied": -1`)
	refuses(t, schema, good, `"objects": {`, `"objects": {"elasticsearch": [], "x": {`)
}

func TestFacts(t *testing.T) {
	schema := compile(t, "facts.v1.json")
	good := ""
	for _, estate := range estates(t) {
		text, err := json.Marshal(facts.Build(graph.Build(load(t, estate), config.Config{})))
		if err != nil {
			t.Fatal(err)
		}
		if err := check(schema, text); err != nil {
			t.Errorf("%s: %v", estate, err)
		}
		if filepath.Base(estate) == "demo" {
			good = string(text)
		}
	}
	refuses(t, schema, good, `"subjects":[{"kind":"`, `"subjects":[{"kind":"un`)
	refuses(t, schema, good, `"subjects":[{"kind":"account"`, `"subjects":[{"kind":"vswitch"`)
	refuses(t, schema, good, `"facts":{`, `"facts":{"status":"fail",`)
	refuses(t, schema, good, `"subjects":[`, `"subjects":[{},`)
}

func TestWaivers(t *testing.T) {
	schema := compile(t, "waivers.v1.json")
	asJSON := func(text string) []byte {
		var doc any
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(dates(doc))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	good := `waivers:
  - {rule: ES-NET-001, resource: "es-cn-*", path: {from: internet, to: es:es-cn-1, port: 9200}, reason: until the move, owner: ops, expires: 2027-01-31}
  - {rule: ES-NET-002, path: {from: [10.0.0.0/8, vpc-1]}, reason: ours}
`
	if err := check(schema, asJSON(good)); err != nil {
		t.Error(err)
	}
	// What the schema refuses the program refuses, and the other way round.
	for _, c := range [][2]string{{"rule: ES-NET-001, ", ""}, {"reason: ours", "why: ours"}, {"2027-01-31", "soon"}, {"port: 9200", "port: 92000"}, {"waivers:", "waiver:"}} {
		broken := strings.Replace(good, c[0], c[1], 1)
		if _, errs := config.ParseWaivers([]byte(broken), []string{"ES-NET-001", "ES-NET-002"}, nil); len(errs) == 0 {
			t.Errorf("%s is read", c[1])
		}
		if check(schema, asJSON(broken)) == nil {
			t.Errorf("%s is accepted", c[1])
		}
	}
}

// dates writes the dates of YAML as it does.
func dates(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case map[string]any:
		for k, x := range v {
			v[k] = dates(x)
		}
	case []any:
		for i, x := range v {
			v[i] = dates(x)
		}
	}
	return v
}
