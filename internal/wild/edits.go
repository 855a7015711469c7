package wild

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"esaudit/change"
	"esaudit/snapshot"
)

// Edited is what up to n random edits make of a snapshot; ok is false when one of
// them cannot be made.
func Edited(r *rand.Rand, s *snapshot.Snapshot, n int) (edited *snapshot.Snapshot, ok bool) {
	verbs := map[string]change.Verb{"set": change.Set, "remove": change.Remove, "add": change.Add}
	var edits []change.Edit
	for _, text := range Edits(r, s, n) {
		word, rest, _ := strings.Cut(text, " ")
		e, err := change.Parse(verbs[word], rest)
		if err != nil {
			return nil, false
		}
		edits = append(edits, e)
	}
	edited, err := change.Apply(s, edits...)
	return edited, err == nil
}

// Edits makes up n edits of what a snapshot holds, as users write them with the
// verb in front: "remove sg:sg-1:sgr-1". Some name what is not there.
func Edits(r *rand.Rand, s *snapshot.Snapshot, n int) []string {
	var all []string
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				all = append(all, editsOf(r, o)...)
			}
		}
	}
	var out []string
	for range n {
		if len(all) > 0 {
			out = append(out, all[r.IntN(len(all))])
		}
	}
	return out
}

// editsOf are edits of one object.
func editsOf(r *rand.Rand, o snapshot.Object) []string {
	var out []string
	edit := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	items := func(list *snapshot.Node, what func(*snapshot.Node) string) {
		for _, item := range list.Items() {
			edit("remove %s", what(item))
		}
	}
	switch o.Kind {
	case snapshot.Cluster:
		out = append(out, clusterEdits(r, o)...)
	case snapshot.CLBListener, snapshot.NLBListener:
		edit("remove listener:%s:%s", o.Attr("LoadBalancerId").Text(), o.Attr("ListenerPort").Text())
		edit("set %s.Status=stopped", o.ID)
	case snapshot.CLBACL:
		edit("add acl:%s:198.51.100.0/24", o.ID)
		items(o.Aspect(snapshot.Entries), func(n *snapshot.Node) string { return "acl:" + o.ID + ":" + n.Get("AclEntryIP").Text() })
	case snapshot.NetworkACL:
		items(o.Attr("EgressAclEntries", "EgressAclEntry"), func(n *snapshot.Node) string { return "acl:" + o.ID + ":" + n.Get("NetworkAclEntryId").Text() })
	case snapshot.SecurityGroup:
		edit("set %s.InnerAccessPolicy=Drop", o.ID)
		items(o.Aspect(snapshot.Rules), func(n *snapshot.Node) string { return "sg:" + o.ID + ":" + n.Get("SecurityGroupRuleId").Text() })
	case snapshot.ForwardTable:
		items(o.Aspect(snapshot.Entries), func(n *snapshot.Node) string {
			return "dnat:" + n.Get("NatGatewayId").Text() + ":" + n.Get("ForwardEntryId").Text()
		})
	case snapshot.EndpointService:
		edit("add user:%s:1234567890123456", o.ID)
		items(o.Aspect(snapshot.Connections), func(n *snapshot.Node) string { return "connection:" + o.ID + ":" + n.Get("EndpointId").Text() })
	case snapshot.NLBServerGroup:
		items(o.Aspect(snapshot.Servers), func(n *snapshot.Node) string {
			return "server:" + o.ID + ":" + n.Get("ServerId").Text() + ":" + n.Get("Port").Text()
		})
	case snapshot.ECS:
		edit("set %s.VpcAttributes.VpcId=vpc-elsewhere", o.ID)
	}
	return out
}

func clusterEdits(r *rand.Rand, o snapshot.Object) []string {
	out := []string{"remove endpoint:" + o.ID + ":ep-1"}
	for _, field := range []string{"enablePublic", "enableKibanaPublicNetwork", "enableKibanaPrivateNetwork"} {
		out = append(out, fmt.Sprintf("set %s.%s=%t", o.ID, field, r.IntN(2) == 0))
	}
	for _, list := range []string{"PUBLIC_ES", "PRIVATE_ES", "PUBLIC_KIBANA", "PRIVATE_KIBANA"} {
		out = append(out, fmt.Sprintf("add %s/%s:default:%d.0.0.0/%d", o.ID, list, 1+r.IntN(220), 8+r.IntN(8)), "add "+o.ID+"/"+list+":other:10.0.0.0/8")
	}
	for _, g := range o.Attr("networkConfig", "whiteIpGroupList").Items() {
		for _, ip := range g.Get("ips").Items() {
			for _, piece := range strings.Split(ip.Text(), ",") {
				out = append(out, fmt.Sprintf("remove %s/%s:%s:%s", o.ID, g.Get("whiteIpType").Text(), g.Get("groupName").Text(), piece))
			}
		}
	}
	for _, key := range o.Attr("esConfig").Keys() {
		out = append(out, "remove yml:"+o.ID+":"+key)
	}
	return out
}
