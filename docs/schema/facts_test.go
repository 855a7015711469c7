package schema_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
)

var update = flag.Bool("update", false, "write the schemas that are made from types")

// The schema of facts is that of their types.
func TestFactsSchemaIsFresh(t *testing.T) {
	w := &writer{defs: map[string]any{}}
	kinds := map[string]reflect.Type{}
	for _, estate := range estates(t) {
		for _, s := range facts.Build(graph.Build(load(t, estate), config.Config{})).Subjects {
			kinds[s.Kind] = reflect.TypeOf(s.Facts)
		}
	}
	subject := w.object(reflect.TypeFor[facts.Subject]())
	var each []any
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		each = append(each, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"kind": map[string]any{"const": kind}}},
			"then": map[string]any{"properties": map[string]any{"facts": w.schema(kinds[kind])}},
		})
	}
	subject["allOf"] = each
	subject["properties"].(map[string]any)["kind"] = map[string]any{"enum": slices.Sorted(maps.Keys(kinds))}
	doc := w.object(reflect.TypeFor[facts.Document]())
	properties := doc["properties"].(map[string]any)
	properties["schema"] = map[string]any{"const": "esaudit.facts/v1"}
	properties["subjects"] = map[string]any{"type": "array", "items": map[string]any{"$ref": "#/$defs/subject"}}
	w.defs["subject"] = subject
	doc["$defs"], doc["$schema"], doc["$id"], doc["title"] = w.defs, "https://json-schema.org/draft/2020-12/schema", "urn:esaudit:facts:v1", "esaudit.facts/v1"
	doc["description"] = "What rules see, as esaudit audit --facts writes it: computed truth without a status, a severity or a rule id. Written from the types of the program."
	fresh(t, "facts.v1.json", doc)
}

// fresh checks that a file is the schema that was made, and writes it with
// -update.
func fresh(t *testing.T, name string, doc map[string]any) {
	t.Helper()
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	there, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(there, text) {
		t.Errorf("%s is not that of the types (run with -update and read the difference): %v", name, err)
	}
}

// writer describes types as encoding/json writes them. Structs have a definition
// each.
type writer struct {
	defs map[string]any
	full bool // lists and maps are never null
}

// kind is the type of a list or a map.
func (w *writer) kind(name string) any {
	if w.full {
		return name
	}
	return []string{name, "null"}
}

func (w *writer) schema(t reflect.Type) map[string]any {
	switch {
	case t.Implements(reflect.TypeFor[json.Marshaler]()):
		return map[string]any{}
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": w.kind("array"), "items": w.schema(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": w.kind("object"), "additionalProperties": w.schema(t.Elem())}
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{map[string]any{"type": "null"}, w.schema(t.Elem())}}
	case reflect.Interface:
		return map[string]any{}
	case reflect.Struct:
		name := strings.ReplaceAll(t.String(), "[", "-")
		name = strings.NewReplacer("]", "", "/", ".", "*", "").Replace(name)
		if w.defs[name] == nil {
			w.defs[name] = map[string]any{} // it may hold itself
			w.defs[name] = w.object(t)
		}
		return map[string]any{"$ref": "#/$defs/" + name}
	}
	return map[string]any{"type": "integer"}
}

// object describes a struct. What is embedded stands among its fields.
func (w *writer) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	var add func(reflect.Type)
	add = func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case name == "-" || !f.IsExported() && !f.Anonymous:
			case f.Anonymous && name == "":
				embedded := f.Type
				if embedded.Kind() == reflect.Pointer {
					embedded = embedded.Elem()
				}
				add(embedded)
			default:
				if name == "" {
					name = f.Name
				}
				properties[name] = w.schema(f.Type)
				if !strings.Contains(options, "omit") {
					required = append(required, name)
				}
			}
		}
	}
	add(t)
	slices.Sort(required)
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties, "required": slices.Compact(required)}
}
