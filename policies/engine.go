package policies

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"esaudit/facts"
	"esaudit/finding"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"golang.org/x/sync/errgroup"
)

// batch is how many subjects one evaluation sees: enough to spread OPA's fixed
// cost, few enough to keep two cores busy (docs/adr/0001).
const batch = 256

// Engine evaluates rules. It is safe for use by several goroutines.
type Engine struct {
	rules []rule
	query rego.PreparedEvalQuery
}

// Selection says which rules are enabled. The zero value is every core rule.
type Selection struct {
	Only     []string // ids; empty means all
	Skip     []string // ids
	Optional bool     // optional rules too
}

// Catalogue describes every rule there is, by id.
func Catalogue() ([]finding.Rule, error) {
	rules, _, err := all()
	if err != nil {
		return nil, err
	}
	out := make([]finding.Rule, len(rules))
	for i, r := range rules {
		out[i] = r.Rule
	}
	return out, nil
}

func all() ([]rule, []module, error) {
	modules, err := load(builtin)
	if err != nil {
		return nil, nil, err
	}
	rules, err := describe(modules)
	return rules, modules, err
}

// New compiles the selected rules. An id that no rule has is an error that
// lists those there are.
func New(ctx context.Context, sel Selection) (*Engine, error) {
	rules, modules, err := all()
	if err != nil {
		return nil, err
	}
	if rules, err = sel.pick(rules); err != nil {
		return nil, err
	}
	options := []func(*rego.Rego){
		rego.Query("data.esaudit.all"), rego.Strict(true), rego.StrictBuiltinErrors(true),
		rego.SetRegoVersion(ast.RegoV1), rego.Capabilities(capabilities()),
		rego.Module("dispatcher.rego", dispatcher(rules)),
	}
	for _, m := range modules {
		options = append(options, rego.ParsedModule(m.parsed))
	}
	query, err := rego.New(options...).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("compile rules: %w", err)
	}
	return &Engine{rules: rules, query: query}, nil
}

// pick returns the selected rules.
func (sel Selection) pick(rules []rule) ([]rule, error) {
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
	}
	for _, id := range slices.Concat(sel.Only, sel.Skip) {
		if !slices.Contains(ids, id) {
			return nil, fmt.Errorf("no rule %q; there are %s", id, strings.Join(ids, ", "))
		}
	}
	var out []rule
	for _, r := range rules {
		named := slices.Contains(sel.Only, r.ID)
		switch {
		case slices.Contains(sel.Skip, r.ID), len(sel.Only) > 0 && !named, r.Optional && !sel.Optional && !named:
		default:
			out = append(out, r)
		}
	}
	return out, nil
}

// capabilities are OPA's own builtins without those whose result depends on
// anything but the facts.
func capabilities() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(c.Builtins, func(b *ast.Builtin) bool {
		return b.Nondeterministic || b.Name == "opa.runtime" || b.Name == "trace" || b.Name == "print"
	})
	return c
}

// Rules describes the enabled rules, by id.
func (e *Engine) Rules() []finding.Rule {
	out := make([]finding.Rule, len(e.rules))
	for i, r := range e.rules {
		out[i] = r.Rule
	}
	return out
}

// Result is what one rule says of one subject (CONTRACT 7).
type Result struct {
	Rule       string           `json:"rule"`
	Subject    string           `json:"subject"` // ARN
	Status     finding.Status   `json:"status"`
	Severity   finding.Severity `json:"severity"`
	Message    string           `json:"message"` // with {name} for args
	Args       map[string]any   `json:"args"`
	Evidence   []Evidence       `json:"evidence"`
	Path       []facts.Hop      `json:"path"`
	Settle     []facts.Call     `json:"settle"`
	Confidence string           `json:"confidence"`
}

// Evidence is a value a result rests on, by its place in the snapshot.
type Evidence struct {
	At    string `json:"at"`
	Value any    `json:"value"`
	Note  string `json:"note"`
	Key   string `json:"key"` // what the value means; makes its fingerprint
}

// Eval applies the enabled rules to every subject. Results are in no
// particular order.
func (e *Engine) Eval(ctx context.Context, doc facts.Document) ([]Result, error) {
	var batches [][]facts.Subject
	for part := range slices.Chunk(doc.Subjects, batch) {
		batches = append(batches, part)
	}
	results := make([][]Result, len(batches))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, subjects := range batches {
		group.Go(func() error {
			part := doc
			part.Subjects = subjects
			out, err := e.evalBatch(ctx, part)
			results[i] = out
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(results...), nil
}

// evalBatch evaluates one batch. When a rule breaks on it, the batch is split
// to name the subject.
func (e *Engine) evalBatch(ctx context.Context, doc facts.Document) ([]Result, error) {
	out, err := e.evalInput(ctx, doc)
	if err == nil || len(doc.Subjects) == 1 || ctx.Err() != nil {
		if err != nil && len(doc.Subjects) == 1 {
			err = fmt.Errorf("judge %s: %w", doc.Subjects[0].ARN, err)
		}
		return out, err
	}
	for _, s := range doc.Subjects {
		one := doc
		one.Subjects = []facts.Subject{s}
		if _, err := e.evalBatch(ctx, one); err != nil {
			return nil, err
		}
	}
	return nil, err
}

func (e *Engine) evalInput(ctx context.Context, doc facts.Document) ([]Result, error) {
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("write facts: %w", err)
	}
	input, err := ast.ValueFromReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	set, err := e.query.Eval(ctx, rego.EvalParsedInput(input))
	if err != nil {
		return nil, err
	}
	if len(set) == 0 {
		return nil, fmt.Errorf("the rules gave no answer")
	}
	text, err = json.Marshal(set[0].Expressions[0].Value)
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	var out []Result
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&out); err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	return out, nil
}
