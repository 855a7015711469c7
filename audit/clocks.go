package audit

import (
	"crypto/sha256"

	"esaudit/facts"
	"esaudit/snapshot"
)

// clocks are those of parts, by what stands for their objects: to find them, all of the
// directory is read.
type clocks map[partText][]facts.Clock

// partText stands for where the objects of a part are, and for what they say.
type partText struct{ shared, text [sha256.Size]byte }

// of finds the clocks of the objects that a key stands for, if nobody did.
func (c clocks) of(key partText, objects []snapshot.Object) []facts.Clock {
	found, known := c[key]
	if !known {
		found = facts.ClocksOf(objects)
		c[key] = found
	}
	return found
}

// clocks appends the clocks of parts.
func (w *writer) clocks(b []byte, parts []partText, c clocks) []byte {
	w.b = b
	clear(w.known)
	w.number(uint64(len(parts)))
	for _, key := range parts {
		w.b = append(append(w.b, key.shared[:]...), key.text[:]...)
		w.number(uint64(len(c[key])))
		for _, clock := range c[key] {
			w.text(clock.Account)
			w.flag(clock.Scheduled)
			w.text(clock.Cron)
		}
	}
	return w.b
}

// readClocks reads what a writer wrote of parts of an estate.
func readClocks(text string, s *snapshot.Snapshot) (c clocks, err error) {
	accounts := map[string]bool{}
	for _, a := range s.Accounts() {
		accounts[a.ID] = true
	}
	r := &reader{text: text}
	err = r.all(func() {
		n := r.size()
		c = make(clocks, n)
		for range n {
			var key partText
			r.fill(key.shared[:])
			r.fill(key.text[:])
			list := make([]facts.Clock, r.size())
			for i := range list {
				list[i] = facts.Clock{Account: r.string(), Scheduled: r.flag(), Cron: r.string()}
				if !accounts[list[i].Account] {
					panic(malformed("an account that there is not"))
				}
			}
			c[key] = list
		}
	})
	if err != nil {
		return clocks{}, err
	}
	return c, nil
}
