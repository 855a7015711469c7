package facts

import (
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"

	"esaudit/netset"
	"esaudit/snapshot"

	"golang.org/x/sync/errgroup"
)

// Inconsistency is something of an object that does not hold together: a value
// that does not parse (whitelists have a rule of their own), or one that
// contradicts another.
type Inconsistency struct {
	What  string `json:"what"`  // unparsable, dangling, outside, overlap, taken, loop, ambiguous or contradiction
	Field string `json:"field"` // as the vendor names it
	Value any    `json:"value"`
	Other string `json:"other"` // what it contradicts: an id, a CIDR or a value; "" for none
	At    string `json:"at"`
}

// Checked are the objects of which something does not hold together, by ARN, as
// subjects of kind object.
type Checked map[string]Subject

// checkedAtOnce is how many objects one goroutine checks.
const checkedAtOnce = 1000

// Check looks at the objects of a snapshot, on all processors.
func Check(s *snapshot.Snapshot) Checked {
	return checkChosen(s, func(snapshot.Object) bool { return true })
}

// checkSome is Check of the objects that have one of some ids.
func checkSome(s *snapshot.Snapshot, ids map[string]bool) Checked {
	return checkChosen(s, func(o snapshot.Object) bool { return ids[o.ID] })
}

func checkChosen(s *snapshot.Snapshot, chosen func(snapshot.Object) bool) Checked {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	var parts []*[]Subject
	for _, a := range s.Accounts() {
		checks := newChecks(a)
		for kind, r := range resources() {
			kind, all := kindOf(kind), a.Rows(kind)
			for some := range slices.Chunk(indexes(a.Objects(kind.name), chosen), checkedAtOnce) {
				part := new([]Subject)
				parts = append(parts, part)
				group.Go(func() error {
					*part = checks.subjects(kind, r, all, some)
					return nil
				})
			}
		}
	}
	_ = group.Wait() // nothing of it fails
	out := Checked{}
	for _, part := range parts {
		for _, s := range *part {
			out[s.ARN] = s
		}
	}
	return out
}

// indexes are those of the objects that are chosen.
func indexes(list []snapshot.Object, chosen func(snapshot.Object) bool) []int {
	out := make([]int, 0, len(list))
	for i, o := range list {
		if chosen(o) {
			out = append(out, i)
		}
	}
	return out
}

// subjects are those of some objects of a kind of which something does not hold
// together.
func (c *checks) subjects(kind checkedKind, r resource, all *snapshot.Rows, some []int) []Subject {
	var out []Subject
	var listed []reference
	region := ""
	for i, at := range some {
		o := all.At(at)
		if i == 0 || o.Region != region {
			region = o.Region
			listed = c.listed(kind.references, region)
		}
		if found := c.of(kind, listed, o); len(found) > 0 {
			s := subject(o.Object, "object", r.product, r.path+"/"+o.ID, "", ObjectFacts{string(kind.name)})
			s.Inconsistencies = found
			out = append(out, s)
		}
	}
	return out
}

// ObjectFacts are those of an object that is the subject of no other rule.
type ObjectFacts struct {
	Type string `json:"type"` // its kind in the snapshot
}

// checks look at the objects of one account.
type checks struct {
	account   *snapshot.Account
	addresses func() map[vpcAddress]string        // of interfaces: the interface that has it first
	switches  func() map[string][]vswitchBlock    // by VPC
	peers     func() map[string][2]string         // VPCs of a peering, by its id
	tables    func() map[string][]snapshot.Object // route tables by VPC
}

// vpcAddress is an address of a VPC.
type vpcAddress struct{ vpc, ip string }

type vswitchBlock struct {
	id    string
	block netip.Prefix
}

// newChecks makes ready: what stands where is found when it is first asked for.
func newChecks(a *snapshot.Account) *checks {
	return &checks{
		account: a, addresses: sync.OnceValue(func() map[vpcAddress]string { return addressesTaken(a) }),
		switches: sync.OnceValue(func() map[string][]vswitchBlock { return switchesIn(a) }), peers: sync.OnceValue(func() map[string][2]string { return peersIn(a) }),
		tables: sync.OnceValue(func() map[string][]snapshot.Object { return tablesIn(a) }),
	}
}

func addressesTaken(a *snapshot.Account) map[vpcAddress]string {
	out := make(map[vpcAddress]string, len(a.Objects(snapshot.ENI)))
	for o := range a.Rows(snapshot.ENI).Each {
		key := vpcAddress{o.Get("VpcId").Text(), o.Get("PrivateIpAddress").Text()}
		if _, taken := out[key]; !taken {
			out[key] = o.ID
		}
	}
	return out
}

func switchesIn(a *snapshot.Account) map[string][]vswitchBlock {
	out := map[string][]vswitchBlock{}
	for _, o := range a.Objects(snapshot.VSwitch) {
		if p, err := netset.ParseCIDR(o.Glance("CidrBlock").Text()); err == nil {
			vpc := o.Glance("VpcId").Text()
			out[vpc] = append(out[vpc], vswitchBlock{o.ID, p})
		}
	}
	return out
}

func peersIn(a *snapshot.Account) map[string][2]string {
	out := map[string][2]string{}
	for _, o := range a.Objects(snapshot.VPCPeer) {
		out[o.ID] = [2]string{o.Glance("Vpc", "VpcId").Text(), o.Glance("AcceptingVpc", "VpcId").Text()}
	}
	return out
}

func tablesIn(a *snapshot.Account) map[string][]snapshot.Object {
	out := map[string][]snapshot.Object{}
	for _, o := range a.Objects(snapshot.RouteTable) {
		vpc := o.Glance("VpcId").Text()
		out[vpc] = append(out[vpc], o)
	}
	return out
}

// of is what does not hold together of one object. listed are the references of
// its kind to what was listed.
func (c *checks) of(kind checkedKind, listed []reference, row snapshot.Row) []Inconsistency {
	var out []Inconsistency
	var room [mostKeys]snapshot.Glance
	o, own := row.Object, shown{kind.keys, row.Fields(room[:0], kind.keys...)}
	for _, f := range kind.values {
		if !f.parsed(o, own) {
			out = append(out, f.unparsable(o)...)
		}
	}
	for _, r := range listed {
		if !c.there(r, o.Region, own.get(r.path...)) {
			out = append(out, c.dangling(r, o)...)
		}
	}
	switch kind.name {
	case snapshot.VSwitch:
		out = append(out, c.misplaced(o)...)
	case snapshot.ENI:
		key := vpcAddress{own.get("VpcId").Passing(), own.get("PrivateIpAddress").Passing()}
		if first := c.addresses()[key]; key.ip != "" && first != "" && first != o.ID {
			out = append(out, inconsistent("taken", "PrivateIpAddress", o.Attr("PrivateIpAddress"), first))
		}
	case snapshot.RouteTable:
		if c.isPeered(o) {
			out = append(out, c.loops(o)...)
		}
		out = append(out, ambiguous(o)...)
	}
	if row.Torn() {
		out = append(out, contradictions(o.Node, "")...)
	}
	return out
}

func inconsistent(what, field string, n *snapshot.Node, other string) Inconsistency {
	return Inconsistency{what, field, n.Text(), other, n.Pointer()}
}

// parsed reports, at a glance, whether unparsable finds nothing. own are the object's
// attributes.
func (r checkedValues) parsed(o snapshot.Object, own shown) bool {
	wrong := func(value snapshot.Glance) bool {
		text := value.Passing()
		return text != "" && !r.parses(text)
	}
	var holder snapshot.Glance
	switch {
	case r.aspect != "":
		holder = o.GlanceAspect(r.aspect)
	case len(r.list) > 0:
		holder = own.get(r.list...)
	default:
		return !slices.ContainsFunc(r.fields, func(field string) bool { return wrong(own.get(field)) })
	}
	var room [mostKeys]snapshot.Glance
	if holder.Kind() != snapshot.Array {
		return !slices.ContainsFunc(holder.Fields(room[:0], r.sorted...), wrong)
	}
	for item := range holder.Each {
		if len(r.fields) == 0 && wrong(item) || slices.ContainsFunc(item.Fields(room[:0], r.sorted...), wrong) {
			return false
		}
	}
	return true
}

// unparsable are the values that do not parse. One that is not there, or empty,
// is not one.
func (r reading) unparsable(o snapshot.Object) []Inconsistency {
	var out []Inconsistency
	look := func(field string, n *snapshot.Node) {
		if n.Text() != "" && !r.parses(n.Text()) {
			out = append(out, inconsistent("unparsable", field, n, ""))
		}
	}
	holder := o.Attr(r.list...)
	if r.aspect != "" {
		holder = o.Aspect(r.aspect)
	}
	if holder.Kind() == snapshot.Array {
		for _, item := range holder.Items() {
			if len(r.fields) == 0 {
				look(r.list[len(r.list)-1], item)
			}
			for _, field := range r.fields {
				look(field, item.Get(field))
			}
		}
		return out
	}
	for _, field := range r.fields {
		look(field, holder.Get(field))
	}
	return out
}

// listed are the references to objects of which a region was listed completely.
func (c *checks) listed(all []reference, region string) []reference {
	return slices.DeleteFunc(slices.Clone(all), func(r reference) bool {
		return !c.account.Read(snapshot.Call{Region: region, Product: r.product, Operation: r.list})
	})
}

// lacks reports whether there is none of the objects that a reference can name.
func (c *checks) lacks(r reference, region, id string) bool {
	return id != "" && !slices.ContainsFunc(r.kinds, func(k snapshot.Kind) bool { return c.account.Object(k, region, id).Exists() })
}

// there reports whether dangling finds nothing in the value of a reference.
func (c *checks) there(r reference, region string, value snapshot.Glance) bool {
	for item := range value.Each {
		if c.lacks(r, region, item.Passing()) {
			return false
		}
	}
	return !c.lacks(r, region, value.Passing())
}

// dangling are references to objects that the list of their kind lacks.
func (c *checks) dangling(r reference, o snapshot.Object) []Inconsistency {
	var out []Inconsistency
	nodes := []*snapshot.Node{o.Attr(r.path...)}
	if nodes[0].Kind() == snapshot.Array {
		nodes = nodes[0].Items()
	}
	for _, n := range nodes {
		if c.lacks(r, o.Region, n.Text()) {
			out = append(out, inconsistent("dangling", strings.Join(r.path, "."), n, string(r.kinds[0])))
		}
	}
	return out
}

// misplaced says when a vSwitch lies outside its VPC or over another one.
func (c *checks) misplaced(o snapshot.Object) []Inconsistency {
	var out []Inconsistency
	block, err := netset.ParseCIDR(o.Glance("CidrBlock").Passing())
	if err != nil {
		return nil
	}
	id := o.Glance("VpcId").Passing()
	vpc := c.account.Object(snapshot.VPC, o.Region, id)
	if blocks, known := blocksOf(vpc); known && !blocks.ContainsPrefix(block) {
		out = append(out, inconsistent("outside", "CidrBlock", o.Attr("CidrBlock"), vpc.ID))
	}
	for _, other := range c.switches()[id] {
		if other.id != o.ID && other.block.Overlaps(block) {
			out = append(out, inconsistent("overlap", "CidrBlock", o.Attr("CidrBlock"), fmt.Sprintf("%s %s", other.id, other.block)))
		}
	}
	return out
}

// blocksOf are the blocks of a VPC; not known when it or one of them is not.
func blocksOf(vpc snapshot.Object) (netset.Set, bool) {
	var out netset.Set
	more := vpc.Glance("SecondaryCidrBlocks", "SecondaryCidrBlock")
	if !vpc.Exists() || more.Kind() != snapshot.Array {
		return out, false
	}
	add := func(block snapshot.Glance) bool {
		p, err := netset.ParseCIDR(block.Text())
		if err == nil {
			out = out.Union(netset.Of(p))
		}
		return err == nil
	}
	known := add(vpc.Glance("CidrBlock"))
	for block := range more.Each {
		known = known && add(block)
	}
	return out, known
}

// isPeered reports whether a route of a table leads to a peering.
func (c *checks) isPeered(table snapshot.Object) bool {
	for entry := range table.GlanceAspect(snapshot.Entries).Each {
		if _, known := c.peers()[nextHop(entry)]; known {
			return true
		}
	}
	return false
}

// loops are routes to a peering whose other side routes the same block back.
func (c *checks) loops(o snapshot.Object) []Inconsistency {
	var out []Inconsistency
	vpc := o.Attr("VpcId").Text()
	for _, entry := range o.Aspect(snapshot.Entries).Items() {
		peer := nextHop(entry.Glance())
		sides, known := c.peers()[peer]
		if !known {
			continue
		}
		other := sides[0]
		if other == vpc {
			other = sides[1]
		}
		if other == vpc {
			continue
		}
		for _, t := range c.tables()[other] {
			for back := range t.GlanceAspect(snapshot.Entries).Each {
				if nextHop(back) == peer && back.Get("DestinationCidrBlock").Text() == entry.Get("DestinationCidrBlock").Text() {
					out = append(out, inconsistent("loop", "DestinationCidrBlock", entry.Get("DestinationCidrBlock"), t.ID))
				}
			}
		}
	}
	return out
}

// nextHop is the id of a route's only next hop; "" for none or several.
func nextHop(entry snapshot.Glance) string {
	hops := entry.Get("NextHops", "NextHop")
	if hops.Kind() == snapshot.Absent {
		hops = entry.Get("NextHops")
	}
	only, count := snapshot.Glance{}, 0
	for hop := range hops.Each {
		only, count = hop, count+1
	}
	if count == 1 {
		return only.Get("NextHopId").Text()
	}
	return entry.Get("NextHopId").Text()
}
