package facts

import (
	"regexp"
	"strings"

	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/snapshot"
)

// EndpointUses is which settings of elasticsearch.yml name an endpoint.
type EndpointUses struct {
	Readable bool          `json:"readable"` // the settings were read
	Settings []EndpointUse `json:"settings"`
	At       string        `json:"at"`
}

// EndpointUse is a setting that names an endpoint by its domain.
type EndpointUse struct {
	Key   string `json:"key"`
	Host  string `json:"host"`
	Zonal bool   `json:"zonal"` // the domain of one zone
	At    string `json:"at"`
}

// privateHost finds domains of PrivateLink in a text. The first label is ep-ID
// or, for one zone, ep-ID-ZONE (SEMANTICS 6, E1).
var privateHost = regexp.MustCompile(`(?i)(ep-[a-z0-9]+)((?:-[a-z0-9-]+)?)((?:\.[a-z0-9-]+)+\.privatelink\.aliyuncs\.com)`)

// PrivateHost is a domain of PrivateLink that a setting names.
type PrivateHost struct {
	Host     string `json:"host"`     // lower case
	Endpoint string `json:"endpoint"` // ep-ID
	Zone     string `json:"zone"`     // of a domain of one zone; "" for the plain one
	Rest     string `json:"rest"`     // what follows the first label
	Key      string `json:"key"`
	At       string `json:"at"`
}

// privateHosts finds the domains of PrivateLink in all settings of a cluster.
func privateHosts(c *graph.Cluster) []PrivateHost {
	out := []PrivateHost{}
	yml, ok := esyml.Parse(c.Attr("esConfig"))
	if !ok {
		return out
	}
	for _, e := range yml.Entries() {
		for _, m := range privateHost.FindAllStringSubmatch(e.Text, -1) {
			out = append(out, PrivateHost{
				Host: strings.ToLower(m[0]), Endpoint: strings.ToLower(m[1]), Zone: strings.TrimPrefix(strings.ToLower(m[2]), "-"),
				Rest: strings.ToLower(m[3][1:]), Key: e.Key, At: e.Node.Pointer(),
			})
		}
	}
	return out
}

func endpointUses(c *graph.Cluster, e *snapshot.Node) EndpointUses {
	n := c.Attr("esConfig")
	_, ok := esyml.Parse(n)
	out := EndpointUses{Readable: ok && n.Exists(), Settings: []EndpointUse{}, At: ref(nil, n, c.Node).At}
	for _, h := range privateHosts(c) {
		if h.Endpoint == e.Get("endpointId").Text() {
			out.Settings = append(out.Settings, EndpointUse{Key: h.Key, Host: h.Host, Zonal: h.Zone != "", At: h.At})
		}
	}
	return out
}
