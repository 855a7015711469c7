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

// ended is what the controls behind a listener say of one server as an address
// of one cluster, at the listener's own port.
type ended struct{ address, weight, health, sees decision }

type endKey struct {
	backend *Backend
	cluster *Cluster
}

// endings keeps what was worked out of a listener's servers.
type endings struct {
	lock  sync.RWMutex
	known map[endKey]*ended
}

func (l *Listener) ending(c *Cluster, b *Backend, port int) *ended {
	if port != l.First {
		return c.endOf(l, b, port)
	}
	key := endKey{b, c}
	l.endings.lock.RLock()
	e := l.endings.known[key]
	l.endings.lock.RUnlock()
	if e != nil {
		return e
	}
	e = c.endOf(l, b, port)
	e.address, e.weight, e.health, e.sees = kept(e.address), kept(e.weight), kept(e.health), kept(e.sees)
	l.endings.lock.Lock()
	defer l.endings.lock.Unlock()
	if l.endings.known == nil {
		l.endings.known = map[endKey]*ended{}
	}
	l.endings.known[key] = e
	return e
}

func (c *Cluster) endOf(l *Listener, b *Backend, port int) *ended {
	return &ended{c.isBackend(l, b), b.weightDecision(), l.healthDecision(b, port), c.balancerSees(l.balancer)}
}
