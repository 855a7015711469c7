package locality

import (
	"net/netip"
	"runtime"

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
	address    bool
}

// each visits words and addresses in their order.
func (x said) each(visit func(text string, address bool)) {
	for _, s := range x.spans {
		visit(x.text[s.start:s.end], s.address)
	}
}

// saying collects what objects say. It is for one goroutine.
type saying struct {
	text  []byte
	spans []wordSpan
}

func (s *saying) word(text string)    { s.add(text, false) }
func (s *saying) address(text string) { s.add(text, true) }

func (s *saying) add(text string, address bool) {
	start := uint32(len(s.text))
	s.text = append(s.text, text...)
	s.spans = append(s.spans, wordSpan{start, uint32(len(s.text)), address})
}

// addressed are the addresses of the internet that are an object's names.
func addressed(o snapshot.Object, to *saying) (x said) {
	switch o.Kind {
	case snapshot.EIP, snapshot.NATGateway, snapshot.SnatTable, snapshot.ECS, snapshot.CLB, snapshot.VPNGateway:
		texts(o.Node, func(text string) {
			addresses(text, func(ip string) {
				if a, err := netip.ParseAddr(ip); err == nil && !a.IsPrivate() {
					to.address(ip)
				}
			})
		})
	}
	return x
}

// of is what an object says.
func (l looks) of(o snapshot.Object, to *saying) (x said) {
	if o.Kind.OfDirectory() {
		return x
	}
	x.loose, x.open = loose(o), open(o)
	x.links = l.links(o, x.loose || x.open, to.word, to.address)
	return x
}

// together is how many objects are looked at by one goroutine at a time.
const together = 256

// inTurn looks at objects on all processors, and takes what they say in their order.
func inTurn(objects []snapshot.Object, look func(snapshot.Object, *saying) said, take func(i int, x said)) {
	waiting := make(chan chan []said, 2*runtime.GOMAXPROCS(0))
	go func() {
		defer close(waiting)
		for from := 0; from < len(objects); from += together {
			some := objects[from:min(from+together, len(objects))]
			found := make(chan []said, 1)
			waiting <- found
			go func() { found <- lookAt(some, look) }()
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

func lookAt(objects []snapshot.Object, look func(snapshot.Object, *saying) said) []said {
	var to saying
	out := make([]said, len(objects))
	ends := make([]int, len(objects))
	for i, o := range objects {
		out[i] = look(o, &to)
		ends[i] = len(to.spans)
	}
	text, from := string(to.text), 0
	for i, end := range ends {
		out[i].text, out[i].spans, from = text, to.spans[from:end], end
	}
	return out
}
