// Package locality divides an estate into parts that have nothing to do with each
// other.
//
// # What it answers
//
// Which objects what is known of an object can rest on: those of its own part.
// Two estates that have a part in common know the same of its objects, whatever
// else they hold.
//
// # What it assumes
//
// Objects lead to each other by names: an object that follows from another one
// carries an id that stands in the other's answers, or an address of the internet
// that does, or both carry an id of a third. A private address leads from what a cluster
// is set to use to all clusters and load balancers that have it, and to whatever has it
// where others have one of the internet. So the parts are the connected
// components of "has a word in common that is a name". Too many words make parts
// larger, never wrong. Tests hold the facts of each part alone against those of
// the whole, on stories, large and random estates.
//
// # Limits
//
// What was not read may be anywhere. Who computes something of a part alone has
// to look whether a call was missed (snapshot.Account.Doubts), and to take the
// whole estate then.
package locality

import (
	"bytes"
	"slices"
	"strings"

	"esaudit/config"
	"esaudit/keyed"
	"esaudit/snapshot"
)

// Part is objects that lead to each other, in the order of the document.
type Part struct {
	Objects   []snapshot.Object
	Directory bool // who may do what: all that RAM answered

	at []int // indexes of the objects among all
}

// Division is an estate in its parts.
type Division struct {
	Parts []Part
	Fresh bool // nothing of an earlier estate's parts was of use

	snapshot  *snapshot.Snapshot
	config    config.Config
	objects   []snapshot.Object        // those that are divided
	number    map[*snapshot.Node]int   // of the part, by object
	naming    func() naming            // what tells which part an id is about
	looks     looks                    // what ids look like
	traces    []trace                  // by object
	secret    []byte                   // that what stands for texts rests on
	traced    map[snapshot.Kind]string // what was asked for where traces have their shared and own digests
	directory int                      // the number of its part and one; 0 for none
	calling   *called                  // nil: calls were not looked at
	said      func() sayings           // what objects say
}

// naming is who has which name.
type naming struct {
	*names
	roots []int // number of the part, by what stands for it among names
}

// Divide divides an estate, and more objects as if they stood in it. What is declared
// joins objects too.
func Divide(s *snapshot.Snapshot, c config.Config, more ...snapshot.Object) *Division {
	d := &Division{snapshot: s, config: c, objects: append(objectsOf(s), more...), said: func() sayings { return sayings{} }}
	d.divide(looks.traced, func(said) {})
	return d
}

// divide makes the parts. look tells what an object says, and see is told of it, in the
// order of objects.
func (d *Division) divide(look func(looks, snapshot.Object, *saying) said, see func(said)) {
	d.traces = make([]trace, len(d.objects))
	n := namesOf(d.objects, d.config, look, func(i int, x said) {
		d.traces[i].links = x.links
		see(x)
	})
	d.looks = n.looks
	roots, numbers := n.numbers(d.objects)
	d.place(numbers)
	d.naming = func() naming { return naming{n, roots} }
}

// namesOf joins objects that lead to each other, and those that are declared to. look
// tells what an object says, and see is told of it, in the order of objects.
func namesOf(objects []snapshot.Object, c config.Config, look func(looks, snapshot.Object, *saying) said, see func(i int, x said)) *names {
	n := &names{of: make(map[string]int32, len(objects)), looks: looks{Prefixes: vendors()}, holders: map[string][]int32{}, parent: make([]int32, len(objects))}
	for i, o := range objects {
		n.parent[i] = int32(i)
		n.shape(o)
	}
	all := func(o snapshot.Object, to *saying) said { return look(n.looks, o, to) }
	var looked []said // of objects with addresses, in their order: nobody looks at them twice
	inTurn(objects, only(addressed, all), func(i int, x said) {
		n.give(int32(i), objects[i], x)
		if addressed(objects[i].Kind) {
			looked = append(looked, x)
		}
	})
	inTurn(objects, only(func(kind snapshot.Kind) bool { return !addressed(kind) }, all), func(i int, x said) {
		if addressed(objects[i].Kind) {
			x, looked = looked[0], looked[1:]
		}
		see(i, x)
		n.odd, n.open = n.odd || x.loose, n.open || x.open
		n.take(int32(i), objects[i].Kind, x)
	})
	n.declared(c)
	return n
}

// vendors are what the vendor's ids begin with that join objects, also where no list has one.
func vendors() map[string]bool {
	out := map[string]bool{}
	for _, prefix := range []string{"acl", "cen", "eni", "ep", "epsrv", "i", "lb", "nacl", "ngw", "nlb", "pcc", "rsp", "sg", "sgp", "vpc", "vrt", "vsw", "vtb"} {
		out[prefix] = true
	}
	return out
}

// objectsOf are the objects that belong to parts, in the order of the document.
func objectsOf(s *snapshot.Snapshot) []snapshot.Object {
	var kinds [][]snapshot.Object
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			if placed(kind) {
				kinds = append(kinds, a.Objects(kind))
			}
		}
	}
	return slices.Concat(kinds...)
}

// declared joins what declarations name together.
func (n *names) declared(c config.Config) {
	for _, p := range c.Proxies {
		n.join(p.ECS, p.Cluster)
	}
	for _, p := range c.Clients {
		n.join(p.ECS, p.Cluster)
	}
	for _, p := range c.OnPrem {
		for _, vpc := range p.VPCs {
			n.join(p.VPCs[0], vpc)
		}
	}
	if len(c.Assertions) > 0 || n.odd || n.open && len(c.Proxies) > 0 { // assertions speak of everybody
		for i := range n.parent {
			n.unite(0, int32(i))
		}
	}
}

// numbers returns the number of the part that each object is in, and, by what stands
// for it among names, of each part. The directory is one part.
func (n *names) numbers(objects []snapshot.Object) (roots, numbers []int) {
	roots, numbers = make([]int, len(objects)), make([]int, len(objects))
	directory, parts := 0, 0 // numbers are from 1 on until they are returned
	for i, o := range objects {
		number := &roots[n.find(int32(i))]
		if o.Kind.OfDirectory() {
			number = &directory
		}
		if *number == 0 {
			parts++
			*number = parts
		}
		numbers[i] = *number - 1
	}
	for i := range roots {
		roots[i]--
	}
	return roots, numbers
}

// place puts each object into the part of a number.
func (d *Division) place(numbers []int) {
	d.number = make(map[*snapshot.Node]int, len(numbers))
	sizes := map[int]int{}
	for _, number := range numbers {
		sizes[number]++
	}
	for i, o := range d.objects {
		if numbers[i] == len(d.Parts) {
			size := sizes[numbers[i]]
			d.Parts = append(d.Parts, Part{Directory: o.Kind.OfDirectory(), Objects: make([]snapshot.Object, 0, size), at: make([]int, 0, size)})
			if o.Kind.OfDirectory() {
				d.directory = len(d.Parts)
			}
		}
		p := &d.Parts[numbers[i]]
		p.Objects, p.at = append(p.Objects, o), append(p.at, i)
		d.number[o.Node] = numbers[i]
	}
}

// About returns the number of the part that an id of an object is about, or one of
// what stands in objects; false when no part is. Names of the directory are not
// known.
func (d *Division) About(id string) (part int, known bool) {
	n := d.naming()
	words([]byte(id), n.Plain, func(word []byte) {
		if i, named := n.of[string(word)]; named && !known {
			part, known = n.roots[n.find(i)], true
		}
	})
	return part, known
}

// Directory returns the number of the part that is who may do what; false when
// nothing of that is known.
func (d *Division) Directory() (part int, known bool) {
	return d.directory - 1, d.directory > 0
}

// Of returns the number of the part of an object; false for one that every part may
// rest on.
func (d *Division) Of(o snapshot.Object) (part int, placed bool) {
	part, placed = d.number[o.Node]
	return part, placed
}

// TextOf returns what stands for the text of an object of a part, once that was looked at.
func (d *Division) TextOf(part, object int) keyed.Mark {
	return d.traces[d.Parts[part].at[object]].text
}

// Only returns the snapshot as if it held the objects of some parts only, and
// those that every part may rest on.
func (d *Division) Only(which func(part int) bool) *snapshot.Snapshot {
	return d.snapshot.Only(func(o snapshot.Object) bool {
		n, placed := d.Of(o)
		return !placed || which(n)
	})
}

// placed reports whether objects of a kind belong to a part. Every part rests on
// the others; nothing but the account rests on trails and events.
func placed(kind snapshot.Kind) bool {
	return kind != snapshot.Region && kind != snapshot.Trail && kind != snapshot.Event
}

// names are the words by which objects lead to each other.
type names struct {
	looks
	of      map[string]int32   // the first object that has a name
	holders map[string][]int32 // by private address: those that have it, which it does not join by itself
	odd     bool               // nobody knows of some object who names it, or what it belongs to
	open    bool               // something may join VPCs that it does not say
	parent  []int32            // of the union, by object
}

// shape learns from the id of an object what ids look like.
func (n *names) shape(o snapshot.Object) {
	if o.Kind.OfDirectory() {
		return
	}
	hyphens := false
	words([]byte(o.ID), false, func(word []byte) {
		hyphens = true
		forms(o.Kind, word, func(word []byte) {
			if prefix, _, _ := bytes.Cut(word, []byte("-")); !n.Prefixes[string(prefix)] {
				n.Prefixes[string(prefix)] = true
			}
		})
	})
	n.Plain = n.Plain || !hyphens
	n.odd = n.odd || !hyphens && !isWord(o.ID)
}

// give gives an object its names: the words of its id and, where addresses of the
// internet are told apart by it, these.
func (n *names) give(i int32, o snapshot.Object, x said) {
	if o.Kind.OfDirectory() {
		return
	}
	words([]byte(o.ID), n.Plain, func(word []byte) {
		forms(o.Kind, word, func(word []byte) { n.name(i, word) })
	})
	x.each(func(text string, as use) {
		switch as {
		case ownAddress:
			n.name(i, []byte(text))
		case privateAddress:
			n.holders[text] = append(n.holders[text], i)
		}
	})
}

// take unites an object with what its words and addresses name.
func (n *names) take(i int32, kind snapshot.Kind, x said) {
	x.each(func(text string, as use) {
		switch as {
		case word:
			n.follow(i, kind, text)
		case address:
			n.meet(i, text)
			for _, j := range n.holders[text] {
				n.unite(i, j)
			}
		}
	})
}

func (n *names) name(i int32, name []byte) {
	if j, taken := n.of[string(name)]; taken {
		n.unite(i, j)
	} else if len(name) > 0 {
		n.of[string(name)] = i
	}
}

// follow unites an object of a kind with whatever a word of it names.
func (n *names) follow(i int32, kind snapshot.Kind, word string) {
	if j, known := n.named(word); known {
		n.unite(i, j)
	} else if prefix, _, _ := strings.Cut(word, "-"); n.Prefixes[prefix] && !ofOthers(kind, prefix) {
		n.of[strings.Clone(word)] = i // in no list, but it may join those that name it
	}
}

// meet unites an object with the one that has an address.
func (n *names) meet(i int32, ip string) {
	if j, known := n.of[ip]; known {
		n.unite(i, j)
	}
}

// ofOthers reports whether names with a prefix, as objects of a kind hold them, are
// told and lead nowhere when no list has them: a connection of an endpoint service
// names the VPC and the vSwitch of who connects, for clusters the vendor's own.
func ofOthers(kind snapshot.Kind, prefix string) bool {
	return kind == snapshot.EndpointService && (prefix == "vpc" || prefix == "vsw")
}

// named finds what a word names: es-cn-1 also by es-cn-1-kibana.
func (n *names) named(word string) (int32, bool) {
	if i, known := n.of[word]; known {
		return i, true
	}
	if at := strings.LastIndexByte(word, '-'); at > 0 {
		i, known := n.of[word[:at]]
		return i, known
	}
	return 0, false
}

func (n *names) join(x, y string) {
	i, known := n.of[x]
	j, also := n.of[y]
	if known && also {
		n.unite(i, j)
	}
}

func (n *names) find(i int32) int32 {
	for n.parent[i] != i {
		n.parent[i] = n.parent[n.parent[i]]
		i = n.parent[i]
	}
	return i
}

func (n *names) unite(i, j int32) { n.parent[n.find(i)] = n.find(j) }
