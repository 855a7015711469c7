package snapshot

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Asked are the attributes that somebody asked objects of a kind for, whether they
// have them or not. What nobody asked for, nothing rests on.
type Asked struct {
	All   bool                     // it is not known: for all
	Names map[Kind]map[string]bool // of the kinds of which somebody asked for one
	Whole map[Kind]bool            // of these, for all
}

// Asks reports whether somebody asked objects of a kind for an attribute.
func (a Asked) Asks(kind Kind, name string) bool {
	return a.All || a.Whole[kind] || a.Names[kind][name]
}

// With returns the attributes that either were asked for.
func (a Asked) With(b Asked) Asked {
	out := Asked{All: a.All || b.All, Names: map[Kind]map[string]bool{}, Whole: map[Kind]bool{}}
	for _, x := range []Asked{a, b} {
		maps.Copy(out.Whole, x.Whole)
		for kind, names := range x.Names {
			if out.Names[kind] == nil {
				out.Names[kind] = map[string]bool{}
			}
			maps.Copy(out.Names[kind], names)
		}
	}
	return out
}

// Asked returns what objects were asked for since the document was read. It is known
// of canonical text only, which was not edited.
func (s *Snapshot) Asked() Asked {
	in := s.root.inner.Load()
	if in == nil || in.from == nil || in.from.edited {
		return Asked{All: true}
	}
	out := Asked{Names: map[Kind]map[string]bool{}, Whole: map[Kind]bool{}}
	in.from.source.asked.Range(func(kind, q any) bool {
		q.(*questions).copyTo(&out, kind.(Kind))
		out.All = out.All || kind == everyKind
		return true
	})
	return out
}

// questions are the attributes that objects of one kind were asked for.
type questions struct {
	lock  sync.Mutex
	names atomic.Pointer[map[string]bool] // is not changed, but replaced
	whole atomic.Bool
}

// everyKind stands for objects whose kind is not known where they are asked.
const everyKind Kind = ""

// Where the attributes of an object stand.
const (
	attributesKey   = "attributes"
	attributesDepth = objectDepth + 1
)

// questions returns where is noted what n is asked for; nil when it is not the
// attributes of an object. n stands at a depth in a document that was read.
func (s *Source) questions(n *Node, depth int) *questions {
	if depth != attributesDepth || n.kind() != Map || n.Key() != attributesKey {
		return nil
	}
	return s.asks(n.parent)
}

// asks returns where is noted which attributes are asked for of an object, or of any
// in what n holds where n stands above objects.
func (s *Source) asks(n *Node) *questions {
	kind := everyKind
	if n.depth() == objectDepth {
		kind = Kind(n.parent.parent.Key())
	}
	q, known := s.asked.Load(kind)
	if !known {
		q, _ = s.asked.LoadOrStore(kind, &questions{})
	}
	return q.(*questions)
}

// note notes that an attribute was asked for.
func (q *questions) note(name string) {
	if q == nil {
		return
	}
	if known := q.names.Load(); known != nil && (*known)[name] {
		return
	}
	q.lock.Lock()
	defer q.lock.Unlock()
	more := map[string]bool{name: true}
	if known := q.names.Load(); known != nil {
		maps.Copy(more, *known)
	}
	q.names.Store(&more)
}

// noteAll notes that all attributes were asked for.
func (q *questions) noteAll() {
	if q != nil && !q.whole.Load() {
		q.whole.Store(true)
	}
}

func (q *questions) copyTo(to *Asked, kind Kind) {
	if names := q.names.Load(); names != nil {
		to.Names[kind] = *names
	}
	if q.whole.Load() {
		to.Whole[kind] = true
	}
}
