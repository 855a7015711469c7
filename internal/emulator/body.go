package emulator

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// object is a JSON object whose members keep their order and their bytes.
type object []member

type member struct {
	name  string
	value []byte
}

// parseObject reads the members of a JSON object.
func parseObject(data []byte) (object, error) {
	var o object
	err := eachValue(data, '{', func(d *jsontext.Decoder) error {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		text := name.String()
		value, err := readRaw(d, data)
		o = append(o, member{text, value})
		return err
	})
	return o, err
}

// parseArray reads the elements of a JSON array.
func parseArray(data []byte) ([][]byte, error) {
	elements := [][]byte{}
	err := eachValue(data, '[', func(d *jsontext.Decoder) error {
		value, err := readRaw(d, data)
		elements = append(elements, value)
		return err
	})
	return elements, err
}

// eachValue calls read for every member or element of the object or array that
// data holds.
func eachValue(data []byte, begin jsontext.Kind, read func(*jsontext.Decoder) error) error {
	d := jsontext.NewDecoder(bytes.NewBuffer(data))
	first, err := d.ReadToken()
	if err != nil {
		return err
	}
	if first.Kind() != begin {
		return fmt.Errorf("%v where %v should be", first.Kind(), begin)
	}
	for kind := d.PeekKind(); kind != '}' && kind != ']'; kind = d.PeekKind() {
		if err := read(d); err != nil {
			return err
		}
	}
	_, err = d.ReadToken()
	return err
}

// readRaw returns the next value as a part of data.
func readRaw(d *jsontext.Decoder, data []byte) ([]byte, error) {
	value, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	end := d.InputOffset()
	return data[end-int64(len(value)) : end : end], nil
}

// get returns the value under names separated by dots; nil when there is none.
func (o object) get(path string) []byte {
	name, rest, deeper := strings.Cut(path, ".")
	for _, m := range o {
		if m.name != name {
			continue
		}
		if !deeper {
			return m.value
		}
		inner, err := parseObject(m.value)
		if err != nil {
			return nil
		}
		return inner.get(rest)
	}
	return nil
}

// with returns the object with another value under names separated by dots. A
// member that is not there becomes the last.
func (o object) with(path string, value []byte) object {
	name, rest, deeper := strings.Cut(path, ".")
	out := make(object, len(o), len(o)+1)
	copy(out, o)
	for i, m := range out {
		if m.name != name {
			continue
		}
		if deeper {
			inner, _ := parseObject(m.value) // no object: it is replaced by one
			value = inner.with(rest, value).bytes()
		}
		out[i].value = value
		return out
	}
	if deeper {
		value = object{}.with(rest, value).bytes()
	}
	return append(out, member{name, value})
}

// without returns the object less one member.
func (o object) without(name string) object {
	out := make(object, 0, len(o))
	for _, m := range o {
		if m.name != name {
			out = append(out, m)
		}
	}
	return out
}

func (o object) bytes() []byte {
	out := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, quote(m.name)...), ':')
		out = append(out, m.value...)
	}
	return append(out, '}')
}

func quote(s string) []byte {
	quoted, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(s, "\uFFFD"))
	if err != nil {
		return []byte(`""`) // not reached: the text is valid UTF-8
	}
	return quoted
}

func array(elements [][]byte) []byte {
	return append(append([]byte{'['}, bytes.Join(elements, []byte{','})...), ']')
}

// setCount replaces a number where there is one, as a text where it was one.
func (o object) setCount(path string, n int64) object {
	old := o.get(path)
	if old == nil {
		return o
	}
	value := strconv.AppendInt(nil, n, 10)
	if old[0] == '"' {
		value = quote(string(value))
	}
	return o.with(path, value)
}

// count reads a number, or a text that holds one.
func (o object) count(path string) (int64, bool) {
	n, err := strconv.ParseInt(scalar(o.get(path)), 10, 64)
	return n, err == nil
}

// scalar is the text of a string, number or switch; "" for anything else.
func scalar(value []byte) string {
	if len(value) == 0 || value[0] == '{' || value[0] == '[' || value[0] == 'n' {
		return ""
	}
	if value[0] != '"' {
		return string(value)
	}
	text, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return ""
	}
	return string(text)
}

// field returns the scalar under a name, whatever its case, and whether the
// object has it.
func (o object) field(name string) (string, bool) {
	for _, m := range o {
		if strings.EqualFold(m.name, name) {
			return scalar(m.value), true
		}
	}
	return "", false
}
