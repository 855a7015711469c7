package netset

import "encoding/binary"

// Pool keeps one copy of every set it has seen, so that equal sets share their
// memory and are told equal at a glance. The zero Pool is ready. It is not for
// several goroutines at once.
type Pool struct {
	known map[string]Set
}

// Intern returns the pool's copy of a set with the same addresses.
func (p *Pool) Intern(s Set) Set {
	if s.IsEmpty() {
		return Set{}
	}
	if p.known == nil {
		p.known = map[string]Set{}
	}
	key := s.key()
	if known, ok := p.known[key]; ok {
		return known
	}
	p.known[key] = s
	return s
}

// key is the content of a set in bytes: equal sets have equal ones.
func (s Set) key() string {
	b := make([]byte, 0, len(s.spans)*34)
	for _, r := range s.spans {
		for _, a := range [...]interface{ AsSlice() []byte }{r.lo, r.hi} {
			raw := a.AsSlice()
			b = append(binary.AppendUvarint(b, uint64(len(raw))), raw...)
		}
	}
	return string(b)
}

// same reports whether two sets share their memory.
func (s Set) same(t Set) bool {
	return len(s.spans) == len(t.spans) && (len(s.spans) == 0 || &s.spans[0] == &t.spans[0])
}
