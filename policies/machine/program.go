package machine

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// ErrUnsure says that the machine gave up: only OPA can tell.
var ErrUnsure = errors.New("the machine is not sure")

// Program is a plan made ready. It is safe for use by several goroutines.
type Program struct {
	functions map[string]*Function
	owned     map[string]func([]Value) Value
	keys      []String       // constants that values are asked for by
	numbers   map[String]int // of keys
	types     types
	forms     map[string]*form // of objects that are written down, by their keys
	noItems   *Array           // the empty array, and the empty set, that plans begin with
	noMembers *Set
}

// Function is one planned function. Its parameters are the first locals.
type Function struct {
	name   string
	number int
	params int
	result int // local
	locals int
	kept   int // the first locals, which begin without a value
	body   []op
	alone  bool   // it takes input and data alone
	scans  bool   // it, or what it calls, goes through values: what it gave is kept
	broken string // why it cannot be run; "" when it can
}

// New makes a plan ready. Functions that the machine cannot run, and those that
// call them, are left to OPA: Has tells.
func New(plan *ir.Policy) *Program {
	p := &Program{
		functions: map[string]*Function{}, numbers: map[String]int{}, owned: owned(), forms: map[string]*form{}, noItems: &Array{}, noMembers: &Set{},
	}
	for i, f := range plan.Funcs.Funcs {
		p.functions[f.Name] = &Function{name: f.Name, number: i, alone: len(f.Params) == 2}
	}
	calls := map[string][]string{}
	for _, f := range plan.Funcs.Funcs {
		c := &compiler{program: p, plan: plan, numbers: map[ir.Local]int{}, known: map[ir.Local]Value{}, passing: map[ir.Local]bool{}, last: map[ir.Stmt]int{}}
		c.compile(f, p.functions[f.Name])
		calls[f.Name] = c.calls
	}
	p.spread(calls)
	p.types.keys = p.keys
	for _, f := range p.forms {
		f.number(p.keys)
	}
	return p
}

// keyNumber is the number of a key that values are asked for by.
func (p *Program) keyNumber(key String) int {
	i, known := p.numbers[key]
	if !known {
		i = len(p.keys)
		p.keys, p.numbers[key] = append(p.keys, key), i
	}
	return i
}

// spread marks what calls a function that cannot be run, or one that scans.
func (p *Program) spread(calls map[string][]string) {
	for changed := true; changed; {
		changed = false
		for name, called := range calls {
			f := p.functions[name]
			for _, other := range called {
				if why := p.functions[other].broken; why != "" && f.broken == "" {
					f.broken, changed = why, true
				}
				if p.functions[other].scans && !f.scans {
					f.scans, changed = true, true
				}
			}
		}
	}
}

// Has says whether a function, as the plan names it, can be run.
func (p *Program) Has(name string) bool {
	f := p.functions[name]
	return f != nil && f.broken == ""
}

// Show is a view of a Go value: what encoding/json would write of it. The value
// must not change while the view is used.
func (p *Program) Show(v any) (out Value, err error) {
	defer recovered(&err)
	rv := reflect.ValueOf(v)
	if !rv.IsValid() {
		return Null{}, nil
	}
	return p.types.of(rv.Type())(rv), nil
}

// Run is the evaluation of one document. It is for one goroutine.
type Run struct {
	ctx     context.Context
	program *Program
	input   Value
	data    Value
	memo    []memo    // by function
	kept    []answers // by function, since Forget
	gave    []int     // functions of which something is kept
	stack   []Value
	steps   int
	context topdown.BuiltinContext
}

// memo is what a function of input and data alone gave.
type memo struct {
	known bool
	value Value
}

// Start begins the evaluation of a document. When ctx is done, so is the run.
func (p *Program) Start(ctx context.Context, input Value) *Run {
	cancel := topdown.NewCancel()
	context.AfterFunc(ctx, cancel.Cancel)
	return &Run{
		ctx: ctx, program: p, input: input, data: &Object{}, memo: make([]memo, len(p.functions)), kept: make([]answers, len(p.functions)),
		context: topdown.BuiltinContext{Context: ctx, Cancel: cancel},
	}
}

// Function is one by its name in the plan: g0.data.PACKAGE.NAME. nil is one that
// there is not.
func (p *Program) Function(name string) *Function { return p.functions[name] }

// Call runs a function with arguments besides input and data. nil is undefined.
func (r *Run) Call(f *Function, args ...Value) (out Value, err error) {
	defer recovered(&err)
	switch {
	case f == nil || f.broken != "":
		return nil, fmt.Errorf("%w: a function that cannot be run", ErrUnsure)
	case len(args)+2 != f.params:
		return nil, fmt.Errorf("%w: %s takes other arguments", ErrUnsure, f.name)
	}
	r.stack = r.stack[:0]
	locals := r.reserve(f.locals, f.kept)
	locals[0], locals[1] = r.input, r.data
	copy(locals[2:], args)
	return r.call(f, locals), nil
}

// Forget lets go of what was kept for later calls: of one subject, say.
func (r *Run) Forget() {
	for _, i := range r.gave {
		r.kept[i].forget()
	}
	r.gave = r.gave[:0]
}

// recovered turns a panic of the machine's own into an error.
func recovered(err *error) {
	switch why := recover().(type) {
	case nil:
	case unsure:
		*err = fmt.Errorf("%w: %s", ErrUnsure, string(why))
	default:
		panic(why)
	}
}

// call runs a function whose arguments stand in its reserved locals, which it
// releases.
func (r *Run) call(f *Function, locals []Value) (out Value) {
	if f.alone && r.memo[f.number].known {
		r.release(f.locals)
		return r.memo[f.number].value
	}
	keeps := f.scans && !f.alone && f.params <= most+2
	var asked given
	if keeps {
		copy(asked[:], locals[2:f.params])
		if out, known := r.kept[f.number].of(&asked); known {
			r.release(f.locals)
			return out
		}
	}
	r.step()
	for _, do := range f.body {
		if do(r, locals) > broken {
			giveUp("a break out of " + f.name)
		}
	}
	out = locals[f.result]
	r.release(f.locals)
	switch {
	case f.alone:
		r.memo[f.number] = memo{true, out}
	case keeps:
		if r.kept[f.number].add(asked, out) {
			r.gave = append(r.gave, f.number)
		}
	}
	return out
}

// reserve gives locals, of which the first ones are undefined.
func (r *Run) reserve(n, kept int) []Value {
	top := len(r.stack)
	if top+n > cap(r.stack) {
		// Frames in use keep the old memory.
		r.stack = make([]Value, top, 2*cap(r.stack)+n+1024)
	}
	r.stack = r.stack[:top+n]
	locals := r.stack[top : top+n : top+n]
	clear(locals[:kept])
	return locals
}

// release gives back the locals reserved last.
func (r *Run) release(n int) { r.stack = r.stack[:len(r.stack)-n] }

// step ends a run that was cancelled.
func (r *Run) step() {
	if r.steps++; r.steps%1024 == 0 && r.ctx.Err() != nil {
		giveUp("cancelled")
	}
}
