package snapshot

import (
	"strings"
	"sync"
	"sync/atomic"
)

// shapes are the lists of keys that the Maps of a document have. Objects of one
// kind have the same keys: they are kept once, and most often need not be read to
// be known.
type shapes struct {
	first sync.Map // of *shape, by key: those of one key
	known atomic.Int32
}

// shape is the keys that a Map begins with, in order.
type shape struct {
	key  string // the last of them
	prev *shape // nil where it is the first
	next atomic.Pointer[branch]
	once sync.Once
	list []string // all keys
}

// branch is one of the shapes with one key more, and the others.
type branch struct {
	*shape
	others *branch
	count  int // of all
}

// What is kept of a document's shapes; others are read, and kept by who has them.
const (
	mostShapes = 1 << 14
	mostNext   = 16 // of one shape, with one key more
)

// then returns the shape whose next key text begins with, up to its closing quote;
// nil for none that is known.
func (s *shape) then(text string) *shape {
	for b := s.next.Load(); b != nil; b = b.others {
		if n := len(b.key); n < len(text) && text[n] == '"' && text[:n] == b.key {
			return b.shape
		}
	}
	return nil
}

// with returns the shape with one key more than s, which has none where it is nil;
// nil when it is not kept. The key is one that text says as it is.
func (all *shapes) with(s *shape, key string) *shape {
	if s == nil {
		if first, known := all.first.Load(key); known {
			return first.(*shape)
		}
	}
	if all.known.Add(1) > mostShapes {
		all.known.Add(-1)
		return nil
	}
	made := &shape{key: strings.Clone(key), prev: s}
	if s == nil {
		first, _ := all.first.LoadOrStore(made.key, made)
		return first.(*shape)
	}
	for {
		others := s.next.Load()
		b := &branch{shape: made, others: others, count: 1}
		if others != nil {
			b.count += others.count
		}
		if b.count > mostNext {
			return nil
		}
		if s.next.CompareAndSwap(others, b) {
			return made
		}
		if known := s.then(key + `"`); known != nil {
			return known
		}
	}
}

// keys returns all keys. The caller must not change them.
func (s *shape) keys() []string {
	s.once.Do(func() {
		depth := 0
		for at := s; at != nil; at = at.prev {
			depth++
		}
		s.list = make([]string, depth)
		for at := s; at != nil; at = at.prev {
			depth--
			s.list[depth] = at.key
		}
	})
	return s.list
}
