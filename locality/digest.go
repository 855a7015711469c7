package locality

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"runtime"
	"slices"

	"esaudit/graph"
	"esaudit/keyed"
	"esaudit/snapshot"

	"golang.org/x/sync/errgroup"
)

// Digests says what the parts rest on: each on its objects, where they stand, and
// what came of the calls about them; common is what all rest on. The instants at
// which accounts were read are in neither. asked are the attributes that anybody asked
// for: nothing rests on the others.
func (d *Division) Digests(asked snapshot.Asked) (parts []Digest, common [sha256.Size]byte) {
	d.trace(asked)
	if d.calling == nil {
		d.calling = d.calls()
	}
	parts = make([]Digest, len(d.Parts))
	for i, p := range d.Parts {
		sum, text := sha256.New(), sha256.New()
		own := make([]byte, 0, len(p.Objects)*OwnSize)
		for _, at := range p.at {
			text.Write(d.traces[at].text[:])
			sum.Write(d.traces[at].shared[:])
			own = append(own, d.traces[at].own[:]...)
		}
		sum.Write(d.calling.Parts[i])
		parts[i] = Digest{Shared: [sha256.Size]byte(sum.Sum(nil)), Own: string(own), Text: [sha256.Size]byte(text.Sum(nil))}
	}
	all := sha256.New()
	var b []byte
	for _, a := range d.snapshot.Accounts() {
		b = appendTexts(b[:0], append([]string{a.ID}, a.Regions...)...)
		b = appendTexts(b, graph.Regions(a)...)
		for _, o := range a.Objects(snapshot.Region) {
			b = appendTexts(b, o.Node.Pointer(), o.Node.CanonicalText())
		}
		all.Write(b)
	}
	all.Write(d.calling.Common)
	return parts, [sha256.Size]byte(all.Sum(nil))
}

// Digest stands for what a part rests on.
type Digest struct {
	Shared [sha256.Size]byte // which objects it has, and what others may rest on of each
	Own    string            // OwnSize bytes for what each object says of itself only
	Text   [sha256.Size]byte // everything its objects say, also what nobody asked for: on which line of them what stands
}

// OwnSize is how many bytes stand for what an object says of itself only.
const OwnSize = 16

// trace stands for what an object says.
type trace struct {
	text   keyed.Mark      // everything
	shared keyed.Mark      // its place, and what others may rest on
	own    [OwnSize]byte   // what it says of itself only
	links  [linksSize]byte // which objects it may be joined with
}

// trace works out the traces of objects, as far as they are not known.
func (d *Division) trace(asked snapshot.Asked) {
	traced := map[snapshot.Kind]string{}
	for _, kind := range snapshot.Kinds() {
		traced[kind] = writtenAsked(asked, kind)
	}
	was := d.traced
	d.traced = traced
	atOnce(len(d.objects), func(from, to int) {
		x := digester{asked: asked, declared: d.config.Joins(), marks: keyed.NewMarker(d.secret)}
		texts := snapshot.NewMarks(d.secret)
		for i := from; i < to; i++ {
			t, kind := &d.traces[i], d.objects[i].Kind
			if t.shared == (keyed.Mark{}) || was[kind] != traced[kind] {
				if t.text == (keyed.Mark{}) {
					t.text = texts.Of(d.objects[i])
				}
				x.object(t, d.objects[i])
			}
		}
	})
}

// atOnce does something with a number of things, some at a time, on all processors.
func atOnce(things int, do func(from, to int)) {
	const some = 1000
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < things; from += some {
		group.Go(func() error {
			do(from, min(from+some, things))
			return nil
		})
	}
	_ = group.Wait() // nothing of it fails
}

// writtenAsked is what objects of a kind are asked for: the same for the same.
func writtenAsked(asked snapshot.Asked, kind snapshot.Kind) string {
	if asked.All || asked.Whole[kind] {
		return "all"
	}
	var names []string
	for name, some := range asked.Names[kind] {
		if some {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return fmt.Sprintf("%q", names)
}

// digester takes digests of objects.
type digester struct {
	asked     snapshot.Asked
	declared  bool
	marks     *keyed.Marker
	pointers  snapshot.Pointers
	own, rest []byte
}

// object notes what stands for an object's own attributes, and for the others with its
// place. A text cannot run into the next one: its length stands before it.
func (x *digester) object(t *trace, o snapshot.Object) {
	x.own, x.rest = x.own[:0], x.pointers.Append(append(x.rest[:0], 0, 0, 0, 0), o.Node)
	binary.LittleEndian.PutUint32(x.rest, uint32(len(x.rest)))
	divided(o, x.asked, x.declared, func(piece string, of share) {
		switch of {
		case shared:
			x.rest = append(x.rest, piece...)
		case own:
			x.own = append(x.own, piece...)
		}
	})
	t.shared, t.own = x.marks.Mark(x.rest), [OwnSize]byte{}
	if len(x.own) > 0 {
		t.own = x.marks.Mark(x.own)
	}
}

// appendTexts appends texts, each behind its length.
func appendTexts(b []byte, texts ...string) []byte {
	for _, text := range texts {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b
}

// called stands for what came of calls.
type called struct {
	All    []byte   // of all of them
	Parts  [][]byte // of those about each part
	Common []byte   // of those about none
}

// calls takes digests of what came of calls.
func (d *Division) calls() *called {
	sums, common := make([]hash.Hash, len(d.Parts)), sha256.New()
	for i := range sums {
		sums[i] = sha256.New()
	}
	all := eachCall(d.snapshot, func(product, subject string, text []byte) {
		part, known := d.about(product, subject)
		if known {
			sums[part].Write(text)
		} else {
			common.Write(text)
		}
	})
	out := &called{All: all, Common: common.Sum(nil)}
	for _, sum := range sums {
		out.Parts = append(out.Parts, sum.Sum(nil))
	}
	return out
}

// about returns the number of the part that a call of a product is about.
func (d *Division) about(product, subject string) (part int, known bool) {
	if snapshot.OfDirectory(product) {
		return d.Directory()
	}
	return d.About(subject)
}

// eachCall visits what came of each call, and returns what stands for all. Error codes
// and instants of calls are not in it: no fact rests on them.
func eachCall(s *snapshot.Snapshot, visit func(product, subject string, text []byte)) []byte {
	all := sha256.New()
	var head, text []byte
	for _, a := range s.Accounts() {
		for _, c := range a.Coverage() {
			head = appendTexts(head[:0], a.ID, c.Region, c.Product, c.Operation)
			for state := snapshot.NeverMade; state <= snapshot.Read; state++ {
				for _, subject := range c.Subjects[state] {
					text = appendTexts(append(append(text[:0], byte(state)), head...), subject)
					all.Write(text)
					visit(c.Product, subject, text)
				}
			}
		}
	}
	return all.Sum(nil)
}

// sameCalls reports whether the same came of calls as did before.
func (c *called) sameCalls(s *snapshot.Snapshot) bool {
	return c != nil && slices.Equal(c.All, eachCall(s, func(string, string, []byte) {}))
}
