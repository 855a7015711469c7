package recording

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

func instant() time.Time { return time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC) }

func question(operation string, params map[string]string) api.Request {
	return api.Request{Region: "cn-hangzhou", Product: "vpc", Operation: operation, Params: params}
}

// entriesOf are two calls, the first with two pages.
func entriesOf() []Entry {
	return []Entry{
		NewEntry(api.Answer{Request: question("DescribeVpcs", nil), Status: 200, Body: []byte(`{"Vpcs":{"Vpc":[{"VpcId":"vpc-1"}]}}`)}),
		NewEntry(api.Answer{Request: question("DescribeVpcs", nil), Status: 200, Body: []byte(`{"Vpcs":{"Vpc":[]}}`)}),
		NewEntry(api.Answer{Request: question("DescribeVSwitches", nil), Status: -1, Err: "skipped: timeout"}),
	}
}

func partOf() Part {
	return Part{Account: "1234567890123456", TakenAt: instant(), Regions: []string{"cn-hangzhou"}}
}

// writtenTo makes a finished recording.
func writtenTo(t *testing.T, dir string, entries []Entry) {
	t.Helper()
	j, err := Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Append(entries); err != nil {
		t.Fatal(err)
	}
	if err := j.Finish(partOf(), entries); err != nil {
		t.Fatal(err)
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	writtenTo(t, dir, entriesOf())
	const head = `{"schema":"esaudit.recording/v1","account":"1234567890123456","takenAt":"2026-11-22T08:30:00Z","regions":["cn-hangzhou"]}` + "\n"
	const calls = `{"region":"cn-hangzhou","product":"vpc","operation":"DescribeVpcs","params":{},"status":200,"body":{"Vpcs":{"Vpc":[{"VpcId":"vpc-1"}]}}}
{"region":"cn-hangzhou","product":"vpc","operation":"DescribeVpcs","params":{},"status":200,"body":{"Vpcs":{"Vpc":[]}}}
{"region":"cn-hangzhou","product":"vpc","operation":"DescribeVSwitches","params":{},"status":-1,"body":null,"error":"skipped: timeout"}
`
	for name, want := range map[string]string{"recording.json": head, "calls.jsonl": calls} {
		file := filepath.Join(dir, name)
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	for _, name := range []string{dir, filepath.Dir(dir)} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
		t.Errorf("%v %v", names, err)
	}
}

// What is written is what a reader gets.
func TestWriteIsRead(t *testing.T) {
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"", "cn-hangzhou", "\xff\xfe", "password=hunter2", "https://u:p@host/", "\x00", strings.Repeat("é", 3000), `{"a":1}`, "<html>", "null",
	}))
	bodies := rapid.OneOf(texts, rapid.SampledFrom([]string{
		`{"RequestId": "1",` + "\n" + `"Vpcs" : {"Vpc":[ ]}}`, `{"a":1,"a":2}`, `{"Password":"hunter2","NextToken":"abc","n":1e400}`, `null`, ` null `, `"text"`, `12`, `{"a":`,
		strings.Repeat("[", 300) + strings.Repeat("]", 300), `{"a":"\ud800"}`, "{\"a\":\"\xff\"}",
	}))
	rapid.Check(t, func(t *rapid.T) {
		entry := NewEntry(api.Answer{
			Request: question("DescribeVpcs", map[string]string{texts.Draw(t, "name"): texts.Draw(t, "value"), "PageNumber": "2"}),
			Status:  rapid.SampledFrom([]int{200, 403, 0, -1, -7, 42, 999}).Draw(t, "status"),
			Body:    []byte(bodies.Draw(t, "body")), Text: texts.Draw(t, "text"), Err: texts.Draw(t, "error"), Date: "today",
		})
		read, err := readCalls(bytes.NewReader(entry.line), callsName, accountLimits())
		if err != nil || len(read) != 1 {
			t.Fatalf("%v: %s", err, entry.line)
		}
		read[0].Source = ""
		if !reflect.DeepEqual(read[0], entry.Answer) {
			t.Fatalf("written %+v\nread    %+v", entry.Answer, read[0])
		}
		if strings.Contains(string(entry.line), "hunter2") || bytes.Count(entry.line, []byte("\n")) != 1 {
			t.Fatalf("%s", entry.line)
		}
	})
}

func TestEntry(t *testing.T) {
	token := "POST&%2F&AccessKeyId%3DLTAI5tSample%26SecurityToken%3DCAISxx%252Fyy%253D%253D%26Timestamp%3D1"
	for name, c := range map[string]struct {
		answer api.Answer
		want   string // of the line, from "params"
	}{
		"own parameters": {
			api.Answer{Request: question("X", map[string]string{
				"VpcId": "vpc-1", "PageNumber": "1", "PageSize": "50", "NextToken": "t", "MaxResults": "9", "MaxResult": "9", "Marker": "m", "MaxItems": "9",
				"page": "1", "size": "9", "Page": "1", "RegionId": "cn-x", "Format": "JSON", "ClientToken": "c", "AccessKeyId": "LTAI", "SecurityToken": "s",
				"Signature": "s", "SignatureNonce": "n", "SignatureMethod": "m", "Timestamp": "t", "Action": "X", "Version": "1", "extended": "true",
			}), Status: 200, Body: []byte(`{}`)},
			`{"VpcId":"vpc-1","extended":"true"},"status":200,"body":{}}`,
		},
		"one line":          {api.Answer{Status: 200, Body: []byte("{\n \"b\": 1.50,\r\n \"a\": \"\\u00e9\"\n}\n")}, `{},"status":200,"body":{"b":1.50,"a":"\u00e9"}}`},
		"secrets":           {api.Answer{Status: 200, Body: []byte(`{"b":"https://u:pw@h/","AccessKeySecret":"x","a":1}`)}, `{},"status":200,"body":{"AccessKeySecret":"[redacted]","a":1,"b":"https://[redacted]@h/"}}`},
		"next page":         {api.Answer{Status: 200, Body: []byte(`{"NextToken":"abc","a":{"NextToken":"abc"}}`)}, `{},"status":200,"body":{"NextToken":"abc","a":{"NextToken":"[redacted]"}}}`},
		"string to sign":    {api.Answer{Status: 400, Body: []byte(`{"Code":"SignatureDoesNotMatch","Message":"server string to sign is:` + token + `"}`)}, `{},"status":400,"body":{"Code":"SignatureDoesNotMatch","Message":"server string to sign is:POST&%2F&AccessKeyId%3DLTAI5tSample%26SecurityToken%3D[redacted]%26Timestamp%3D1"}}`},
		"no JSON":           {api.Answer{Status: 502, Body: []byte("<html>token=abc</html>")}, `{},"status":502,"body":null,"bodyText":"<html>token=[redacted]"}`},
		"a text":            {api.Answer{Status: 502, Text: "Bad\xffgateway"}, `{},"status":502,"body":null,"bodyText":"Bad` + "\uFFFD" + `gateway"}`},
		"names given twice": {api.Answer{Status: 200, Body: []byte(`{"a":1,"a":2}`)}, `{},"status":200,"body":null,"bodyText":"{\"a\":1,\"a\":2}"}`},
		"nothing":           {api.Answer{Err: "timeout"}, `{},"status":0,"body":null,"error":"timeout"}`},
		"null":              {api.Answer{Status: 200, Body: []byte("null")}, `{},"status":200,"body":null}`},
		"no status":         {api.Answer{Status: 999}, `{},"status":0,"body":null,"error":"999 is no HTTP status"}`},
	} {
		c.answer.Product, c.answer.Operation = "vpc", "X"
		line := string(NewEntry(c.answer).line)
		if _, got, _ := strings.Cut(line, `"params":`); got != c.want+"\n" {
			t.Errorf("%s:\n%s not\n%s", name, got, c.want)
		}
	}
}

// Of a body that is no JSON the first 4 KiB are kept, no half of a letter, and no
// half of a secret either.
func TestEntryText(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("é", 5000), "x" + strings.Repeat("é", 5000), strings.Repeat("a", maxText-20) + " https://user:hunter2@host/", strings.Repeat("a", maxText),
	} {
		got := NewEntry(api.Answer{Status: 500, Body: []byte(text)}).Text
		if len(got) > maxText || len(got) < maxText-1 || strings.ContainsRune(got, '\uFFFD') || strings.Contains(got, "hunter") {
			t.Errorf("%d bytes: ...%q", len(got), got[max(0, len(got)-30):])
		}
	}
}

// Every line of the test estates is written as it stands there.
func TestEntriesOfEstates(t *testing.T) {
	files, err := filepath.Glob("../../testdata/estates/*/calls.jsonl")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d estates, %v", len(files), err)
	}
	for _, file := range files {
		r, err := Open(filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		var b []byte
		for _, a := range r.Parts[0].Answers {
			b = append(b, NewEntry(a).line...)
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(b, want) {
			t.Errorf("%s is written otherwise: %v", file, err)
		}
	}
}

func TestJournal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	j, err := Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []error{j.Started(partOf()), j.Append(entriesOf()[:2]), j.Append(nil), j.Close(), j.Close()} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("read: %v", err)
	}
	if _, err := Begin(dir); err == nil || !strings.Contains(err.Error(), "resume it, or name another directory") {
		t.Errorf("begun: %v", err)
	}
	calls := filepath.Join(dir, callsName)
	appendTo(t, calls, `{"region":"cn-hangzhou","product":"vpc","oper`)
	j, p, err := Resume(dir)
	if err != nil {
		t.Fatal(err)
	}
	if p.Account != partOf().Account || !p.TakenAt.Equal(instant()) || len(p.Answers) != 2 || p.Answers[1].Operation != "DescribeVpcs" {
		t.Errorf("resumed: %+v", p)
	}
	if err := j.Append(entriesOf()[2:]); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(calls); err != nil || !bytes.Equal(got, lines(entriesOf())) {
		t.Errorf("%v\n%s", err, got)
	}
	back := entriesOf()
	slices.Reverse(back)
	if err := j.Finish(partOf(), back); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil || len(r.Parts[0].Answers) != 3 || r.Parts[0].Answers[0].Operation != "DescribeVSwitches" {
		t.Errorf("%v %+v", err, r)
	}
	if _, err := Begin(dir); err == nil || !strings.Contains(err.Error(), "it holds a recording: name another directory") {
		t.Errorf("begun: %v", err)
	}
}

func appendTo(t *testing.T, name, text string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// A complete recording that is resumed is an interrupted one, until it is
// finished again.
func TestResumeComplete(t *testing.T) {
	dir := t.TempDir()
	writtenTo(t, dir, entriesOf())
	j, p, err := Resume(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if len(p.Answers) != 3 || p.Account == "" {
		t.Errorf("%+v", p)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("%v", err)
	}
	if _, again, err := Resume(dir); err != nil || again.Account != p.Account || len(again.Answers) != 3 {
		t.Errorf("%v %+v", err, again)
	}
}

// Nothing recorded, nothing left behind.
func TestJournalOfNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	for _, begin := range []func() (*Journal, error){
		func() (*Journal, error) { return Begin(dir) },
		func() (*Journal, error) { j, _, err := Resume(dir); return j, err },
	} {
		j, err := begin()
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(j.Started(partOf()), j.Close()); err != nil {
			t.Fatal(err)
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
			t.Errorf("%v %v", names, err)
		}
	}
}

func TestJournalErrors(t *testing.T) {
	base := t.TempDir()
	file := filepath.Join(base, "file")
	packed := filepath.Join(base, "packed")
	broken := filepath.Join(base, "broken")
	foreign := filepath.Join(base, "foreign")
	for name, data := range map[string]string{
		file: "", filepath.Join(packed, "calls.jsonl.gz"): "", filepath.Join(broken, callsName): "{\n{}\n", filepath.Join(foreign, callsName): "",
		filepath.Join(foreign, startedName): `{"schema":"esaudit.recording/v9"}`,
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(data), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{
		file: "it is no directory", packed: "calls.jsonl.gz: a compressed recording is not resumed", broken: "calls.jsonl:1", foreign: "recording.started.json: schema",
		filepath.Join(file, "below"): "not a directory",
	} {
		if _, _, err := Resume(dir); err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), dir) != 1 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", filepath.Base(dir), err)
		}
	}
	if _, err := Begin(file); err == nil || !strings.Contains(err.Error(), "it is no directory") {
		t.Errorf("%v", err)
	}
	j, err := Begin(filepath.Join(base, "closed"))
	if err != nil {
		t.Fatal(err)
	}
	j.calls.Close()
	if err := j.Append(entriesOf()); err == nil || !strings.HasPrefix(err.Error(), "record to ") {
		t.Errorf("%v", err)
	}
}

// Whatever comes back can be written, and read as it was written.
func FuzzEntry(f *testing.F) {
	for _, s := range []string{`{"a":"password=x"}`, "token=abc", `{"NextToken":"x"}`, "SecurityToken%3Dabc%26", "https://a:b@c"} {
		f.Add([]byte(s), s, 200)
	}
	f.Fuzz(func(t *testing.T, body []byte, text string, status int) {
		e := NewEntry(api.Answer{Request: question("X", map[string]string{"Name": text}), Status: status, Body: body, Text: text, Err: text})
		back, err := parseCall(bytes.TrimSuffix(e.line, []byte("\n")))
		if err != nil {
			t.Fatalf("%v\n%s", err, e.line)
		}
		if !reflect.DeepEqual(back, e.Answer) {
			t.Fatalf("written %+v\nread    %+v", e.Answer, back)
		}
		if n, err := snapshot.ParseJSON(body); err == nil && n.Kind() != snapshot.Null && e.Body == nil {
			t.Fatalf("JSON was not kept: %s", body)
		}
	})
}
