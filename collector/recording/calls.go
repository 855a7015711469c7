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
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"

	"esaudit/collector/api"
)

// extensions are what calls.jsonl may be called: plain, or compressed.
func extensions() []string { return []string{"", ".gz", ".zst"} }

// limits keep a compressed file from filling the memory.
type limits struct {
	line, all int64 // bytes of one line, of all lines
}

// accountLimits are far above what the recording of an account comes to.
func accountLimits() limits { return limits{line: 1 << 28, all: 1 << 31} }

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
	AsOf      string                    `json:"asOf"`
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
		return nil, fmt.Errorf("%s: %w", found, cutShort(err))
	}
	defer closeLines()
	return readCalls(lines, found, accountLimits())
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

// cutShort says in words that a compressed file is not whole.
func cutShort(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("the compressed file ends in the middle")
	}
	return err
}

// linesAtOnce is how many lines one goroutine parses at a time.
const linesAtOnce = 64

// numbered is a line with its number, from 1.
type numbered struct {
	text   []byte
	number int
}

// readCalls reads the lines of calls.jsonl, and parses them on all processors. The
// error is that of the first line that has one.
func readCalls(r io.Reader, name string, most limits) ([]api.Answer, error) {
	lines, failed := readLines(r, name, most)
	answers, wrong := make([]api.Answer, len(lines)), make([]error, len(lines))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for first := 0; first < len(lines); first += linesAtOnce {
		group.Go(func() error {
			for i := first; i < min(first+linesAtOnce, len(lines)); i++ {
				source := fmt.Sprintf("%s:%d", name, lines[i].number)
				if answers[i], wrong[i] = parseCall(lines[i].text); wrong[i] != nil {
					wrong[i] = fmt.Errorf("%s: %w", source, wrong[i])
				}
				answers[i].Source = source
			}
			return nil
		})
	}
	_ = group.Wait() // what is wrong stands with its line
	for _, err := range append(wrong, failed) {
		if err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// readLines reads all lines but blank ones, and those before the one that cannot be
// read.
func readLines(r io.Reader, name string, most limits) (lines []numbered, err error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	var total int64
	for number := 1; ; number++ {
		line, err := readLine(buffered, most.line)
		if err != nil && !errors.Is(err, io.EOF) {
			return lines, fmt.Errorf("%s:%d: %w", name, number, cutShort(err))
		}
		if total += int64(len(line)); total > most.all {
			return lines, fmt.Errorf("%s:%d: more than %d bytes of answers: record fewer regions at once", name, number, most.all)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			lines = append(lines, numbered{line, number})
		}
		if err != nil {
			return lines, nil
		}
	}
}

// readLine returns the next line with its end. The error is io.EOF with the
// last one, which may be empty.
func readLine(r *bufio.Reader, most int64) ([]byte, error) {
	var line []byte
	for {
		chunk, err := r.ReadSlice('\n')
		line = append(line, chunk...)
		if int64(len(line)) > most {
			return nil, fmt.Errorf("longer than %d bytes", most)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// decodeCall reads a line strictly, but for the body: one that is JSON to a
// lenient reader only (a name twice, broken UTF-8) is kept as it is, so that
// this one answer is not well formed and the others can be read.
func decodeCall(line []byte) (call, error) {
	var c call
	err := json.Unmarshal(line, &c, json.RejectUnknownMembers(true))
	s, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok || !strings.HasPrefix(string(s.JSONPointer), "/body") {
		return c, err
	}
	start, end, found := bodySpan(line)
	if !found {
		return c, err
	}
	c = call{}
	err = json.Unmarshal(slices.Concat(line[:start], []byte("null"), line[end:]), &c, json.RejectUnknownMembers(true))
	c.Body = line[start:end]
	return c, err
}

// bodySpan finds the body among the fields of a line.
func bodySpan(line []byte) (start, end int, found bool) {
	dec := jsontext.NewDecoder(bytes.NewReader(line), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := dec.ReadToken(); err != nil {
		return 0, 0, false
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return 0, 0, false
		}
		field := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return 0, 0, false
		}
		if end = int(dec.InputOffset()); field == "body" {
			return end - len(value), end, true
		}
	}
	return 0, 0, false
}

func parseCall(line []byte) (api.Answer, error) {
	c, err := decodeCall(line)
	if err != nil {
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
	if _, err := time.Parse(time.RFC3339, c.AsOf); c.AsOf != "" && err != nil {
		return api.Answer{}, fmt.Errorf(`"asOf": %q is no instant (RFC 3339)`, c.AsOf)
	}
	a := api.Answer{
		Request: api.Request{Region: c.Region, Product: c.Product, Operation: c.Operation, Params: map[string]string{}},
		Status:  *c.Status, Text: c.BodyText, Err: c.Error, AsOf: c.AsOf,
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
