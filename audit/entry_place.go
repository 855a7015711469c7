package audit

import (
	"esaudit/keyed"
	"esaudit/snapshot"
)

// Lines of what stands in an object are kept as how far it is from the object's first
// line, beside what stands for the object's text: that holds wherever the object stands,
// as long as it says the same.

// placed finds the object of a part in which stands what a pointer names.
type placed func(pointer string) (placedObject, bool)

// placedObject is an object of a part.
type placedObject struct {
	index int        // in the part
	line  int        // it begins on
	text  keyed.Mark // stands for what it says
}

// place writes in which object something stands, and how many lines below its first one.
func (w *writer) place(pointer string, line int) {
	if w.placed == nil || line == 0 || pointer == "" {
		w.number(0)
		return
	}
	o, found := w.placed(pointer)
	if !found || line < o.line {
		w.number(0)
		return
	}
	n, known := w.objects[o.index]
	if !known {
		n = uint64(len(w.objects) + 1)
		w.objects[o.index] = n
	}
	if w.number(n); !known {
		w.number(uint64(o.index))
		w.b = append(w.b, o.text[:]...)
	}
	w.number(uint64(line - o.line))
}

// placing gives what is read the lines that it stands on in another document.
type placing struct {
	objects func(index int) (placedObject, bool) // of the part; nil where lines are not known
	hops    bool                                 // lines of hops are those that were kept
}

// place reads what place wrote: a line, or 0 where it is not known.
func (r *reader) place() int {
	n := r.number()
	if n == 0 {
		return 0
	}
	if n > uint64(len(r.first))+1 {
		panic(malformed("an object that was never written"))
	}
	if n > uint64(len(r.first)) {
		r.first = append(r.first, r.begins(r.number(), r.sum()))
	}
	below := r.number()
	if below > snapshot.MaxSize {
		panic(malformed("more lines than a document has"))
	}
	if first := r.first[n-1]; first > 0 {
		return first + int(below)
	}
	return 0
}

// begins is the line that the object of a part begins on, if its text is what it was.
func (r *reader) begins(index uint64, text keyed.Mark) int {
	if r.placing.objects == nil {
		return 0
	}
	if index > snapshot.MaxSize {
		panic(malformed("an object of no part"))
	}
	if o, there := r.placing.objects(int(index)); there && o.text == text {
		return o.line
	}
	return 0
}

// object is an object of a part.
func (a *cached) object(part, index int) (o placedObject, there bool) {
	objects := a.division.Parts[part].Objects
	if index >= len(objects) {
		return o, false
	}
	return placedObject{index, objects[index].Node.Line(), a.division.TextOf(part, index)}, true
}

// placedIn is placed for the objects of a part; nil where lines do not follow from texts.
func (a *cached) placedIn(part int) placed {
	if a.past.kept || !a.whole.InCanonical() {
		return nil
	}
	indexes := make(map[*snapshot.Node]int, len(a.division.Parts[part].Objects))
	for i, o := range a.division.Parts[part].Objects {
		indexes[o.Node] = i
	}
	return func(pointer string) (o placedObject, found bool) {
		if index, there := indexes[a.whole.ObjectAt(pointer)]; there {
			return a.object(part, index)
		}
		return o, false
	}
}

// placing is how entries of a part are read: of one that is not known, without lines.
func (a *cached) placing(part int, known bool) placing {
	p := placing{hops: a.past.kept}
	if known && a.whole.InCanonical() {
		p.objects = func(index int) (placedObject, bool) { return a.object(part, index) }
	}
	return p
}
