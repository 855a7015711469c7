package snapshot

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// shapes are the lists of keys that the Maps of a document have. Objects of one
// kind have the same keys: they are kept once, and most often need not be read to
// be known.
type shapes struct {
	first atomic.Pointer[map[string]*shape] // those of one key, by it
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
	mostFirst  = 1 << 9 // of one key
	mostNext   = 16     // of one shape, with one key more
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
		if known := all.begin(key); known != nil {
			return known
		}
	}
	if all.known.Load() >= mostShapes { // a few more where several goroutines ask at once
		return nil
	}
	made := &shape{key: strings.Clone(key), prev: s}
	var kept *shape
	if s == nil {
		kept = all.beginning(made)
	} else {
		kept = s.going(made)
	}
	if kept == made {
		all.known.Add(1)
	}
	return kept
}

// going keeps a shape with one key more, and returns the one that is kept; nil for
// none.
func (s *shape) going(made *shape) *shape {
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
		if known := s.then(made.key + `"`); known != nil {
			return known
		}
	}
}

// begin returns the shape of one key; nil for none that is known.
func (all *shapes) begin(key string) *shape {
	if first := all.first.Load(); first != nil {
		return (*first)[key]
	}
	return nil
}

// beginning keeps a shape of one key, and returns the one that is kept; nil for none.
func (all *shapes) beginning(made *shape) *shape {
	for {
		first, old := map[string]*shape{made.key: made}, all.first.Load()
		if old != nil {
			if known := (*old)[made.key]; known != nil || len(*old) == mostFirst {
				return known
			}
			maps.Copy(first, *old)
		}
		if all.first.CompareAndSwap(old, &first) {
			return made
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
