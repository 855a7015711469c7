package locality

import (
	"crypto/sha256"

	"esaudit/snapshot"
)

// looks is what ids look like: which words may be names.
type looks struct {
	Prefixes map[string]bool // what ids begin with, up to the first hyphen
	Plain    bool            // some id has no hyphen: any word may be one
}

// marked visits the words of an object that may be names, and what may be addresses,
// and returns what stands for them, and for its own addresses: where it is the same, and ids
// are, the object is joined with the same ones. unbound says that it is loose
// or open.
func (l looks) marked(o snapshot.Object, text []byte, own string, unbound bool, word, address func([]byte)) [linksSize]byte {
	var room [512]byte
	all := append(append(room[:0], own...), 0)
	take := func(text []byte, visit func([]byte)) {
		all = append(append(all, text...), 0)
		visit(text)
	}
	l.mentions(o, text, func(w []byte) { take(w, word) }, func(ip []byte) { take(ip, address) })
	if unbound {
		all = append(all, "loose"...)
	}
	whole := sha256.Sum256(all)
	return [linksSize]byte(whole[:])
}

// linksSize is how many bytes stand for the links of an object.
const linksSize = 16
