package reach

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"esaudit/graph"
	"esaudit/lang"
	"esaudit/report/plain"
)

// Options say how a document is written.
type Options struct {
	// Graph is what was asked: names and values are looked up in it.
	Graph *graph.Graph
	// File is the snapshot file that lines are those of; "" for an estate that
	// is no file: lines are those that collecting it would write.
	File           string
	Width          int // columns of the table; less than 40 means 40
	Color, Unicode bool
	Texts          *lang.Texts // of the language; nil is English
}

// Document is something that was answered.
type Document interface {
	// json is the document for programs; indented says whether people may read
	// it too.
	json() (value any, indented bool)
	// tell writes the document for people.
	tell(o Options) *outline
	// view shows it; title says of what it is a picture.
	view(g *graph.Graph) (v *graph.View, title string)
}

// Formats returns the formats of a document, the default one first.
func Formats() []string { return []string{"table", "json", "markdown", "dot", "svg"} }

// Write writes a document in one of the Formats.
func Write(format string, d Document, o Options) ([]byte, error) {
	switch format {
	case "table", "markdown":
		told := d.tell(o)
		told.translate(o.Texts)
		if format == "markdown" {
			return told.markdown(), nil
		}
		return told.terminal(o), nil
	case "json":
		return encode(d.json())
	}
	v, title := d.view(o.Graph)
	switch format {
	case "dot":
		return writeDOT(v, translated(o.Texts, title), o.Texts)
	case "svg":
		return writeSVG(v, translated(o.Texts, title), o.Texts)
	}
	return nil, fmt.Errorf("no format %q (one of %s)", format, strings.Join(Formats(), ", "))
}

// encode writes JSON on one line, or indented by two. What does not show itself
// stands as \u.
func encode(value any, indented bool) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if indented {
		e.SetIndent("", "  ")
	}
	if err := e.Encode(value); err != nil {
		return nil, fmt.Errorf("write answer: %w", err)
	}
	return []byte(plain.JSON(b.String(), true)), nil
}

// number writes 12345 as 12,345.
func number(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// count writes a number with its noun: "1 host", "2 hosts".
func count(n int, one, many string) string {
	return number(fmt.Sprint(n)) + " " + plural(n, one, many)
}
