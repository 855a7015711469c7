package audit

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/policies"
	"esaudit/snapshot"
)

// entry is what rules say of the subjects of one part, as it is kept between runs:
// subjects without their facts, and what names no line.
type entry struct {
	subjects []subject
	named    []mention
	instants string // when accounts were read
	own      string // what stands for what each object says of itself only (locality.Digest)
	kept     string // subjects and mentions as they are kept; "" when they are others now
	wrong    error  // why it is not believed
}

// mention is a call for something that an object names.
type mention struct {
	account int // its index
	call    snapshot.Call
}

// entry appends an entry as it is kept; nil for one that cannot be, because it holds a
// value that does not come from JSON.
func (w *writer) entry(b []byte, subjects []*subject, named []mention, p placed) []byte {
	w.b, w.bad, w.placed = b, false, p
	clear(w.known)
	clear(w.objects)
	w.number(uint64(len(subjects)))
	for _, x := range subjects {
		w.subject(x)
	}
	w.number(uint64(len(named)))
	for _, n := range named {
		w.number(uint64(n.account))
		for _, text := range []string{n.call.Region, n.call.Product, n.call.Operation, n.call.Subject} {
			w.text(text)
		}
	}
	if w.bad {
		return nil
	}
	return w.b
}

// read reads what a writer wrote of so many rules, with the lines that are known.
func (e *entry) read(text string, rules int, p placing) error {
	r := &reader{text: text, rules: rules, placing: p}
	return r.all(func() {
		e.subjects = make([]subject, r.size())
		for i := range e.subjects {
			r.subject(&e.subjects[i])
		}
		e.named = make([]mention, r.size())
		for i := range e.named {
			e.named[i] = mention{int(r.number()), snapshot.Call{Region: r.string(), Product: r.string(), Operation: r.string(), Subject: r.string()}}
		}
	})
}

// appendHead appends what stands in front of an entry: when accounts were read, and what
// stands for what each object says of itself only.
func appendHead(b []byte, instants, own string) []byte {
	for _, text := range []string{instants, own} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b
}

// readHeaded reads an entry behind what appendHead wrote.
func (e *entry) readHeaded(text string, rules int, p placing) error {
	for _, to := range []*string{&e.instants, &e.own} {
		n, size := binary.Uvarint([]byte(text[:min(len(text), binary.MaxVarintLen64)]))
		if size <= 0 || n > uint64(len(text)-size) {
			return errors.New("it ends in the middle")
		}
		*to, text = text[size:size+int(n)], text[size+int(n):]
	}
	e.kept = text
	return e.read(text, rules, p)
}

// holds reports whether there are subjects with some ids.
func (e *entry) holds(ids map[string]bool) bool {
	return slices.ContainsFunc(e.subjects, func(x subject) bool { return ids[x.ID] })
}

// forget drops the subjects with some ids.
func (e *entry) forget(ids map[string]bool) {
	e.subjects = slices.DeleteFunc(e.subjects, func(x subject) bool { return ids[x.ID] })
}

// writer writes entries. Of each it writes texts once, and refers to them after that.
type writer struct {
	b     []byte
	known map[string]uint64
	bad   bool

	placed  placed
	objects map[int]uint64 // by index in the part: those that were written
}

func newWriter() *writer { return &writer{known: map[string]uint64{}, objects: map[int]uint64{}} }

func (w *writer) number(n uint64) { w.b = binary.AppendUvarint(w.b, n) }

func (w *writer) flag(on bool) {
	w.number(map[bool]uint64{true: 1}[on])
}

func (w *writer) text(s string) {
	if i, known := w.known[s]; known {
		w.number(i)
		return
	}
	w.known[s] = uint64(len(w.known) + 1)
	w.number(0)
	w.number(uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) subject(x *subject) {
	for _, text := range []string{x.Kind, x.ID, x.ARN, x.Region, x.Account, x.Name, x.ResourceGroup} {
		w.text(text)
	}
	w.flag(x.timed)
	w.b = append(w.b, x.sum[:]...)
	if w.flag(x.Tags != nil); x.Tags != nil {
		w.number(uint64(len(x.Tags)))
		for _, key := range slices.Sorted(maps.Keys(x.Tags)) {
			w.text(key)
			w.text(x.Tags[key])
		}
	}
	w.number(uint64(len(x.results)))
	for i := range x.results {
		w.result(&x.results[i])
	}
	w.number(uint64(len(x.settled)))
	w.b = append(w.b, x.settled...)
}

func (w *writer) result(r *policies.Result) {
	w.text(r.Rule)
	w.text(r.Subject)
	w.number(uint64(r.Status))
	w.number(uint64(r.Severity))
	w.text(r.Message)
	w.value(map[string]any(r.Args))
	w.number(uint64(len(r.Evidence)))
	for _, e := range r.Evidence {
		w.text(e.At)
		w.value(e.Value)
		w.text(e.Note)
		w.text(e.Key)
		w.place(e.At, e.Line)
	}
	w.number(uint64(len(r.Path)))
	for _, h := range r.Path {
		for _, text := range []string{h.Kind, h.From, h.To, h.Control, h.Why, h.Pointer} {
			w.text(text)
		}
		w.number(uint64(h.Verdict))
		w.place(h.Pointer, h.Line)
		w.number(uint64(h.Line))
	}
	w.number(uint64(len(r.Settle)))
	for _, c := range r.Settle {
		for _, text := range []string{c.Call, c.State, c.Permission, c.Subject} {
			w.text(text)
		}
		w.flag(c.Read)
	}
	w.text(r.Confidence)
}

// The types of values.
const (
	valueNull uint64 = iota
	valueFalse
	valueTrue
	valueNumber
	valueString
	valueList
	valueMap
	valueNoMap // a map that is nil
)

func (w *writer) value(v any) {
	switch v := v.(type) {
	case nil:
		w.number(valueNull)
	case bool:
		w.number(map[bool]uint64{false: valueFalse, true: valueTrue}[v])
	case json.Number:
		w.number(valueNumber)
		w.text(string(v))
	case string:
		w.number(valueString)
		w.text(v)
	case []any:
		w.number(valueList)
		w.number(uint64(len(v)))
		for _, item := range v {
			w.value(item)
		}
	case map[string]any:
		if v == nil {
			w.number(valueNoMap)
			return
		}
		w.number(valueMap)
		w.number(uint64(len(v)))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			w.text(key)
			w.value(v[key])
		}
	default:
		w.bad = true
	}
}

// malformed is why an entry cannot be read: it was written by another program.
type malformed string

// reader reads what a writer wrote, and panics with what is malformed.
type reader struct {
	text  string
	known []string
	rules int // that may be spoken of

	placing placing
	first   []int // of objects that were read: the line that each begins on; 0 where it says something else
}

// all has something read all of a text. An error says what is malformed.
func (r *reader) all(read func()) (err error) {
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case malformed:
			err = errors.New(string(fault))
		default:
			panic(fault)
		}
	}()
	if read(); len(r.text) > 0 {
		return errors.New("something follows")
	}
	return nil
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint([]byte(r.text[:min(len(r.text), binary.MaxVarintLen64)]))
	if size <= 0 {
		panic(malformed("a number ends in the middle"))
	}
	r.text = r.text[size:]
	return n
}

// size reads how many items follow, each of which takes a byte or more.
func (r *reader) size() int {
	n := r.number()
	if n > uint64(len(r.text)) {
		panic(malformed("more items than bytes"))
	}
	return int(n)
}

// fill reads as many bytes as there is room for.
func (r *reader) fill(room []byte) {
	if len(r.text) < len(room) {
		panic(malformed("it ends in the middle"))
	}
	copy(room, r.text)
	r.text = r.text[len(room):]
}

func (r *reader) sum() (out sum) {
	r.fill(out[:])
	return out
}

func (r *reader) flag() bool { return r.number() == 1 }

func (r *reader) string() string {
	i := r.number()
	if i > uint64(len(r.known)) {
		panic(malformed("a text that was never written"))
	}
	if i > 0 {
		return r.known[i-1]
	}
	n := r.size()
	s := r.text[:n]
	r.text = r.text[n:]
	r.known = append(r.known, s)
	return s
}

func (r *reader) subject(x *subject) {
	for _, to := range []*string{&x.Kind, &x.ID, &x.ARN, &x.Region, &x.Account, &x.Name, &x.ResourceGroup} {
		*to = r.string()
	}
	x.timed, x.sum = r.flag(), r.sum()
	if r.flag() {
		x.Tags = map[string]string{}
		for range r.size() {
			key := r.string()
			x.Tags[key] = r.string()
		}
	}
	if n := r.size(); n > 0 {
		x.results = make([]policies.Result, n)
	}
	for i := range x.results {
		r.result(&x.results[i])
	}
	n := r.size()
	x.settled, r.text = settlements(r.text[:n]), r.text[n:]
	if !x.settled.each(r.rules, func(int, finding.Status) {}) {
		panic(malformed("it is settled what nobody asked for"))
	}
}

func (r *reader) result(to *policies.Result) {
	to.Rule, to.Subject = r.string(), r.string()
	to.Status, to.Severity = finding.Status(r.number()), finding.Severity(r.number())
	to.Message = r.string()
	to.Args, _ = r.value(0).(map[string]any)
	if n := r.size(); n > 0 {
		to.Evidence = make([]policies.Evidence, n)
	}
	for i := range to.Evidence {
		to.Evidence[i] = policies.Evidence{At: r.string(), Value: r.value(0), Note: r.string(), Key: r.string(), Line: r.place()}
	}
	if n := r.size(); n > 0 {
		to.Path = make([]facts.Hop, n)
	}
	for i := range to.Path {
		h := &to.Path[i]
		for _, to := range []*string{&h.Kind, &h.From, &h.To, &h.Control, &h.Why, &h.Pointer} {
			*to = r.string()
		}
		h.Verdict = graph.Verdict(r.number())
		h.Line = r.place()
		if line := int(r.number()); r.placing.hops {
			h.Line = line
		}
	}
	if n := r.size(); n > 0 {
		to.Settle = make([]facts.Call, n)
	}
	for i := range to.Settle {
		c := &to.Settle[i]
		for _, to := range []*string{&c.Call, &c.State, &c.Permission, &c.Subject} {
			*to = r.string()
		}
		c.Read = r.flag()
	}
	to.Confidence = r.string()
}

func (r *reader) value(depth int) any {
	if depth > 200 {
		panic(malformed("nested too deep"))
	}
	switch kind := r.number(); kind {
	case valueNull:
		return nil
	case valueFalse, valueTrue:
		return kind == valueTrue
	case valueNumber:
		return json.Number(r.string())
	case valueString:
		return r.string()
	case valueList:
		out := make([]any, r.size())
		for i := range out {
			out[i] = r.value(depth + 1)
		}
		return out
	case valueMap:
		out := map[string]any{}
		for range r.size() {
			key := r.string()
			out[key] = r.value(depth + 1)
		}
		return out
	case valueNoMap:
		return map[string]any(nil)
	default:
		panic(malformed(fmt.Sprintf("a value of type %d", kind)))
	}
}
