package snapshot

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Schema is the version this package writes and reads.
const Schema = "esaudit.snapshot/v1"

// Global is the region name of objects of services that have no regions.
const Global = "global"

// Snapshot is an estate at one instant. It is not changed once made.
type Snapshot struct {
	root     *Node
	source   *Source
	accounts []*Account

	digested sync.Once
	digest   string
}

// Account is what was read of one account.
type Account struct {
	ID      string
	TakenAt time.Time // the API's own clock
	Regions []string  // the collected regions, sorted

	node   *Node
	kinds  map[Kind][]Object
	calls  []Coverage
	places map[Call][]int // index into calls, by calls without a subject
	fields fields
	rows   rowsOf
	doubts doubts
}

type objectKey struct {
	kind       Kind
	region, id string
}

// Object is one object of the cloud. Its identity is (account, region, id).
type Object struct {
	Account *Account
	Kind    Kind
	Region  string // Global for services without regions
	ID      string
	Node    *Node // {"attributes": ..., ASPECT: ...}
}

// Exists reports whether there is such an object; the zero Object is none.
func (o Object) Exists() bool { return o.Node != nil }

// Attr descends into the object's own fields, by the vendor's names.
func (o Object) Attr(path ...string) *Node { return o.Node.Get("attributes").Get(path...) }

// Aspect returns what one further call said of the object; nil when it was not
// read.
func (o Object) Aspect(a Aspect) *Node { return o.Node.Get(string(a)) }

// Parse reads a snapshot document. The lines and columns of its values are
// those of data. An error names the line, or the pointer, of what is wrong.
func Parse(data []byte) (*Snapshot, error) {
	source, err := (*Known)(nil).ReadAt(bytes.NewReader(data), len(data))
	if err != nil {
		return nil, err
	}
	return source.Snapshot()
}

// Snapshot reads the document as a snapshot, as Parse does.
func (s *Source) Snapshot() (*Snapshot, error) {
	root, source, err := s.read()
	if err != nil {
		return nil, err
	}
	return snapshotOf(root, source)
}

func snapshotOf(root *Node, source *Source) (*Snapshot, error) {
	switch schema, ok := root.Get("schema").Str(); {
	case !ok || !strings.HasPrefix(schema, "esaudit.snapshot/"):
		return nil, fmt.Errorf(`no snapshot: "schema" is not %q`, Schema)
	case schema != Schema:
		return nil, SchemaError(schema, Schema)
	}
	s := &Snapshot{root: root, source: source}
	list := root.Get("accounts")
	if list.Kind() != Array {
		return nil, fmt.Errorf("/accounts: not an array")
	}
	for _, n := range list.Items() {
		a, err := parseAccount(n)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(s.accounts, func(other *Account) bool { return other.ID == a.ID }) {
			return nil, fmt.Errorf("%s/id: account %q stands here twice; merge makes one of snapshots that were collected apart", where(n), a.ID)
		}
		s.accounts = append(s.accounts, a)
	}
	return s, nil
}

// Accounts returns the accounts in the document's order.
func (s *Snapshot) Accounts() []*Account { return s.accounts }

// Root returns the whole document.
func (s *Snapshot) Root() *Node { return s.root }

// Source returns the text that lines, columns and spans refer to.
func (s *Snapshot) Source() string { return s.source.Text() }

// SourceBetween is the text of Source from an offset up to another one, in bytes. Of a long
// document, which is kept packed, no more is unpacked.
func (s *Snapshot) SourceBetween(start, end int) string { return s.source.between(start, end) }

// SourceInTurn visits Source, some of it at a time: what is visited is there until the next is,
// and not to be changed.
func (s *Snapshot) SourceInTurn(visit func(text []byte)) { s.source.inTurn(visit) }

// Size is how large the document is, in bytes; as canonical text, if it was read so.
func (s *Snapshot) Size() int { return s.source.size }

// Canonical returns the canonical bytes: the same estate gives the same.
func (s *Snapshot) Canonical() []byte { return s.root.AppendJSON(nil) }

func parseAccount(n *Node) (*Account, error) {
	a := &Account{
		node: n, kinds: map[Kind][]Object{}, places: map[Call][]int{},
	}
	var ok bool
	if a.ID, ok = n.Get("id").Str(); !ok {
		return nil, fmt.Errorf("%s/id: not a string", where(n))
	}
	taken, _ := n.Get("takenAt").Str()
	t, err := time.Parse(time.RFC3339, taken)
	if err != nil {
		return nil, fmt.Errorf("%s/takenAt: %q is no RFC 3339 time", where(n), taken)
	}
	if !t.IsZero() && !time.Unix(0, t.UnixNano()).Equal(t) { // rules reckon in nanoseconds
		return nil, fmt.Errorf("%s/takenAt: %q is not between the years 1678 and 2262", where(n), taken)
	}
	a.TakenAt = t.UTC()
	if n.Get("regions").Kind() != Array {
		return nil, fmt.Errorf("%s/regions: not an array", where(n))
	}
	for _, r := range n.Get("regions").Items() {
		region, ok := r.Str()
		if !ok {
			return nil, fmt.Errorf("%s: not a string", where(r))
		}
		a.Regions = append(a.Regions, region)
	}
	if err := a.parseCoverage(n.Get("coverage")); err != nil {
		return nil, err
	}
	return a, a.parseObjects(n.Get("objects"))
}

func (a *Account) parseObjects(n *Node) error {
	if n.Kind() != Map {
		return fmt.Errorf("%s/objects: not an object", where(a.node))
	}
	for i, kind := range n.Keys() {
		if !known(Kind(kind)) {
			return fmt.Errorf("%s: unknown kind of object", where(n.Items()[i]))
		}
		regions, size := n.Items()[i], 0
		if regions.Kind() != Map {
			return fmt.Errorf("%s: not an object", where(regions))
		}
		for _, ids := range regions.Items() {
			if ids.Kind() != Map {
				return fmt.Errorf("%s: not an object", where(ids))
			}
			size += len(ids.Keys())
		}
		all := make([]Object, 0, size)
		for j, region := range regions.Keys() {
			ids := regions.Items()[j]
			for k, id := range ids.Keys() {
				node := ids.Items()[k]
				if node.Kind() != Map {
					return fmt.Errorf("%s: not an object", where(node))
				}
				all = append(all, Object{Account: a, Kind: Kind(kind), Region: region, ID: id, Node: node})
			}
		}
		a.kinds[Kind(kind)] = all
	}
	return nil
}

// Objects returns all objects of a kind, by region and id. The caller must not
// change the slice.
func (a *Account) Objects(kind Kind) []Object { return a.kinds[kind] }

// In returns the objects of a kind in one region, by id.
func (a *Account) In(kind Kind, region string) []Object {
	all := a.kinds[kind]
	lo, _ := slices.BinarySearchFunc(all, region, func(o Object, r string) int { return cmp.Compare(o.Region, r) })
	if lo == len(all) || all[lo].Region != region {
		return nil
	}
	return all[lo:until(all, lo)]
}

// Place returns where the objects of a kind in a region stand; where there are
// none, what would hold them.
func (a *Account) Place(kind Kind, region string) *Node {
	at := a.node.Get("objects")
	for _, key := range []string{string(kind), region} {
		below := at.Get(key)
		if below == nil {
			return at
		}
		at = below
	}
	return at
}

// Object returns one object by its identity. The zero Object when there is
// none.
func (a *Account) Object(kind Kind, region, id string) Object {
	if i, found := a.find(kind, region, id); found {
		return a.kinds[kind][i]
	}
	return Object{}
}

// find returns the index of an object among those of its kind.
func (a *Account) find(kind Kind, region, id string) (i int, found bool) {
	objects := a.kinds[kind]
	return sort.Find(len(objects), func(i int) int {
		o := &objects[i] // large
		if o.Region == region {
			return strings.Compare(id, o.ID)
		}
		return strings.Compare(region, o.Region)
	})
}

// where names a value in an error: its pointer, quoted when a hostile key would
// break the line.
func where(n *Node) string {
	p := n.Pointer()
	if strings.ContainsFunc(p, unicode.IsControl) {
		return strconv.Quote(p)
	}
	return p
}
