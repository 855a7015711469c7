package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/policies"
	"esaudit/snapshot"
)

const estates = "../testdata/estates"

// How many mutations of each kind are made of a recording. Under ESAUDIT_LONG
// every line has its turn.
type amounts struct {
	lines int // to be dropped, doubled and cut short
	bytes int // of each class to be replaced
}

func howMany() amounts {
	if os.Getenv("ESAUDIT_LONG") != "" {
		return amounts{lines: 1 << 20, bytes: 1000}
	}
	return amounts{lines: 9, bytes: 20}
}

// mutated are the estates that are mutated: with findings of every kind.
func mutated(t *testing.T) []string {
	t.Helper()
	if os.Getenv("ESAUDIT_LONG") == "" {
		return []string{"net-001-open-group", "net-002-backend-ports", "net-003-standby-zone", "net-004-not-accepted", "half-blind"}
	}
	found, err := filepath.Glob(filepath.Join(estates, "*", "calls.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range found {
		found[i] = filepath.Base(filepath.Dir(path))
	}
	return found
}

// verdicts are statuses by rule and subject.
type verdicts map[string]finding.Status

// judge reads recordings and judges them with every rule.
type judge struct {
	engine *policies.Engine
	runs   int
}

// assembled reads a recording. The error is one that a user sees.
func assembled(t *testing.T, head, calls []byte) (*snapshot.Snapshot, error) {
	t.Helper()
	r, err := recording.OpenFS(fstest.MapFS{"recording.json": {Data: head}, "calls.jsonl": {Data: calls}})
	if err != nil {
		return nil, err
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatalf("a recording that was read: %v", err)
	}
	return s, nil
}

// of judges a recording; every so often through audit.Run, which makes findings
// and a report of what rules say.
func (j *judge) of(t *testing.T, head, calls []byte) (verdicts, error) {
	t.Helper()
	s, err := assembled(t, head, calls)
	if err != nil {
		return nil, err
	}
	out := verdicts{}
	if j.runs++; j.runs%50 == 1 {
		result, err := audit.Run(t.Context(), s, audit.Options{All: true, Optional: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range result.Report.Findings {
			out[f.Rule+" "+f.Subject.ARN] = f.Status
		}
		return out, nil
	}
	results, err := j.engine.Eval(t.Context(), facts.Build(graph.Build(s, config.Config{})))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		out[r.Rule+" "+r.Subject] = r.Status
	}
	return out, nil
}

// mutation is a changed recording. Lines may be gone, twice or cut short; a
// byte may be another one.
type mutation struct {
	what  string
	calls []byte
	// kept: the recording says the same as before, or less. Otherwise a value is
	// another one, which may be right.
	kept bool
	same bool // it says the same as before
}

// Whatever happens to a recording, it is refused with one line of text, or
// judged; and what fails, or is not decided, never passes because of it: less
// is known then, or the subject itself is gone.
func TestMutatedRecordings(t *testing.T) {
	engine, err := policies.New(context.Background(), policies.Selection{Optional: true})
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{engine: engine}
	made, refused := 0, 0
	for _, name := range mutated(t) {
		t.Run(name, func(t *testing.T) {
			head, calls := read(t, name, "recording.json"), read(t, name, "calls.jsonl")
			before, err := j.of(t, head, calls)
			if err != nil {
				t.Fatal(err)
			}
			for m := range mutations(t, calls, howMany()) {
				made++
				after, err := judged(t, j, head, m)
				if err != nil {
					refused++
					continue
				}
				m.check(t, before, after)
			}
		})
	}
	t.Logf("%d mutations: %d refused, %d judged", made, refused, made-refused)
}

func read(t *testing.T, estate, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(estates, estate, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// judged judges a mutation and names it when anything breaks.
func judged(t *testing.T, j *judge, head []byte, m mutation) (verdicts, error) {
	t.Helper()
	done := false
	defer func() {
		if !done {
			t.Errorf("%s: the pipeline breaks: %v", m.what, recover())
		}
	}()
	after, err := j.of(t, head, m.calls)
	if err != nil && (strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "calls.jsonl")) {
		t.Errorf("%s: error %q, want one line that names the place", m.what, err)
	}
	done = true
	return after, err
}

func (m mutation) check(t *testing.T, before, after verdicts) {
	t.Helper()
	for key, was := range before {
		is, there := after[key]
		if m.same && is != was {
			t.Errorf("%s: %s was %s and is %s", m.what, key, was, is)
		}
		passes := there && (is == finding.Pass || is == finding.NA)
		if m.kept && passes && was != finding.Pass && was != finding.NA {
			t.Errorf("%s: %s was %s and passes now", m.what, key, was)
		}
	}
}

// mutations yields the changed recordings one by one, lines first.
func mutations(t *testing.T, calls []byte, n amounts) iter.Seq[mutation] {
	return func(yield func(mutation) bool) {
		random := rand.New(rand.NewPCG(1, uint64(len(calls))))
		lines := bytes.SplitAfter(calls, []byte("\n"))
		lines = lines[:len(lines)-1]
		for i := range spread(len(lines), n.lines) {
			for _, m := range linesChanged(random, lines, i, operation(t, lines[i])) {
				if !yield(m) {
					return
				}
			}
		}
		for kind, at := range bytesByClass(calls) {
			for i := range spread(len(at), n.bytes) {
				if !yield(replaced(random, calls, at[i], class(kind))) {
					return
				}
			}
		}
	}
}

// linesChanged are the recordings without a line, with it twice, with the lines
// before it only, and with a part of it at the end.
func linesChanged(random *rand.Rand, lines [][]byte, i int, operation string) []mutation {
	where := fmt.Sprintf("line %d, %s", i+1, operation)
	before, after := bytes.Join(lines[:i], nil), bytes.Join(lines[i+1:], nil)
	return []mutation{
		{what: where + ", dropped", calls: slices.Concat(before, after), kept: true},
		{what: where + ", twice", calls: slices.Concat(before, lines[i], after, lines[i]), kept: true, same: true},
		{what: where + " and the rest dropped", calls: before, kept: true},
		{what: where + ", cut short", calls: slices.Concat(before, lines[i][:random.IntN(len(lines[i]))]), kept: true},
	}
}

// bytesByClass returns where the bytes of each class stand; of the names of
// fields, the first letter of each name of each operation.
func bytesByClass(calls []byte) (at [lastClass][]int) {
	names, operation := map[string]bool{}, ""
	for i, c := range classes(calls) {
		if i == 0 || calls[i-1] == '\n' {
			_, rest, _ := strings.Cut(string(calls[i:min(i+200, len(calls))]), `"operation":`)
			operation, _, _ = strings.Cut(rest, ",")
		}
		if c == name {
			id := operation + nameAt(calls, i)
			if calls[i-1] != '"' || names[id] {
				continue
			}
			names[id] = true
		}
		at[c] = append(at[c], i)
	}
	return at
}

// spread yields at most n numbers below all, evenly.
func spread(all, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		n := min(all, n)
		for k := range n {
			if !yield(k * all / n) {
				return
			}
		}
	}
}

func operation(t *testing.T, line []byte) string {
	t.Helper()
	var call struct{ Product, Operation string }
	if err := json.Unmarshal(line, &call); err != nil {
		t.Fatal(err)
	}
	return call.Product + "." + call.Operation
}

// class is what a byte of JSON is part of.
type class int

const (
	quote class = iota
	bracket
	comma
	literal
	name
	value
	number
	space
	lastClass
)

// classes says of every byte what it is part of.
func classes(text []byte) []class {
	out := make([]class, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			end := i + 1
			for text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			kind := value
			if end+1 < len(text) && text[end+1] == ':' {
				kind = name
			}
			for k := i + 1; k < end; k++ {
				out[k] = kind
			}
			out[i], out[end] = quote, quote
			i = end
		case strings.IndexByte("{}[]", c) >= 0:
			out[i] = bracket
		case c == ',' || c == ':':
			out[i] = comma
		case c >= '0' && c <= '9' || c == '-':
			out[i] = number
		case c == '\n' || c == ' ':
			out[i] = space
		default:
			out[i] = literal
		}
	}
	return out
}

// replaced puts another byte into a recording. Of a name another letter, so that
// its field is not there any more; of the others anything.
func replaced(random *rand.Rand, calls []byte, at int, c class) mutation {
	with := "\"x{}[],:0- \\\xff\n"
	if c == name {
		with = "QZ_"
	}
	b := with[random.IntN(len(with))]
	changed := bytes.Clone(calls)
	changed[at] = b
	around := calls[max(0, at-40):min(len(calls), at+20)]
	return mutation{
		what: fmt.Sprintf("byte %d, %q in %q, is %q", at, calls[at], around, b), calls: changed,
		kept: c != value && c != number && !(c == name && defaulted(nameAt(calls, at))),
	}
}

func nameAt(calls []byte, at int) string {
	start, end := bytes.LastIndexByte(calls[:at], '"')+1, at+bytes.IndexByte(calls[at:], '"')
	return string(calls[start:end])
}

// defaulted reports whether the absence of a field says something, so that a
// recording without it says something else: settings have the vendor's defaults,
// a flat whitelist alone is a whole one (SEMANTICS 3), ports have defaults (4),
// a listener without a group has the default servers (5, P5.4), an address
// without a version is IPv4 (P5.1), a rule's priority is 1 (7).
func defaulted(name string) bool {
	return strings.Contains(name, ".") || slices.Contains([]string{
		"esConfig", "networkConfig", "whiteIpGroupList", "whiteIpType", "ips", "port", "publicPort", "kibanaPort", "kibanaPrivatePort",
		"VServerGroupId", "MasterSlaveServerGroupId", "TCPListenerConfig", "AddressIPVersion", "Priority",
	}, name)
}
