package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// valid is the command of scripts
//
//	[!] valid NAME FILE
//
// which holds a file, or every line of one that ends in .journal, against a
// published schema of a folder.
func valid(schemas string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if len(args) != 2 {
			ts.Fatalf("usage: valid NAME FILE")
		}
		text, err := os.ReadFile(filepath.Join(schemas, args[0]+".v1.json"))
		ts.Check(err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		ts.Check(err)
		c := jsonschema.NewCompiler()
		ts.Check(c.AddResource("urn:schema", doc))
		schema, err := c.Compile("urn:schema")
		ts.Check(err)
		documents := []string{ts.ReadFile(args[1])}
		if strings.HasSuffix(args[1], ".journal") {
			documents = strings.Split(strings.TrimSuffix(documents[0], "\n"), "\n")
		}
		for _, d := range documents {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(d))
			if err == nil {
				err = schema.Validate(value)
			}
			switch {
			case neg && err == nil:
				ts.Fatalf("%s is valid", args[1])
			case !neg && err != nil:
				ts.Fatalf("%s: %v in %.300s", args[1], err, d)
			}
		}
	}
}
