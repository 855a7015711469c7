package locality

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"strings"
	"sync"

	"esaudit/keyed"
	"esaudit/snapshot"
)

// Said is what all objects say by which they are joined with others, and what stands for
// it, where a survey had to look for that; nil where it is what it was.
func (d *Division) Said() (text []byte, sum [sha256.Size]byte) {
	s := d.said()
	return s.text, s.sum
}

// sayings are what all objects say, and what stands for it. No text: it is what it was.
type sayings struct {
	text []byte
	sum  [sha256.Size]byte
}

// sayingsOf are those of all records.
func sayingsOf(records []string) sayings {
	text := []byte(strings.Join(records, ""))
	return sayings{text, sha256.Sum256(text)}
}

// append appends what an object says.
func (x said) append(b []byte) []byte {
	flags := byte(0)
	if x.loose {
		flags |= saysLoose
	}
	if x.open {
		flags |= saysOpen
	}
	b = append(b, flags)
	for _, s := range x.spans {
		text := x.text[s.start:s.end]
		b = append(binary.AppendUvarint(b, uint64(len(text))<<2|uint64(s.as)), text...)
	}
	return append(b, 0)
}

const (
	saysLoose = 1 << iota
	saysOpen
)

// repeat collects what an object said as append wrote it.
func (s *saying) repeat(record string) (x said) {
	x.loose, x.open = record[0]&saysLoose != 0, record[0]&saysOpen != 0
	eachSpan(record, func(text string, as use) { add(s, text, as) })
	return x
}

// eachSpan visits the words and addresses of a record; "" has none.
func eachSpan(record string, visit func(text string, as use)) {
	for rest := record[min(1, len(record)):]; ; {
		text, as, next, ok := cutSpan(rest)
		if !ok || text == "" {
			return
		}
		visit(text, as)
		rest = next
	}
}

// cutSpan reads a word or an address; "" behind the last one.
func cutSpan(b string) (text string, as use, rest string, ok bool) {
	n, size := binary.Uvarint([]byte(b[:min(len(b), binary.MaxVarintLen64)]))
	if size <= 0 || n>>2 > uint64(len(b)-size) {
		return "", 0, "", false
	}
	end := size + int(n>>2)
	return b[size:end], use(n & 3), b[end:], true
}

// records are what each object said; nil for what was never written.
func records(said string) (out []string) {
	for said != "" {
		rest := said[1:]
		for {
			text, _, next, ok := cutSpan(rest)
			if !ok {
				return nil
			}
			if rest = next; text == "" {
				break
			}
		}
		out, said = append(out, said[:len(said)-len(rest)]), rest
	}
	return out
}

// repeating tells what objects say: of those whose text is what it was, what they said.
// was are their rows.
func (k *kept) repeating(objects []snapshot.Object, traces []trace, was []int, text string) func(looks, snapshot.Object, *saying) said {
	if sha256.Sum256([]byte(text)) != k.Said {
		return looks.traced
	}
	all, known := records(text), make(map[*snapshot.Node]int, len(objects))
	for i, o := range objects {
		if was[i] < len(all) && traces[i].shared != (keyed.Mark{}) {
			known[o.Node] = i
		}
	}
	var once sync.Once
	alike := false
	return func(l looks, o snapshot.Object, to *saying) said {
		once.Do(func() { alike = l.Plain == k.Looks.Plain && maps.Equal(l.Prefixes, k.Looks.Prefixes) })
		i, there := known[o.Node]
		if !there || !alike {
			return l.traced(o, to)
		}
		x := to.repeat(all[was[i]])
		x.links = traces[i].links
		return x
	}
}
