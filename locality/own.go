package locality

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Own reports whether an attribute of objects of a kind says something of the
// object itself only: nothing that is known of another object rests on it, and it
// leads to none. These are texts for people, tags, and what changes by itself. Tests
// change each of them in random estates.
func Own(kind snapshot.Kind, attribute string) bool {
	switch attribute {
	case "Description", "Tags":
		return true
	case "ResourceGroupId":
		return kind != snapshot.PolicyAttachment && kind != snapshot.VPC // where a policy holds; whose endpoints connect to a service
	case "description", "resourceGroupId", "tags", "updatedAt":
		return kind == snapshot.Cluster
	case "AvailableIpAddressCount", "VSwitchName":
		return kind == snapshot.VSwitch
	case "InstanceName", "ExpiredTime", "HostName", "ImageId", "InstanceType", "StartTime":
		return kind == snapshot.ECS
	case "Comments", "DisplayName", "Email", "LastLoginDate", "MobilePhone":
		return kind == snapshot.RAMUser
	case "UpdateDate":
		return kind.OfDirectory()
	case "AttachmentCount":
		return kind == snapshot.RAMPolicy
	case "SecurityGroupName":
		return kind == snapshot.SecurityGroup
	case "VpcName":
		return kind == snapshot.VPC
	case "LoadBalancerName":
		return kind == snapshot.CLB || kind == snapshot.NLB
	}
	return false
}

// Aside are the attributes and aspects of a cluster on which nothing rests but what is
// known of the cluster, of its endpoints, and of the clusters that read its lists
// (facts.Readers), where nothing is declared. Of networkConfig it is
// whiteIpGroupList alone.
func Aside(cluster snapshot.Object) (attributes []string, aspects []snapshot.Aspect) {
	attributes = []string{
		"enableKibanaPublicNetwork", "enablePublic", "esIPBlacklist", "kibanaIPWhitelist", "kibanaPrivateIPWhitelist", "privateNetworkIpWhiteList", "publicIpWhitelist",
	}
	connected := false
	for range cluster.GlanceAspect(snapshot.VPCEndpoints).Each {
		connected = true
	}
	if !connected { // of others, load balancers read it that serve an endpoint
		attributes = append(attributes, "esConfig")
	}
	return attributes, []snapshot.Aspect{
		snapshot.DynamicSettings, snapshot.Keystores, snapshot.KibanaPlugins, snapshot.KibanaSettings, snapshot.Plugins, snapshot.SnapshotRepos, snapshot.SnapshotSetting,
		snapshot.UserPlugins,
	}
}

// share is who rests on a piece of what an object says.
type share uint8

const (
	shared share = iota // others may
	own                 // the object itself only
	unread              // nobody: no such attribute was asked for
	parted              // some on one member of it, some on another one
)

// How deep the names of aspects and attributes of an object stand in canonical text.
const (
	aspectDepth    = 14
	attributeDepth = 16
)

// dividing says who rests on what an object says.
type dividing struct {
	kind       snapshot.Kind
	all        bool            // every attribute was asked for
	asked      map[string]bool // those that were
	attributes []string        // of a cluster: Aside
	aspects    []snapshot.Aspect
}

// of says who rests on a member that stands at a depth. Deeper than attributes it is one
// of networkConfig.
func (d *dividing) of(depth int, name string) share {
	switch {
	case depth == aspectDepth && slices.Contains(d.aspects, snapshot.Aspect(name)), depth > attributeDepth && name == "whiteIpGroupList":
		return own
	case depth != attributeDepth:
		return shared
	case !d.all && !d.asked[name]:
		return unread
	case Own(d.kind, name), slices.Contains(d.attributes, name):
		return own
	case name == "networkConfig" && d.attributes != nil:
		return parted
	}
	return shared
}

// divided visits the pieces of an object's canonical text, each with who rests on it.
// Each attribute ends with a comma, the last one too. declared says that something is.
func divided(o snapshot.Object, asked snapshot.Asked, declared bool, visit func(piece string, of share)) {
	const open = "\n              \"attributes\": {"
	text := o.Node.CanonicalText()
	before, _, there := strings.Cut(text, open)
	d, p := dividing{kind: o.Kind, all: asked.All || asked.Whole[o.Kind], asked: asked.Names[o.Kind]}, splitting{text: text, visit: visit}
	if o.Kind == snapshot.Cluster && !declared {
		d.attributes, d.aspects = Aside(o)
	}
	if there && strings.HasPrefix(text[len(before)+len(open):], "\n") {
		_, next := member(text, len(before), aspectDepth)
		p.parts(len(before), next, attributeDepth, d.of)
		if stop := strings.LastIndexByte(text, '\n'); d.aspects != nil && next < stop {
			p.members(next, stop, aspectDepth, d.of)
		}
	}
	visit(text[p.from:], p.last)
}

// splitting puts what stands together and has the same share into one piece.
type splitting struct {
	text  string
	visit func(piece string, of share)
	from  int // where the piece begins
	last  share
}

func (p *splitting) turn(at int, of share) {
	if of != p.last {
		p.visit(p.text[p.from:at], p.last)
		p.from, p.last = at, of
	}
}

// members goes through the members that stand at a depth, from one line break to
// another one.
func (p *splitting) members(at, stop, depth int, of func(depth int, name string) share) {
	for at < stop {
		name, next := member(p.text, at, depth)
		if x := of(depth, name); x != parted {
			p.turn(at, x)
		} else if p.turn(at, shared); next > at+1+lineLength(p.text[at+1:]) {
			p.parts(at, next, depth+2, of)
		}
		at = next
	}
	p.visit(p.text[p.from:stop], p.last)
	p.visit(",", p.last)
	p.from, p.last = stop, shared
}

// parts goes through the members of a member that has more than one line.
func (p *splitting) parts(at, next, depth int, of func(depth int, name string) share) {
	p.members(at+1+lineLength(p.text[at+1:]), strings.LastIndexByte(p.text[:next], '\n'), depth, of)
}

// member is the name of the member that begins with a line break and stands at a depth,
// and where the line break behind it is.
func member(text string, at, depth int) (name string, next int) {
	next = at + 1 + lineLength(text[at+1:])
	name, _, _ = strings.Cut(text[at+1+depth+len(`"`):next], `"`)
	if end := text[next-1]; end == '{' || end == '[' { // what it holds stands deeper, up to a line that does not
		for isDeeper(text[next:], depth) {
			next += 1 + lineLength(text[next+1:])
		}
		next += 1 + lineLength(text[next+1:])
	}
	return name, next
}

// isDeeper reports whether what stands behind a line break is deeper than a depth.
func isDeeper(text string, depth int) bool { return len(text) > 1+depth && text[1+depth] == ' ' }

func lineLength(text string) int {
	if n := strings.IndexByte(text, '\n'); n >= 0 {
		return n
	}
	return len(text)
}
