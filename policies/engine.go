package policies

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/lang"
	"esaudit/policies/machine"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
	"golang.org/x/sync/errgroup"
)

// batch is how many subjects one evaluation sees: enough to spread OPA's fixed
// cost, few enough to keep two cores busy (docs/adr/0001).
const batch = 256

// Engine evaluates rules. It is safe for use by several goroutines.
type Engine struct {
	rules    []rule
	compiler func(context.Context) (*ast.Compiler, error)
	query    func(context.Context) (rego.PreparedEvalQuery, error)   // of all rules
	alone    []func(context.Context) (rego.PreparedEvalQuery, error) // of each rule
	machine  func(context.Context) (*machine.Program, error)
	ready    func(context.Context) (ready, error) // the rules in the machine
	decoder  *machine.Decoder[Result]
	bounds   bounds
	tracer   topdown.QueryTracer // nil for none
	texts    *lang.Texts         // of the language that rules speak
}

// Selection says which rules are enabled. The zero value is every core rule.
type Selection struct {
	Only     []string    // ids; empty means all
	Skip     []string    // ids
	Optional bool        // optional rules too
	User     []fs.FS     // directories of the user's own rules, which count as the built-in ones do
	Texts    *lang.Texts // of the language that rules speak, as far as they do; nil is English
}

// Catalogue describes every rule there is, by id: the built-in ones and those
// of the user's directories.
func Catalogue(user ...fs.FS) ([]finding.Rule, error) { return CatalogueIn(nil, user...) }

// CatalogueIn is Catalogue in another language, as far as rules have texts of it.
func CatalogueIn(t *lang.Texts, user ...fs.FS) ([]finding.Rule, error) {
	rules, _, err := known(user, t)
	if err != nil {
		return nil, err
	}
	out := make([]finding.Rule, len(rules))
	for i, r := range rules {
		out[i] = r.Rule
	}
	return out, nil
}

// known is all, in a language, but without modules when nobody needs them: the
// built-in rules are described in what is kept of them.
func known(user []fs.FS, t *lang.Texts) ([]rule, []module, error) {
	if len(user) == 0 {
		if k, err := keptRules(t.Language()); err == nil {
			return k.rules(), nil, nil
		}
	}
	rules, modules, err := all(user)
	if err != nil || t == nil {
		return rules, modules, err
	}
	return translate(rules, modules, t.Language())
}

// New makes the selected rules ready: the user's are compiled, and the built-in
// ones beside them; alone, these are as they are kept. An id that no rule has is an error that
// lists those there are; what is wrong with a rule is an error that names it.
func New(_ context.Context, sel Selection) (*Engine, error) {
	rules, modules, err := known(sel.User, sel.Texts)
	if err != nil {
		return nil, err
	}
	if rules, err = sel.pick(rules); err != nil {
		return nil, err
	}
	if modules == nil {
		k, err := keptRules(sel.Texts.Language())
		return keptEngine(k, rules, sel.Texts), err
	}
	e, err := newEngine(rules, modules)
	if err != nil {
		return nil, err
	}
	e.texts = sel.Texts
	return e, nil
}

func newEngine(rules []rule, modules []module) (*Engine, error) {
	compiler, err := compileRules(rules, modules)
	if err != nil {
		return nil, err
	}
	e := unprepared(rules)
	e.compiler = func(context.Context) (*ast.Compiler, error) { return compiler, nil }
	e.machine = once(e.plan)
	return e, nil
}

// unprepared is an engine that does not know yet where its rules are compiled.
func unprepared(rules []rule) *Engine {
	e := &Engine{rules: rules, bounds: usual(), decoder: machine.NewDecoder[Result](required()...)}
	for _, r := range rules {
		e.alone = append(e.alone, once(func(ctx context.Context) (rego.PreparedEvalQuery, error) { return e.prepare(ctx, asked(r)) }))
	}
	e.ready = once(e.inMachine)
	e.query = once(func(ctx context.Context) (rego.PreparedEvalQuery, error) { return e.prepare(ctx, everything) })
	return e
}

// compileRules has OPA compile modules with what applies the rules.
func compileRules(rules []rule, modules []module) (*ast.Compiler, error) {
	parsed := map[string]*ast.Module{}
	for _, r := range rules { // one module for each, so that a type error there names the rule
		name := fmt.Sprintf("the results of rule %s (%s)", r.ID, r.file)
		all, err := ast.ParseModuleWithOpts(name, dispatcher([]rule{r}), ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil {
			return nil, fmt.Errorf("compile rules: %w", oneLine(err))
		}
		parsed[name] = all
	}
	for _, m := range modules {
		parsed[m.file] = m.parsed
	}
	compiler := ast.NewCompiler().WithStrict(true).WithCapabilities(capabilities())
	if compiler.Compile(parsed); compiler.Failed() {
		return nil, fmt.Errorf("compile rules: %w", oneLine(compiler.Errors))
	}
	return compiler, nil
}

// everything asks the rules about all subjects.
const everything = "all := data.esaudit.all; silent := data.esaudit.silent"

// prepare makes a query of the compiled rules ready. It binds all and silent.
func (e *Engine) prepare(ctx context.Context, text string) (rego.PreparedEvalQuery, error) {
	compiler, err := e.compiler(ctx)
	if err != nil {
		return rego.PreparedEvalQuery{}, err
	}
	query, err := rego.New(
		rego.Compiler(compiler), rego.StrictBuiltinErrors(true), rego.SetRegoVersion(ast.RegoV1), rego.Query(text),
	).PrepareForEval(ctx)
	if err != nil {
		return query, fmt.Errorf("compile rules: %w", oneLine(err))
	}
	return query, nil
}

// oneLine writes OPA's errors, which come with excerpts, in one line.
func oneLine(err error) error {
	var list ast.Errors
	if !errors.As(err, &list) {
		if !strings.Contains(err.Error(), "\n") {
			return err
		}
		return errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	var texts []string
	for _, e := range list {
		text := e.Message
		if e.Location != nil {
			text = fmt.Sprintf("%s:%d: %s", e.Location.File, e.Location.Row, text)
		}
		texts = append(texts, strings.Join(strings.Fields(text), " "))
	}
	return errors.New(strings.Join(texts, "; "))
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

// Eval applies the enabled rules to every subject. Results are in no
// particular order. A rule that breaks, says nothing or says what is no result
// is an error that names it and the subject.
func (e *Engine) Eval(ctx context.Context, doc facts.Document) ([]Result, error) {
	all, err := e.eval(ctx, doc, question{})
	return all.told, err
}

// EvalLean is Eval for whom of what passes or does not apply it is enough to know
// that.
func (e *Engine) EvalLean(ctx context.Context, doc facts.Document) ([]Result, []Settled, error) {
	all, err := e.eval(ctx, doc, question{lean: true})
	return all.told, all.settled, err
}

// EvalSome is Eval of the subjects and rules, both by their names, that are wanted; others
// may be told too. lean leaves out what passes or does not apply.
func (e *Engine) EvalSome(ctx context.Context, doc facts.Document, lean bool, wanted func(rule, subject string) bool) ([]Result, error) {
	all, err := e.eval(ctx, doc, question{lean, wanted})
	return all.told, err
}

// question says what rules are asked. The zero value is for everything.
type question struct {
	lean   bool                            // of what passes or does not apply it is enough to know that
	wanted func(rule, subject string) bool // nil for all
}

func (q question) wants(rule, subject string) bool { return q.wanted == nil || q.wanted(rule, subject) }

func (e *Engine) eval(ctx context.Context, doc facts.Document, what question) (results, error) {
	if len(e.rules) == 0 {
		return results{}, nil
	}
	batches := make([]results, 0, (len(doc.Subjects)+batch-1)/batch)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	if e.tracer != nil {
		group.SetLimit(1)
	}
	for subjects := range slices.Chunk(doc.Subjects, batch) {
		batches = append(batches, results{})
		out := &batches[len(batches)-1]
		group.Go(func() (err error) {
			part := doc
			part.Subjects = subjects
			*out, err = e.evalBatch(ctx, part, what)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return results{}, err
	}
	return joined(batches), nil
}

func (e *Engine) evalBatch(ctx context.Context, doc facts.Document, what question) (results, error) {
	if e.tracer == nil {
		if out, err := e.run(ctx, doc, what); err == nil {
			return out, nil
		}
	}
	told, err := e.evalOPA(ctx, doc)
	return resultsOf(doc, told, what.lean), err
}

// evalOPA is evalBatch with OPA alone, which says what is wrong.
func (e *Engine) evalOPA(ctx context.Context, doc facts.Document) ([]Result, error) {
	query, err := e.query(ctx)
	if err != nil {
		return nil, err
	}
	out, err := e.evaluate(ctx, query, doc)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, e.blame(ctx, doc, err)
	}
	return e.read(out)
}

// answer is what a query gives.
type answer struct {
	All    []json.RawMessage
	Silent []struct{ Rule, Subject string }
}

// evaluate has OPA run a query over a document.
func (e *Engine) evaluate(ctx context.Context, query rego.PreparedEvalQuery, doc facts.Document) (answer, error) {
	var out answer
	text, err := e.written(doc)
	if err != nil {
		return out, err
	}
	input, err := ast.ValueFromReader(bytes.NewReader(text))
	if err != nil {
		return out, fmt.Errorf("read facts: %w", err)
	}
	bounded, end := e.bounds.within(ctx)
	options := []rego.EvalOption{rego.EvalParsedInput(input)}
	if e.tracer != nil {
		options = append(options, rego.EvalQueryTracer(e.tracer))
	}
	set, err := query.Eval(bounded, options...)
	end()
	switch cause := context.Cause(bounded); {
	case err != nil && errors.Is(cause, errUnbounded):
		return out, cause
	case err != nil:
		return out, err
	case len(set) == 0:
		return out, errors.New("the rules gave no answer")
	}
	if text, err = json.Marshal(set[0].Bindings); err == nil {
		err = json.Unmarshal(text, &out)
	}
	return out, err
}

// written is a document as rules see it.
func (e *Engine) written(doc facts.Document) ([]byte, error) {
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("write facts: %w", err)
	}
	if text, err = e.said(text); err != nil {
		return nil, fmt.Errorf("translate facts: %w", err)
	}
	return text, nil
}

// blame finds the rule, and the subject, on which an evaluation broke.
func (e *Engine) blame(ctx context.Context, doc facts.Document, broken error) error {
	for i, r := range e.rules {
		alone, err := e.alone[i](ctx)
		if err == nil {
			_, err = e.evaluate(ctx, alone, doc)
		}
		if err == nil {
			continue
		}
		for _, s := range doc.Subjects {
			one := doc
			one.Subjects = []facts.Subject{s}
			if errors.Is(err, errUnbounded) && len(doc.Subjects) > 1 {
				break
			}
			if _, err := e.evaluate(ctx, alone, one); err != nil {
				return fmt.Errorf("rule %s (%s): judge %s: %w", r.ID, r.file, s.ARN, oneLine(err))
			}
		}
		return fmt.Errorf("rule %s (%s): %w", r.ID, r.file, oneLine(err))
	}
	return broken
}
