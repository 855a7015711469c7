package locality

import (
	"crypto/sha256"
	"fmt"
	"hash"

	"esaudit/graph"
	"esaudit/snapshot"
)

// Digests says what the parts rest on: each on its objects, where they stand, and
// what came of the calls about them; common is what all rest on. The instants at
// which accounts were read are in neither.
func (d *Division) Digests() (parts [][sha256.Size]byte, common [sha256.Size]byte) {
	sums, all := make([]hash.Hash, len(d.Parts)), sha256.New()
	var line []byte
	for i, p := range d.Parts {
		sums[i] = sha256.New()
		for _, o := range p.Objects {
			line = appendObject(line[:0], o)
			sums[i].Write(line)
		}
	}
	for _, a := range d.snapshot.Accounts() {
		fmt.Fprintf(all, "account %q %q %q\n", a.ID, a.Regions, graph.Regions(a))
		for _, o := range a.Objects(snapshot.Region) {
			line = appendObject(line[:0], o)
			all.Write(line)
		}
		d.calls(a, sums, all)
	}
	for _, h := range sums {
		parts = append(parts, [sha256.Size]byte(h.Sum(nil)))
	}
	return parts, [sha256.Size]byte(all.Sum(nil))
}

// appendObject appends an object with its place. A text cannot run into the next
// one: its length stands before it.
func appendObject(b []byte, o snapshot.Object) []byte {
	text := o.Node.CanonicalText()
	b = fmt.Appendf(b, "%q %d\n", o.Node.Pointer(), len(text))
	return append(b, text...)
}

// calls adds what came of calls to the part they are about.
func (d *Division) calls(a *snapshot.Account, parts []hash.Hash, all hash.Hash) {
	for _, c := range a.Coverage() {
		for state := snapshot.NeverMade; state <= snapshot.Read; state++ {
			for _, subject := range c.Subjects[state] {
				part, known := d.About(subject)
				if snapshot.OfDirectory(c.Product) {
					part, known = d.Directory()
				}
				to := all
				if known {
					to = parts[part]
				}
				fmt.Fprintf(to, "call %q %q %q %q %q %v\n", a.ID, c.Region, c.Product, c.Operation, subject, state)
			}
		}
	}
}
