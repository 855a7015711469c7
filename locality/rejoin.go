package locality

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"esaudit/keyed"
	"esaudit/snapshot"
)

// moved is an object that says other names than it did.
type moved struct {
	at  int // its place among all
	now said
}

// movedOf are the objects whose text is another one and that say other names than they did.
func (k *kept) movedOf(objects []snapshot.Object, traces []trace) (some []moved) {
	for i, o := range objects {
		if traces[i].shared != (keyed.Mark{}) {
			continue
		}
		var to saying
		if x := k.Looks.traced(o, &to); x.links != traces[i].links {
			x.text, x.spans = string(to.text), to.spans
			some = append(some, moved{i, x})
		}
	}
	return some
}

// rejoined returns what each object says now, when the parts, of which numbers are those of
// objects, will still do, although some of the same objects in the same order say other
// names: when none of the names that one of them says only now leads to or from an object
// of another part. What only a name that is said no more had joined stays in one part, which
// is then larger than it need be. text is what all of them said.
func (k *kept) rejoined(s *snapshot.Snapshot, objects []snapshot.Object, numbers []int, some []moved, text string) (now []string, sure bool) {
	if sha256.Sum256([]byte(text)) != k.Said {
		return nil, false
	}
	said := records(text)
	if len(said) != len(objects) {
		return nil, false
	}
	l := leads{plain: k.Looks.Plain, in: map[lead]int{}, cut: map[string]int{}, unlisted: map[string]bool{}, ends: &ends{}}
	for _, x := range some {
		record := string(x.now.append(nil))
		if record[0] != said[x.at][0] { // loose or open
			return nil, false
		}
		l.note(said[x.at], record, numbers[x.at])
		said[x.at] = record
	}
	if !l.empty() {
		for i, record := range said {
			if l.leave(objects[i], record, numbers[i]) {
				return nil, false
			}
		}
		if l.areCalledFor(s) {
			return nil, false
		}
	}
	return said, true
}

// lead is a text by which an object is joined with others, and what it is to it.
type lead struct {
	text string
	as   use
}

// leads are those that some objects say only now, each with the number of their part, or
// several.
type leads struct {
	plain    bool // any word may be a name
	in       map[lead]int
	cut      map[string]int  // of words up to their last hyphen, which name what these name
	unlisted map[string]bool // words that come or go, and are no object's id
	ends     *ends           // of all texts in them
}

const several = -1

func (l *leads) empty() bool { return len(l.in)+len(l.unlisted) == 0 }

// note takes note of what an object of a part says only now, or said only before.
func (l *leads) note(before, now string, part int) {
	was, is := leadsOf(before), leadsOf(now)
	for x := range is {
		if was[x] {
			continue
		}
		put(l.in, x, part)
		l.ends.add(x.text)
		if x.as == word {
			l.unlisted[x.text] = true
			put(l.cut, shorter(x.text), part)
			l.ends.add(shorter(x.text))
		}
	}
	for x := range was {
		if !is[x] && x.as == word {
			l.unlisted[x.text] = true
		}
	}
}

func put[K comparable](to map[K]int, key K, part int) {
	if other, there := to[key]; there && other != part {
		part = several
	}
	to[key] = part
}

// shorter is a word up to its last hyphen; "" for what has none.
func shorter(word string) string { return word[:max(strings.LastIndexByte(word, '-'), 0)] }

// leadsOf are those that an object says as a record holds them.
func leadsOf(record string) map[lead]bool {
	out := map[lead]bool{}
	eachSpan(record, func(text string, as use) { out[lead{text, as}] = true })
	return out
}

// leave reports whether a lead may join an object of a part, which says what stands in a
// record, its id too, with another part. It is as names.give and names.take join, or more.
func (l *leads) leave(o snapshot.Object, record string, part int) (left bool) {
	if len(l.unlisted) > 0 && !o.Kind.OfDirectory() {
		words([]byte(o.ID), l.plain, func(id []byte) { delete(l.unlisted, string(id)) })
	}
	eachSpan(record, func(text string, as use) {
		switch {
		case !l.ends.may(text) && (as != word || !l.ends.may(shorter(text))):
		case as == word:
			left = left || l.named(text, part) || l.elsewhere(shorter(text), word, part)
		case as == address:
			left = left || l.elsewhere(text, ownAddress, part) || l.elsewhere(text, privateAddress, part)
		case as == ownAddress:
			left = left || l.elsewhere(text, ownAddress, part) || l.elsewhere(text, address, part)
		case as == privateAddress:
			left = left || l.elsewhere(text, address, part)
		}
	})
	return left
}

// named reports whether an object of another part says a name only now.
func (l *leads) named(name string, part int) bool {
	p, there := l.cut[name]
	return there && p != part || l.elsewhere(name, word, part)
}

func (l *leads) elsewhere(text string, as use, part int) bool {
	p, there := l.in[lead{text, as}]
	return there && p != part
}

// areCalledFor reports whether a call is about a word that comes or goes and is no object's
// id: then it may be about another part now.
func (l *leads) areCalledFor(s *snapshot.Snapshot) (called bool) {
	if len(l.unlisted) == 0 {
		return false
	}
	for _, a := range s.Accounts() {
		for _, c := range a.Coverage() {
			for _, subjects := range c.Subjects {
				for _, subject := range subjects {
					words([]byte(subject), l.plain, func(w []byte) { called = called || l.unlisted[string(w)] })
				}
			}
		}
	}
	return called
}

// ends tell of most texts that they are none of some others, by what these end with: a bit
// for each of so many ends.
type ends [1 << 16 / 64]uint64

// of is which word of bits the end of a text has, and which bit in it.
func (e *ends) of(text string) (at *uint64, bit uint64) {
	var last [8]byte
	copy(last[:], text[max(0, len(text)-len(last)):])
	end := (binary.LittleEndian.Uint64(last[:]) ^ uint64(len(text))) * 0x9e3779b97f4a7c15 >> 48 // the golden ratio spreads them
	return &e[end/64], 1 << (end % 64)
}

func (e *ends) add(text string) {
	at, bit := e.of(text)
	*at |= bit
}

// may reports whether a text may be one of those that were added.
func (e *ends) may(text string) bool {
	at, bit := e.of(text)
	return *at&bit != 0
}
