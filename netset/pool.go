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
	b := make([]byte, 0, 8+32*(len(s.v4)+len(s.v6)))
	b = binary.BigEndian.AppendUint64(b, uint64(len(s.v4)))
	for _, spans := range [...][]span{s.v4, s.v6} {
		for _, p := range spans {
			for _, n := range [...]uint64{p.lo.hi, p.lo.lo, p.hi.hi, p.hi.lo} {
				b = binary.BigEndian.AppendUint64(b, n)
			}
		}
	}
	return string(b)
}
