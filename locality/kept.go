package locality

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"sync"

	"esaudit/config"
	"esaudit/keyed"
	"esaudit/snapshot"
)

// Survey divides an estate as Divide does, or into larger parts. kept is what Kept gave for
// an estate of the same accounts and declarations: the objects that say what they said then
// are not looked at again. Where kept is nothing, or says nothing of use, it is as if there
// was none. Whether an object says the same is told by what nobody can forge who does not
// know the secret. Where objects name others than they did, said is asked for what Said
// gave then, by what stands for it: who said the same is not looked at for that, and parts
// that nothing joins otherwise stay what they were.
func Survey(s *snapshot.Snapshot, c config.Config, kept string, said func(sum [sha256.Size]byte) string, secret []byte) *Division {
	objects := objectsOf(s)
	d := &Division{snapshot: s, config: c, objects: objects, secret: secret}
	before, err := readKept(kept)
	if err != nil {
		d.divideAnew(looks.traced)
		return d
	}
	texts := make([]keyed.Mark, len(objects))
	atOnce(len(objects), func(from, to int) {
		marks := snapshot.NewMarks(secret)
		for i := from; i < to; i++ {
			texts[i] = marks.Of(objects[i])
		}
	})
	traces, numbers, was, same := before.aligned(objects, texts)
	for i, text := range texts {
		if text != traces[i].text {
			traces[i].text, traces[i].shared = text, keyed.Mark{}
		}
	}
	d.traced, d.said = before.Traced, func() sayings { return sayings{sum: before.Said} }
	var some []moved
	if same {
		some = before.movedOf(objects, traces)
	}
	if !same || len(some) > 0 {
		text := said(before.Said)
		var all []string
		if same {
			all, same = before.rejoined(s, objects, numbers, some, text)
		}
		if !same {
			d.divideAnew(before.repeating(objects, traces, was, text))
			for i := range d.traces {
				links := d.traces[i].links
				d.traces[i] = traces[i]
				d.traces[i].links = links
			}
			return d
		}
		for _, x := range some {
			traces[x.at].links = x.now.links
		}
		d.said = sync.OnceValue(func() sayings { return sayingsOf(all) })
	}
	d.looks, d.traces = before.Looks, traces
	d.naming = sync.OnceValue(d.again)
	d.place(numbers)
	if before.Calling.sameCalls(s) {
		d.calling = before.Calling
	}
	return d
}

// divideAnew divides the estate, and notes what objects say.
func (d *Division) divideAnew(look func(looks, snapshot.Object, *saying) said) {
	text := make([]byte, 0, len(d.objects)*saidOfObject)
	d.divide(look, func(x said) { text = x.append(text) })
	d.Fresh, d.said = true, sync.OnceValue(func() sayings { return sayings{text, sha256.Sum256(text)} })
}

// saidOfObject is about how much an object says, in bytes.
const saidOfObject = 128

// again divides the estate after all, for the names. Parts may be larger here than there.
func (d *Division) again() naming {
	whole := Divide(d.snapshot, d.config)
	ours := make([]int, len(whole.Parts))
	for i, p := range whole.Parts {
		ours[i] = d.number[p.Objects[0].Node]
		for _, o := range p.Objects {
			if d.number[o.Node] != ours[i] { // nothing is about any part, then
				return naming{&names{}, nil}
			}
		}
	}
	n := whole.naming()
	for i, root := range n.roots {
		if root >= 0 {
			n.roots[i] = ours[root]
		}
	}
	return n
}

// head is what Kept says before it comes to objects.
type head struct {
	Looks   looks
	Traced  map[snapshot.Kind]string
	Calling *called
	Said    [sha256.Size]byte // stands for what Said gives
}

// kept is what is known of the objects of an earlier estate.
type kept struct {
	head
	rows string
}

// Size is how many objects are divided.
func (d *Division) Size() int { return len(d.objects) }

// Kept is what there is to know of the objects, once their digests were taken.
func (d *Division) Kept() string { return string(d.AppendKept(nil)) }

// AppendKept appends Kept.
func (d *Division) AppendKept(b []byte) []byte {
	text, err := json.Marshal(head{d.looks, d.traced, d.calling, d.said().sum})
	if err != nil {
		panic("locality: what is known of objects cannot be written: " + err.Error())
	}
	b = appendTexts(b, string(text))
	var last identity
	for i, o := range d.objects {
		b = identityOf(o).append(b, &last)
		t := &d.traces[i]
		for _, sum := range [][]byte{t.text[:], t.shared[:], t.own[:], t.links[:]} {
			b = append(b, sum...)
		}
		b = binary.AppendUvarint(b, uint64(d.number[o.Node]))
	}
	return b
}

// append writes an identity behind the last one, of which it repeats nothing.
func (i identity) append(b []byte, last *identity) []byte {
	b = appendTexts(b, i.id)
	if i.id, last.id = "", ""; i == *last {
		return append(b, 0)
	}
	*last = i
	return appendTexts(append(b, 1), i.account, string(i.kind), i.region)
}

// row is what is known of one object.
type row struct {
	identity
	trace
	number int
}

// read reads the next row behind the last one; false for what Kept did not write.
func (x *row) read(rest *string) bool {
	id, b, ok := cutText(*rest)
	if !ok || b == "" {
		return false
	}
	other := b[0] == 1
	b = b[1:]
	if x.id = id; other {
		var kind string
		for _, to := range []*string{&x.account, &kind, &x.region} {
			if *to, b, ok = cutText(b); !ok {
				return false
			}
		}
		x.kind = snapshot.Kind(kind)
	}
	for _, to := range [][]byte{x.text[:], x.shared[:], x.own[:], x.links[:]} {
		if len(b) < len(to) {
			return false
		}
		copy(to, b)
		b = b[len(to):]
	}
	n, size := binary.Uvarint([]byte(b[:min(len(b), binary.MaxVarintLen64)]))
	x.number, *rest = int(n), b[max(size, 0):]
	return size > 0
}

var errMalformed = errors.New("what is known of objects is malformed")

func readKept(text string) (k kept, err error) {
	first, rest, ok := cutText(text)
	if !ok {
		return k, errMalformed
	}
	k.rows = rest
	return k, json.Unmarshal([]byte(first), &k.head)
}

// cutText reads a text behind its length.
func cutText(b string) (text, rest string, ok bool) {
	n, size := binary.Uvarint([]byte(b[:min(len(b), binary.MaxVarintLen64)]))
	if size <= 0 || n > uint64(len(b)-size) {
		return "", "", false
	}
	return b[size : size+int(n)], b[size+int(n):], true
}

// aligned returns the traces and the numbers of the parts of objects as they were, and
// which rows these stand in; same is false when there are others than there were, or they
// stand in another order: then there are no numbers. texts stand for what they say now.
func (k *kept) aligned(objects []snapshot.Object, texts []keyed.Mark) (traces []trace, numbers, was []int, same bool) {
	traces, numbers, was = make([]trace, len(objects)), make([]int, len(objects)), make([]int, len(objects))
	if parts, there := k.inOrder(objects, texts, traces, numbers); there {
		for i := range was {
			was[i] = i
		}
		return traces, numbers, was, k.Calling == nil || len(k.Calling.Parts) == parts
	}
	var rows []row
	others := make(map[identity]int, len(objects))
	var x row
	for rest := k.rows; rest != ""; rows = append(rows, x) {
		if !x.read(&rest) {
			return make([]trace, len(objects)), numbers, was, false
		}
		others[x.identity] = len(rows)
	}
	for i, o := range objects {
		at, there := others[identityOf(o)]
		if traces[i] = (trace{}); there {
			traces[i], was[i] = rows[at].trace, at
		}
	}
	return traces, numbers, was, false
}

// inOrder reads the rows of the same objects in the same order, and counts the parts
// that they are in. An object of the same text has the same id, which is not looked at.
func (k *kept) inOrder(objects []snapshot.Object, texts []keyed.Mark, traces []trace, numbers []int) (parts int, same bool) {
	var x row
	rest := k.rows
	for i, o := range objects {
		if rest == "" || !x.read(&rest) || x.number > parts {
			return 0, false
		}
		if x.account != o.Account.ID || x.kind != o.Kind || x.region != o.Region || x.text != texts[i] && x.id != o.ID {
			return 0, false
		}
		if traces[i], numbers[i] = x.trace, x.number; x.number == parts {
			parts++
		}
	}
	return parts, rest == ""
}
