package policies

import "github.com/open-policy-agent/opa/v1/topdown"

// Traced is the engine with a tracer that sees every evaluation, one after the
// other.
func (e *Engine) Traced(t topdown.QueryTracer) *Engine {
	traced := *e
	traced.tracer = t
	return &traced
}
