package snapshot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"esaudit/snapshot"

	"pgregory.net/rapid"
)

// value draws any JSON value that encoding/json can write.
func value(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		most := 5
		if depth == 0 {
			most = 3
		}
		switch rapid.IntRange(0, most).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return rapid.String().Draw(t, "string")
		case 3:
			return float64(rapid.IntRange(-1000, 1000).Draw(t, "number"))
		case 4:
			return rapid.SliceOfN(value(depth-1), 0, 4).Draw(t, "array")
		default:
			return rapid.MapOfN(rapid.String(), value(depth-1), 0, 4).Draw(t, "map")
		}
	})
}

// plain turns a node back into what encoding/json would have decoded.
func plain(n *snapshot.Node) any {
	switch n.Kind() {
	case snapshot.Bool:
		b, _ := n.Bool()
		return b
	case snapshot.String:
		s, _ := n.Str()
		return s
	case snapshot.Number:
		var f float64
		_ = json.Unmarshal([]byte(n.Text()), &f)
		return f
	case snapshot.Array:
		out := []any{}
		for _, kid := range n.Items() {
			out = append(out, plain(kid))
		}
		return out
	case snapshot.Map:
		out := map[string]any{}
		for i, key := range n.Keys() {
			out[key] = plain(n.Items()[i])
		}
		return out
	}
	return nil
}

// walk visits every node of a document.
func walk(n *snapshot.Node, visit func(*snapshot.Node)) {
	visit(n)
	for _, kid := range n.Items() {
		walk(kid, visit)
	}
}

// What the standard library decodes is what ParseJSON reads, whatever the
// spacing; and every span cuts exactly the value out of the source, on the line
// it is said to be on.
func TestParseJSONAgreesWithTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := value(4).Draw(t, "document")
		var source bytes.Buffer
		enc := json.NewEncoder(&source)
		enc.SetEscapeHTML(rapid.Bool().Draw(t, "escape"))
		enc.SetIndent("", rapid.SampledFrom([]string{"", " ", "\t", "  "}).Draw(t, "indent"))
		if err := enc.Encode(want); err != nil {
			t.Fatal(err)
		}
		root, err := snapshot.ParseJSON(source.Bytes())
		if err != nil {
			t.Fatalf("%q: %v", source.Bytes(), err)
		}
		var decoded any
		if err := json.Unmarshal(source.Bytes(), &decoded); err != nil {
			t.Fatal(err)
		}
		if got := plain(root); !reflect.DeepEqual(got, decoded) {
			t.Fatalf("%q reads %#v, not %#v", source.Bytes(), got, decoded)
		}
		checkPositions(t, root, source.Bytes())
	})
}

func checkPositions(t rapid.TB, root *snapshot.Node, source []byte) {
	walk(root, func(n *snapshot.Node) {
		start, end := n.Span()
		var got any
		if err := json.Unmarshal(source[start:end], &got); err != nil {
			t.Fatalf("%s: span %q is no value: %v", n.Pointer(), source[start:end], err)
		}
		if !reflect.DeepEqual(got, plain(n)) {
			t.Fatalf("%s: span holds %#v, not %#v", n.Pointer(), got, plain(n))
		}
		if line := 1 + bytes.Count(source[:start], []byte("\n")); line != n.Line() {
			t.Fatalf("%s: line %d, not %d", n.Pointer(), n.Line(), line)
		}
		if root.Resolve(n.Pointer()) != n {
			t.Fatalf("pointer %q does not lead back", n.Pointer())
		}
	})
}

// The canonical text is a fixpoint, holds the same value, and has one scalar a
// line.
func TestCanonicalTextIsAFixpoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source, err := json.Marshal(value(4).Draw(t, "document"))
		if err != nil {
			t.Fatal(err)
		}
		root, err := snapshot.ParseJSON(source)
		if err != nil {
			t.Fatal(err)
		}
		first := root.AppendJSON(nil)
		again, err := snapshot.ParseJSON(first)
		if err != nil {
			t.Fatalf("%q: %v", first, err)
		}
		if second := again.AppendJSON(nil); !bytes.Equal(first, second) {
			t.Fatalf("%q is written again as %q", first, second)
		}
		if !root.Equal(again) {
			t.Fatalf("%q does not hold what %q holds", first, source)
		}
		lines := map[int]bool{}
		walk(again, func(n *snapshot.Node) {
			if len(n.Items()) > 0 || n.Parent() == nil {
				return
			}
			if lines[n.Line()] {
				t.Fatalf("two values on line %d of\n%s", n.Line(), first)
			}
			lines[n.Line()] = true
		})
	})
}

func TestParseJSONRefuses(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"", "line 1 column 1: it ends in the middle"},
		{"{\"a\": 1,\n  \"a\": 2}", "line 2"},
		{"{\"a\": \"\xff\"}", "UTF-8"},
		{"[1] [2]", "something follows the document"},
		{"{\"a\": nul}", "line 1"},
		{"[1,\n2", "it ends in the middle"},
		{strings.Repeat("[", 300) + strings.Repeat("]", 300), "nested deeper than 200"},
		{"{\"a\": 01}", "line 1"},
		{"{a: 1}", "line 1"},
		{"{\"a\": 'b'}", "line 1"},
	} {
		_, err := snapshot.ParseJSON([]byte(c.source))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: error %v, want one with %q", c.source, err, c.want)
		}
	}
}

func TestAbsentIsNeitherNullNorEmpty(t *testing.T) {
	root, err := snapshot.ParseJSON([]byte(`{"null":null,"empty":"","false":false,"list":[],"text":"TRUE","port":"9200","float":1.5}`))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]snapshot.NodeKind{
		"absent": snapshot.Absent, "null": snapshot.Null, "empty": snapshot.String, "false": snapshot.Bool, "list": snapshot.Array,
	}
	for key, want := range kinds {
		if got := root.Get(key).Kind(); got != want {
			t.Errorf("%s: kind %d, want %d", key, got, want)
		}
	}
	for _, key := range []string{"absent", "null", "empty", "list", "port"} {
		if _, ok := root.Get(key).Bool(); ok {
			t.Errorf("%s reads as a switch", key)
		}
	}
	if on, ok := root.Get("text").Bool(); !ok || !on {
		t.Error(`"TRUE" does not read as true`)
	}
	if port, ok := root.Get("port").Int(); !ok || port != 9200 {
		t.Error(`"9200" does not read as 9200`)
	}
	if _, ok := root.Get("float").Int(); ok {
		t.Error("1.5 reads as a whole number")
	}
	if root.Get("absent", "deeper", "still").Exists() || root.Get("null").Exists() {
		t.Error("what is not there exists")
	}
}

// FuzzParseJSON: refused, or canonical after one round.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":[1,"\"\\",null,true],"b":{"c":-1e9}}`, "[\n\"\\u00e9\"]", `"\\\""`, `{"":""}`, `[[[]]]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		root, err := snapshot.ParseJSON(source)
		if err != nil {
			if root != nil {
				t.Fatal("a value beside an error")
			}
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("more than one line: %q", err)
			}
			return
		}
		walk(root, func(n *snapshot.Node) {
			start, end := n.Span()
			if start < 0 || end > len(source) || start >= end || !json.Valid(source[start:end]) {
				t.Fatalf("%q: span %d-%d of %s", source, start, end, n.Pointer())
			}
		})
		first := root.AppendJSON(nil)
		again, err := snapshot.ParseJSON(first)
		if err != nil {
			t.Fatalf("%q -> %q: %v", source, first, err)
		}
		if second := again.AppendJSON(nil); !bytes.Equal(first, second) {
			t.Fatalf("%q -> %q -> %q", source, first, second)
		}
	})
}

func ExampleNode_Pointer() {
	root, _ := snapshot.ParseJSON([]byte(`{"a/b": [{"c~": "x"}]}`))
	n := root.Get("a/b").Items()[0].Get("c~")
	fmt.Println(n.Pointer(), root.Resolve(n.Pointer()).Text())
	// Output: /a~1b/0/c~0 x
}
