package graph

import (
	"sync"

	"esaudit/snapshot"
)

// lazy is a value that is worked out when it is first asked for, by whatever
// goroutine, and kept.
type lazy[T any] struct {
	once  sync.Once
	value T
}

func (l *lazy[T]) get(work func() T) T {
	l.once.Do(func() { l.value = work() })
	return l.value
}

// readings are the objects of a kind in a region, by id. What one says is read
// when it is first asked for.
type readings[T any] struct {
	read func(snapshot.Object) *T
	byID map[string]*reading[T]
}

type reading[T any] struct {
	object snapshot.Object
	said   lazy[*T]
}

func readingsOf[T any](objects []snapshot.Object, read func(snapshot.Object) *T) readings[T] {
	r := readings[T]{read, make(map[string]*reading[T], len(objects))}
	all := make([]reading[T], len(objects))
	for i, o := range objects {
		all[i].object = o
		r.byID[o.ID] = &all[i]
	}
	return r
}

// of returns what an object says; nil when there is none of this id.
func (r readings[T]) of(id string) *T {
	one := r.byID[id]
	if one == nil {
		return nil
	}
	return one.said.get(func() *T { return r.read(one.object) })
}

type endKey struct {
	backend *Backend
	cluster *Cluster
}

// endings keeps the ends of paths behind a listener, at the listener's own port.
type endings struct {
	lock  sync.RWMutex
	known map[endKey]*Path
}

// ending is the end of the paths through a listener to one server as an address
// of one cluster, at a port of the cluster that the server is or may be spoken to
// on (0: any). It is the same for all who ask, and where that port is known it is
// the wanted one.
func (l *Listener) ending(c *Cluster, b *Backend, port, wanted int) *Path {
	if port != l.First || b.PortAt(port) == 0 {
		return c.endOf(l, b, port, wanted)
	}
	key := endKey{b, c}
	l.endings.lock.RLock()
	e := l.endings.known[key]
	l.endings.lock.RUnlock()
	if e != nil {
		return e
	}
	e = c.endOf(l, b, port, wanted)
	for _, m := range e.marks {
		m.decision = kept(m.decision)
	}
	l.endings.lock.Lock()
	defer l.endings.lock.Unlock()
	if l.endings.known == nil {
		l.endings.known = map[endKey]*Path{}
	}
	l.endings.known[key] = e
	return e
}
