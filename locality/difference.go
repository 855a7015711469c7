package locality

import (
	"esaudit/config"
	"esaudit/snapshot"
)

// Difference is where two estates are not the same: the parts of both together in
// which something differs.
type Difference struct {
	All       bool // it may be anywhere
	Directory bool // in who may do what

	touched map[identity]bool
}

// identity is that of an object in either of two snapshots.
type identity struct {
	account    string
	kind       snapshot.Kind
	region, id string
}

func identityOf(o snapshot.Object) identity { return identity{o.Account.ID, o.Kind, o.Region, o.ID} }

// Touches reports whether an object of either estate is in a part in which something
// differs, or in none because all rest on it.
func (d *Difference) Touches(o snapshot.Object) bool {
	return d.All || !placed(o.Kind) || d.touched[identityOf(o)]
}

// Compare finds the parts in which two estates of the same accounts differ. They are
// divided together: what is in one part in either of them is in one. Who asks has to
// know that nothing was missed in either.
func Compare(old, new *snapshot.Snapshot, c config.Config) *Difference {
	var differ, gone []snapshot.Object
	accounts := [2][]*snapshot.Account{old.Accounts(), new.Accounts()}
	for i, a := range accounts[0] {
		for _, kind := range snapshot.Kinds() {
			less, more := differing(a.Objects(kind), accounts[1][i].Objects(kind))
			if kind == snapshot.Region && len(less)+len(more) > 0 {
				return &Difference{All: true}
			}
			if placed(kind) {
				gone, differ = append(gone, less...), append(differ, more...)
			}
		}
	}
	d := Divide(new, c, gone...)
	out := &Difference{touched: map[identity]bool{}}
	parts := map[int]bool{}
	for _, o := range append(differ, gone...) {
		part, _ := d.Of(o)
		parts[part] = true
	}
	for i, a := range accounts[0] {
		if !d.called(a, accounts[1][i], parts) {
			return &Difference{All: true}
		}
	}
	for part := range parts {
		if d.Parts[part].Directory {
			out.Directory = true
			continue
		}
		for _, o := range d.Parts[part].Objects {
			out.touched[identityOf(o)] = true
		}
	}
	return out
}

// called adds the parts about which calls came to something else; false when they
// may be about anything.
func (d *Division) called(a, b *snapshot.Account, parts map[int]bool) bool {
	for _, pair := range [][2]*snapshot.Account{{a, b}, {b, a}} {
		for _, c := range pair[0].Coverage() {
			for state, subjects := range c.Subjects {
				for _, subject := range subjects {
					if pair[1].Answer(snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation, Subject: subject}) == state {
						continue
					}
					part, known := d.About(subject)
					if snapshot.OfDirectory(c.Product) {
						part, known = d.Directory()
					}
					if !known {
						return false
					}
					parts[part] = true
				}
			}
		}
	}
	return true
}

// differing returns the objects of two lists, by region and id, that are not in the
// other one, or not the same there.
func differing(x, y []snapshot.Object) (less, more []snapshot.Object) {
	before := func(a, b snapshot.Object) bool { return a.Region < b.Region || a.Region == b.Region && a.ID < b.ID }
	for len(x)+len(y) > 0 {
		switch {
		case len(y) == 0 || len(x) > 0 && before(x[0], y[0]):
			less, x = append(less, x[0]), x[1:]
		case len(x) == 0 || before(y[0], x[0]):
			more, y = append(more, y[0]), y[1:]
		default:
			if !x[0].Node.Equal(y[0].Node) {
				less, more = append(less, x[0]), append(more, y[0])
			}
			x, y = x[1:], y[1:]
		}
	}
	return less, more
}
