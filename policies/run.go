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

// ready are the rules in the machine.
type ready struct {
	program *machine.Program
	of      map[string][]applied // by kind of subjects
}

// applied is a rule with its function in a program.
type applied struct {
	rule     int
	function *machine.Function
}

// inMachine makes the rules ready for the machine, which shows them what facts tell in
// sentences in their language.
func (e *Engine) inMachine(ctx context.Context) (ready, error) {
	program, err := e.machine(ctx)
	if err != nil {
		return ready{}, err
	}
	if e.texts != nil {
		program.Say(e.texts.Made, sentences()...)
	}
	of := map[string][]applied{}
	for i, r := range e.rules {
		for _, kind := range slices.Compact(slices.Sorted(slices.Values(r.Kinds))) {
			of[kind] = append(of[kind], applied{i, program.Function(r.function())})
		}
	}
	return ready{program, of}, nil
}

// run applies the rules with the machine, and with OPA those of which the
// machine is not sure. Whatever is wrong is an error without further words: OPA
// will say it.
func (e *Engine) run(ctx context.Context, doc facts.Document, what question) (results, error) {
	arns := make(map[string]bool, len(doc.Subjects))
	for _, s := range doc.Subjects {
		arns[s.ARN] = true
	}
	if len(arns) != len(doc.Subjects) {
		return results{}, errors.New("two subjects of one ARN")
	}
	rules, err := e.ready(ctx)
	if err != nil {
		return results{}, err
	}
	input, err := rules.program.Show(&doc)
	if err != nil {
		return results{}, err
	}
	bounded, end := e.bounds.within(ctx)
	defer end()
	run := rules.program.Start(bounded, input)
	defer run.End()
	pairs := 0
	for _, s := range doc.Subjects {
		pairs += len(rules.of[s.Kind])
	}
	out, unsure := roomFor(pairs, what.lean), make([]bool, len(e.rules))
	for j, s := range doc.Subjects {
		run.Forget()
		shown, err := run.Show(&doc.Subjects[j])
		if err != nil {
			return results{}, err
		}
		for _, a := range rules.of[s.Kind] {
			if unsure[a.rule] || !what.wants(e.rules[a.rule].ID, s.ARN) {
				continue
			}
			before := out
			err = e.apply(run, a, judged{j, s.ARN, shown}, what.lean, &out)
			switch {
			case errors.Is(err, machine.ErrUnsure) && bounded.Err() == nil:
				unsure[a.rule], out = true, before
			case err != nil:
				return results{}, err
			}
		}
	}
	for i := range e.rules {
		if !unsure[i] {
			continue
		}
		given, err := e.ask(ctx, i, doc)
		if err != nil {
			return results{}, err
		}
		out.replace(e.rules[i].ID, resultsOf(doc, given, what.lean))
	}
	return out, nil
}

// judged is a subject that is judged: its place in the document, its ARN, and the
// subject as rules see it.
type judged struct {
	place int
	arn   string
	shown machine.Value
}

// apply applies one rule to one subject with the machine, and appends what it
// says.
func (e *Engine) apply(run *machine.Run, a applied, s judged, lean bool, out *results) error {
	r := &e.rules[a.rule]
	given, err := run.Call(a.function, s.shown)
	if err != nil {
		return err
	}
	values, set := machine.Items(given)
	if !set || len(values) > most {
		return fmt.Errorf("%s gives no set of results", r.ID)
	}
	for _, value := range values {
		if lean {
			if status, plainly := settledPlainly(value); plainly {
				out.settled = append(out.settled, Settled{r.ID, status, s.place})
				continue
			}
		}
		out.told = append(out.told, Result{})
		last := &out.told[len(out.told)-1]
		if err := e.decoder.Decode(value, last); err != nil {
			return err
		}
		last.Rule, last.Subject = r.ID, s.arn
		if err := last.check(r); err != nil {
			return err
		}
		if lean && last.settled() {
			out.settled = append(out.settled, Settled{r.ID, last.Status, s.place})
			out.told = out.told[:len(out.told)-1]
		}
	}
	return nil
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
