package fix

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"esaudit/change"
	"esaudit/finding"
	"esaudit/netset"
	"esaudit/snapshot"
)

// entries is what an action does to a whitelist.
type entries struct{ add, remove []string }

// applier is what an action does to a list.
type applier interface {
	applied(before json.RawMessage) json.RawMessage
}

// applied is the list with the entries added and removed.
func (e *entries) applied(before json.RawMessage) json.RawMessage {
	n, err := snapshot.ParseJSON(before)
	if err != nil {
		return before
	}
	var out []string
	for _, item := range n.Items() {
		if !slices.Contains(e.remove, item.Text()) {
			out = append(out, item.Text())
		}
	}
	for _, text := range e.add {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return snapshot.NewStrings(out...).AppendCompact(nil)
}

// group is a named group of a whitelist of a cluster.
type group struct {
	cluster    snapshot.Object
	list, name string
}

// flat says under which field a list stands that has no groups.
func flat(list string) string {
	return map[string]string{
		"PUBLIC_ES": "publicIpWhitelist", "PRIVATE_ES": "privateNetworkIpWhiteList",
		"PUBLIC_KIBANA": "kibanaIPWhitelist", "PRIVATE_KIBANA": "kibanaPrivateIPWhitelist",
	}[list]
}

// node is the list of the group's entries as the snapshot holds it, and the way
// to it in the answer of DescribeInstance.
func (g group) node() (*snapshot.Node, []string) {
	for _, item := range g.cluster.Attr("networkConfig", "whiteIpGroupList").Items() {
		if item.Get("groupName").Text() == g.name && item.Get("whiteIpType").Text() == g.list {
			return item.Get("ips"), g.path()
		}
	}
	if list := g.cluster.Attr(flat(g.list)); g.name == "default" && list.Kind() == snapshot.Array {
		return list, []string{"Result", flat(g.list)}
	}
	return nil, g.path()
}

func (g group) path() []string {
	return []string{"Result", "networkConfig", "whiteIpGroupList", "groupName=" + g.name + ",whiteIpType=" + g.list, "ips"}
}

// active is what is waited for after most calls to a cluster.
func active(o snapshot.Object) *Ready {
	return &Ready{Probe: describe(o, "Result", "status"), Until: []string{"active"}, Failed: []string{"inactive", "invalid"}}
}

// describe reads a value of a cluster.
func describe(o snapshot.Object, path ...string) Probe {
	return Probe{Region: o.Region, Product: "elasticsearch", Operation: "DescribeInstance", Params: map[string]string{"InstanceId": o.ID}, Path: path}
}

// errNoList says that the snapshot does not show the list.
var errNoList = errors.New("the list was not read")

// entry is the action that appends entries to a group or deletes some of it. A
// group that is not there yet is made.
func (p *planner) entry(g group, kind, title string, e entries, edits ...change.Edit) (Action, error) {
	if strings.ContainsAny(g.name, ",=") {
		return Action{}, fmt.Errorf("group %q: a name that the vendor does not allow", g.name)
	}
	node, path := g.node()
	before := json.RawMessage("null")
	mode, ips, undo := "Append", e.add, "Delete"
	switch {
	case node != nil && node.Kind() != snapshot.Array:
		return Action{}, errNoList
	case node == nil && (g.cluster.Attr("networkConfig").Kind() != snapshot.Map || len(e.remove) > 0):
		return Action{}, errNoList
	case node == nil:
		mode, undo = "Cover", "Cover" // makes the group; covered with nothing, it goes
	default:
		before = node.AppendCompact(nil)
	}
	if len(e.remove) > 0 {
		mode, ips, undo = "Delete", e.remove, "Append"
	}
	a := Action{
		Kind: kind, Title: title, Subject: p.clusterSubject(g.cluster), Cluster: g.cluster.ID, Edits: texts(edits),
		Value: describe(g.cluster, path...), Before: before, Call: whiteIps(g, mode, ips), Ready: active(g.cluster), entries: &e,
	}
	a.Value.Set = true
	inverse := whiteIps(g, undo, ips)
	if undo == "Cover" {
		inverse = whiteIps(g, undo, []string{})
	}
	a.Inverse = &inverse
	for _, element := range e.remove {
		if p := netset.ParseWhitelist(element); len(p) != 1 || p[0].Err != nil || p[0].Text != element {
			a.Inverse, a.NotUndoable = nil, fmt.Sprintf("the vendor takes no entry such as %q any more", element)
		}
	}
	return a, nil
}

func whiteIps(g group, mode string, ips []string) Call {
	body := struct {
		Mode  string `json:"modifyMode"`
		Group any    `json:"whiteIpGroup"`
	}{mode, struct {
		Name string   `json:"groupName"`
		IPs  []string `json:"ips"`
		Type string   `json:"whiteIpType"`
	}{g.name, ips, g.list}}
	return Call{Region: g.cluster.Region, Product: "elasticsearch", Operation: "ModifyWhiteIps",
		Params: map[string]string{"InstanceId": g.cluster.ID}, Body: json.RawMessage(text(body))}
}

func texts(edits []change.Edit) []string {
	out := []string{}
	for _, e := range edits {
		out = append(out, e.Verb.String()+" "+e.String())
	}
	return out
}

// listed is where an entry of a whitelist stands.
type listed struct {
	group   group
	element string
}

// whitelistPlace finds the entry of a whitelist that a pointer leads to.
func (p *planner) whitelistPlace(pointer string) (listed, bool) {
	n := p.Snapshot.Root().Resolve(pointer)
	o, ok := p.objectAt(pointer)
	if !ok || o.Kind != snapshot.Cluster || n.Kind() != snapshot.String {
		return listed{}, false
	}
	holder := n.Parent()
	if holder.Key() == "ips" {
		g := holder.Parent()
		return listed{group{o, g.Get("whiteIpType").Text(), g.Get("groupName").Text()}, n.Text()}, true
	}
	for _, list := range []string{"PUBLIC_ES", "PRIVATE_ES", "PUBLIC_KIBANA", "PRIVATE_KIBANA"} {
		if holder.Key() == flat(list) {
			return listed{group{o, list, "default"}, n.Text()}, true
		}
	}
	return listed{}, false
}

// narrow takes the entries that a finding names out of their groups. Declared
// clients, and of a private list the cluster's VPC, keep their way in; a group
// that would be empty is left with an entry that admits nobody.
func (p *planner) narrow(f finding.Finding, w wish) {
	var order []string
	groups, elements := map[string]group{}, map[string][]string{}
	for _, e := range f.Evidence {
		at, ok := p.whitelistPlace(e.Pointer)
		if !ok {
			continue
		}
		key := at.group.list + "/" + at.group.name
		if _, there := groups[key]; !there {
			order = append(order, key)
			groups[key] = at.group
		}
		if !slices.Contains(elements[key], at.element) {
			elements[key] = append(elements[key], at.element)
		}
	}
	if len(order) == 0 {
		p.byHand(w, p.console(f)...)
		return
	}
	for _, key := range order {
		g := groups[key]
		if field, off := p.switchedOff(g); off {
			p.byHand(w, fmt.Sprintf("%s is off, and the vendor takes changes of %s only while it is on: before it is ever turned on, take %s out of group %s of %s.",
				field, g.list, strings.Join(elements[key], ", "), g.name, g.cluster.ID))
			continue
		}
		p.narrowGroup(g, elements[key], f.Rule == "ES-NET-011", w)
	}
}

// switchedOff says which switch makes that the vendor takes no changes of a
// list.
func (p *planner) switchedOff(g group) (string, bool) {
	field := map[string]string{"PUBLIC_ES": "enablePublic", "PUBLIC_KIBANA": "enableKibanaPublicNetwork", "PRIVATE_KIBANA": "enableKibanaPrivateNetwork"}[g.list]
	on, known := g.cluster.Attr(field).Bool()
	return field, field != "" && known && !on
}

func (p *planner) narrowGroup(g group, elements []string, tidy bool, w wish) {
	current := p.current(g)
	var keep, gone []string
	var struck []change.Edit
	for _, element := range elements {
		if !slices.Contains(current, element) {
			continue // an action before this one takes it out
		}
		rest, out := split(element, current, tidy)
		if len(out) == 0 || !tidy && !w.asked && admitsNobody(element) || tidy && slices.Contains(rest, element) {
			continue // nothing of it is to go
		}
		keep, gone = append(keep, rest...), append(gone, element)
		for _, text := range out {
			struck = append(struck, change.RemoveEntry(g.cluster.ID, g.list, g.name, text))
		}
	}
	if len(gone) == 0 {
		return
	}
	if !tidy {
		keep = append(keep, p.kept(g, gone)...)
	}
	left := slices.DeleteFunc(slices.Clone(current), func(s string) bool { return slices.Contains(gone, s) })
	if keep = missing(keep, left); len(keep)+len(left) == 0 {
		keep = []string{"127.0.0.1"}
	}
	if slices.ContainsFunc(keep, func(entry string) bool { return slices.Contains(gone, entry) }) {
		p.byHand(w, fmt.Sprintf("Group %s of %s of %s is as narrow as those allow who are declared to need it: %s.", g.name, g.list, g.cluster.ID, strings.Join(keep, ", ")))
		return
	}
	for _, entry := range keep {
		p.admit(g, entry, w)
	}
	p.strike(g, gone, struck, w)
}

// admitsNobody reports whether an element holds nothing but the vendor's way of
// writing an empty list.
func admitsNobody(element string) bool {
	return !slices.ContainsFunc(netset.ParseWhitelist(element), func(p netset.Piece) bool { return p.Err != nil || !p.Loopback })
}

// missing returns what of entries a list does not admit yet, each once.
func missing(entries, list []string) []string {
	var have netset.Set
	for _, element := range list {
		for _, piece := range netset.ParseWhitelist(element) {
			have = have.Union(piece.Set())
		}
	}
	var out []string
	for _, entry := range entries {
		set := netset.ParseWhitelist(entry)[0].Set()
		if !have.ContainsSet(set) {
			out = append(out, entry)
			have = have.Union(set)
		}
	}
	return out
}

func (p *planner) admit(g group, entry string, w wish) {
	title := fmt.Sprintf("Append %s to group %s of %s of %s", entry, g.name, g.list, g.cluster.ID)
	if node, _ := g.node(); node == nil && len(p.current(g)) == 0 {
		title = fmt.Sprintf("Make group %s of %s of %s with %s (the vendor makes a group by covering it)", g.name, g.list, g.cluster.ID, entry)
	}
	a, err := p.entry(g, "narrow-whitelist", title,
		entries{add: []string{entry}}, change.AddEntry(g.cluster.ID, g.list, g.name, entry))
	if err != nil {
		p.byHand(w, fmt.Sprintf("Append %s to group %s of %s of %s: %v.", entry, g.name, g.list, g.cluster.ID, err))
		return
	}
	p.add(a, w.why)
	p.lists[g.key()] = append(p.current(g), entry)
}

func (p *planner) strike(g group, elements []string, edits []change.Edit, w wish) {
	a, err := p.entry(g, "narrow-whitelist", fmt.Sprintf("Delete %s from group %s of %s of %s", strings.Join(elements, ", "), g.name, g.list, g.cluster.ID),
		entries{remove: elements}, edits...)
	if err != nil {
		p.byHand(w, fmt.Sprintf("Delete %s from group %s of %s of %s: %v.", strings.Join(elements, ", "), g.name, g.list, g.cluster.ID, err))
		return
	}
	p.add(a, w.why)
	p.lists[g.key()] = slices.DeleteFunc(p.current(g), func(s string) bool { return slices.Contains(elements, s) })
}

func (g group) key() string { return g.cluster.ID + "/" + g.list + "/" + g.name }

// current is the list as the actions so far leave it.
func (p *planner) current(g group) []string {
	if list, there := p.lists[g.key()]; there {
		return slices.Clone(list)
	}
	node, _ := g.node()
	var out []string
	for _, item := range node.Items() {
		out = append(out, item.Text())
	}
	return out
}

// split says what of an element stays, as entries of their own, and what goes.
// Of an element with several entries the wide ones go. When a list is tidied,
// everything that admits somebody stays.
func split(element string, list []string, tidy bool) (rest, out []string) {
	pieces := netset.ParseWhitelist(element)
	if tidy {
		others := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == element })
		for _, piece := range pieces {
			if piece.Err == nil && !piece.Loopback {
				rest = append(rest, missing([]string{piece.Prefix.String()}, others)...)
			}
			out = append(out, piece.Text)
		}
		return rest, out
	}
	if len(pieces) == 1 {
		return nil, []string{pieces[0].Text}
	}
	for _, piece := range pieces {
		if wide(piece) {
			out = append(out, piece.Text)
		} else if piece.Err == nil && !piece.Loopback {
			rest = append(rest, piece.Text)
		}
	}
	if len(out) == 0 {
		for _, piece := range pieces {
			out = append(out, piece.Text)
		}
		return nil, out
	}
	return rest, out
}

// wide reports whether an entry is as wide as ES-NET-006 speaks of.
func wide(p netset.Piece) bool {
	if p.Err != nil {
		return false
	}
	if p.Prefix.Addr().Is4() {
		return p.Prefix.Bits() <= 16
	}
	return p.Prefix.Bits() <= 48
}

// kept are the addresses that keep their way in when entries go: declared
// clients of the cluster that only these entries admit and, of a private list,
// the blocks of its VPC.
func (p *planner) kept(g group, gone []string) []string {
	var lost netset.Set
	for _, element := range gone {
		for _, piece := range netset.ParseWhitelist(element) {
			lost = lost.Union(piece.Set())
		}
	}
	var out []string
	for _, cidr := range p.needed(g) {
		prefix, err := netset.ParseCIDR(cidr)
		if err == nil && lost.ContainsSet(netset.Of(prefix)) {
			out = append(out, prefix.String())
		}
	}
	return out
}

// needed are the blocks of those who are declared to need a list, and of the
// VPC of a private list.
func (p *planner) needed(g group) []string {
	var out []string
	private, kibana := strings.HasPrefix(g.list, "PRIVATE"), strings.HasSuffix(g.list, "KIBANA")
	for _, c := range p.Config.Clients {
		if c.Cluster != g.cluster.ID || kibana != (c.Port == 5601) {
			continue
		}
		for _, cidr := range c.CIDRs {
			if prefix, err := netset.ParseCIDR(cidr); err == nil && prefix.Addr().IsPrivate() == private {
				out = append(out, cidr)
			}
		}
		if c.ECS != "" && private {
			out = append(out, p.addresses(c.ECS)...)
		}
	}
	if g.list == "PRIVATE_ES" || g.list == "PRIVATE_KIBANA" {
		for _, vpc := range p.account.Objects(snapshot.VPC) {
			if vpc.ID == g.cluster.Attr("networkConfig", "vpcId").Text() {
				out = append(out, vpc.Attr("CidrBlock").Text())
				for _, block := range vpc.Attr("SecondaryCidrBlocks", "SecondaryCidrBlock").Items() {
					out = append(out, block.Text())
				}
			}
		}
	}
	return out
}

// addresses are the private addresses of an ECS, as CIDRs.
func (p *planner) addresses(id string) []string {
	var out []string
	for _, o := range p.account.Objects(snapshot.ECS) {
		if o.ID != id {
			continue
		}
		for _, ip := range o.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress").Items() {
			out = append(out, ip.Text())
		}
	}
	return out
}
