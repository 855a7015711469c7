package machine

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// ErrUnsure says that the machine gave up: only OPA can tell.
var ErrUnsure = errors.New("the machine is not sure")

// Program is a plan: each of its functions is made ready when it is called first. It
// is safe for use by several goroutines.
type Program struct {
	texts     []string // constants of the plan
	functions map[string]*Function
	owned     map[string]builtin
	numbers   map[String]int // of the keys that values are asked for by
	types     types
	lock      sync.Mutex       // of forms
	forms     map[string]*form // of objects that are written down, by their keys
	rested    sync.Pool        // of runs that ended
	compilers sync.Pool        // that made a function ready
	noItems   *Array           // the empty array, and the empty set, that plans begin with
	noMembers *Set
	says      sync.Once
}

// Function is one planned function. Its parameters are the first locals.
type Function struct {
	stub
	number  int
	once    sync.Once
	runs    atomic.Bool     // it is ready
	planned func() *ir.Func // until it is ready; nil of one that cannot be read
	locals  int
	kept    int // the first locals, which begin without a value
	result  int // local
	body    []op
	broken  string // why it cannot be run
}

// alone says whether a function takes input and data alone.
func (f *Function) alone() bool { return f.params == 2 }

// New makes a program of a plan. Functions that the machine cannot run are left to
// OPA: a call of them gives up.
func New(plan *ir.Policy) *Program {
	texts := make([]string, len(plan.Static.Strings))
	for i, s := range plan.Static.Strings {
		texts[i] = s.Value
	}
	return program(outlineOf(plan), texts, func(i int) *ir.Func { return plan.Funcs.Funcs[i] })
}

// program is the program of an outline. planned gives the functions by number.
func program(o outline, texts []string, planned func(int) *ir.Func) *Program {
	p := &Program{
		texts: texts, functions: make(map[string]*Function, len(o.functions)), owned: owned(), numbers: make(map[String]int, len(o.keys)),
		forms: map[string]*form{}, noItems: &Array{}, noMembers: &Set{},
	}
	for i, key := range o.keys {
		p.numbers[String(key)] = i
		p.types.keys = append(p.types.keys, String(key))
	}
	all := make([]Function, len(o.functions))
	for i, known := range o.functions {
		all[i].stub, all[i].number, all[i].planned = known, i, func() *ir.Func { return planned(i) }
		p.functions[known.name] = &all[i]
	}
	return p
}

// ready is a function that is ready, or gives up on one that cannot be run.
func (p *Program) ready(f *Function) *Function {
	if !f.runs.Load() {
		p.prepare(f)
	}
	return f
}

// prepare makes a function ready, the first time.
func (p *Program) prepare(f *Function) {
	f.once.Do(func() {
		if planned := f.planned(); planned != nil {
			c, rested := p.compilers.Get().(*compiler)
			if !rested {
				c = p.newCompiler()
			}
			c.compile(planned, f)
			c.forget()
			p.compilers.Put(c)
		} else {
			f.broken = "what is kept of it is damaged"
		}
		f.planned = nil
		f.runs.Store(f.broken == "")
	})
	if f.broken != "" {
		giveUp("a function that cannot be run: " + f.broken)
	}
}

// Say has texts of some fields shown as said makes them, from the next value on. It is
// for before the first one; after the first time, it does nothing.
func (p *Program) Say(said func(string) string, fields ...string) {
	p.says.Do(func() {
		p.types.say = func(v reflect.Value) Value { return valid(said(v.String())) }
		p.types.sentences = fields
	})
}

// Show is a view of a Go value: what encoding/json would write of it. The value
// must not change while the view is used.
func (p *Program) Show(v any) (out Value, err error) {
	defer recovered(&err)
	return p.show(&room{}, v), nil
}

func (p *Program) show(in *room, v any) Value {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() {
		return Null{}
	}
	return p.types.of(rv.Type()).show(in, rv)
}

// Run is the evaluation of one document. It is for one goroutine.
type Run struct {
	ctx     context.Context
	program *Program
	input   Value
	data    Value
	memo    []memo    // by function: what those of input and data alone gave
	apart   *Run      // where these run: what they give is not forgotten
	kept    []answers // by function, since Forget
	gave    []int     // functions of which something is kept
	stack   []Value
	room    room        // since Forget
	spoken  *[64]spoken // ranges that were read lately
	text    []byte      // room to write in
	matches map[matched]bool
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
	r, rested := p.rested.Get().(*Run)
	if !rested {
		made := func() *Run { return &Run{program: p, data: &Object{}, kept: make([]answers, len(p.functions))} }
		r = made()
		r.apart, r.memo = made(), make([]memo, len(p.functions))
		r.apart.apart, r.apart.memo = r.apart, r.memo
	}
	cancel := topdown.NewCancel()
	context.AfterFunc(ctx, cancel.Cancel)
	for _, of := range []*Run{r, r.apart} {
		of.ctx, of.input, of.context = ctx, input, topdown.BuiltinContext{Context: ctx, Cancel: cancel}
	}
	return r
}

// End lets go of everything that a run made, and of the run: its memory is for the
// next one.
func (r *Run) End() {
	for _, of := range []*Run{r, r.apart} {
		of.Forget()
		clear(of.stack[:cap(of.stack)])
		of.ctx, of.input, of.context = nil, nil, topdown.BuiltinContext{}
	}
	clear(r.memo)
	r.program.rested.Put(r)
}

// Show is Program.Show. The view is good until Forget.
func (r *Run) Show(v any) (out Value, err error) {
	defer recovered(&err)
	return r.program.show(&r.room, v), nil
}

// Function is one by its name in the plan: g0.data.PACKAGE.NAME. nil is one that
// there is not.
func (p *Program) Function(name string) *Function { return p.functions[name] }

// Call runs a function with arguments besides input and data. nil is undefined. What
// it gives is good until Forget, and is not kept.
func (r *Run) Call(f *Function, args ...Value) (out Value, err error) {
	defer recovered(&err)
	switch {
	case f == nil:
		return nil, fmt.Errorf("%w: no such function", ErrUnsure)
	case len(args)+2 != f.params:
		return nil, fmt.Errorf("%w: %s takes other arguments", ErrUnsure, f.name)
	}
	r.stack, r.apart.stack = r.stack[:0], r.apart.stack[:0]
	if f.alone() {
		return r.always(f), nil
	}
	locals := r.frame(f)
	locals[0], locals[1] = r.input, r.data
	copy(locals[2:], args)
	return r.execute(f, locals), nil
}

// Forget lets go of what was shown, of what calls gave, and of what was kept for later
// ones: of one subject, say.
func (r *Run) Forget() {
	r.room.forget()
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

// always is what a function of input and data alone gives.
func (r *Run) always(f *Function) Value {
	m := &r.memo[f.number]
	if !m.known {
		a := r.apart
		locals := a.frame(f)
		locals[0], locals[1] = r.input, r.data
		*m = memo{true, a.execute(f, locals)}
	}
	return m.value
}

// execute runs a function in its reserved locals, which it releases.
func (r *Run) execute(f *Function, locals []Value) Value {
	r.step()
	for _, do := range f.body {
		if do(r, locals) > broken {
			giveUp("a break out of " + f.name)
		}
	}
	out := locals[f.result]
	r.release(f.locals)
	return out
}

// frame reserves the locals of a function.
func (r *Run) frame(f *Function) []Value { return r.reserve(r.program.ready(f).locals, f.kept) }

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

// step is a call, or a turn of a loop: every now and then it is asked whether the run was
// cancelled.
func (r *Run) step() {
	if r.steps++; r.steps%1024 == 0 {
		r.goOn()
	}
}

// goOn ends a run that was cancelled.
func (r *Run) goOn() {
	if r.ctx.Err() != nil {
		giveUp("cancelled")
	}
}
