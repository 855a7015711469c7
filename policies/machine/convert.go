package machine

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// unsure is what the machine panics with when it gives up; Program.Call recovers.
type unsure string

func giveUp(why string) { panic(unsure(why)) }

// numeral reads a number as JSON writes it. It gives up on one that can be written in
// another way: OPA takes the one for the other (1.0 for 1), and shows that which came first.
func numeral(text string) Value {
	i, err := strconv.ParseInt(text, 10, 64)
	if err == nil && strconv.FormatInt(i, 10) == text {
		return Int(i)
	}
	_, fraction, broken := strings.Cut(text, ".")
	if text == "-0" || strings.ContainsAny(text, "eE") || broken && strings.HasSuffix(fraction, "0") {
		giveUp("a number that can be written in another way")
	}
	return Number(text)
}

// number is a number of OPA's.
func number(v Value) ast.Number {
	if i, ok := v.(Int); ok {
		return ast.Number(strconv.FormatInt(int64(i), 10))
	}
	return ast.Number(v.(Number))
}

// term makes a value one of OPA's.
func term(v Value) *ast.Term {
	switch v := v.(type) {
	case Null:
		return ast.NullTerm()
	case Bool:
		return ast.BooleanTerm(bool(v))
	case Int, Number:
		return ast.NewTerm(number(v))
	case String:
		return ast.StringTerm(string(v))
	case list:
		terms := make([]*ast.Term, v.size())
		for i := range terms {
			terms[i] = term(v.at(i))
		}
		return ast.ArrayTerm(terms...)
	case record:
		var pairs [][2]*ast.Term
		for _, p := range v.all() {
			pairs = append(pairs, ast.Item(term(p.key), term(p.value)))
		}
		return ast.ObjectTerm(pairs...)
	case *Set:
		items := v.all()
		terms := make([]*ast.Term, len(items))
		for i, item := range items {
			terms[i] = term(item)
		}
		return ast.SetTerm(terms...)
	}
	giveUp("a value that is none of Rego's")
	return nil
}

// valueOf is a value of OPA's.
func valueOf(v ast.Value) Value {
	switch v := v.(type) {
	case ast.Null:
		return Null{}
	case ast.Boolean:
		return Bool(v)
	case ast.Number:
		return numeral(string(v))
	case ast.String:
		return String(v)
	case *ast.Array:
		out := &Array{items: make([]Value, 0, v.Len())}
		v.Foreach(func(t *ast.Term) { out.items = append(out.items, valueOf(t.Value)) })
		return out
	case ast.Object:
		out := &Object{pairs: make([]pair, 0, v.Len())}
		v.Foreach(func(key, value *ast.Term) { out.put(valueOf(key.Value), valueOf(value.Value)) })
		return out
	case ast.Set:
		out := &Set{items: make([]Value, 0, v.Len())}
		v.Foreach(func(t *ast.Term) { out.add(valueOf(t.Value)) })
		return out
	}
	giveUp("a value of OPA's that is no data")
	return nil
}

// FromJSON reads a JSON text. It is what a view shows, in full.
func FromJSON(text []byte) (out Value, err error) {
	defer recovered(&err)
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, io.ErrUnexpectedEOF
	}
	return plain(v), nil
}

func plain(v any) Value {
	switch v := v.(type) {
	case nil:
		return Null{}
	case bool:
		return Bool(v)
	case json.Number:
		return numeral(v.String())
	case string:
		return String(v)
	case []any:
		out := &Array{items: make([]Value, len(v))}
		for i, item := range v {
			out.items[i] = plain(item)
		}
		return out
	default:
		fields := v.(map[string]any)
		out := &Object{pairs: make([]pair, 0, len(fields))}
		for key, value := range fields {
			out.pairs = append(out.pairs, pair{String(key), plain(value)})
		}
		slices.SortFunc(out.pairs, func(a, b pair) int { return strings.Compare(string(a.key.(String)), string(b.key.(String))) })
		return out
	}
}

// anyOf is a value as OPA gives it to Go: sets are sorted lists, numbers
// json.Number.
func anyOf(v Value) any {
	switch v := v.(type) {
	case *filled:
		out := make(map[string]any, len(v.values))
		for i, key := range v.form.keys {
			out[string(key.(String))] = anyOf(v.values[i])
		}
		return out
	case Null:
		return nil
	case Bool:
		return bool(v)
	case Int, Number:
		return json.Number(number(v))
	case String:
		return string(v)
	case *Set:
		return anyOf(&Array{v.all()})
	case list:
		out := make([]any, v.size())
		for i := range out {
			out[i] = anyOf(v.at(i))
		}
		return out
	case record:
		pairs := v.all()
		out := make(map[string]any, len(pairs))
		for _, p := range pairs {
			key, ok := p.key.(String)
			if !ok {
				giveUp("a key that is no string")
			}
			out[string(key)] = anyOf(p.value)
		}
		return out
	}
	giveUp("no value")
	return nil
}
