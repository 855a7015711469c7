package snapshot

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// fields finds objects by the text of an attribute. Each attribute of each kind
// is indexed when it is first asked for. It is safe for several goroutines.
type fields struct {
	lock sync.Mutex
	made map[fieldKey]map[string][]Object
}

type fieldKey struct {
	kind         Kind
	region, path string
}

// Where returns the objects of a kind in one region whose attribute at a path
// is the text, by id. The caller must not change the slice.
func (a *Account) Where(kind Kind, region, text string, path ...string) []Object {
	key := fieldKey{kind, region, strings.Join(path, "\x00")}
	a.fields.lock.Lock()
	defer a.fields.lock.Unlock()
	index, made := a.fields.made[key]
	if !made {
		index = map[string][]Object{}
		for o := range a.Rows(kind).in(region) {
			value := o.Get(path...).Text()
			index[value] = append(index[value], o.Object)
		}
		if a.fields.made == nil {
			a.fields.made = map[fieldKey]map[string][]Object{}
		}
		a.fields.made[key] = index
	}
	return index[text]
}

// Union unites lists of objects of one region, by id, each once.
func Union(lists ...[]Object) []Object {
	out := slices.Concat(lists...)
	slices.SortFunc(out, func(x, y Object) int { return cmp.Compare(x.ID, y.ID) })
	return slices.CompactFunc(out, func(x, y Object) bool { return x.ID == y.ID })
}

// until returns the index after the objects of the region that starts at lo.
func until(all []Object, lo int) int {
	region := all[lo].Region
	n, _ := slices.BinarySearchFunc(all[lo:], region, func(o Object, r string) int {
		if o.Region <= r {
			return -1
		}
		return 1
	})
	return lo + n
}

// Standing returns the regions that objects of a kind stand in, sorted.
func (a *Account) Standing(kind Kind) []string {
	var out []string
	all := a.kinds[kind]
	for i := 0; i < len(all); i = until(all, i) {
		out = append(out, all[i].Region)
	}
	return out
}
