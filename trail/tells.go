package trail

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// addresses: the parameters of these names hold addresses that were written.
func addresses(names ...string) func(request, target) verdict {
	return func(r request, t target) verdict { return r.addressed(t, names...) }
}

// addressed compares the addresses of parameters with those of the value.
func (r request) addressed(t target, names ...string) verdict {
	var told []string
	for _, name := range names {
		told = append(told, r[name]...)
	}
	mine := addressesOf(t.value)
	if len(told) == 0 || len(mine) == 0 {
		return may
	}
	for _, text := range told {
		if p, ok := canonical(text); ok && slices.Contains(mine, p) {
			return did
		}
	}
	if slices.Contains(told, unkept) {
		return may
	}
	return no
}

// addressesOf reads the addresses of an entry: a text, or the fields of a rule.
func addressesOf(n *snapshot.Node) []netip.Prefix {
	if n.Kind() == snapshot.String {
		if p, ok := canonical(n.Text()); ok {
			return []netip.Prefix{p}
		}
		return nil
	}
	var out []netip.Prefix
	for _, name := range []string{"SourceCidrIp", "Ipv6SourceCidrIp", "AclEntryIP", "Entry"} {
		if p, ok := canonical(n.Get(name).Text()); ok {
			out = append(out, p)
		}
	}
	return out
}

func canonical(text string) (netip.Prefix, bool) {
	pieces := netset.ParseWhitelist(text)
	if len(pieces) != 1 || pieces[0].Err != nil {
		return netip.Prefix{}, false
	}
	return pieces[0].Prefix, true
}

// whitelist compares the group that a request is of, and the entries that it
// writes. kind is the type of the groups where the operation says it; "" where
// the request does.
func whitelist(kind string) func(request, target) verdict {
	return func(r request, t target) verdict {
		if strings.EqualFold(r.first("modifymode"), "Delete") {
			return no
		}
		if !r.ofGroup(kind, groupOf(t)) {
			return no
		}
		if t.value.Kind() != snapshot.String {
			return may
		}
		return r.addressed(t, "ips", "whiteiplist", "publicipwhitelist", "privatenetworkipwhitelist", "kibanaipwhitelist", "kibanaprivateipwhitelist", "esipwhitelist")
	}
}

// group is a whitelist group by type and name; a name that nobody told is "".
type group struct{ kind, name string }

// groupOf is the group that a value stands in: itself, or the one whose entry it
// is. The older lists are the default groups.
func groupOf(t target) group {
	for n := t.value; n != nil; n = n.Parent() {
		if kind := n.Get("whiteIpType"); kind.Exists() {
			return group{kind.Text(), n.Get("groupName").Text()}
		}
	}
	kinds := map[string]string{
		"publicIpWhitelist": "PUBLIC_ES", "privateNetworkIpWhiteList": "PRIVATE_ES", "kibanaIPWhitelist": "PUBLIC_KIBANA",
		"kibanaPrivateIPWhitelist": "PRIVATE_KIBANA", "esIPWhitelist": "PRIVATE_ES",
	}
	_, field, _ := strings.Cut(t.path, "/")
	field, _, _ = strings.Cut(field, "/")
	if kinds[field] == "" {
		return group{}
	}
	return group{kinds[field], "default"}
}

// ofGroup reports whether a request can be of a group: what it tells of one does
// not differ.
func (r request) ofGroup(kind string, g group) bool {
	if nodes, network := r.first("nodetype"), r.first("networktype"); kind == "" && nodes != "" && network != "" {
		kind = strings.ToUpper(network) + "_" + strings.Replace(strings.ToUpper(nodes), "WORKER", "ES", 1)
	}
	if told := r.first("whiteiptype"); told != "" {
		kind = told
	}
	if kind != "" && g.kind != "" && !strings.EqualFold(kind, g.kind) {
		return false
	}
	name := r.first("groupname")
	return name == "" || g.name == "" || name == g.name
}

func (r request) first(name string) string {
	values, _ := r.values(name)
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// networkSwitch compares which network of which nodes was opened or closed
// (TriggerNetwork: nodeType WORKER or KIBANA, networkType PUBLIC or PRIVATE,
// actionType OPEN or CLOSE).
func networkSwitch(r request, t target) verdict {
	field := map[string]string{
		"WORKER PUBLIC": "enablePublic", "KIBANA PUBLIC": "enableKibanaPublicNetwork", "KIBANA PRIVATE": "enableKibanaPrivateNetwork",
	}
	nodes, network, action := strings.ToUpper(r.first("nodetype")), strings.ToUpper(r.first("networktype")), strings.ToUpper(r.first("actiontype"))
	if nodes == "" || network == "" || action == "" {
		return may
	}
	on, ok := t.value.Bool()
	if t.path != "attributes/"+field[nodes+" "+network] || !ok || on != (action == "OPEN") {
		return no
	}
	return did
}

// always: the operation leaves a setting at one of these values.
func always(values ...string) func(request, target) verdict {
	return func(_ request, t target) verdict {
		if meets(values, scalars(t.value)) {
			return did
		}
		return no
	}
}

// itself: the object is what was asked for.
func itself(request, target) verdict { return did }

// left: the operation takes an element away, and makes none.
func left(_ request, t target) verdict {
	if t.value.Kind() == snapshot.Array {
		return may
	}
	return no
}

// running: what is said of a listener's fields, but whether it runs is another
// operation's matter.
func running(tells func(request, target) verdict) func(request, target) verdict {
	return func(r request, t target) verdict {
		if t.path == "attributes/Status" {
			return no
		}
		return tells(r, t)
	}
}

// version compares the version of a policy that a request made, or made the
// default, with the one whose document is read. Versions do not change.
func version(r request, t target) verdict {
	id, current := cmp.Or(r.first("versionid"), r.first("defaultversion")), t.object.Get("attributes", "DefaultVersion").Text()
	switch {
	case id == "" || current == "":
		return may
	case !strings.EqualFold(id, current):
		return no
	}
	return did
}

// configured compares a setting of elasticsearch.yml with those that a request
// writes. What it does not write, another one did; what it wrote is told of switches
// only.
func configured(r request, t target) verdict {
	name, inside := strings.CutPrefix(t.path, "attributes/esConfig/")
	told := r[settingsOf]
	if !inside || len(told) == 0 || t.value.Kind() == snapshot.Map {
		return may
	}
	name = strings.ReplaceAll(name, "/", ".")
	for _, text := range told {
		setting, value, given := strings.Cut(text, "=")
		if setting != name && !strings.HasPrefix(name, setting+".") { // an element of a list
			continue
		}
		switch is := strings.ToLower(string(t.value.AppendCompact(nil))); {
		case !given:
			return may
		case strings.Trim(is, `"`) == value:
			return did
		}
		return no
	}
	if slices.Contains(told, unkept) {
		return may
	}
	return no
}

// trusts compares whom a role's trust document names with whom a request named.
func trusts(r request, t target) verdict {
	const document = "attributes/AssumeRolePolicyDocument"
	told := slices.Concat(r["ram"], r["service"], r["federated"])
	if !strings.HasPrefix(t.path, document+"/") || !strings.Contains(t.path, "/Principal/") || t.value.Kind() != snapshot.String || len(told) == 0 {
		return may
	}
	switch {
	case slices.Contains(told, t.value.Text()):
		return did
	case slices.Contains(told, unkept):
		return may
	}
	return no
}
