package locality

import (
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

// share is who rests on a piece of what an object says.
type share uint8

const (
	shared share = iota // others may
	own                 // the object itself only
	unread              // nobody: no such attribute was asked for
)

// divided visits the pieces of an object's canonical text, each with who rests on it.
// Each attribute ends with a comma, the last one too.
func divided(o snapshot.Object, asked snapshot.Asked, visit func(piece string, of share)) {
	const open, shut = "\n              \"attributes\": {", "\n              }"
	text := o.Node.CanonicalText()
	_, list, there := strings.Cut(text, open)
	end := strings.Index(list, shut)
	if !there || end < 0 || list[0] != '\n' {
		visit(text, shared)
		return
	}
	from, at, last := 0, len(text)-len(list), shared
	for stop := at + end; at < stop; { // at a line break
		next := at + 1 + lineLength(text[at+1:])
		name, _, named := strings.Cut(strings.TrimPrefix(text[at:next], attribute), `"`)
		of := shared
		switch {
		case !named:
		case !asked.Asks(o.Kind, name):
			of = unread
		case Own(o.Kind, name):
			of = own
		}
		if end := text[next-1]; named && (end == '{' || end == '[') { // what it holds stands deeper, up to a line that does not
			for strings.HasPrefix(text[next:], inside[:len(inside)-1]) {
				next += 1 + lineLength(text[next+1:])
			}
			next += 1 + lineLength(text[next+1:])
		}
		if of != last {
			visit(text[from:at], last)
			from, last = at, of
		}
		at = next
	}
	visit(text[from:at], last)
	visit(",", last)
	visit(text[at:], shared)
}

func lineLength(text string) int {
	if n := strings.IndexByte(text, '\n'); n >= 0 {
		return n
	}
	return len(text)
}
