package machine

import (
	"context"
	"errors"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/open-policy-agent/opa/v1/rego"
)

// target is the name under which OPA gives its plans.
const target = "esaudit"

// planned is a target of OPA's that keeps the plan it is given where the context
// says, and evaluates nothing.
type planned struct{}

type planKey struct{}

func (planned) IsTarget(name string) bool { return name == target }

func (planned) PrepareForEval(ctx context.Context, plan *ir.Policy, _ ...rego.PrepareOption) (rego.TargetPluginEval, error) {
	if into, ok := ctx.Value(planKey{}).(**ir.Policy); ok {
		*into = plan
	}
	return planned{}, nil
}

func (planned) Eval(context.Context, *rego.EvalContext, ast.Value) (ast.Value, error) {
	return nil, errors.New("a plan is not evaluated here")
}

var register = sync.OnceFunc(func() { rego.RegisterPlugin(target, planned{}) })

// Plan has OPA plan what a query reaches in compiled modules, and leaves out what
// changes nothing. A function is named by its path: g0.data.PACKAGE.NAME.
func Plan(ctx context.Context, compiled *ast.Compiler, query string) (*ir.Policy, error) {
	register()
	var plan *ir.Policy
	_, err := rego.New(
		rego.Compiler(compiled), rego.Target(target), rego.SetRegoVersion(ast.RegoV1), rego.Query(query),
	).PrepareForEval(context.WithValue(ctx, planKey{}, &plan))
	if err != nil {
		return nil, err
	}
	simplify(plan)
	return plan, nil
}
