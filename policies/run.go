package policies

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"esaudit/facts"
	"esaudit/policies/machine"

	"github.com/open-policy-agent/opa/v1/ir"
)

// planned is the plan that OPA makes of the rules.
func (e *Engine) planned(ctx context.Context) (*ir.Policy, error) {
	compiler, err := e.compiler(ctx)
	if err != nil {
		return nil, err
	}
	plan, err := machine.Plan(ctx, compiler, everything)
	if err != nil {
		return nil, fmt.Errorf("plan rules: %w", oneLine(err))
	}
	return plan, nil
}

// plan makes the plan of the rules ready for the machine.
func (e *Engine) plan(ctx context.Context) (*machine.Program, error) {
	plan, err := e.planned(ctx)
	if err != nil {
		return nil, err
	}
	return machine.New(plan), nil
}

// function is the rule's by its name in a plan.
func (r rule) function() string { return "g0." + rulePrefix + r.pkg + ".results" }

// run applies the rules with the machine, and with OPA those of which the
// machine is not sure. Whatever is wrong is an error without further words: OPA
// will say it.
func (e *Engine) run(ctx context.Context, doc facts.Document) ([]Result, error) {
	arns := map[string]bool{}
	for _, s := range doc.Subjects {
		arns[s.ARN] = true
	}
	if len(arns) != len(doc.Subjects) {
		return nil, errors.New("two subjects of one ARN")
	}
	program, err := e.machine(ctx)
	if err != nil {
		return nil, err
	}
	input, err := e.shown(program, doc)
	if err != nil {
		return nil, err
	}
	bounded, end := e.bounds.within(ctx)
	defer end()
	run := program.Start(bounded, input)
	subjects := machine.Items(machine.Fields(input, "subjects")[0])
	of := e.byKind(program)
	pairs := 0
	for _, s := range doc.Subjects {
		pairs += len(of[s.Kind])
	}
	results, unsure := make([]Result, 0, pairs), make([]bool, len(e.rules))
	for j, s := range doc.Subjects {
		run.Forget()
		for _, a := range of[s.Kind] {
			if unsure[a.rule] {
				continue
			}
			before := len(results)
			results, err = e.apply(run, a, s.ARN, subjects[j], results)
			switch {
			case errors.Is(err, machine.ErrUnsure) && bounded.Err() == nil:
				unsure[a.rule], results = true, results[:before]
			case err != nil:
				return nil, err
			}
		}
	}
	for i := range e.rules {
		if !unsure[i] {
			continue
		}
		given, err := e.ask(ctx, i, doc)
		if err != nil {
			return nil, err
		}
		results = slices.DeleteFunc(results, func(r Result) bool { return r.Rule == e.rules[i].ID })
		results = append(results, given...)
	}
	return results, nil
}

// applied is a rule with its function in a program.
type applied struct {
	rule     int
	function *machine.Function
}

// byKind are the rules for each kind of subjects.
func (e *Engine) byKind(program *machine.Program) map[string][]applied {
	of := map[string][]applied{}
	for i, r := range e.rules {
		for _, kind := range slices.Compact(slices.Sorted(slices.Values(r.Kinds))) {
			of[kind] = append(of[kind], applied{i, program.Function(r.function())})
		}
	}
	return of
}

// shown is the document as rules see it.
func (e *Engine) shown(program *machine.Program, doc facts.Document) (machine.Value, error) {
	if e.texts == nil {
		return program.Show(&doc)
	}
	text, err := e.written(doc)
	if err != nil {
		return nil, err
	}
	return machine.FromJSON(text)
}

// apply applies one rule to one subject with the machine, and appends what it
// says.
func (e *Engine) apply(run *machine.Run, a applied, arn string, subject machine.Value, results []Result) ([]Result, error) {
	r := &e.rules[a.rule]
	set, err := run.Call(a.function, subject)
	if err != nil {
		return results, err
	}
	values := machine.Items(set)
	if !machine.IsSet(set) || len(values) > most {
		return results, fmt.Errorf("%s gives no set of results", r.ID)
	}
	for _, value := range values {
		results = append(results, Result{})
		last := &results[len(results)-1]
		if err := e.decoder.Decode(value, last); err != nil {
			return results, err
		}
		last.Rule, last.Subject = r.ID, arn
		if err := last.check(r); err != nil {
			return results, err
		}
	}
	return results, nil
}

// ask applies one rule with OPA.
func (e *Engine) ask(ctx context.Context, i int, doc facts.Document) ([]Result, error) {
	query, err := e.alone[i](ctx)
	if err != nil {
		return nil, err
	}
	out, err := e.evaluate(ctx, query, doc)
	if err != nil {
		return nil, err
	}
	return e.read(out)
}

// once makes something ready when it is asked for first; what failed is tried
// again.
func once[T any](prepare func(context.Context) (T, error)) func(context.Context) (T, error) {
	var mutex sync.Mutex
	var ready bool
	var made T
	return func(ctx context.Context) (T, error) {
		mutex.Lock()
		defer mutex.Unlock()
		if ready {
			return made, nil
		}
		var err error
		made, err = prepare(ctx)
		ready = err == nil
		return made, err
	}
}
