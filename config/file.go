package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxSize bounds a file, in bytes.
const maxSize = 1 << 20

// File is what an esaudit.yaml says. The zero value says nothing.
type File struct {
	Declarations Config
	Settings     map[string]Setting // by the name of the flag they set
}

// Setting is the value that a file gives a flag.
type Setting struct {
	Values []string // one for a scalar, any number for a list
	List   bool
	Line   int // 1-based, of the value
}

// Parse reads an esaudit.yaml (CONTRACT 1): declarations, and settings of the
// named flags. It is strict: an unknown key, a key that stands twice, a value
// of the wrong type or out of its range is an error that names the line and
// what would be right. An empty file is no error.
func Parse(data []byte, flags []string) (File, error) {
	if len(data) > maxSize {
		return File{}, fmt.Errorf("larger than %d bytes", maxSize)
	}
	root, err := body(data)
	if err != nil || root == nil {
		return File{}, err
	}
	if err := plain(root); err != nil {
		return File{}, err
	}
	f := File{Settings: map[string]Setting{}}
	for key, value := range pairs(root) {
		if slices.Contains(flags, key.Value) {
			s, err := setting(value)
			if err != nil {
				return File{}, fmt.Errorf("line %d: %s: %w", key.Line, key.Value, err)
			}
			f.Settings[key.Value] = s
			continue
		}
		if err := f.Declarations.declare(key, value, flags); err != nil {
			return File{}, err
		}
	}
	if path, err := f.Declarations.check(); err != nil {
		return File{}, fmt.Errorf("line %d: %s: %w", find(root, path).Line, path, err)
	}
	return f, nil
}

// body returns the top-level map of a file; nil when the file is empty.
func body(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, explain(err)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, explain(err)
		}
		return nil, fmt.Errorf("line %d: a second document; keep everything in one", more.Line)
	}
	root := doc.Content[0]
	if root.Tag == "!!null" {
		return nil, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: not a map of keys and values", root.Line)
	}
	return root, nil
}

// plain refuses what a configuration has no use for and what makes YAML
// expensive or surprising: anchors, aliases, tags, and keys that stand twice.
func plain(n *yaml.Node) error {
	if n.Anchor != "" || n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0 || n.Tag == "!!merge" {
		return fmt.Errorf("line %d: anchors, aliases and tags are not read here; write the value out", n.Line)
	}
	seen := map[string]int{}
	for key := range pairs(n) {
		if first, twice := seen[key.Value]; twice {
			return fmt.Errorf("line %d: %q stands twice (first on line %d)", key.Line, key.Value, first)
		}
		seen[key.Value] = key.Line
	}
	for _, kid := range n.Content {
		if err := plain(kid); err != nil {
			return err
		}
	}
	return nil
}

// pairs yields the keys and values of a map; nothing for any other node.
func pairs(n *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], n.Content[i+1]) {
				return
			}
		}
	}
}

// declare takes one declaration over.
func (c *Config) declare(key, value *yaml.Node, flags []string) error {
	v := reflect.ValueOf(c).Elem()
	i := slices.Index(fields(v.Type()), key.Value)
	if i < 0 {
		return fmt.Errorf("line %d: unknown key %q (a declaration: %s; or a flag: %s)", key.Line, key.Value,
			strings.Join(fields(v.Type()), ", "), strings.Join(slices.Sorted(slices.Values(flags)), ", "))
	}
	if err := fits(value, v.Field(i).Type()); err != nil {
		return err
	}
	return explain(value.Decode(v.Field(i).Addr().Interface()))
}

// fields returns the keys that the fields of a struct are read from, in their
// order.
func fields(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("yaml")
	}
	return names
}

// fits checks that a value has the shape of t before it is decoded, so that
// what is wrong is said in the terms of the file.
func fits(n *yaml.Node, t reflect.Type) error {
	if n.Tag == "!!null" {
		return nil
	}
	switch t.Kind() {
	case reflect.Slice:
		return listFits(n, t)
	case reflect.Struct, reflect.Map:
		return mapFits(n, t)
	case reflect.Int:
		if n.Tag != "!!int" {
			return fmt.Errorf("line %d: %q is no whole number", n.Line, n.Value)
		}
	case reflect.Bool:
		if n.Tag != "!!bool" {
			return fmt.Errorf("line %d: %q is neither true nor false", n.Line, n.Value)
		}
	default:
		if n.Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: not a single value", n.Line)
		}
	}
	return nil
}

func listFits(n *yaml.Node, t reflect.Type) error {
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: not a list", n.Line)
	}
	for _, kid := range n.Content {
		if kid.Tag == "!!null" {
			return fmt.Errorf("line %d: an empty item", kid.Line)
		}
		if err := fits(kid, t.Elem()); err != nil {
			return err
		}
	}
	return nil
}

func mapFits(n *yaml.Node, t reflect.Type) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: not a map of keys and values", n.Line)
	}
	var known []string
	if t.Kind() == reflect.Struct {
		known = fields(t)
	}
	for key, value := range pairs(n) {
		var err error
		switch i := slices.Index(known, key.Value); {
		case t.Kind() == reflect.Map:
			err = fits(value, t.Elem())
		case i >= 0:
			err = fits(value, t.Field(i).Type)
		default:
			err = fmt.Errorf("line %d: unknown key %q (one of %s)", key.Line, key.Value, strings.Join(known, ", "))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func setting(n *yaml.Node) (Setting, error) {
	s := Setting{List: n.Kind == yaml.SequenceNode, Line: n.Line}
	items := []*yaml.Node{n}
	if s.List {
		items = n.Content
	}
	for _, item := range items {
		if item.Kind != yaml.ScalarNode || item.Tag == "!!null" {
			return Setting{}, errors.New("neither a single value nor a list of them")
		}
		s.Values = append(s.Values, item.Value)
	}
	return s, nil
}

// find returns the node that a path like "proxies[0].port" names, or the one
// that stands nearest to it.
func find(n *yaml.Node, path string) *yaml.Node {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := n
		if i, err := strconv.Atoi(step); err == nil && i < len(n.Content) {
			next = n.Content[i]
		}
		for key, value := range pairs(n) {
			if key.Value == step {
				next = value
			}
		}
		n = next
	}
	return n
}

// explain turns an error of the YAML library into one line.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*yaml.TypeError](err); ok {
		return errors.New(e.Errors[0])
	}
	return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
}
