package audit

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"esaudit/cache"
	"esaudit/snapshot"
)

// mostTexts is how much is kept of texts of documents besides the last one, in bytes.
const mostTexts = 8 << 20

// Texts is what earlier audits found out about the texts of documents, whichever they
// were: what is audited is to be read with it.
func (c *Cache) Texts() *snapshot.Known {
	var known *snapshot.Known
	texts, err := c.Store.Load(c.textsName())
	if err == nil {
		known, err = snapshot.NewKnown(c.marksSecret(), slices.Collect(maps.Values(texts))...)
	}
	if err != nil {
		c.Note(err.Error() + "; all text is checked anew")
		known, _ = snapshot.NewKnown(c.marksSecret()) // nothing of which is malformed
		texts = nil
	}
	c.texts = texts
	return known
}

// textsName is the name under which it is kept what is known of texts.
func (c *Cache) textsName() cache.Key {
	return sha256.Sum256(fmt.Appendf(nil, "texts of documents %q", c.Program))
}

// marksSecret is what marks of objects rest on.
func (c *Cache) marksSecret() []byte { return c.Store.Derive("marks of objects") }

// keepTexts keeps what was found out about the text of a snapshot in place of what was
// of the last one of the same accounts.
func (c *Cache) keepTexts(s *snapshot.Snapshot) error {
	text := s.Learned()
	if text == "" {
		return nil
	}
	name := sha256.New()
	for _, a := range s.Accounts() {
		fmt.Fprintf(name, "account %q\n", a.ID)
	}
	of := cache.Key(name.Sum(nil))
	kept, size := cache.NewAnswers(len(text)+cache.Beside), 0
	kept.Text(of, text)
	for key, other := range c.texts { // which of too many are dropped does not matter
		if key != of && size+len(other) <= mostTexts {
			kept.Text(key, other)
			size += len(other)
		}
	}
	return c.Store.Save(c.textsName(), kept)
}
