package locality

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
)

// markSize is how many bytes stand for a text.
const markSize = 16

// marker makes marks of texts: GMAC, encrypted, because its nonce is always the same. Two
// texts have the same mark by accident only, and who does not know the secret can make
// no such texts, not with marks at hand either. It takes a quarter of the time of SHA-256.
// It is for one goroutine.
type marker struct {
	mac  cipher.AEAD
	seal cipher.Block
	text []byte
	room [markSize]byte
}

func newMarker(secret []byte) *marker {
	keys := sha256.Sum256(append([]byte("marks of texts "), secret...))
	first, err := aes.NewCipher(keys[:16])
	if err == nil {
		second, other := aes.NewCipher(keys[16:])
		mac, wrong := cipher.NewGCM(first)
		if other == nil && wrong == nil {
			return &marker{mac: mac, seal: second}
		}
	}
	panic("locality: a key of 16 bytes is none")
}

// mark stands for a text.
func (m *marker) mark(text string) (out [markSize]byte) {
	m.text = append(m.text[:0], text...)
	m.mac.Seal(m.room[:0], make([]byte, m.mac.NonceSize()), nil, m.text)
	m.seal.Encrypt(out[:], m.room[:])
	return out
}
