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
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"esaudit/graph"
)

// maxQuestion bounds a line of a batch, in bytes.
const maxQuestion = 1 << 20

// question is a line of a batch.
type question struct {
	id, from, to string
}

// refusal answers a question that cannot be understood (CONTRACT 6).
type refusal struct {
	ID    string `json:"id"`
	Error string `json:"error"`
}

// reply is what one question got: an answer, or the error that says why not.
type reply struct {
	question
	answer graph.Answer
	err    error
}

// answerBatch answers every line; bad ones are answered with what is wrong.
func (a *app) answerBatch(ctx context.Context, f *reachFlags, g *graph.Graph) error {
	in, done, err := a.questions(f.batch)
	if err != nil {
		return usage(err)
	}
	defer done()
	d := f.destination()
	if d.format != "json" {
		return a.batchTable(ctx, d, in, g)
	}
	if d.isStdout() {
		out := bufio.NewWriter(a.stdout)
		bad, err := answerLines(ctx, in, out, g)
		if flushed := out.Flush(); err == nil && flushed != nil {
			err = fmt.Errorf("write output: %w", flushed)
		}
		return batchOutcome(bad, err)
	}
	var b bytes.Buffer
	bad, err := answerLines(ctx, in, bufio.NewWriter(&b), g)
	if err == nil {
		err = a.write(d, b.Bytes())
	}
	return batchOutcome(bad, err)
}

func (a *app) questions(name string) (in *bufio.Reader, done func(), err error) {
	if name == "-" {
		return bufio.NewReader(a.stdin), func() {}, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("open questions: %w", err)
	}
	return bufio.NewReader(file), func() { file.Close() }, nil
}

// answerLines answers in JSON Lines. What is written is flushed whenever no
// further question is waiting, so that a program can ask and wait.
func answerLines(ctx context.Context, in *bufio.Reader, out *bufio.Writer, g *graph.Graph) (bad int, err error) {
	err = eachReply(ctx, in, g, func(r reply) error {
		var text []byte
		var err error
		if r.err != nil {
			bad++
			text, err = answerLine(refusal{r.id, r.err.Error()})
		} else {
			r.answer.ID = r.id
			text, err = answerLine(r.answer)
		}
		if err != nil {
			return err
		}
		if _, err = out.Write(text); err == nil && in.Buffered() == 0 {
			err = out.Flush()
		}
		if err != nil {
			return fmt.Errorf("write output: %w", err)
		}
		return nil
	})
	if flushed := out.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("write output: %w", flushed)
	}
	return bad, err
}

// batchTable answers in a table, one row a question.
func (a *app) batchTable(ctx context.Context, d destination, in *bufio.Reader, g *graph.Graph) error {
	p := printer{screen: a.screenFor(d)}
	t := tabwriter.NewWriter(&p.b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tVERDICT\tFROM\tTO\tWHY")
	bad := 0
	err := eachReply(ctx, in, g, func(r reply) error {
		verdict, why := r.answer.Verdict.String(), because(r.answer)
		if r.err != nil {
			bad++
			verdict, why = "error", r.err.Error()
		}
		_, err := fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", p.safe(r.id), verdict, p.safe(r.from), p.safe(r.to), p.safe(why))
		return err
	})
	if err == nil {
		err = t.Flush()
	}
	if err == nil {
		err = a.write(d, p.b.Bytes())
	}
	return batchOutcome(bad, err)
}

// because says in a word what decided.
func because(answer graph.Answer) string {
	hops := answer.Blockers
	switch answer.Verdict {
	case graph.Reachable:
		return answer.Entry
	case graph.Unknown:
		hops = answer.Unknowns
	}
	var controls []string
	for _, h := range hops {
		controls = append(controls, h.Control)
	}
	return strings.Join(slices.Compact(controls), ", ")
}

func batchOutcome(bad int, err error) error {
	if err == nil && bad > 0 {
		return usagef("answer batch: %d %s not understood; every other line is answered", bad, plural(bad, "line"))
	}
	return err
}

// eachReply answers line by line; empty lines are passed over.
func eachReply(ctx context.Context, in *bufio.Reader, g *graph.Graph, take func(reply) error) error {
	for number := 1; ; number++ {
		line, tooLong, end := readQuestion(in)
		if end != nil && !errors.Is(end, io.EOF) {
			return fmt.Errorf("read questions: line %d: %w", number, end)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if err := take(answerOne(line, tooLong, number, g)); err != nil {
				return err
			}
		}
		if end != nil {
			return nil
		}
	}
}

func answerOne(line []byte, tooLong bool, number int, g *graph.Graph) reply {
	if tooLong {
		return reply{err: fmt.Errorf("line %d: longer than %d bytes", number, maxQuestion)}
	}
	q, err := parseQuestion(line)
	if err != nil {
		return reply{question: q, err: fmt.Errorf("line %d: %w", number, err)}
	}
	answer, err := g.Reach(q.from, q.to)
	return reply{question: q, answer: answer, err: err}
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
func parseQuestion(line []byte) (q question, err error) {
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
	texts := map[string]*string{"id": &q.id, "from": &q.from, "to": &q.to}
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
