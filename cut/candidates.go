package cut

import (
	"slices"
	"strings"

	"esaudit/change"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// candidates returns the edits that may sever a path: for every control that
// passes, those that take away what makes it pass.
func candidates(s *snapshot.Snapshot, p graph.Path, from netset.Set) []change.Edit {
	var out []change.Edit
	add := func(edits ...change.Edit) {
		for _, e := range edits {
			if !slices.ContainsFunc(out, func(have change.Edit) bool { return have.String() == e.String() }) {
				out = append(out, e)
			}
		}
	}
	for _, h := range p.Hops {
		at := locate(s, h.Pointer)
		if at.node == nil {
			continue
		}
		switch h.Control {
		case "entry-exists":
			add(at.off(p.Entry)...)
		case "whitelist":
			add(at.entries(from)...)
		case "listener", "listener-protocol":
			add(at.listener()...)
		case "listener-filter":
			add(at.rule()...)
			add(at.accessList(s, from)...)
		case "sg-egress", "sg-ingress", "pvl-ingress", "backend-admits":
			add(at.rule()...)
		case "nacl-egress", "nacl-reply":
			add(at.aclEntry()...)
		case "dnat", "dnat-protocol", "dnat-status":
			add(at.forward(p.Entry)...)
		}
	}
	return out
}

// place is a value of a snapshot, and the object it stands in.
type place struct {
	node             *snapshot.Node
	kind, region, id string
	object           *snapshot.Node
	rest             []string // the pointer's tokens below the object
}

// locate finds what a pointer names: /accounts/N/objects/KIND/REGION/ID/...
func locate(s *snapshot.Snapshot, pointer string) place {
	tokens := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	if len(tokens) < 6 {
		return place{}
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	return place{
		node: s.Root().Resolve(pointer), kind: tokens[3], region: tokens[4], id: unescape.Replace(tokens[5]),
		object: s.Root().Resolve("/" + strings.Join(tokens[:6], "/")), rest: tokens[6:],
	}
}

func (p place) is(kind snapshot.Kind) bool { return p.kind == string(kind) }

// off is the switch of an entry. The private entry has none, and a private
// connection of Kibana is no setting of the cluster's.
func (p place) off(entry string) []change.Edit {
	field := map[string]string{
		graph.ESPublic: "enablePublic", graph.KibanaPublic: "enableKibanaPublicNetwork", graph.KibanaPrivate: "enableKibanaPrivateNetwork",
	}[entry]
	if !p.is(snapshot.Cluster) || field == "" || !p.object.Get("attributes", field).Exists() {
		return nil
	}
	return []change.Edit{change.TurnOff(p.id, field)}
}

// entries are the pieces of the element that admitted the source, or the load
// balancer before it. The element stands in the flat list, which mirrors the
// group default, or in a group. Where a list decided as a whole, as for a network
// on premises, they are those of all its groups that hold some of the source.
func (p place) entries(from netset.Set) []change.Edit {
	if !p.is(snapshot.Cluster) {
		return nil
	}
	if p.node.Kind() == snapshot.Array {
		list, _ := listOf(p.node)
		return p.entriesOf(list, from)
	}
	text, _ := p.node.Str()
	list, group := listOf(p.node.Parent())
	if list == "" {
		return nil
	}
	var out []change.Edit
	for _, piece := range netset.ParseWhitelist(text) {
		if !piece.Set().IsEmpty() {
			out = append(out, change.RemoveEntry(p.id, list, group, piece.Text))
		}
	}
	return out
}

// entriesOf are the pieces of every group of a type of list that hold some of the
// source.
func (p place) entriesOf(list string, from netset.Set) []change.Edit {
	a := p.object.Get("attributes")
	arrays := []*snapshot.Node{a.Get("publicIpWhitelist"), a.Get("privateNetworkIpWhiteList"), a.Get("kibanaIPWhitelist"), a.Get("kibanaPrivateIPWhitelist")}
	for _, g := range a.Get("networkConfig", "whiteIpGroupList").Items() {
		arrays = append(arrays, g.Get("ips"))
	}
	var out []change.Edit
	for _, array := range arrays {
		if array == nil || array.Kind() != snapshot.Array {
			continue
		}
		of, group := listOf(array)
		if of != list || list == "" {
			continue
		}
		for _, element := range array.Items() {
			text, _ := element.Str()
			for _, piece := range netset.ParseWhitelist(text) {
				if piece.Set().Overlaps(from) {
					out = append(out, change.RemoveEntry(p.id, list, group, piece.Text))
				}
			}
		}
	}
	return out
}

// listOf says which list and group an array of entries is.
func listOf(array *snapshot.Node) (list, group string) {
	switch array.Key() {
	case "publicIpWhitelist":
		return graph.PublicES, "default"
	case "privateNetworkIpWhiteList":
		return graph.PrivateES, "default"
	case "kibanaIPWhitelist":
		return graph.PublicKibana, "default"
	case "kibanaPrivateIPWhitelist":
		return graph.PrivateKibana, "default"
	case "ips":
		holder := array.Parent()
		return holder.Get("whiteIpType").Text(), holder.Get("groupName").Text()
	}
	return "", ""
}

// listener is the listener the value stands in.
func (p place) listener() []change.Edit {
	if !p.is(snapshot.CLBListener) && !p.is(snapshot.NLBListener) {
		return nil
	}
	a := p.object.Get("attributes")
	return []change.Edit{change.RemovePart("listener", a.Get("LoadBalancerId").Text(), a.Get("ListenerPort").Text())}
}

// rule is the rule of a security group that decided.
func (p place) rule() []change.Edit {
	id := p.node.Get("SecurityGroupRuleId").Text()
	if !p.is(snapshot.SecurityGroup) || len(p.rest) < 2 || p.rest[0] != string(snapshot.Rules) || id == "" {
		return nil
	}
	return []change.Edit{change.RemovePart("sg", p.id, id)}
}

// accessList is the entries of a listener's white lists that admit the source.
func (p place) accessList(s *snapshot.Snapshot, from netset.Set) []change.Edit {
	a := p.object.Get("attributes")
	if !p.is(snapshot.CLBListener) || !strings.EqualFold(a.Get("AclType").Text(), "white") || !strings.EqualFold(a.Get("AclStatus").Text(), "on") {
		return nil
	}
	var ids []string
	for _, n := range slices.Concat(a.Get("AclIds").Items(), a.Get("AclIds", "AclId").Items(), []*snapshot.Node{a.Get("AclId")}) {
		ids = append(ids, strings.Split(n.Text(), ",")...)
	}
	var out []change.Edit
	for _, account := range s.Accounts() {
		for _, id := range ids {
			acl := account.Object(snapshot.CLBACL, p.region, strings.TrimSpace(id))
			for _, e := range acl.Aspect(snapshot.Entries).Items() {
				if text := e.Get("AclEntryIP").Text(); prefixes([]string{text}).Overlaps(from) {
					out = append(out, change.RemovePart("acl", acl.ID, text))
				}
			}
		}
	}
	return out
}

// aclEntry is the entry of a network ACL that decided.
func (p place) aclEntry() []change.Edit {
	id := p.node.Get("NetworkAclEntryId").Text()
	if !p.is(snapshot.NetworkACL) || id == "" {
		return nil
	}
	return []change.Edit{change.RemovePart("acl", p.id, id)}
}

// forward is the forward entry the value stands in. entry names the gateway.
func (p place) forward(entry string) []change.Edit {
	gateway, ok := strings.CutPrefix(entry, "nat:")
	if !p.is(snapshot.ForwardTable) || !ok {
		return nil
	}
	for n := p.node; n != nil && n != p.object; n = n.Parent() {
		if id := n.Get("ForwardEntryId").Text(); id != "" {
			return []change.Edit{change.RemovePart("dnat", gateway, id)}
		}
	}
	return nil
}
