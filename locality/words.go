package locality

import (
	"bytes"

	"esaudit/snapshot"
)

// texts visits what stands in an object of a canonical text, keys too: that text, or each
// text by itself when it has escapes, which would hide where a word begins.
func texts(n *snapshot.Node, text []byte, visit func([]byte)) {
	if bytes.IndexByte(text, '\\') < 0 {
		visit(text)
		return
	}
	if apart, err := snapshot.ParseJSON(text); err == nil { // nobody asks the object itself
		n = apart
	}
	pieces(n, visit)
}

// pieces visits the texts of a value. A text that is JSON by itself but for white space around
// it (esyml.Settings.List), as settings may be, is read too.
func pieces(n *snapshot.Node, visit func([]byte)) {
	text := []byte(n.Text())
	visit(text)
	if bytes.IndexByte(text, '\\') >= 0 {
		if inner, err := snapshot.ParseJSON(bytes.TrimSpace(text)); err == nil {
			pieces(inner, visit)
		}
	}
	for _, key := range n.Keys() {
		visit([]byte(key))
	}
	for _, item := range n.Items() {
		pieces(item, visit)
	}
}

// words visits the words of a text that hold a hyphen, or all of them.
func words(text []byte, all bool, visit func([]byte)) {
	if all {
		for _, word := range bytes.FieldsFunc(text, func(r rune) bool { return r > 127 || !ofWord(byte(r)) }) {
			visit(word)
		}
		return
	}
	each(text, '-', &wordBytes, visit)
}

// addresses visits what may be addresses of IPv4 in a text.
func addresses(text []byte, visit func([]byte)) {
	each(text, '.', &addressBytes, func(run []byte) {
		if run = bytes.Trim(run, "."); bytes.Count(run, []byte(".")) == 3 { // a host may end with a dot
			visit(run)
		}
	})
}

// each visits the runs of some bytes, one of which is the mark.
func each(text []byte, mark byte, of *[256]bool, visit func([]byte)) {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], mark)
		if i < 0 {
			return
		}
		from, to := at+i, at+i+1
		for from > at && of[text[from-1]] {
			from--
		}
		for to < len(text) && of[text[to]] {
			to++
		}
		visit(text[from:to])
		at = to
	}
}

// The bytes of words, and of addresses of IPv4.
var (
	wordBytes    = bytesOf(ofWord)
	addressBytes = bytesOf(func(c byte) bool { return c == '.' || '0' <= c && c <= '9' })
)

func bytesOf(of func(byte) bool) (out [256]bool) {
	for c := range out {
		out[c] = of(byte(c))
	}
	return out
}

func isWord(text string) bool {
	for i := range len(text) {
		if !ofWord(text[i]) {
			return false
		}
	}
	return text != ""
}

func ofWord(c byte) bool {
	return c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
