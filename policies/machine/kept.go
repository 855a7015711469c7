package machine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// A kept plan is what the machine reads of a plan: the texts, the outline, then the
// functions, each of which is read when it is called first. Numbers are varints,
// texts stand in a table, a statement is its number in the list of statements and its
// fields. Where statements stand in their files is left out.

// statements are those that a kept plan may hold, by number.
func statements() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[ir.ReturnLocalStmt](), reflect.TypeFor[ir.CallStmt](), reflect.TypeFor[ir.CallDynamicStmt](), reflect.TypeFor[ir.BlockStmt](),
		reflect.TypeFor[ir.BreakStmt](), reflect.TypeFor[ir.DotStmt](), reflect.TypeFor[ir.LenStmt](), reflect.TypeFor[ir.ScanStmt](),
		reflect.TypeFor[ir.NotStmt](), reflect.TypeFor[ir.AssignIntStmt](), reflect.TypeFor[ir.AssignVarStmt](), reflect.TypeFor[ir.AssignVarOnceStmt](),
		reflect.TypeFor[ir.ResetLocalStmt](), reflect.TypeFor[ir.MakeNullStmt](), reflect.TypeFor[ir.MakeNumberIntStmt](), reflect.TypeFor[ir.MakeNumberRefStmt](),
		reflect.TypeFor[ir.MakeArrayStmt](), reflect.TypeFor[ir.MakeObjectStmt](), reflect.TypeFor[ir.MakeSetStmt](), reflect.TypeFor[ir.EqualStmt](),
		reflect.TypeFor[ir.NotEqualStmt](), reflect.TypeFor[ir.IsArrayStmt](), reflect.TypeFor[ir.IsObjectStmt](), reflect.TypeFor[ir.IsSetStmt](),
		reflect.TypeFor[ir.IsDefinedStmt](), reflect.TypeFor[ir.IsUndefinedStmt](), reflect.TypeFor[ir.ArrayAppendStmt](), reflect.TypeFor[ir.ObjectInsertStmt](),
		reflect.TypeFor[ir.ObjectInsertOnceStmt](), reflect.TypeFor[ir.ObjectMergeStmt](), reflect.TypeFor[ir.SetAddStmt](), reflect.TypeFor[ir.WithStmt](),
		reflect.TypeFor[ir.NopStmt](), reflect.TypeFor[ir.ResultSetAddStmt](),
	}
}

// How an operand begins.
const (
	operandLocal = iota
	operandText
	operandBool
)

// keeper writes a plan.
type keeper struct {
	out     []byte
	numbers map[reflect.Type]int // of statements
	texts   map[string]int
	table   []string
}

// Keep writes a plan down, so that Read makes the same program of it.
func Keep(plan *ir.Policy) (kept []byte, err error) {
	defer func() {
		if why, ok := recover().(unknown); ok {
			err = errors.New("keep plan: " + string(why))
		}
	}()
	k := &keeper{numbers: map[reflect.Type]int{}, texts: map[string]int{}}
	for i, typ := range statements() {
		k.numbers[typ] = i
	}
	for _, s := range plan.Static.Strings { // first, so that they keep their numbers
		k.table = append(k.table, s.Value)
	}
	var functions [][]byte
	for _, f := range plan.Funcs.Funcs {
		k.put(reflect.ValueOf(f))
		functions, k.out = append(functions, k.out), nil
	}
	k.outline(outlineOf(plan), functions)
	head := binary.AppendVarint(nil, int64(len(plan.Static.Strings)))
	head = binary.AppendVarint(head, int64(len(k.table)))
	for _, text := range k.table {
		head = append(binary.AppendVarint(head, int64(len(text))), text...)
	}
	return append(slices.Concat(head, k.out), slices.Concat(functions...)...), nil
}

// outline writes what is known before any function is read, with their sizes.
func (k *keeper) outline(o outline, functions [][]byte) {
	k.put(reflect.ValueOf(o.keys))
	k.number(int64(len(functions)))
	for i, f := range o.functions {
		k.put(reflect.ValueOf(f.name))
		k.number(int64(f.params))
		k.number(map[bool]int64{true: 1}[f.keeps])
		k.number(int64(len(functions[i])))
	}
}

func (k *keeper) number(n int64) { k.out = binary.AppendVarint(k.out, n) }

func (k *keeper) put(v reflect.Value) {
	switch v.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		k.number(v.Int())
	case reflect.Uint32:
		k.number(int64(v.Uint()))
	case reflect.String:
		n, ok := k.texts[v.String()]
		if !ok {
			n = len(k.table)
			k.texts[v.String()] = n
			k.table = append(k.table, v.String())
		}
		k.number(int64(n))
	case reflect.Slice:
		k.number(int64(v.Len()))
		for i := range v.Len() {
			k.put(v.Index(i))
		}
	case reflect.Pointer:
		k.put(v.Elem())
	case reflect.Interface:
		n, ok := k.numbers[v.Elem().Type().Elem()]
		if !ok {
			panic(unknown("statement " + v.Elem().Type().String()))
		}
		k.number(int64(n))
		k.put(v.Elem())
	case reflect.Struct:
		if operand, ok := v.Interface().(ir.Operand); ok {
			k.operand(operand)
			return
		}
		for i := range v.NumField() {
			if of := v.Field(i); of.Type() != reflect.TypeFor[ir.Location]() {
				k.put(of)
			}
		}
	default:
		panic(unknown(v.Type().String()))
	}
}

func (k *keeper) operand(o ir.Operand) {
	switch v := o.Value.(type) {
	case ir.Local:
		k.number(operandLocal)
		k.number(int64(v))
	case ir.StringIndex:
		k.number(operandText)
		k.number(int64(v))
	case ir.Bool:
		k.number(operandBool)
		k.number(map[ir.Bool]int64{true: 1}[v])
	default:
		panic(unknown(fmt.Sprintf("operand %T", o.Value)))
	}
}

// damaged is what the reader panics with.
type damaged struct{}

// reader reads a kept plan.
type reader struct {
	in    string // what is still to be read
	types []reflect.Type
	table []string
}

// keptPlan is a kept plan of which no function was read yet.
type keptPlan struct {
	outline
	texts     []string // of the plan
	functions []string // as they are kept
	reader    reader
}

// Read makes a program of a kept plan.
func Read(kept []byte) (*Program, error) {
	plan, err := opened(kept)
	if err != nil {
		return nil, err
	}
	return program(plan.outline, plan.texts, func(i int) *ir.Func {
		f, _ := plan.function(i)
		return f
	}), nil
}

// orDamaged turns a panic of the reader's into an error.
func orDamaged(err *error) {
	if why := recover(); why == (damaged{}) {
		*err = errors.New("read kept plan: it is damaged")
	} else if why != nil {
		panic(why)
	}
}

// opened reads a kept plan up to its functions.
func opened(kept []byte) (plan *keptPlan, err error) {
	defer orDamaged(&err)
	plan = &keptPlan{reader: reader{in: string(kept), types: statements()}} // which all texts are parts of
	r := &plan.reader
	static := r.size()
	r.table = make([]string, r.size())
	for i := range r.table {
		r.table[i] = r.part(r.size())
	}
	plan.texts = r.table[:min(static, len(r.table))]
	r.get(reflect.ValueOf(&plan.keys).Elem())
	sizes := make([]int, r.size())
	for i := range sizes {
		name := r.table[r.below(len(r.table))]
		plan.outline.functions = append(plan.outline.functions, stub{name: name, params: r.below(len(kept)), keeps: r.below(2) == 1})
		sizes[i] = r.below(len(kept))
	}
	for _, size := range sizes {
		plan.functions = append(plan.functions, r.part(size))
	}
	if r.in != "" {
		panic(damaged{})
	}
	return plan, nil
}

// part is the next n bytes.
func (r *reader) part(n int) string {
	if n > len(r.in) {
		panic(damaged{})
	}
	part := r.in[:n]
	r.in = r.in[n:]
	return part
}

// function reads one function.
func (p *keptPlan) function(i int) (f *ir.Func, err error) {
	defer orDamaged(&err)
	r := p.reader
	r.in = p.functions[i]
	r.get(reflect.ValueOf(&f).Elem())
	if r.in != "" || len(f.Params) != p.outline.functions[i].params {
		panic(damaged{})
	}
	return f, nil
}

func (r *reader) number() int64 {
	var n uint64
	for i := 0; i < min(len(r.in), binary.MaxVarintLen64); i++ {
		n |= uint64(r.in[i]&0x7f) << (7 * i)
		if r.in[i] < 0x80 {
			r.in = r.in[i+1:]
			return int64(n>>1) ^ -int64(n&1)
		}
	}
	panic(damaged{})
}

// size is a number of things that are still to come, each of a byte or more.
func (r *reader) size() int {
	n := r.number()
	if n < 0 || n > int64(len(r.in)) {
		panic(damaged{})
	}
	return int(n)
}

// below is a number of one of n things.
func (r *reader) below(n int) int {
	i := r.number()
	if i < 0 || i >= int64(n) {
		panic(damaged{})
	}
	return int(i)
}

func (r *reader) get(v reflect.Value) {
	switch v.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(r.number())
	case reflect.Uint32:
		v.SetUint(uint64(r.number()))
	case reflect.String:
		v.SetString(r.table[r.below(len(r.table))])
	case reflect.Slice:
		n := r.size()
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			r.get(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.get(v.Elem())
	case reflect.Interface:
		made := reflect.New(r.types[r.below(len(r.types))])
		r.get(made.Elem())
		v.Set(made)
	case reflect.Struct:
		if operand, ok := v.Addr().Interface().(*ir.Operand); ok {
			operand.Value = r.operand()
			return
		}
		for i := range v.NumField() {
			if of := v.Field(i); of.Type() != reflect.TypeFor[ir.Location]() {
				r.get(of)
			}
		}
	}
}

func (r *reader) operand() ir.Val {
	switch kind, n := r.number(), r.number(); kind {
	case operandLocal:
		return ir.Local(n)
	case operandText:
		return ir.StringIndex(n)
	default:
		return ir.Bool(n == 1)
	}
}
