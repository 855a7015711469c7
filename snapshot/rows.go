package snapshot

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Rows are all objects of a kind, for who looks at the same attributes of each: of hosts and
// network interfaces, of which there are most, these are looked at once, and what they say
// is copied. They are safe for several goroutines.
type Rows struct {
	objects []Object
	keys    []string                 // of the attributes that are copied, sorted
	made    []atomic.Pointer[copied] // nil until somebody asks; each of rowsTogether objects
}

// copied is what some objects say.
type copied struct {
	piece
	places []uint32 // by object and key: where the value begins in the text; noPlace for none
	torn   []bool   // by object: its answers contradict each other
}

const (
	rowsTogether = 1 << 9
	noPlace      = 1<<32 - 1
	valueDepth   = attributesDepth + 1 // of the value of an attribute
)

// rowKeys are the attributes that many look at of all objects of a kind.
func rowKeys(kind Kind) []string {
	switch kind {
	case ECS:
		return []string{"PublicIpAddress", "SecurityGroupIds", "VpcAttributes"}
	case ENI:
		return []string{"InstanceId", "PrivateIpAddress", "PrivateIpSets", "SecurityGroupIds", "VSwitchId", "VpcId"}
	}
	return nil
}

// rowsOf are the rows of an account that were asked for.
type rowsOf struct {
	lock sync.Mutex
	made map[Kind]*Rows
}

// Rows returns the objects of a kind as rows.
func (a *Account) Rows(kind Kind) *Rows {
	a.rows.lock.Lock()
	defer a.rows.lock.Unlock()
	if a.rows.made == nil {
		a.rows.made = map[Kind]*Rows{}
	}
	if a.rows.made[kind] == nil {
		r := &Rows{objects: a.kinds[kind], keys: rowKeys(kind)}
		if r.keys != nil {
			r.made = make([]atomic.Pointer[copied], (len(r.objects)+rowsTogether-1)/rowsTogether)
		}
		a.rows.made[kind] = r
	}
	return a.rows.made[kind]
}

// Row is one object. The Row of an object alone shows what Glance shows; so does one of
// many.
type Row struct {
	Object
	keys   []string
	from   *piece
	places []uint32 // of the values in the text
	torn   bool
}

// Each visits the rows, as Objects has them.
func (r *Rows) Each(yield func(Row) bool) {
	for i := range r.objects {
		if !yield(r.At(i)) {
			return
		}
	}
}

// in visits the rows of a region.
func (r *Rows) in(region string) iter.Seq[Row] {
	first, _ := slices.BinarySearchFunc(r.objects, region, func(o Object, r string) int { return cmp.Compare(o.Region, r) })
	return func(yield func(Row) bool) {
		for i := first; i < len(r.objects) && r.objects[i].Region == region; i++ {
			if !yield(r.At(i)) {
				return
			}
		}
	}
}

// At returns the row of an object by its index among Objects.
func (r *Rows) At(i int) Row {
	if r.keys == nil {
		return Row{Object: r.objects[i]}
	}
	made := &r.made[i/rowsTogether]
	c := made.Load()
	if c == nil {
		from := i - i%rowsTogether
		made.CompareAndSwap(nil, copiedOf(r.objects[from:min(from+rowsTogether, len(r.objects))], r.keys))
		c = made.Load()
	}
	at := i % rowsTogether
	return Row{r.objects[i], r.keys, &c.piece, c.places[at*len(r.keys):], c.torn[at]}
}

// Get looks at the object's own fields.
func (r Row) Get(path ...string) Glance {
	i := slices.Index(r.keys, path[0])
	if i < 0 {
		return r.Glance(path...)
	}
	if r.places[i] == noPlace {
		return Glance{}
	}
	return Glance{from: r.from, at: int(r.places[i]), depth: valueDepth}.Get(path[1:]...)
}

// Fields appends what Get shows of each of some attributes, which ascend.
func (r Row) Fields(into []Glance, keys ...string) []Glance {
	if r.keys == nil {
		return r.Glance().Fields(into, keys...)
	}
	for _, key := range keys {
		into = append(into, r.Get(key))
	}
	return into
}

// Torn reports whether answers contradict each other in the object.
func (r Row) Torn() bool {
	if r.keys == nil {
		return r.GlanceAspect(Contradictions).Exists()
	}
	return r.torn
}

// copiedOf copies the values of attributes of some objects, each with a line feed behind it.
func copiedOf(objects []Object, keys []string) *copied {
	c := &copied{piece: piece{passing: true}, places: make([]uint32, 0, len(objects)*len(keys)), torn: make([]bool, len(objects))}
	var text strings.Builder
	var own []Glance
	var room Room
	for i, o := range objects {
		look, _ := o.Node.once(&room)
		c.torn[i] = look.Get(string(Contradictions)).Exists()
		own = look.Get(attributesKey).Fields(own[:0], keys...)
		for _, value := range own {
			if value.Kind() == Absent {
				c.places = append(c.places, noPlace)
				continue
			}
			c.places = append(c.places, uint32(text.Len()))
			value.writeTo(&text)
			text.WriteByte('\n')
		}
		if i == 0 {
			text.Grow(text.Len() * len(objects)) // they are alike
		}
	}
	c.text = text.String()
	return c
}

// writeTo writes the canonical text of the value of an attribute.
func (g Glance) writeTo(text *strings.Builder) {
	if g.from == nil {
		text.Write(g.node.appendIndented(nil, valueDepth))
	} else {
		text.WriteString(g.from.text[g.at:endOf(g.from.text, g.at, g.depth).end])
	}
}
