package locality

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"

	"esaudit/graph"
	"esaudit/snapshot"
)

// Digests says what the parts rest on: each on its objects, where they stand, and
// what came of the calls about them; common is what all rest on. The instants at
// which accounts were read are in neither. asked are the attributes that anybody asked
// for: nothing rests on the others.
func (d *Division) Digests(asked snapshot.Asked) (parts []Digest, common [sha256.Size]byte) {
	sums, all := make([]hash.Hash, len(d.Parts)), sha256.New()
	parts = make([]Digest, len(d.Parts))
	x := digester{own: sha256.New(), asked: asked}
	for i, p := range d.Parts {
		sums[i] = sha256.New()
		own := make([]byte, 0, len(p.Objects)*OwnSize)
		for _, o := range p.Objects {
			own = x.object(own, o, sums[i])
		}
		parts[i].Own = string(own)
	}
	for _, a := range d.snapshot.Accounts() {
		fmt.Fprintf(all, "account %q %q %q\n", a.ID, a.Regions, graph.Regions(a))
		for _, o := range a.Objects(snapshot.Region) {
			text := o.Node.CanonicalText()
			fmt.Fprintf(all, "%q %d\n%s", o.Node.Pointer(), len(text), text)
		}
		d.calls(a, sums, all)
	}
	for i, h := range sums {
		parts[i].Shared = [sha256.Size]byte(h.Sum(nil))
	}
	return parts, [sha256.Size]byte(all.Sum(nil))
}

// Digest stands for what a part rests on.
type Digest struct {
	Shared [sha256.Size]byte // which objects it has, and what others may rest on of each
	Own    string            // OwnSize bytes for what each object says of itself only
}

// OwnSize is how many bytes stand for what an object says of itself only.
const OwnSize = 16

// digester takes digests of objects.
type digester struct {
	own         hash.Hash
	asked       snapshot.Asked
	sizes, rest []byte
}

// object appends what stands for an object's own attributes, and adds the others to
// a sum, with its place. A text cannot run into the next one: its length stands
// before it.
func (x *digester) object(list []byte, o snapshot.Object, sum hash.Hash) []byte {
	x.own.Reset()
	some := false
	x.rest = append(x.rest[:0], o.Node.Pointer()...)
	place := len(x.rest)
	divided(o, x.asked, func(piece string, of share) {
		switch of {
		case shared:
			x.rest = append(x.rest, piece...)
		case own:
			some = true
			_, _ = io.WriteString(x.own, piece) // a hash takes everything
		}
	})
	x.sizes = binary.AppendUvarint(binary.AppendUvarint(x.sizes[:0], uint64(place)), uint64(len(x.rest)))
	_, _ = sum.Write(x.sizes)
	_, _ = sum.Write(x.rest)
	if !some {
		return append(list, make([]byte, OwnSize)...)
	}
	return append(list, x.own.Sum(nil)[:OwnSize]...)
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
