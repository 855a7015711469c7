package terraform

import (
	"maps"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// path is where a value stands in an object, names separated by NUL: fields of
// the vendor hold every other character. The first name is "attributes" or an
// aspect; #0 is the first element of a list.
type path = string

const between = "\x00"

// pathOf reads a place of a mapping: "networkConfig.vswitchId", "@rules".
func pathOf(place string) path {
	if name, ok := strings.CutPrefix(place, aspect); ok {
		return name
	}
	return "attributes" + between + strings.ReplaceAll(place, ".", between)
}

// Origin is where a value was written.
type Origin struct {
	Address   string // of the resource
	Attribute string // names with dots; "" for the resource itself

	block block
}

// objectID names an object within an account. Its region follows from what is
// said of it.
type objectID struct {
	kind snapshot.Kind
	id   string
}

// draft is what resources say of one object.
type draft struct {
	own     bool // a resource is the object
	created bool // it does not exist yet
	region  string
	alias   bool // by a provider of its own
	origin  Origin
	fields  map[path]leaf
	hidden  map[path]Origin // what is known after apply
	parts   map[path]*part
	calls   map[string]bool // calls that the fields answer; false when one of these is not known
	shared  map[string]bool // calls whose lists others fill too

	unsettled []string // calls about the account that would tell what is hidden
}

type leaf struct {
	node   *snapshot.Node
	origin Origin
	minor  bool // nobody judges it
}

// part is a list of a draft.
type part struct {
	items map[string]*item // by the values of the keys
	from  []Origin         // of what makes the list unknown
}

type item struct {
	keys   []string
	fields map[path]leaf // paths within the item; "" is the item itself
	hidden map[path]Origin
	origin Origin
}

// drafts are the objects of one side.
type drafts struct {
	objects map[objectID]*draft
	astray  []stray // what belongs to objects that are not known
}

// stray belongs to some object of a kind.
type stray struct {
	kind   snapshot.Kind
	part   string
	region string // "" when it is not known
	origin Origin
	says   string // all that is known of one that names no id: the sides of a change differ in it
}

// lose notes what belongs to some object.
func (d *drafts) lose(v view, m mapping, origin Origin) {
	s := stray{kind: m.kind, part: m.part, region: v.region(), origin: origin}
	if v.anonymous(m) {
		s.says = string(v.r.values.AppendCompact(nil))
	}
	d.astray = append(d.astray, s)
}

func (d *drafts) object(kind snapshot.Kind, id string) *draft {
	key := objectID{kind, id}
	if d.objects[key] == nil {
		d.objects[key] = &draft{
			fields: map[path]leaf{}, hidden: map[path]Origin{}, parts: map[path]*part{}, calls: map[string]bool{}, shared: map[string]bool{},
		}
	}
	return d.objects[key]
}

// draw makes the drafts of a side; references lead to resources of the whole plan.
func draw(s side, of *instances, all map[string][]mapping, live elsewhere) *drafts {
	d := &drafts{objects: map[objectID]*draft{}}
	for _, at := range slices.Sorted(maps.Keys(s)) {
		r := s[at]
		if r.opaque {
			r = r.veiled(all[r.kind])
		}
		for _, m := range all[r.kind] {
			if r.opaque {
				d.lose(newView(r, of), m, Origin{Address: r.address, block: r.block})
			}
			if r.values.Kind() == snapshot.Map {
				d.add(newView(r, of), m)
			}
		}
	}
	d.derive(live)
	return d
}

// add takes in what a resource says by one of its mappings.
func (d *drafts) add(v view, m mapping) {
	origin := Origin{Address: v.r.address, block: v.r.block}
	if m.when[0] != "" {
		switch x := v.get(m.when[0]); {
		case x.hidden:
			d.lose(v, m, origin)
			return
		case x.node.Text() != m.when[1]:
			return
		}
	}
	views, whole, attribute := v.each(m.each)
	if m.each != "" {
		origin.Attribute = attribute
		if outer, known := v.idOf(m); known && (!whole || m.part != "" && v.levels[0].values.Get(strings.Split(m.each, ".")[0]).Exists()) {
			p := d.object(m.kind, outer).part(m)
			if !whole {
				p.from = append(p.from, origin)
			}
		} else if !whole {
			d.lose(v, m, origin)
		}
	}
	for _, w := range views {
		id, known := w.idOf(m)
		if !known {
			d.lose(v, m, origin)
			continue
		}
		if id != "" {
			d.object(m.kind, id).fill(w, m, origin)
		}
	}
}

// anonymous reports whether a resource that is an object has no id, known or not.
func (v view) anonymous(m mapping) bool {
	x := v.get("id")
	return m.own && slices.Contains(m.id, "id") && !x.hidden && x.node.Text() == ""
}

// idOf returns the id of the object that a mapping is about; "" when there is
// none.
func (v view) idOf(m mapping) (id string, known bool) {
	var parts []string
	for _, name := range m.id {
		x := v.get(name)
		switch {
		case x.hidden && name == "id":
			parts = append(parts, v.r.address)
		case x.hidden && m.own && name == "transit_router_id":
			parts = append(parts, v.r.address)
		case name == "id" && v.anonymous(m) && v.r.created:
			parts = append(parts, v.r.address)
		case x.hidden || name == "id" && v.anonymous(m): // there is an object, and nobody says which
			return "", false
		case x.node.Text() == "":
			return "", true
		default:
			parts = append(parts, x.node.Text())
		}
	}
	if m.prefix != "" {
		parts = slices.Insert(parts, 0, m.prefix)
	}
	return strings.Join(parts, "/"), true
}

func (o *draft) part(m mapping) *part {
	at := pathOf(m.part)
	if o.parts[at] == nil {
		o.parts[at] = &part{items: map[string]*item{}}
	}
	return o.parts[at]
}

// fill takes in the fields of a mapping.
func (o *draft) fill(v view, m mapping, origin Origin) {
	if region := v.region(); o.region == "" || m.own && region != "" {
		o.region, o.alias = region, v.r.alias
	}
	if m.own {
		o.own, o.created, o.origin = true, v.r.created, origin
		for _, call := range m.calls {
			o.calls[call] = true
		}
		for _, call := range m.shared {
			o.shared[call] = true
		}
	}
	if m.part != "" {
		it := &item{keys: m.keys, fields: map[path]leaf{}, hidden: map[path]Origin{}, origin: origin}
		for _, x := range m.fields {
			it.set(v, m, x, origin)
		}
		if it.says(m) {
			o.part(m).items[it.key()] = it
		}
		return
	}
	for _, x := range m.fields {
		o.set(v, m, x, origin)
	}
}

// place is where the value of a field stands in an object.
func (x field) place(v view) path {
	protocol := strings.ToUpper(v.get("protocol").node.Text())
	return pathOf(strings.ReplaceAll(x.to, "{PROTOCOL}", protocol))
}

func (o *draft) set(v view, m mapping, x field, origin Origin) {
	at, got := x.place(v), v.read(x)
	origin.Attribute = got.attribute
	if got.hidden && x.absent[0] != "" {
		if other := v.get(x.absent[0]); !other.hidden && (other.node.Text() == "" || other.node.Text() == x.absent[1]) {
			return
		}
	}
	if x.from == "id" && m.own && got.hidden {
		got = found{node: snapshot.NewString(v.r.address)}
	}
	switch n := got.convert(x); {
	case got.hidden:
		if text, ok := m.created[x.to]; ok && v.r.created {
			o.fields[at] = leaf{node: snapshot.NewString(text), origin: origin}
			return
		}
		if x.minor {
			return
		}
		o.hidden[at] = origin
		if x.settled != "" {
			o.unsettled = append(o.unsettled, x.settled)
		}
		for call := range o.calls {
			o.calls[call] = o.calls[call] && !x.decides
		}
		if x.decides && len(o.calls) == 0 {
			o.hidden[list] = origin
		}
	case n != nil && n.Kind() == snapshot.Map && !strings.HasPrefix(x.to, aspect) && x.as != nil:
		o.fields[at] = leaf{node: snapshot.NewObject(nil), origin: origin, minor: true}
		for i, name := range n.Keys() {
			inner := origin
			inner.Attribute += "." + name
			o.fields[at+between+name] = leaf{n.Items()[i].Clone(nil), inner, x.minor}
		}
	case n != nil:
		o.fields[at] = leaf{n, origin, x.minor}
	}
	for to, text := range m.created {
		if at := pathOf(to); v.r.created && o.fields[at].node == nil {
			o.fields[at] = leaf{node: snapshot.NewString(text), origin: Origin{Address: v.r.address, block: v.r.block}}
		}
	}
}

// list marks in hidden that the list which holds the object tells too little.
const list = "list"

// convert is the vendor's value; nil for none.
func (got found) convert(x field) *snapshot.Node {
	if got.hidden || !got.node.Exists() {
		return nil
	}
	if x.as != nil {
		return x.as(got.node)
	}
	return got.node.Clone(nil)
}

func (it *item) set(v view, m mapping, x field, origin Origin) {
	at, got := strings.ReplaceAll(x.to, ".", between), v.read(x)
	origin.Attribute = got.attribute
	switch n := got.convert(x); {
	case got.hidden:
		if text, ok := m.created[x.to]; ok && v.r.created {
			it.fields[at] = leaf{node: snapshot.NewString(text), origin: origin}
		} else if !x.minor {
			it.hidden[at] = origin
		}
	case n != nil && (n.Text() != "" || n.Kind() != snapshot.String):
		it.fields[at] = leaf{n, origin, x.minor}
	}
}

// says reports whether an item holds more than constants.
func (it *item) says(m mapping) bool {
	return len(it.hidden) > 0 || slices.ContainsFunc(m.fields, func(x field) bool {
		_, there := it.fields[strings.ReplaceAll(x.to, ".", between)]
		return there && !strings.HasPrefix(x.from, "=")
	})
}

// key joins the values that tell an item apart; of one with unknown values it is
// the place it was written at.
func (it *item) key() string {
	if len(it.keys) == 0 {
		return it.fields[""].node.Text()
	}
	var values []string
	for _, k := range it.keys {
		at := strings.ReplaceAll(k, ".", between)
		if _, unknown := it.hidden[at]; unknown {
			return "?" + it.origin.Address + between + it.origin.Attribute
		}
		values = append(values, keyText(it.fields[at].node))
	}
	return strings.Join(values, between)
}

// keyText compares values as the vendor does: a protocol has no case.
func keyText(n *snapshot.Node) string { return strings.ToLower(n.Text()) }

// region is what a resource says of the region it is in, else that of its
// provider; "" when neither does.
func (v view) region() string {
	for _, name := range []string{"region_id", "child_instance_region_id"} {
		if n, known := v.r.value(name); known && n.Text() != "" && v.r.kind != "alicloud_cen_instance_attachment" {
			return n.Text()
		}
	}
	for _, name := range []string{"zone_id", "availability_zone", "master_zone_id"} {
		if n, known := v.r.value(name); known && regionOf(n.Text()) != "" {
			return regionOf(n.Text())
		}
	}
	for _, zone := range v.r.values.Get("zone_mappings").Items() {
		if region := regionOf(zone.Get("zone_id").Text()); region != "" {
			return region
		}
	}
	return v.r.region
}

// regionOf returns the region of a zone, or of several (cn-hangzhou-h,
// ap-southeast-1a, cn-hangzhou-MAZ3(b,g,h)); "" of what is none.
func regionOf(zone string) string {
	before, last, ok := cutDash(zone)
	switch {
	case !ok:
		return ""
	case len(last) == 1 || strings.HasPrefix(last, "MAZ"):
		return before
	}
	return strings.TrimRight(zone, "abcdefghijklmnopqrstuvwxyz")
}

func cutDash(text string) (before, last string, ok bool) {
	i := strings.LastIndexByte(text, '-')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}
