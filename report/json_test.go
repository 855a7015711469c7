package report

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"esaudit/finding"
)

// compiled reads a JSON schema, once.
func compiled(path string) func() *jsonschema.Schema {
	return sync.OnceValue(func() *jsonschema.Schema {
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		file, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		defer file.Close()
		doc, err := jsonschema.UnmarshalJSON(file)
		if err != nil {
			panic(err)
		}
		if err := c.AddResource("schema.json", doc); err != nil {
			panic(err)
		}
		return c.MustCompile("schema.json")
	})
}

const reportSchema = "../docs/schema/report.v1.json"

var (
	reportSchemaOf = compiled(reportSchema)
	sarifSchemaOf  = compiled("testdata/sarif-schema-2.1.0.json")
)

func validate(t testing.TB, schema *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

// checkJSON checks that a report is as docs/schema describes it, and says what
// the report says.
func checkJSON(t testing.TB, r *finding.Report, text string) {
	t.Helper()
	if err := validate(t, reportSchemaOf(), text); err != nil {
		t.Errorf("%v", err)
	}
	if at := firstHidden(text); at >= 0 {
		t.Errorf("json: hidden character near %q", text[max(0, at-40):at+4])
	}
	var back finding.Report
	if err := json.Unmarshal([]byte(text), &back); err != nil {
		t.Fatal(err)
	}
	if again := render(t, "json", &back, Options{}); again != text {
		t.Errorf("json: reading and writing it gives another report:\n%s", cmp.Diff(text, again))
	}
	if len(back.Findings) != len(r.Findings) {
		t.Errorf("json: %d findings of %d", len(back.Findings), len(r.Findings))
	}
}

// The schema refuses what no report is: a field that nobody described, a
// missing one, a null for a list, and statuses that contradict the rest.
func TestSchemaRefuses(t *testing.T) {
	schema := reportSchemaOf()
	r, _ := fixture(t)
	good := render(t, "json", r, Options{})
	if err := validate(t, schema, good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(map[string]any){
		"another schema":        func(d map[string]any) { d["schema"] = "esaudit.report/v2" },
		"an unknown field":      func(d map[string]any) { d["extra"] = 1 },
		"no summary":            func(d map[string]any) { delete(d, "summary") },
		"null findings":         func(d map[string]any) { d["findings"] = nil },
		"no such status":        func(d map[string]any) { first(d)["status"] = "ok" },
		"a failure with cause":  func(d map[string]any) { first(d)["cause"] = "denied" },
		"an unrated failure":    func(d map[string]any) { first(d)["severity"] = "" },
		"unknown without cause": func(d map[string]any) { first(d)["status"] = "unknown" },
		"a short fingerprint":   func(d map[string]any) { first(d)["fingerprint"] = "abc" },
		"a line below zero":     func(d map[string]any) { first(d)["evidence"].([]any)[0].(map[string]any)["line"] = -1 },
		"no ARN":                func(d map[string]any) { first(d)["subject"].(map[string]any)["arn"] = "es-cn-1" },
		"five severities less one": func(d map[string]any) {
			delete(d["summary"].(map[string]any)["fail"].(map[string]any), "low")
		},
		"a waiver without reason": func(d map[string]any) { first(d)["waived"] = map[string]any{"owner": "ops"} },
		"local time": func(d map[string]any) {
			d["snapshot"].(map[string]any)["accounts"].([]any)[0].(map[string]any)["takenAt"] = "22 November 2026"
		},
	} {
		var d map[string]any
		if err := json.Unmarshal([]byte(good), &d); err != nil {
			t.Fatal(err)
		}
		change(d)
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if validate(t, schema, string(b)) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func first(d map[string]any) map[string]any { return d["findings"].([]any)[0].(map[string]any) }

// Every field of a report is described, with its type's fields and no others,
// and every description is of a field.
func TestSchemaDescribesEveryField(t *testing.T) {
	text, err := os.ReadFile(reportSchema)
	if err != nil {
		t.Fatal(err)
	}
	type object struct {
		Description string
		Required    []string
		Properties  map[string]struct {
			Description string
			Ref         string `json:"$ref"`
		}
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	types := map[string]any{
		"tool": finding.Tool{}, "snapshot": finding.Snapshot{}, "account": finding.Account{}, "coverage": finding.Coverage{}, "call": finding.Call{},
		"rule": finding.Rule{}, "finding": finding.Finding{}, "subject": finding.Subject{}, "evidence": finding.Evidence{},
		"remediation": finding.Remediation{}, "waiver": finding.Waiver{}, "summary": finding.Summary{},
	}
	schema.Defs["report"] = schema.object
	types["report"] = finding.Report{}
	for name, of := range types {
		var fields, required []string
		for f := range reflect.TypeOf(of).Fields() {
			field, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
			if field == "-" {
				continue
			}
			fields = append(fields, field)
			if !strings.HasPrefix(rest, "omit") {
				required = append(required, field)
			}
			if p := schema.Defs[name].Properties[field]; p.Description == "" && p.Ref == "" {
				t.Errorf("%s.%s has no description", name, field)
			}
		}
		if n := len(schema.Defs[name].Properties); n != len(fields) {
			t.Errorf("%s: %d fields are described, and it has %d", name, n, len(fields))
		}
		slices.Sort(required)
		described := slices.Sorted(slices.Values(schema.Defs[name].Required))
		if diff := cmp.Diff(required, described); diff != "" {
			t.Errorf("%s: fields that are always there:\n%s", name, diff)
		}
	}
}

// Lists are never null, and all severities are counted.
func TestJSONOfNothing(t *testing.T) {
	text := render(t, "json", &finding.Report{Findings: []finding.Finding{{}}, Rules: []finding.Rule{{}}}, Options{})
	if strings.Contains(strings.ReplaceAll(text, `"waived": null`, ""), "null") {
		t.Errorf("null in %s", text)
	}
	for _, s := range finding.Severities() {
		if !strings.Contains(text, `"`+s.String()+`": 0`) {
			t.Errorf("%s is not counted", s)
		}
	}
	if !strings.Contains(text, `"status": "unknown"`) {
		t.Error("a finding that says nothing is not unknown")
	}
}

func TestJSONGolden(t *testing.T) {
	r, s := fixture(t)
	golden(t, "report.json.golden", render(t, "json", r, Options{Snapshot: s}))
}
