package locality

import (
	"bytes"
	"iter"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"

	"esaudit/snapshot"
)

// said is what an object says by which it may be joined with others: words that may be
// names, and addresses.
type said struct {
	links       [linksSize]byte // stands for all of it
	loose, open bool
	text        string // of the objects that were looked at together
	spans       []wordSpan
}

// wordSpan is where a word or an address stands in the text.
type wordSpan struct {
	start, end uint32
	as         use
}

// use is what a text is to an object.
type use uint8

const (
	word           use = iota
	address            // which may be another object's name
	ownAddress         // of the internet, and the object's name
	privateAddress     // which the object has, and others in other networks may
)

// each visits words and addresses in their order.
func (x said) each(visit func(text string, as use)) {
	for _, s := range x.spans {
		visit(x.text[s.start:s.end], s.as)
	}
}

// saying collects what objects say. It is for one goroutine.
type saying struct {
	text  []byte
	spans []wordSpan
	room  snapshot.Room // to read an object in
}

func (s *saying) word(text []byte)    { add(s, text, word) }
func (s *saying) address(text []byte) { add(s, text, address) }

// isPrivate reports whether a text is an address of no network of the internet.
func isPrivate(text []byte) bool {
	a, err := netip.ParseAddr(string(text))
	return err == nil && a.IsPrivate()
}

func add[T string | []byte](s *saying, text T, as use) {
	start := uint32(len(s.text))
	s.text = append(s.text, text...)
	s.spans = append(s.spans, wordSpan{start, uint32(len(s.text)), as})
}

// addressed reports whether addresses are names of objects of a kind: those of the
// internet, those of a load balancer, and those of the nodes of a cluster, which
// settings and servers name wherever they stand.
func addressed(kind snapshot.Kind) bool {
	switch kind {
	case snapshot.Cluster, snapshot.EIP, snapshot.NATGateway, snapshot.SnatTable, snapshot.ECS, snapshot.CLB, snapshot.VPNGateway:
		return true
	}
	return false
}

// of is what an object says.
func (l looks) of(o snapshot.Object, to *saying) (x said) {
	if o.Kind.OfDirectory() {
		return x
	}
	look, text := o.Node.Once(&to.room)
	x.loose, x.open = loose(o, look, text), open(o)
	to.nodes(o.Kind, look)
	l.mentions(o, text, to.word, to.addressOf(o.Kind))
	return x
}

// traced is of, with what stands for it.
func (l looks) traced(o snapshot.Object, to *saying) (x said) {
	if o.Kind.OfDirectory() {
		return x
	}
	look, text := o.Node.Once(&to.room)
	x.loose, x.open = loose(o, look, text), open(o)
	from := len(to.spans)
	to.nodes(o.Kind, look)
	x.links = l.marked(o, text, to.since(from), x.loose || x.open, to.word, to.addressOf(o.Kind))
	return x
}

// addressOf collects addresses of an object of a kind. A private one, which many may
// have, leads from settings and lists of clusters only: of others, the VPC tells.
func (s *saying) addressOf(kind snapshot.Kind) func([]byte) {
	if kind == snapshot.Cluster {
		return s.address
	}
	as := address
	if addressed(kind) {
		as = ownAddress
	}
	return func(text []byte) {
		if !isPrivate(text) {
			add(s, text, as)
		}
	}
}

// nodes collects the addresses of a cluster's nodes and endpoints, and the private ones
// that stand where others are of the internet.
func (s *saying) nodes(kind snapshot.Kind, look snapshot.Glance) {
	for a := range owned(kind, look) {
		if kind == snapshot.Cluster || a.IsPrivate() {
			add(s, a.String(), privateAddress)
		}
	}
}

// since are the texts that were collected after so many, each with an end.
func (s *saying) since(spans int) string {
	var out []byte
	for _, x := range s.spans[spans:] {
		out = append(append(out, s.text[x.start:x.end]...), '\n')
	}
	return string(out)
}

// owned visits the addresses by which lists and settings of clusters name an object,
// wherever it stands: those of a cluster's nodes and endpoints, and what others have on
// the internet, or should.
func owned(kind snapshot.Kind, look snapshot.Glance) iter.Seq[netip.Addr] {
	return func(yield func(netip.Addr) bool) {
		one := func(value snapshot.Glance) bool {
			for text := range strings.SplitSeq(value.Passing(), ",") {
				if a, err := netip.ParseAddr(text); err == nil && !yield(a.Unmap()) {
					return false
				}
			}
			return true
		}
		each := func(list snapshot.Glance, field ...string) bool {
			for item := range list.Each {
				if !one(item.Get(field...)) {
					return false
				}
			}
			return true
		}
		own := func(path ...string) snapshot.Glance { return look.Get("attributes").Get(path...) }
		switch kind {
		case snapshot.Cluster:
			_ = each(look.Get(string(snapshot.Nodes)), "host") && each(own("endpoints"), "endpoint")
		case snapshot.EIP:
			one(own("IpAddress"))
		case snapshot.NATGateway:
			each(own("IpLists", "IpList"), "IpAddress")
		case snapshot.SnatTable:
			each(look.Get(string(snapshot.Entries)), "SnatIp")
		case snapshot.ECS:
			each(own("PublicIpAddress", "IpAddress"))
		case snapshot.CLB:
			one(own("Address"))
		case snapshot.VPNGateway:
			one(own("InternetIp"))
		}
	}
}

// forms visits a word of an object as it is and, of a cluster, in small letters: settings
// name clusters by domains, in any.
func forms(kind snapshot.Kind, word []byte, visit func([]byte)) {
	visit(word)
	if kind == snapshot.Cluster && bytes.ContainsFunc(word, unicode.IsUpper) {
		visit(bytes.ToLower(word))
	}
}

// mentions visits the words of an object that may be names, and what may be addresses.
func (l looks) mentions(o snapshot.Object, text []byte, word, address func([]byte)) {
	say := func(w []byte) {
		if prefix, _, _ := bytes.Cut(w, []byte("-")); l.Plain || l.Prefixes[string(prefix)] {
			word(w)
		}
	}
	look := func(text []byte) {
		words(text, l.Plain, func(w []byte) {
			forms(o.Kind, w, say)
		})
		if o.Kind != snapshot.Cluster {
			addresses(text, address)
			return
		}
		for _, piece := range beside(text) {
			addresses(piece, address)
		}
	}
	texts(o.Node, text, look)
	look([]byte(o.ID))
}

// beside is the text of a cluster without the addresses of its nodes and endpoints, which
// are its own.
func beside(text []byte) [][]byte {
	pieces := [][]byte{text}
	for _, own := range []struct{ open, shut string }{
		{"\n                \"endpoints\": [\n", "\n                ]"}, {"\n              \"nodes\": [\n", "\n              ]"},
	} {
		last := pieces[len(pieces)-1]
		before, rest, there := bytes.Cut(last, []byte(own.open))
		if _, after, ends := bytes.Cut(rest, []byte(own.shut)); there && ends {
			pieces = append(pieces[:len(pieces)-1], before, after)
		}
	}
	return pieces
}

// only looks at objects of some kinds.
func only(these func(snapshot.Kind) bool, look func(snapshot.Object, *saying) said) func(snapshot.Object, *saying) said {
	return func(o snapshot.Object, to *saying) (x said) {
		if these(o.Kind) {
			x = look(o, to)
		}
		return x
	}
}

// together is how many objects are looked at by one goroutine at a time.
const together = 256

// inTurn looks at objects on all processors, and takes what they say in their order.
func inTurn(objects []snapshot.Object, look func(snapshot.Object, *saying) said, take func(i int, x said)) {
	waiting := make(chan chan []said, 2*runtime.GOMAXPROCS(0))
	rooms := sync.Pool{New: func() any { return &saying{} }}
	go func() {
		defer close(waiting)
		for from := 0; from < len(objects); from += together {
			some := objects[from:min(from+together, len(objects))]
			found := make(chan []said, 1)
			waiting <- found
			go func() {
				to := rooms.Get().(*saying)
				found <- lookAt(some, look, to)
				rooms.Put(to)
			}()
		}
	}()
	i := 0
	for found := range waiting {
		for _, x := range <-found {
			take(i, x)
			i++
		}
	}
}

// lookAt looks at some objects. to is room that is used again.
func lookAt(objects []snapshot.Object, look func(snapshot.Object, *saying) said, to *saying) []said {
	to.text, to.spans = to.text[:0], to.spans[:0]
	out := make([]said, len(objects))
	ends := make([]int, len(objects))
	for i, o := range objects {
		out[i] = look(o, to)
		ends[i] = len(to.spans)
	}
	text, spans, from := string(to.text), slices.Clone(to.spans), 0
	for i, end := range ends {
		out[i].text, out[i].spans, from = text, spans[from:end], end
	}
	return out
}
