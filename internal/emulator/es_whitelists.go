package emulator

import (
	"net/netip"
	"slices"
	"strings"
)

// groupsPath is where an instance's whitelist groups are.
const groupsPath = "networkConfig.whiteIpGroupList"

const defaultGroup = "default"

// flatLists are the older form of the whitelists, by type of group.
func flatLists() map[string]string {
	return map[string]string{
		"PRIVATE_ES": "privateNetworkIpWhiteList", "PUBLIC_ES": "publicIpWhitelist",
		"PUBLIC_KIBANA": "kibanaIPWhitelist", "PRIVATE_KIBANA": "kibanaPrivateIPWhitelist",
	}
}

// group of a whitelist, as requests name it.
type whiteGroup struct {
	Name string   `json:"groupName"`
	IPs  []string `json:"ips"`
	Type string   `json:"whiteIpType"`
}

// modifyWhiteIPs changes one group. Its mode stands in the body, and so does a
// form that overwrites the default group; a request has one of the two.
func modifyWhiteIPs(e *edit) (object, *refusal) {
	var want struct {
		NodeType    string      `json:"nodeType"`
		NetworkType string      `json:"networkType"`
		List        []string    `json:"whiteIpList"`
		Mode        string      `json:"modifyMode"`
		Group       *whiteGroup `json:"whiteIpGroup"`
	}
	if bad := e.decode(&want); bad != nil {
		return nil, bad
	}
	older := want.NodeType != "" || want.NetworkType != "" || want.List != nil
	switch {
	case older == (want.Group != nil):
		return nil, badRequest("InvalidParameter", "Either nodeType, networkType and whiteIpList, or modifyMode and whiteIpGroup: one of the two forms.")
	case older:
		nodes := map[string]string{"WORKER": "ES", "KIBANA": "KIBANA"}[want.NodeType]
		want.Mode, want.Group = "Cover", &whiteGroup{defaultGroup, want.List, want.NetworkType + "_" + nodes}
	}
	_, bad := e.whitelist(want.Mode, *want.Group)
	return done(), bad
}

// updateWhiteIPs changes one group of a type. The mode stands in the query.
func updateWhiteIPs(kind, flat string) writer {
	return func(e *edit) (object, *refusal) {
		var want map[string]any
		var group struct {
			Group *whiteGroup `json:"whiteIpGroup"`
		}
		if bad := e.decode(&want); bad != nil {
			return nil, bad
		}
		if bad := e.decode(&group); bad != nil {
			return nil, bad
		}
		list, older := want[flat].([]any)
		if older == (group.Group != nil) {
			return nil, badRequest("InvalidParameter", "Either "+flat+" or whiteIpGroup: one of the two forms.")
		}
		if older {
			group.Group = &whiteGroup{Name: defaultGroup}
			for _, value := range list {
				text, ok := value.(string)
				if !ok {
					return nil, invalid(flat, "a list of texts")
				}
				group.Group.IPs = append(group.Group.IPs, text)
			}
		}
		switch t := group.Group.Type; {
		case t == "":
			group.Group.Type = kind
		case t == "PRIVATE_KIBANA" && kind == "PUBLIC_KIBANA": // one operation for both lists of Kibana
		case t != kind:
			return nil, invalid("whiteIpType", kind)
		}
		next, bad := e.whitelist(e.call.param("modifyMode"), *group.Group)
		return result(next.bytes()), bad
	}
}

// whitelist changes a group, and returns the instance as it is then. Documented:
// Cover creates a group and with no addresses removes it, Append needs one that
// exists, Delete leaves at least one address.
func (e *edit) whitelist(mode string, want whiteGroup) (object, *refusal) {
	flat := flatLists()[want.Type]
	if flat == "" {
		return nil, invalid("whiteIpType", "PRIVATE_ES, PUBLIC_ES, PRIVATE_KIBANA or PUBLIC_KIBANA")
	}
	if want.Name == "" {
		return nil, missing("groupName")
	}
	instance, bad := e.cluster()
	if bad != nil {
		return nil, bad
	}
	switch {
	case want.Type == "PUBLIC_ES" && scalar(instance.get("enablePublic")) == "false",
		want.Type == "PUBLIC_KIBANA" && scalar(instance.get("enableKibanaPublicNetwork")) == "false":
		return nil, invalid("whiteIpType", "the public network is not open")
	case want.Type == "PRIVATE_KIBANA" && cloudNative(instance):
		return nil, invalid("whiteIpType", "the private network of this Kibana is guarded by security groups: UpdateKibanaPvlNetwork")
	}
	w := readWhitelist(instance, want.Type, flat)
	for _, text := range want.IPs {
		held := w.group(want.Name) != nil && slices.Contains(w.group(want.Name).IPs, text)
		if !addressOrRange(text) && (mode != "Delete" || !held) { // what stands there can go
			return nil, invalid("ips", "addresses and ranges such as 10.0.0.0/24")
		}
	}
	if bad := w.change(mode, want); bad != nil {
		return nil, bad
	}
	next := w.write(instance)
	e.update(instance, next, e.world.reads)
	return next, nil
}

func addressOrRange(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return !strings.Contains(text, "%")
	}
	_, err := netip.ParsePrefix(text)
	return err == nil
}

// whitelist is one type of groups of an instance.
type whitelist struct {
	kind, flat string
	groups     []whiteGroup
	all        bool // the older form holds all groups, not just the default one
	hadFlat    bool
	hadDefault bool // among the groups
}

// readWhitelist reads both forms. What the older form has more belongs to the
// default group, which always exists.
func readWhitelist(instance object, kind, flat string) *whitelist {
	w := &whitelist{kind: kind, flat: flat, hadFlat: instance.get(flat) != nil}
	var every []string
	elements, _ := parseArray(instance.get(groupsPath)) // absent: the older form is all there is
	for _, raw := range elements {
		o, err := parseObject(raw)
		if err != nil || scalar(o.get("whiteIpType")) != kind {
			continue
		}
		g := whiteGroup{scalar(o.get("groupName")), texts(o.get("ips")), kind}
		w.groups, every = append(w.groups, g), append(every, g.IPs...)
		w.hadDefault = w.hadDefault || g.Name == defaultGroup
	}
	if !w.hadDefault {
		w.groups = append(w.groups, whiteGroup{Name: defaultGroup, Type: kind})
	}
	main := w.group(defaultGroup)
	old := texts(instance.get(flat))
	w.all = same(old, every) && !same(old, main.IPs)
	for _, text := range old {
		if !slices.Contains(every, text) {
			main.IPs = append(main.IPs, text)
		}
	}
	return w
}

func (w *whitelist) group(name string) *whiteGroup {
	at := slices.IndexFunc(w.groups, func(g whiteGroup) bool { return g.Name == name })
	if at < 0 {
		return nil
	}
	return &w.groups[at]
}

// change does what a request asks for.
func (w *whitelist) change(mode string, want whiteGroup) *refusal {
	g := w.group(want.Name)
	switch mode {
	case "", "Cover":
		return w.cover(g, want)
	case "Append", "Delete":
	default:
		return invalid("modifyMode", "Cover, Append or Delete")
	}
	switch {
	case g == nil:
		return badRequest("NotFound", "The whitelist group is not found.")
	case len(want.IPs) == 0:
		return missing("ips")
	case mode == "Append":
		for _, text := range want.IPs {
			if !slices.Contains(g.IPs, text) {
				g.IPs = append(slices.Clone(g.IPs), text)
			}
		}
		return nil
	}
	left := slices.DeleteFunc(slices.Clone(g.IPs), func(text string) bool { return slices.Contains(want.IPs, text) })
	if len(left) == 0 {
		return invalid("ips", "at least one address must stay in the group")
	}
	g.IPs = left
	return nil
}

func (w *whitelist) cover(g *whiteGroup, want whiteGroup) *refusal {
	switch {
	case len(want.IPs) == 0 && want.Name == defaultGroup:
		return invalid("ips", "the default group cannot be removed")
	case len(want.IPs) == 0 && g == nil:
		return badRequest("NotFound", "The whitelist group is not found.")
	case len(want.IPs) == 0:
		w.groups = slices.DeleteFunc(w.groups, func(g whiteGroup) bool { return g.Name == want.Name })
	case g == nil:
		w.groups = append(w.groups, whiteGroup{want.Name, unique(want.IPs), w.kind})
	default:
		g.IPs = unique(want.IPs)
	}
	return nil
}

// write puts the groups into the instance, in the forms that it has: the groups
// that were there where they stood, new ones at the end.
func (w *whitelist) write(instance object) object {
	elements, _ := parseArray(instance.get(groupsPath)) // absent: none
	var out [][]byte
	var every []string
	written := map[string]bool{}
	for _, raw := range elements {
		o, err := parseObject(raw)
		if err == nil && scalar(o.get("whiteIpType")) == w.kind {
			g := w.group(scalar(o.get("groupName")))
			if g == nil {
				continue
			}
			written[g.Name] = true
			raw = o.with("ips", list(g.IPs)).bytes()
		}
		out = append(out, raw)
	}
	for _, g := range w.groups {
		every = append(every, g.IPs...)
		if !written[g.Name] && (g.Name != defaultGroup || w.hadDefault) {
			out = append(out, object{{"groupName", quote(g.Name)}, {"ips", list(g.IPs)}, {"whiteIpType", quote(w.kind)}}.bytes())
		}
	}
	if instance.get(groupsPath) != nil || len(out) > 0 {
		instance = instance.with(groupsPath, array(out))
	}
	flat := w.group(defaultGroup).IPs
	if w.all {
		flat = unique(every)
	}
	if w.hadFlat || !w.hadDefault {
		instance = instance.with(w.flat, list(flat))
	}
	return instance
}

// texts reads a list of texts.
func texts(value []byte) []string {
	elements, _ := parseArray(value) // absent: none
	var out []string
	for _, raw := range elements {
		out = append(out, scalar(raw))
	}
	return out
}

// list writes a list of texts.
func list(values []string) []byte {
	elements := make([][]byte, len(values))
	for i, text := range values {
		elements[i] = quote(text)
	}
	return array(elements)
}

func unique(values []string) []string {
	var out []string
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func same(a, b []string) bool { return subset(a, b) && subset(b, a) }
