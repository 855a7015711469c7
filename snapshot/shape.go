package snapshot

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// shape is the keys that a Map begins with, in order. Objects of one kind have the
// same keys: they are kept once, and most often need not be read to be known. The
// zero shape has none; it leads to all others of a document.
type shape struct {
	key   string // the last of them
	depth int    // how many there are
	prev  *shape
	next  atomic.Pointer[[]*shape] // those with one key more
	once  sync.Once
	list  []string // all keys
}

// What is kept of a document's shapes: others are read, and kept by who has them.
const (
	mostNext  = 12  // of one shape, with one key more
	mostDepth = 128 // keys
)

// then returns the shape whose next key text begins with, up to its closing quote;
// nil for none that is known.
func (s *shape) then(text string) *shape {
	list := s.next.Load()
	if list == nil {
		return nil
	}
	for _, next := range *list {
		if n := len(next.key); n < len(text) && text[n] == '"' && text[:n] == next.key {
			return next
		}
	}
	return nil
}

// with returns the shape with one key more, which is written as literal says; nil
// when it is not kept.
func (s *shape) with(key, literal string) *shape {
	if key != literal || s.depth == mostDepth {
		return nil // text that begins with a key must say it
	}
	next := &shape{key: strings.Clone(key), depth: s.depth + 1, prev: s}
	for {
		old := s.next.Load()
		var list []*shape
		if old != nil {
			list = *old
		}
		for _, known := range list { // since it was looked for
			if known.key == key {
				return known
			}
		}
		if len(list) == mostNext {
			return nil
		}
		list = append(slices.Clip(list), next)
		if s.next.CompareAndSwap(old, &list) {
			return next
		}
	}
}

// all returns all keys. The caller must not change them.
func (s *shape) all() []string {
	s.once.Do(func() { s.list = s.keys(make([]string, 0, s.depth)) })
	return s.list
}

// keys appends all keys to some.
func (s *shape) keys(to []string) []string {
	if s.prev == nil {
		return to
	}
	return append(s.prev.keys(to), s.key)
}
