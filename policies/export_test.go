package policies

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"esaudit/facts"
	"esaudit/lang"
)

// parsed are the built-in modules, parsed once: compiling copies them.
var parsed = sync.OnceValues(func() ([]module, error) { return load(builtin) })

// builtinModules are what built-in rules share, and the rule of one package.
func builtinModules(t *testing.T, pkg string) []module {
	t.Helper()
	modules, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(slices.Clone(modules), func(m module) bool {
		name, rule := strings.CutPrefix(m.parsed.Package.Path.String(), rulePrefix)
		return rule && name != pkg
	})
}

// Rewritten compiles one rule alone, with a text of its Rego changed in memory.
func Rewritten(t *testing.T, id, text, becomes string) *Engine {
	t.Helper()
	pkg := strings.ReplaceAll(strings.ToLower(id), "-", "_")
	rego, err := fs.ReadFile(builtin, "rules/"+pkg+"/"+pkg+".rego")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(rego), text) {
		t.Fatalf("%s does not hold %q", id, text)
	}
	modules := builtinModules(t, "")
	changed, err := load(fstest.MapFS{pkg + ".rego": {Data: []byte(strings.ReplaceAll(string(rego), text, becomes))}})
	if err != nil {
		t.Fatal(err)
	}
	modules = append(modules, changed...)
	rules, err := describe(modules)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEngine(rules, modules)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Alone compiles one rule alone, speaking a language.
func Alone(t *testing.T, id string, texts *lang.Texts) *Engine {
	t.Helper()
	modules := builtinModules(t, packageOf(id))
	rules, err := describe(modules)
	if err != nil {
		t.Fatal(err)
	}
	if texts != nil {
		if rules, modules, err = translate(rules, modules, texts.Language()); err != nil {
			t.Fatal(err)
		}
	}
	e, err := newEngine(rules, modules)
	if err != nil {
		t.Fatal(err)
	}
	e.texts = texts
	return e
}

// ByMachine applies the rules with the machine alone, to one batch.
func (e *Engine) ByMachine(ctx context.Context, doc facts.Document) ([]Result, error) {
	alone := *e
	alone.alone = nil // so that asking OPA is a panic
	out, err := alone.run(ctx, doc, question{})
	return out.told, err
}

// LeanByMachine is ByMachine for whom it is enough to know what is settled.
func (e *Engine) LeanByMachine(ctx context.Context, doc facts.Document) ([]Result, []Settled, error) {
	alone := *e
	alone.alone = nil
	out, err := alone.run(ctx, doc, question{lean: true})
	return out.told, out.settled, err
}

// ByOPA applies the rules with OPA alone, to one batch.
func (e *Engine) ByOPA(ctx context.Context, doc facts.Document) ([]Result, error) {
	return e.evalOPA(ctx, doc)
}

// Said translates what facts tell in sentences.
func (e *Engine) Said(doc []byte) ([]byte, error) { return e.said(doc) }

// Sentences are the keys of facts that hold some.
func Sentences() []string { return sentences() }
