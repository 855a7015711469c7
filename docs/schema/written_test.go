package schema_test

import (
	"reflect"
	"testing"

	"esaudit/diff"
	"esaudit/fix"
)

// The schemas of plans, of how far they have come, and of histories are those of
// their types. Scripts of the command line hold what it writes against them.
func TestWrittenSchemasAreFresh(t *testing.T) {
	for name, c := range map[string]struct {
		of          reflect.Type
		description string
	}{
		"plan":    {reflect.TypeFor[fix.Plan](), "A plan of corrections, as esaudit fix plan writes it and fix apply reads it: the actions in their order, what they would change, and what is promised of the clusters they change."},
		"status":  {reflect.TypeFor[fix.Standing](), "How far a plan was applied, or undone, as esaudit fix status -f json says it."},
		"history": {reflect.TypeFor[diff.History](), "How reachability changed over a folder of snapshots, as esaudit diff FOLDER -f json writes it."},
	} {
		w := &writer{defs: map[string]any{}, full: true}
		doc := w.object(c.of)
		schema := "esaudit." + name + "/v1"
		doc["properties"].(map[string]any)["schema"] = map[string]any{"const": schema}
		doc["$defs"], doc["$schema"], doc["$id"], doc["title"] = w.defs, "https://json-schema.org/draft/2020-12/schema", "urn:esaudit:"+name+":v1", schema
		doc["description"] = c.description + " Written from the types of the program."
		fresh(t, name+".v1.json", doc)
	}
}

// A journal is one line for each thing that happened; the first holds the plan.
func TestJournal(t *testing.T) {
	schema := compile(t, "journal.v1.json")
	first := `{"schema":"esaudit.journal/v1","id":"0123","plan":{"schema":"esaudit.plan/v1"}}`
	line := `{"at":"2026-11-22T00:00:00Z","what":"done","action":"a1","attempt":1,"answered":{"id":"x"}}`
	for _, text := range []string{first, line, `{"at":"2026-11-22T00:00:00Z","what":"verified"}`} {
		if err := check(schema, []byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	refuses(t, schema, first, "journal/v1", "journal/v2")
	refuses(t, schema, first, "plan/v1", "plan/v2")
	refuses(t, schema, first, `"id":"0123",`, "")
	refuses(t, schema, line, "done", "thought of")
	refuses(t, schema, line, `"what":"done",`, "")
	refuses(t, schema, line, `"action":"a1",`, "")
	refuses(t, schema, line, "attempt", "attempts")
}
