package facts

import (
	"slices"
	"strings"

	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/snapshot"
)

// PrivateName is the domain of a private connection in a setting of a cluster,
// in its parts: EP[-ZONE].SERVICE.REGION.privatelink.aliyuncs.com (PrivateLink,
// "What is an endpoint").
type PrivateName struct {
	Key      string `json:"key"`
	Host     string `json:"host"` // in small letters
	Endpoint string `json:"endpoint"`
	Zone     string `json:"zone"` // of the zonal form; "" for the plain one
	Service  string `json:"service"`
	Label    string `json:"region_label"`
	// Effect says whether the setting does anything: no in a realm that is
	// switched off and in what is Watcher's while it is off, unknown where the
	// switch cannot be read.
	Effect string `json:"effect"`
	At     At     `json:"at"`
}

// privateDomain ends the domains of private connections.
const privateDomain = ".privatelink.aliyuncs.com"

// privateNames finds the domains of private connections in elasticsearch.yml and
// in the dynamic settings of a cluster; names with a wildcard are none. Never
// nil.
func privateNames(c *graph.Cluster, yml configured) []PrivateName {
	out := []PrivateName{}
	for _, e := range yml.entries {
		if text := strings.ToLower(e.Text); strings.Contains(text, privateDomain) {
			out = appendNames(out, e.Key, text, effect(yml.Settings, e.Key), e.Node)
		}
	}
	for _, part := range c.DynamicSettings() {
		for _, e := range part.Entries() {
			if text := strings.ToLower(e.Text); strings.Contains(text, privateDomain) {
				out = appendNames(out, e.Key, text, "yes", c.Aspect(snapshot.DynamicSettings))
			}
		}
	}
	return out
}

// appendNames adds the domains in a text in small letters.
func appendNames(out []PrivateName, key, text, effect string, at *snapshot.Node) []PrivateName {
	between := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("*.-", r)
	}
	for host := range strings.FieldsFuncSeq(text, between) {
		host = strings.TrimSuffix(host, ".")
		n := PrivateName{Key: key, Host: host, Effect: effect, At: At{at}}
		if !strings.HasSuffix(host, privateDomain) || strings.Contains(host, "*") || slices.ContainsFunc(out, func(o PrivateName) bool { return o.Key == key && o.Host == host }) {
			continue
		}
		labels := strings.Split(strings.TrimSuffix(host, privateDomain), ".")
		if strings.HasPrefix(labels[0], "ep-") {
			id, zone, _ := strings.Cut(strings.TrimPrefix(labels[0], "ep-"), "-")
			n.Endpoint, n.Zone, labels = "ep-"+id, zone, labels[1:]
		}
		if len(labels) > 0 && strings.HasPrefix(labels[0], "epsrv-") {
			n.Service, labels = labels[0], labels[1:]
		}
		n.Label = strings.Join(labels, ".")
		out = append(out, n)
	}
	return out
}

// effect says whether a setting of elasticsearch.yml does anything, as far as
// the switch of its realm or of Watcher tells.
func effect(yml esyml.Settings, key string) string {
	var switches []string
	if rest, ok := strings.CutPrefix(key, "xpack.security.authc.realms."); ok {
		parts := strings.Split(rest, ".")
		for i := 1; i <= min(2, len(parts)-1); i++ { // up to version 6 a realm has no type in its key
			switches = append(switches, "xpack.security.authc.realms."+strings.Join(parts[:i], ".")+".enabled")
		}
	}
	result := "yes"
	for _, name := range switches {
		switch on := yml.Switch(name); {
		case on.Set && !on.Valid:
			result = "unknown"
		case on.Set && !on.On:
			return "no"
		}
	}
	for _, prefix := range []string{"xpack.notification.", "xpack.http.", "xpack.watcher."} {
		if strings.HasPrefix(key, prefix) {
			switch on := yml.Switch("xpack.watcher.enabled"); {
			case !on.Valid:
				return "unknown"
			case !on.On:
				return "no"
			}
		}
	}
	return result
}
