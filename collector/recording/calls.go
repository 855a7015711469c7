package recording

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"

	"esaudit/collector/api"
)

// extensions are what calls.jsonl may be called: plain, or compressed.
func extensions() []string { return []string{"", ".gz", ".zst"} }

// Limits that no recording of an account comes near; they keep a compressed
// file from filling the memory.
const (
	maxLine  = 1 << 29 // bytes of one line
	maxCalls = 1 << 33 // bytes of all lines
)

// call is a line of calls.jsonl.
type call struct {
	Region    string                    `json:"region"`
	Product   string                    `json:"product"`
	Operation string                    `json:"operation"`
	Params    map[string]jsontext.Value `json:"params"`
	Status    *int                      `json:"status"`
	Body      jsontext.Value            `json:"body"`
	BodyText  string                    `json:"bodyText"`
	Error     string                    `json:"error"`
}

func fieldNames(of any) []string {
	t := reflect.TypeOf(of).Elem()
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	return names
}

func openCalls(fsys fs.FS, dir string) ([]api.Answer, error) {
	found := ""
	for _, ext := range extensions() {
		name := path.Join(dir, callsName+ext)
		switch ok, err := exists(fsys, name); {
		case err != nil:
			return nil, err
		case ok && found != "":
			return nil, fmt.Errorf("%s: %s stands beside it; remove the one that is not meant", name, found)
		case ok:
			found = name
		}
	}
	if found == "" {
		return nil, fmt.Errorf("%s: missing, though %s is there: collect again", path.Join(dir, callsName), headName)
	}
	file, err := fsys.Open(found)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines, closeLines, err := decompress(file, found)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", found, err)
	}
	defer closeLines()
	return readCalls(lines, found)
}

func decompress(r io.Reader, name string) (io.Reader, func(), error) {
	switch path.Ext(name) {
	case ".gz":
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, nil, err
		}
		return z, func() { z.Close() }, nil
	case ".zst":
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(1<<27))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}
	return r, func() {}, nil
}

// readCalls reads the lines of calls.jsonl. Blank lines are passed over.
func readCalls(r io.Reader, name string) ([]api.Answer, error) {
	var answers []api.Answer
	buffered := bufio.NewReaderSize(r, 1<<16)
	var total int64
	for number := 1; ; number++ {
		line, err := readLine(buffered)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		if total += int64(len(line)); total > maxCalls {
			return nil, fmt.Errorf("%s:%d: more than %d bytes of answers: record fewer regions at once", name, number, int64(maxCalls))
		}
		if len(bytes.TrimSpace(line)) > 0 {
			source := fmt.Sprintf("%s:%d", name, number)
			a, parseErr := parseCall(line)
			if parseErr != nil {
				return nil, fmt.Errorf("%s: %w", source, parseErr)
			}
			a.Source = source
			answers = append(answers, a)
		}
		if err != nil {
			return answers, nil
		}
	}
}

// readLine returns the next line with its end. The error is io.EOF with the
// last one, which may be empty.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		chunk, err := r.ReadSlice('\n')
		line = append(line, chunk...)
		if len(line) > maxLine {
			return nil, fmt.Errorf("longer than %d bytes", maxLine)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

func parseCall(line []byte) (api.Answer, error) {
	var c call
	if err := json.Unmarshal(line, &c, json.RejectUnknownMembers(true)); err != nil {
		return api.Answer{}, plain(err, line, &c)
	}
	switch {
	case c.Product == "":
		return api.Answer{}, errors.New(`"product" is missing`)
	case c.Operation == "":
		return api.Answer{}, errors.New(`"operation" is missing`)
	case c.Region != "" && !regionName(c.Region):
		return api.Answer{}, fmt.Errorf(`"region": %q is no region: letters, digits, - and _`, c.Region)
	case c.Status == nil:
		return api.Answer{}, errors.New(`"status" is missing: the HTTP status, 0 (no answer) or -1 (not made)`)
	case *c.Status != 0 && *c.Status != -1 && (*c.Status < 100 || *c.Status > 599):
		return api.Answer{}, fmt.Errorf(`"status": %d is no HTTP status, nor 0 (no answer) or -1 (not made)`, *c.Status)
	}
	a := api.Answer{
		Request: api.Request{Region: c.Region, Product: c.Product, Operation: c.Operation, Params: map[string]string{}},
		Status:  *c.Status, Text: c.BodyText, Err: c.Error,
	}
	if c.Body.Kind() != 'n' {
		a.Body = c.Body
	}
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		if err := flatten(a.Params, name, c.Params[name], 0); err != nil {
			return api.Answer{}, fmt.Errorf(`"params": %q: %w`, name, err)
		}
	}
	return a, nil
}

// flatten writes a parameter the way the vendor's client sends it: an array's
// items are NAME.1, NAME.2, an object's fields NAME.FIELD. null is no
// parameter.
func flatten(params map[string]string, name string, value jsontext.Value, depth int) error {
	if depth > 4 {
		return errors.New("nested too deep for a parameter")
	}
	text := string(value)
	switch value.Kind() {
	case '[':
		var items []jsontext.Value
		if err := json.Unmarshal(value, &items); err != nil {
			return err
		}
		for i, item := range items {
			if err := flatten(params, name+"."+strconv.Itoa(i+1), item, depth+1); err != nil {
				return err
			}
		}
		return nil
	case '{':
		var fields map[string]jsontext.Value
		if err := json.Unmarshal(value, &fields); err != nil {
			return err
		}
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			if err := flatten(params, name+"."+field, fields[field], depth+1); err != nil {
				return err
			}
		}
		return nil
	case 'n':
		return nil
	case '"':
		if err := json.Unmarshal(value, &text); err != nil {
			return err
		}
	}
	if _, twice := params[name]; twice {
		return errors.New("given twice")
	}
	params[name] = text
	return nil
}
