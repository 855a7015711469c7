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
	results, unsure := make([][]Result, len(e.rules)), map[int]bool{}
	for j, s := range doc.Subjects {
		run.Forget()
		for i := range e.rules {
			if unsure[i] || !slices.Contains(e.rules[i].Kinds, s.Kind) {
				continue
			}
			given, err := e.runRule(run, &e.rules[i], s.ARN, subjects[j])
			switch {
			case errors.Is(err, machine.ErrUnsure) && bounded.Err() == nil:
				unsure[i] = true
			case err != nil:
				return nil, err
			}
			results[i] = append(results[i], given...)
		}
	}
	for i := range unsure {
		if results[i], err = e.ask(ctx, i, doc); err != nil {
			return nil, err
		}
	}
	return slices.Concat(results...), nil
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

// runRule applies one rule to one subject with the machine.
func (e *Engine) runRule(run *machine.Run, r *rule, arn string, subject machine.Value) ([]Result, error) {
	set, err := run.Call(r.function(), subject)
	if err != nil {
		return nil, err
	}
	values := machine.Items(set)
	if !machine.IsSet(set) || len(values) > most {
		return nil, fmt.Errorf("%s gives no set of results", r.ID)
	}
	out := make([]Result, len(values))
	for i, value := range values {
		if out[i], err = e.resultOf(value, r, arn); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// resultOf reads a result as strictly as OPA's is read, or more.
func (e *Engine) resultOf(value machine.Value, of *rule, arn string) (Result, error) {
	r := Result{Rule: of.ID, Subject: arn}
	fields := machine.Fields(value, append(required(), "rule", "subject")...)
	for i, v := range fields {
		if given, wanted := v != nil && v != (machine.Null{}), i < len(required()); given != wanted {
			return r, errors.New("not the fields of a result")
		}
	}
	if err := e.decoder.Decode(value, &r); err != nil {
		return r, err
	}
	return r, r.check(*of)
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
