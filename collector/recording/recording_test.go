package recording_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"esaudit/collector/recording"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

const (
	head = `{"schema":"esaudit.recording/v1","account":"1234567890123456","takenAt":"2026-11-22T01:00:00+01:00","regions":["cn-hangzhou","cn-beijing"]}`
	line = `{"region":"cn-hangzhou","product":"ecs","operation":"DescribeInstances","params":{"VpcId":"vpc-1"},"status":200,"body":{"Instances":{"Instance":[]}}}`
)

func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		panic(err)
	}
	w.Close()
	return b.String()
}

func zstandard(text string) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return string(w.EncodeAll([]byte(text), nil))
}

func TestOpen(t *testing.T) {
	text := line + "\n\n  \r\n" + `{"region":"","product":"ram","operation":"ListUsers","status":0,"body":null,"error":"timeout"}`
	var first *recording.Recording
	for name, content := range map[string]string{"calls.jsonl": text, "calls.jsonl.gz": gzipped(text), "calls.jsonl.zst": zstandard(text)} {
		r, err := recording.OpenFS(files("recording.json", head, name, content, "notes.txt", "not ours", "story.md", "x"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p := r.Parts[0]
		if len(r.Parts) != 1 || p.Account != "1234567890123456" || !p.TakenAt.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)) || p.TakenAt.Location() != time.UTC || len(p.Regions) != 2 {
			t.Errorf("%s: %+v", name, p)
		}
		a := p.Answers
		if len(a) != 2 || a[0].Region != "cn-hangzhou" || a[0].Operation != "DescribeInstances" || a[0].Params["VpcId"] != "vpc-1" || string(a[0].Body) != `{"Instances":{"Instance":[]}}` ||
			a[0].Source != name+":1" || a[1].Source != name+":4" || a[1].Status != 0 || a[1].Body != nil || a[1].Err != "timeout" {
			t.Errorf("%s: %+v", name, a)
		}
		for i := range a {
			a[i].Source = ""
		}
		if first == nil {
			first = r
		}
		if diff := cmp.Diff(first, r); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Several accounts are a directory of recordings; what holds neither file is
// passed over, an interrupted run is not.
func TestSeveralAccounts(t *testing.T) {
	r, err := recording.OpenFS(files("b/recording.json", strings.Replace(head, "1234567890123456", "2", 1), "b/calls.jsonl", line,
		"a/recording.json", head, "a/calls.jsonl.gz", gzipped(line), "docs/readme.md", "x", "readme.md", "x"))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Parts) != 2 || r.Parts[0].Account != "1234567890123456" || r.Parts[1].Account != "2" || r.Parts[1].Answers[0].Source != "b/calls.jsonl:1" {
		t.Errorf("%+v", r.Parts)
	}
	_, err = recording.OpenFS(files("a/recording.json", head, "a/calls.jsonl", line, "b/calls.jsonl", line))
	if err == nil || !strings.Contains(err.Error(), "b/recording.json: missing, the run that recorded b/calls.jsonl was interrupted") {
		t.Errorf("an interrupted account: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	withHead := func(old, new string) fstest.MapFS {
		if !strings.Contains(head, old) {
			t.Fatalf("%s is not in the sample", old)
		}
		return files("recording.json", strings.Replace(head, old, new, 1), "calls.jsonl", line)
	}
	dir := files("recording.json", head)
	dir["calls.jsonl/x"] = &fstest.MapFile{}
	for name, c := range map[string]struct {
		fsys fstest.MapFS
		want string
	}{
		"nothing there":      {files("readme.md", "x"), "no recording: neither recording.json and calls.jsonl here"},
		"interrupted":        {files("calls.jsonl", line), "recording.json: missing, the run that recorded calls.jsonl was interrupted: resume it, or collect again"},
		"interrupted, zst":   {files("calls.jsonl.zst", zstandard(line)), "interrupted"},
		"no answers":         {files("recording.json", head), "calls.jsonl: missing, though recording.json is there"},
		"two kinds":          {files("recording.json", head, "calls.jsonl", line, "calls.jsonl.gz", gzipped(line)), "calls.jsonl.gz: calls.jsonl stands beside it"},
		"a directory":        {dir, "calls.jsonl: not a regular file"},
		"empty head":         {files("recording.json", " \n", "calls.jsonl", line), "recording.json: empty"},
		"another schema":     {withHead("esaudit.recording/v1", "other/v1"), `recording.json: schema is "other/v1", not "esaudit.recording/v1"`},
		"a newer schema":     {withHead("recording/v1", "recording/v2"), `schema "esaudit.recording/v2": this version reads "esaudit.recording/v1"; a newer esaudit reads it`},
		"no account":         {withHead(`"account":"1234567890123456"`, `"account":""`), `"account" is missing`},
		"account as number":  {withHead(`"account":"1234567890123456"`, `"account":1`), `field "account" has the wrong type`},
		"no time":            {withHead("2026-11-22T01:00:00+01:00", "today"), `"takenAt": "today" is no RFC 3339 time`},
		"regions of nothing": {withHead("cn-beijing", "cn beijing"), `"regions": "cn beijing" is no region`},
		"unknown field":      {withHead(`"account"`, `"owner":"x","account"`), `unknown field "owner" (the fields are schema, account, takenAt, regions)`},
		"a field twice":      {withHead(`"account"`, `"account":"1","account"`), "duplicate"},
		"no object":          {files("recording.json", "[]", "calls.jsonl", line), "recording.json: column 1: not a JSON object"},
		"half a head":        {files("recording.json", head[:40], "calls.jsonl", line), "recording.json: it ends in the middle"},
		"broken gzip":        {files("recording.json", head, "calls.jsonl.gz", "this is no gzip file"), "calls.jsonl.gz: gzip: invalid header"},
		"empty gzip":         {files("recording.json", head, "calls.jsonl.gz", ""), "calls.jsonl.gz: the compressed file ends in the middle"},
		"half a gzip":        {files("recording.json", head, "calls.jsonl.gz", gzipped(strings.Repeat(line+"\n", 50))[:60]), "the compressed file ends in the middle"},
		"broken zst":         {files("recording.json", head, "calls.jsonl.zst", "not zstandard"), "calls.jsonl.zst:1: invalid input: magic number mismatch"},
		"half a zst":         {files("recording.json", head, "calls.jsonl.zst", zstandard(strings.Repeat(line+"\n", 50))[:60]), "calls.jsonl.zst:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := recording.OpenFS(c.fsys)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q", err, c.want)
			}
		})
	}
}

func TestLines(t *testing.T) {
	with := func(old, new string) string {
		if !strings.Contains(line, old) {
			t.Fatalf("%s is not in the sample", old)
		}
		return strings.Replace(line, old, new, 1)
	}
	for text, want := range map[string]string{
		with(`"ecs"`, `""`):                               `calls.jsonl:2: "product" is missing`,
		with(`"DescribeInstances"`, `""`):                 `"operation" is missing`,
		with(`"cn-hangzhou"`, `"cn hangzhou"`):            `"region": "cn hangzhou" is no region`,
		with(`"status":200,`, ``):                         `"status" is missing`,
		with(`200`, `99`):                                 `"status": 99 is no HTTP status`,
		with(`200`, `-2`):                                 `"status": -2 is no HTTP status`,
		with(`200`, `"200"`):                              `field "status" has the wrong type`,
		with(`200`, `200.5`):                              `field "status" has the wrong type`,
		with(`"status"`, `"statuz"`):                      `unknown field "statuz" (the fields are region, product, operation, params, status, body, bodyText, error, asOf)`,
		with(`"status":200`, `"status":200,"status":403`): "duplicate",
		with(`{"VpcId":"vpc-1"}`, `[]`):                   `field "params" has the wrong type`,
		with(`{"VpcId":"vpc-1"}`, `{"A":[1],"A.1":2}`):    `"params": "A.1": given twice`,
		with(`{"VpcId":"vpc-1"}`, `{"A":[[[[[[1]]]]]]}`):  `"params": "A": nested too deep`,
		line[:len(line)-5]:                                "calls.jsonl:2: it ends in the middle",
		line + line:                                       "calls.jsonl:2: column",
		"not JSON":                                        "calls.jsonl:2: column",
		"\xff":                                            "calls.jsonl:2: column",
		`null`:                                            `calls.jsonl:2: "product" is missing`,
		`{"a`:                                             "calls.jsonl:2:",
		with(`"ecs"`, "\"e\xffcs\""):                      "UTF-8",
	} {
		_, err := recording.OpenFS(files("recording.json", head, "calls.jsonl", line+"\n"+text+"\n"+line))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60s: error %v, want one line with %q", text, err, want)
		}
	}
}

// A body that is JSON to lenient readers only spoils its own answer, not the
// recording.
func TestBodiesOfLenientJSON(t *testing.T) {
	for _, body := range []string{`{"a":1,"a":2}`, `{"a":{"b":[{"c":1,"c":1}]}}`, "{\"a\":\"\xff\"}", "{\"\xff\":1}", `"text"`, `[]`, `12`, `true`} {
		text := `{"body":` + body + `,"product":"ecs","operation":"X","region":"","params":{"A":"b"},"status":403}`
		r, err := recording.OpenFS(files("recording.json", head, "calls.jsonl", text))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		a := r.Parts[0].Answers[0]
		if string(a.Body) != body || a.Status != 403 || a.Params["A"] != "b" || a.Product != "ecs" {
			t.Errorf("%s: %+v", body, a)
		}
	}
	for _, text := range []string{
		`{"body":{"a":1,"a":2},"product":"ecs","operation":"X","status":200,"status":403}`, `{"body":{"a":1,"a":2},"body":{},"product":"ecs","operation":"X","status":200}`,
		`{"body":{"a":1,"a":2},"product":"ecs","operation":"X","statuz":200}`, `{"body":{"a":1,"a":2,"product":"ecs"`, `{"body":{"a":1,"a":2}`,
	} {
		if _, err := recording.OpenFS(files("recording.json", head, "calls.jsonl", text)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

// Parameters are what the vendor's client would send.
func TestParams(t *testing.T) {
	text := `{"product":"nlb","operation":"X","region":"cn-hangzhou","status":200,"body":{},"params":{"A":"x","N":7,"B":true,"Null":null,"L":["a",{"K":"v","W":[1,2]}],"Empty":[],"Json":"[\"a\"]"}}`
	r, err := recording.OpenFS(files("recording.json", head, "calls.jsonl", text))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"A": "x", "N": "7", "B": "true", "L.1": "a", "L.2.K": "v", "L.2.W.1": "1", "L.2.W.2": "2", "Json": `["a"]`}
	if diff := cmp.Diff(want, r.Parts[0].Answers[0].Params); diff != "" {
		t.Error(diff)
	}
}

// Open reads a directory of the disk, and follows links inside of it only.
func TestOpenDirectory(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	write("in/store/one/recording.json", head)
	write("in/store/one/calls.jsonl", line)
	link("store/one", "in/account")
	link("nowhere", "in/.#lock")
	r, err := recording.Open(filepath.Join(root, "in"))
	if err != nil || len(r.Parts) != 1 || r.Parts[0].Account != "1234567890123456" {
		t.Fatalf("%+v, %v", r, err)
	}
	write("outside/recording.json", head)
	write("outside/calls.jsonl", line)
	for name, target := range map[string]string{"escape": "../outside", "away": filepath.Join(root, "outside"), "circle": "circle"} {
		link(target, "in/"+name)
		if _, err := recording.Open(filepath.Join(root, "in")); err == nil || !strings.Contains(err.Error(), name+": a link that leads out of the directory, or in a circle, is not followed") {
			t.Errorf("a link to %s: %v", target, err)
		}
		if err := os.Remove(filepath.Join(root, "in", name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := recording.Open(filepath.Join(root, "absent")); err == nil || !strings.Contains(err.Error(), "open recording") {
		t.Errorf("no directory: %v", err)
	}
}

func ExampleOpenFS() {
	r, err := recording.OpenFS(files("recording.json", head, "calls.jsonl", line))
	if err != nil {
		panic(err)
	}
	for _, a := range r.Parts[0].Answers {
		fmt.Println(a.Source, a.Product, a.Operation, a.Status, string(a.Body))
	}
	// Output: calls.jsonl:1 ecs DescribeInstances 200 {"Instances":{"Instance":[]}}
}
