package redact

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"unicode"
)

// state is where a chain of pseudonyms stands: the key, what kind of text it is,
// and everything read so far.
type state [sha256.Size]byte

func (s state) next(r rune) state {
	var b [sha256.Size + 4]byte
	copy(b[:], s[:])
	binary.BigEndian.PutUint32(b[sha256.Size:], uint32(r))
	return sha256.Sum256(b[:])
}

// shift moves a letter within its alphabet by what the chain says.
func (s state) shift(r, first rune, size uint32) rune {
	by := binary.BigEndian.Uint32(s[:4]) % size
	return first + rune((uint32(r-first)+by)%size)
}

// alphabets of characters that are replaced by others of their own.
const (
	firstHan, sizeHan       = 0x4E00, 0x9FFF - 0x4E00 + 1
	firstHangul, sizeHangul = 0xAC00, 11172 // two of them stand for a letter of any other script
)

// word replaces a text, letter by letter: what stands for one depends on the
// letters before it. It is one-to-one, and texts that begin alike begin alike
// afterwards, in any case (ab and AB are the same letters).
func (r *Redactor) word(kind, text string) string {
	if text == "" || text == redacted {
		return text
	}
	if known, ok := r.words[kind+"\x00"+text]; ok {
		return known
	}
	s := r.start(kind)
	var b strings.Builder
	for i, c := range text {
		switch {
		case c >= 'a' && c <= 'z':
			b.WriteRune(s.shift(c, 'a', 26))
		case c >= 'A' && c <= 'Z':
			b.WriteRune(s.shift(c, 'A', 26))
		case c >= '1' && c <= '9' && i == 0: // a number keeps its length
			b.WriteRune(s.shift(c, '1', 9))
		case c >= '0' && c <= '9' && i > 0:
			b.WriteRune(s.shift(c, '0', 10))
		case c >= firstHan && c < firstHan+sizeHan:
			b.WriteRune(s.shift(c, firstHan, sizeHan))
		case c > unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsNumber(c)):
			b.WriteRune(s.shift(firstHangul+c/sizeHangul, firstHangul, sizeHangul))
			b.WriteRune(s.next(-1).shift(firstHangul+c%sizeHangul, firstHangul, sizeHangul))
		default:
			b.WriteRune(c)
		}
		s = s.next(unicode.ToLower(c))
	}
	r.words[kind+"\x00"+text] = b.String()
	return b.String()
}

// start begins a chain for texts of a kind.
func (r *Redactor) start(kind string) state {
	return sha256.Sum256(append(append([]byte{}, r.key[:]...), kind...))
}
