package config

// Config is the declarations. The zero value declares nothing. The JSON form
// is what rules see as "config".
type Config struct {
	// Architecture overrides what is derived, by cluster id: new, original or
	// unsupported (SEMANTICS 6).
	Architecture  map[string]string `json:"architecture" yaml:"architecture"`
	Proxies       []Proxy           `json:"proxies" yaml:"proxies"`
	OnPrem        []OnPrem          `json:"onprem" yaml:"onprem"`
	Clients       []Client          `json:"clients" yaml:"clients"`
	Partners      []string          `json:"partners" yaml:"partners"`           // account ids
	Admins        []string          `json:"admins" yaml:"admins"`               // RAM users, groups and roles
	PublicRanges  []string          `json:"public_ranges" yaml:"public_ranges"` // CIDRs of the organisation's own
	NonESBackends []string          `json:"non_es_backends" yaml:"non_es_backends"`
	Assertions    []string          `json:"assertions" yaml:"assertions"`
	// WhitelistTemplates is what the console's whitelist templates should hold.
	// No call shows them; the key is an addition to CONTRACT 1.
	WhitelistTemplates []WhitelistTemplate `json:"whitelist_templates" yaml:"whitelist_templates"`
	// Parameters are thresholds of rules, by rule and name, as each rule documents
	// them: numbers, texts, or lists of these. An addition to CONTRACT 1.
	Parameters map[string]map[string]any `json:"parameters" yaml:"parameters"`
}

// Joins reports whether something is declared by which what is known of one cluster may
// rest on the lists and settings of any other one.
func (c Config) Joins() bool { return len(c.Assertions)+len(c.Proxies)+len(c.Clients) > 0 }

// WhitelistTemplate is a whitelist template and the clusters linked with it.
type WhitelistTemplate struct {
	Name     string   `json:"name" yaml:"name"`
	List     string   `json:"list" yaml:"list"` // PRIVATE_ES or PUBLIC_ES
	IPs      []string `json:"ips" yaml:"ips"`   // addresses and CIDRs
	Clusters []string `json:"clusters" yaml:"clusters"`
}

// Proxy is an ECS that forwards to a cluster (SEMANTICS 5, P7).
type Proxy struct {
	ECS     string `json:"ecs" yaml:"ecs"`
	Listen  int    `json:"listen" yaml:"listen"`
	Cluster string `json:"cluster" yaml:"cluster"`
	Port    int    `json:"port" yaml:"port"`
}

// OnPrem is a network behind a VPN gateway or a router interface (SEMANTICS 5).
type OnPrem struct {
	Name    string   `json:"name" yaml:"name"`
	CIDRs   []string `json:"cidrs" yaml:"cidrs"`
	VPCs    []string `json:"vpcs" yaml:"vpcs"`
	Trusted bool     `json:"trusted" yaml:"trusted"`
}

// Client is somebody who has to reach a cluster: an ECS or some CIDRs.
type Client struct {
	Name    string   `json:"name" yaml:"name"`
	ECS     string   `json:"ecs,omitempty" yaml:"ecs"`
	CIDRs   []string `json:"cidrs,omitempty" yaml:"cidrs"`
	Cluster string   `json:"cluster" yaml:"cluster"`
	Port    int      `json:"port" yaml:"port"`
	Self    bool     `json:"self" yaml:"self"` // where this tool runs
}
