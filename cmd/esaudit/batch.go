package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/errgroup"

	"esaudit/graph"
	"esaudit/report/reach"
)

// maxQuestion bounds a line of a batch, in bytes.
const maxQuestion = 1 << 20

// readAhead is how much of a batch is read at a time, in bytes.
const readAhead = 1 << 16

// answerBatch answers every line; bad ones are answered with what is wrong. A
// program that asks line by line on standard input gets each answer at once.
func (a *app) answerBatch(ctx context.Context, f *reachFlags, list []destination, g *graph.Graph) error {
	in, done, err := a.questions(f.batch)
	if err != nil {
		return usage(err)
	}
	defer done()
	if len(list) == 1 && list[0].format == "json" && list[0].isStdout() {
		out := bufio.NewWriter(a.stdout)
		bad, err := answerLines(ctx, in, out, g)
		return batchOutcome(bad, err)
	}
	var replies []reach.Reply
	bad := 0
	err = eachReply(ctx, in, g, func(r reach.Reply) error {
		if replies = append(replies, r); r.Err != nil {
			bad++
		}
		return nil
	})
	if err == nil {
		err = a.writeAll(ctx, list, func(d destination) ([]byte, error) {
			s := a.screenFor(d)
			return reach.Batch(d.format, replies, reach.Options{Graph: g, Width: s.width, Color: s.color, Unicode: s.unicode})
		})
	}
	return batchOutcome(bad, err)
}

func (a *app) questions(name string) (in *bufio.Reader, done func(), err error) {
	if name == "-" {
		return bufio.NewReaderSize(a.stdin, readAhead), func() {}, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("open questions: %w", err)
	}
	return bufio.NewReaderSize(file, readAhead), func() { file.Close() }, nil
}

// answerLines answers in JSON Lines. The questions that wait are answered side
// by side, and written in their order. What is written is flushed whenever no
// further question is waiting, so that a program can ask and wait.
func answerLines(ctx context.Context, in *bufio.Reader, out *bufio.Writer, g *graph.Graph) (bad int, err error) {
	var told []answered // their memory is used again
	for number, more := 1, true; more; {
		var waiting []question
		waiting, number, more, err = waitingQuestions(in, number)
		if err == nil {
			err = ctx.Err()
		}
		parts := slices.Collect(slices.Chunk(waiting, questionsTogether))
		for len(told) < len(parts) {
			told = append(told, answered{})
		}
		var each errgroup.Group
		each.SetLimit(runtime.GOMAXPROCS(0))
		for i, part := range parts {
			each.Go(func() error { return told[i].answer(part, g) })
		}
		if failed := each.Wait(); err == nil {
			err = failed
		}
		for _, t := range told[:len(parts)] {
			bad += t.bad
			if _, failed := out.Write(t.lines); failed != nil && err == nil {
				err = fmt.Errorf("write output: %w", failed)
			}
		}
		if flushed := out.Flush(); err == nil && flushed != nil {
			err = fmt.Errorf("write output: %w", flushed)
		}
		if err != nil {
			return bad, err
		}
	}
	return bad, nil
}

// questionsTogether is how many questions one goroutine answers before it takes
// others, and mostWaiting how many are read before they are answered.
const (
	questionsTogether = 32
	mostWaiting       = 4096
)

// answered is what some questions got.
type answered struct {
	lines []byte
	bad   int // were not understood
}

// answer answers questions in their order, in place of what was there.
func (t *answered) answer(list []question, g *graph.Graph) error {
	t.lines, t.bad = t.lines[:0], 0
	for _, q := range list {
		var told graph.Telling
		r := answerOne(q.line, q.tooLong, q.number, func(from, to string) (_ graph.Answer, err error) {
			told, err = g.Tell(from, to)
			return graph.Answer{}, err
		})
		if r.Err == nil {
			t.lines = reach.Append(t.lines, r.ID, told)
			continue
		}
		t.bad++
		line, err := r.Line()
		if err != nil {
			return err
		}
		t.lines = append(t.lines, line...)
	}
	return nil
}

// question is a line that waits for its answer.
type question struct {
	line    []byte
	tooLong bool
	number  int
}

// waitingQuestions reads a line and those that wait behind it; empty lines are
// passed over. next is the number of the line after them; more says whether there
// may be one.
func waitingQuestions(in *bufio.Reader, number int) (list []question, next int, more bool, err error) {
	for {
		line, tooLong, end := readQuestion(in)
		if end != nil && !errors.Is(end, io.EOF) {
			return list, number, false, fmt.Errorf("read questions: line %d: %w", number, end)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			list = append(list, question{line, tooLong, number})
		}
		number++
		if end != nil {
			return list, number, false, nil
		}
		if !lineWaits(in) || len(list) == mostWaiting {
			return list, number, true, nil
		}
	}
}

// lineWaits reports whether a whole line can be read without waiting for one.
func lineWaits(in *bufio.Reader) bool {
	waiting, err := in.Peek(in.Buffered())
	return err == nil && bytes.IndexByte(waiting, '\n') >= 0
}

func batchOutcome(bad int, err error) error {
	if err == nil && bad > 0 {
		return usagef("answer batch: %d %s not understood; every other line is answered", bad, plural(bad, "line"))
	}
	return err
}

// eachReply answers line by line; empty lines are passed over.
func eachReply(ctx context.Context, in *bufio.Reader, g *graph.Graph, take func(reach.Reply) error) error {
	for number := 1; ; number++ {
		line, tooLong, end := readQuestion(in)
		if end != nil && !errors.Is(end, io.EOF) {
			return fmt.Errorf("read questions: line %d: %w", number, end)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if err := take(answerOne(line, tooLong, number, g.Reach)); err != nil {
				return err
			}
		}
		if end != nil {
			return nil
		}
	}
}

// answerOne answers a line; ask answers a question.
func answerOne(line []byte, tooLong bool, number int, ask func(from, to string) (graph.Answer, error)) reach.Reply {
	if tooLong {
		return reach.Reply{Err: fmt.Errorf("line %d: longer than %d bytes", number, maxQuestion)}
	}
	r, err := parseQuestion(line)
	if err != nil {
		r.Err = fmt.Errorf("line %d: %w", number, err)
		return r
	}
	r.Answer, r.Err = ask(r.From, r.To)
	return r
}

// readQuestion reads a line. Of one that is too long only the beginning is
// kept.
func readQuestion(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxQuestion {
			tooLong = true
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

// parseQuestion reads a line. What could be read of it is returned with an
// error too.
func parseQuestion(line []byte) (q reach.Reply, err error) {
	if q, ok := parsePlain(line); ok {
		return q, nil
	}
	return parseAny(line)
}

// parsePlain reads a line as programs write them: an object of texts of
// printable ASCII without a backslash. ok is false for any other.
func parsePlain(line []byte) (q reach.Reply, ok bool) {
	const blank = " \t\r\n"
	rest, found := bytes.CutPrefix(bytes.TrimLeft(line, blank), []byte("{"))
	if !found {
		return q, false
	}
	text := func() (s []byte, ok bool) {
		rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, blank), []byte(`"`))
		end := bytes.IndexByte(rest, '"')
		if !ok || end < 0 {
			return nil, false
		}
		s, rest = rest[:end], bytes.TrimLeft(rest[end+1:], blank)
		return s, !bytes.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '\\' })
	}
	var from, to, id bool
	for {
		name, ok := text()
		if !ok || len(rest) == 0 || rest[0] != ':' {
			return q, false
		}
		rest = rest[1:]
		value, ok := text()
		if !ok || len(rest) == 0 {
			return q, false
		}
		into, seen := &q.ID, &id
		switch string(name) {
		case "id":
		case "from":
			into, seen = &q.From, &from
		case "to":
			into, seen = &q.To, &to
		default:
			return q, false
		}
		if *seen {
			return q, false
		}
		*into, *seen = string(value), true
		end := rest[0]
		if rest = rest[1:]; end == '}' {
			return q, from && to && len(bytes.TrimLeft(rest, blank)) == 0
		}
		if end != ',' {
			return q, false
		}
	}
}

func parseAny(line []byte) (q reach.Reply, err error) {
	var fields map[string]jsontext.Value
	if err := json.Unmarshal(line, &fields); err != nil {
		if s, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
			err = s.Err
		}
		if _, ok := errors.AsType[*json.SemanticError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New(`it is {"id":"q1","from":"...","to":"..."}`)
		}
		return q, fmt.Errorf("not a question: %w", err)
	}
	texts := map[string]*string{"id": &q.ID, "from": &q.From, "to": &q.To}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text, known := texts[name]
		if !known {
			err = firstOf(err, fmt.Errorf("unknown field %q (the fields are id, from, to)", name))
		} else if json.Unmarshal(fields[name], text) != nil || fields[name].Kind() != '"' {
			err = firstOf(err, fmt.Errorf("field %q is not a string", name))
		}
	}
	for _, name := range []string{"from", "to"} {
		if _, there := fields[name]; !there {
			err = firstOf(err, fmt.Errorf("field %q is missing", name))
		}
	}
	return q, err
}

// firstOf keeps the first error.
func firstOf(first, next error) error {
	if first != nil {
		return first
	}
	return next
}
