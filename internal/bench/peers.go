package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/internal/memory"
	"esaudit/policies"
	"esaudit/snapshot"
)

// The peers, as their modules make them.
const (
	opaModule      = "github.com/open-policy-agent/opa@v1.22.2"
	conftestModule = "github.com/open-policy-agent/conftest@v0.71.1"
)

// fewPeered is how many clusters the peers are asked about besides the whole estate, and
// peeredBytes about how much memory the largest of them takes for each cluster, with what
// this program holds meanwhile.
const (
	fewPeered   = 300
	peeredBytes = 4 << 20
)

// conftestRules make what the rules say into what conftest prints: a failure
// each.
const conftestRules = `package main

deny contains {"msg": r.message, "result": r} if some r in data.esaudit.all
`

// peers has the same rules judge the same facts by the command lines that people
// use for Rego today, each a process of its own, and compares what they say
// finding by finding: of an estate of some clusters, and of the whole one, or as much of
// it as there is memory for. Ours begins with the snapshot, theirs with the facts.
func (b *bench) peers() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := install(dir, opaModule, conftestModule); err != nil {
		return err
	}
	if err := build(filepath.Join(dir, "esaudit"), "./cmd/esaudit"); err != nil {
		return err
	}
	sizes := []int{min(b.clusters, fewPeered)}
	if all := min(b.clusters, b.fitting()); all > fewPeered {
		sizes = append(sizes, all)
	}
	for _, clusters := range sizes {
		if err := b.peersOf(dir, clusters); err != nil {
			return err
		}
	}
	return nil
}

// fitting is how many clusters there is memory for to ask the peers about.
func (b *bench) fitting() int {
	debug.FreeOSMemory()
	used := memory.Used()
	room := memory.Find(os.DirFS("/"), math.MaxInt64, used)
	if !room.Known() {
		return fewPeered
	}
	return int((room.Bytes - used) / peeredBytes)
}

// peersOf compares the programs of a folder with each other, on an estate of so many clusters.
func (b *bench) peersOf(dir string, clusters int) error {
	s, _, err := large(clusters, b.seed)
	if err != nil {
		return err
	}
	results, err := judged(s)
	if err != nil {
		return err
	}
	want, err := sorted(results)
	if err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string][]byte{"snapshot.json": s.Canonical(), "main.rego": []byte(conftestRules)} {
		if err := os.WriteFile(at(name), text, 0o600); err != nil {
			return err
		}
	}
	if _, err := esaudit(at("esaudit"), "audit", at("snapshot.json"), "--optional", "-f", "json", "--facts", at("facts.json")); err != nil {
		return err
	}
	report, ours, err := process(at("esaudit"), "audit", at("snapshot.json"), "--optional", "-f", "json")
	if err != nil {
		return err
	}
	switch found, err := foundIn(report); {
	case err != nil:
		return err
	case !slices.Equal(found, foundOf(results)):
		return errors.New("the report that is timed does not say what rules say of the facts")
	}
	for _, p := range []peer{
		{"opa", []string{"eval", "-d", "policies", "-i", at("facts.json"), "--format", "raw", "data.esaudit.all"}, ofOPA},
		{"conftest", []string{"test", "-p", "policies", "-p", at("main.rego"), "-o", "json", at("facts.json")}, ofConftest},
	} {
		theirs, err := p.ask(dir, want)
		if err != nil {
			return err
		}
		b.line(fmt.Sprintf("peers: audit of %d clusters", clusters), ours.Elapsed, theirs.Elapsed, p.name+" of the facts alone, elapsed; 5x, aim 10x")
		b.line("peers: the same, processor time", ours.Processor, theirs.Processor, p.name)
		b.size("peers: the same, peak memory", ours.Peak, theirs.Peak, p.name+"; 4x")
		fmt.Fprintf(b.out, "%-66s %14d\n", "peers: results, all alike", len(want))
	}
	return nil
}

// peer is a program that people use for Rego today: its name, what it is asked with, and
// how results are read from what it prints.
type peer struct {
	name string
	args []string
	read func([]byte) ([]policies.Result, error)
}

// ask returns what the program in a folder took, which has to say what is wanted, in order.
func (p peer) ask(dir string, want []string) (spent, error) {
	out, theirs, err := process(filepath.Join(dir, p.name), p.args...)
	if err != nil {
		return theirs, err
	}
	said, err := p.read(out)
	if err != nil {
		return theirs, fmt.Errorf("read what %s says: %w", p.name, err)
	}
	got, err := sorted(said)
	if err != nil {
		return theirs, err
	}
	if !slices.Equal(got, want) {
		return theirs, fmt.Errorf("%s gives %d results, ours %d, and they differ", p.name, len(got), len(want))
	}
	return theirs, nil
}

// judged is what the rules say of a snapshot.
func judged(s *snapshot.Snapshot) ([]policies.Result, error) {
	engine, err := policies.New(context.Background(), policies.Selection{Optional: true})
	if err != nil {
		return nil, err
	}
	return engine.Eval(context.Background(), facts.Build(graph.Build(s, config.Config{})))
}

// foundIn are the findings of a report as JSON, in order: rule, subject and status.
func foundIn(text []byte) ([]string, error) {
	var r struct {
		Findings []struct {
			Rule, Status string
			Subject      struct{ ARN string }
		}
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprint(f.Rule, " ", f.Subject.ARN, " ", f.Status))
	}
	slices.Sort(out)
	return out, nil
}

// foundOf are the findings that a report tells of results.
func foundOf(results []policies.Result) []string {
	var out []string
	for _, r := range results {
		if r.Status != finding.Pass && r.Status != finding.NA {
			out = append(out, fmt.Sprint(r.Rule, " ", r.Subject, " ", r.Status))
		}
	}
	slices.Sort(out)
	return out
}

// sorted writes results as a set.
func sorted(results []policies.Result) ([]string, error) {
	out := make([]string, len(results))
	for i, r := range results {
		text, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		out[i] = string(text)
	}
	slices.Sort(out)
	return out, nil
}

func ofOPA(text []byte) (results []policies.Result, err error) {
	return results, number(text, &results)
}

// longLine is the number of a line as conftest writes it from a million on: 1.150858e+06.
var longLine = regexp.MustCompile(`"line": *[0-9.]+e\+[0-9]+`)

// plainNumber writes the number of such a line as it is.
func plainNumber(line []byte) []byte {
	name, value, _ := strings.Cut(string(line), ":")
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return line
	}
	return fmt.Appendf(nil, "%s: %.0f", name, n)
}

func ofConftest(text []byte) ([]policies.Result, error) {
	var files []struct {
		Failures []struct {
			Metadata struct{ Result policies.Result }
		}
	}
	if err := number(longLine.ReplaceAllFunc(text, plainNumber), &files); err != nil {
		return nil, err
	}
	var out []policies.Result
	for _, f := range files {
		for _, x := range f.Failures {
			out = append(out, x.Metadata.Result)
		}
	}
	return out, nil
}

// number decodes JSON whose numbers keep their digits.
func number(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec.Decode(into)
}

// install makes programs from their modules.
func install(dir string, modules ...string) error {
	for _, m := range modules {
		c := exec.Command("go", "install", m)
		c.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("install %s: %s: %w", m, strings.TrimSpace(string(out)), err)
		}
	}
	return nil
}
