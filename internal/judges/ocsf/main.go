// Command ocsf compiles an event class of the Open Cybersecurity Schema Framework
// into a JSON Schema, from the files of the framework itself:
//
//	git clone --branch 1.5.0 https://github.com/ocsf/ocsf-schema
//	go run ./ocsf ocsf-schema findings/detection_finding cloud >../../report/testdata/ocsf-detection-finding-1.5.0.json
//
// Compiling is what the framework's metaschema describes: a class takes the
// attributes of what it extends and includes, the attributes of a profile count
// when it is asked for, and types, enumerations and objects come from the
// dictionary unless the class says otherwise. An attribute that the class does
// not have is an error to the schema, one that is recommended is not missed.
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// node is an object of JSON.
type node = map[string]any

// source is a checkout of the framework.
type source struct {
	dir      string
	objects  map[string]node // by name
	classes  map[string]node // by name
	terms    node            // attributes of the dictionary
	types    node            // scalar types of the dictionary
	profiles []string
	defs     node // compiled objects, by name
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: ocsf DIRECTORY CATEGORY/CLASS [PROFILE...]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "ocsf:", err)
		os.Exit(1)
	}
}

func run(dir, class string, profiles []string) error {
	s := &source{dir: dir, profiles: profiles, defs: node{}}
	dictionary, err := read(filepath.Join(dir, "dictionary.json"))
	if err != nil {
		return err
	}
	s.terms, s.types = dictionary["attributes"].(node), dictionary["types"].(node)["attributes"].(node)
	if s.objects, err = s.all("objects"); err != nil {
		return err
	}
	if s.classes, err = s.all("events"); err != nil {
		return err
	}
	version, err := read(filepath.Join(dir, "version.json"))
	if err != nil {
		return err
	}
	category, name, _ := strings.Cut(class, "/")
	event, err := s.class(category, name)
	if err != nil {
		return err
	}
	out := node{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": s.defs, "type": "array", "items": event,
		"$comment": fmt.Sprintf("OCSF %v, class %s, profiles %s. Compiled from github.com/ocsf/ocsf-schema (Apache-2.0).", version["version"], name, strings.Join(profiles, ", "))}
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(text, '\n'))
	return err
}

func read(name string) (node, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var n node
	if err := json.Unmarshal(text, &n); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return n, nil
}

// all reads every definition under a folder, by name.
func (s *source) all(folder string) (map[string]node, error) {
	out := map[string]node{}
	err := filepath.WalkDir(filepath.Join(s.dir, folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		n, err := read(path)
		if err != nil {
			return err
		}
		if name, ok := n["name"].(string); ok {
			out[name] = n
		}
		return nil
	})
	return out, err
}

// attributes are those of a definition, with what it extends and includes: the
// nearer one wins, field by field.
func (s *source) attributes(of map[string]node, name string) (node, error) {
	n, ok := of[name]
	if !ok {
		return nil, fmt.Errorf("no definition of %s", name)
	}
	out := node{}
	if base, ok := n["extends"].(string); ok {
		var err error
		if out, err = s.attributes(of, base); err != nil {
			return nil, err
		}
	}
	own, _ := n["attributes"].(node)
	if list, ok := own["$include"].([]any); ok {
		for _, file := range list {
			part, err := read(filepath.Join(s.dir, file.(string)))
			if err != nil {
				return nil, err
			}
			for key, a := range part["attributes"].(node) {
				a = merged(node{"profile": part["name"]}, a.(node))
				out[key] = merged(out[key], a)
			}
		}
	}
	for key, a := range own {
		if key != "$include" {
			out[key] = merged(out[key], a)
		}
	}
	return out, nil
}

// merged is what is below with what is above laid over it; enumerations grow.
func merged(below, above any) any {
	b, ok := below.(node)
	a, also := above.(node)
	if !ok || !also {
		return above
	}
	out := maps.Clone(b)
	for key, v := range a {
		if key == "enum" {
			v = merged(b[key], v)
		}
		out[key] = v
	}
	return out
}

// class compiles an event class.
func (s *source) class(category, name string) (node, error) {
	categories, err := read(filepath.Join(s.dir, "categories.json"))
	if err != nil {
		return nil, err
	}
	attributes, err := s.attributes(s.classes, name)
	if err != nil {
		return nil, err
	}
	group, _ := categories["attributes"].(node)[category].(node)
	number := group["uid"].(float64)*1000 + s.classes[name]["uid"].(float64)
	out, err := s.shape(attributes, s.classes[name])
	if err != nil {
		return nil, err
	}
	fields := out["properties"].(node)
	var kinds []any
	for _, activity := range fields["activity_id"].(node)["enum"].([]any) {
		kinds = append(kinds, number*100+activity.(float64))
	}
	fields["category_uid"], fields["class_uid"], fields["type_uid"] = node{"const": group["uid"]}, node{"const": number}, node{"enum": kinds}
	fields["category_name"], fields["class_name"] = node{"const": group["caption"]}, node{"const": s.classes[name]["caption"]}
	return out, nil
}

// shape is the schema of attributes, and of the constraints of what has them.
func (s *source) shape(attributes, of node) (node, error) {
	fields, required := node{}, []string{}
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		a, ok := merged(s.terms[key], attributes[key]).(node)
		if !ok {
			return nil, fmt.Errorf("%s is in no dictionary", key)
		}
		if profile, ok := a["profile"].(string); ok && !slices.Contains(s.profiles, profile) {
			continue
		}
		field, err := s.field(a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		fields[key] = field
		if a["requirement"] == "required" {
			required = append(required, key)
		}
	}
	out := node{"type": "object", "properties": fields, "additionalProperties": false, "required": required}
	constraints, _ := of["constraints"].(node)
	for rule, word := range map[string]string{"at_least_one": "anyOf", "just_one": "oneOf"} {
		var choices []any
		list, _ := constraints[rule].([]any)
		for _, key := range list {
			choices = append(choices, node{"required": []any{key}})
		}
		if len(choices) > 0 {
			out[word] = choices
		}
	}
	return out, nil
}

// field is the schema of an attribute's value.
func (s *source) field(a node) (node, error) {
	kind, _ := a["type"].(string)
	out, err := s.typed(kind)
	if err != nil {
		return nil, err
	}
	if enum, ok := a["enum"].(node); ok {
		var values []any
		for _, key := range slices.Sorted(maps.Keys(enum)) {
			if out["type"] != "integer" {
				values = append(values, key)
				continue
			}
			var n float64
			if err := json.Unmarshal([]byte(key), &n); err != nil {
				return nil, err
			}
			values = append(values, n)
		}
		out["enum"] = values
	}
	if a["is_array"] == true {
		return node{"type": "array", "items": out}, nil
	}
	return out, nil
}

// typed is the schema of a scalar type, or a reference to that of an object.
func (s *source) typed(kind string) (node, error) {
	switch kind {
	case "json_t":
		return node{}, nil
	case "object":
		return node{"type": "object"}, nil
	case "integer_t", "long_t":
		return node{"type": "integer"}, nil
	case "float_t":
		return node{"type": "number"}, nil
	case "string_t":
		return node{"type": "string"}, nil
	case "boolean_t":
		return node{"type": "boolean"}, nil
	}
	if t, ok := s.types[kind].(node); ok {
		out, err := s.typed(t["type"].(string))
		if err != nil {
			return nil, err
		}
		if limit, ok := t["max_len"]; ok {
			out["maxLength"] = limit
		}
		return out, nil
	}
	if _, done := s.defs[kind]; !done {
		s.defs[kind] = nil // one that holds itself ends here
		attributes, err := s.attributes(s.objects, kind)
		if err != nil {
			return nil, err
		}
		if s.defs[kind], err = s.shape(attributes, s.objects[kind]); err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
	}
	return node{"$ref": "#/$defs/" + kind}, nil
}
