package locality_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/locality"
	"esaudit/snapshot"
)

// What joins two objects may be written in ways that nobody expects: an address of the
// internet as one of IPv6, a private one where others are of the internet, a domain that
// is not made of an id, or with a letter whose small one is of ASCII.
func TestStrangeNamesJoin(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{joined(3).Part()})
	if err != nil {
		t.Fatal(err)
	}
	renamed := strings.ReplaceAll(s.Root().CanonicalText(), "es-cn-near", "es-cn-kear")
	if s, err = snapshot.Parse([]byte(renamed)); err != nil {
		t.Fatal(err)
	}
	s = undoubted(t, s, config.Config{})
	before := subjects(t, facts.Build(graph.Build(s, config.Config{})))
	for name, edits := range strangeNames(s) {
		edited, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return edits[n] }))
		if err != nil {
			t.Fatal(err)
		}
		const lone = "acs:elasticsearch:cn-hangzhou:1234567890123456:instances/es-cn-lone0000001"
		if after := subjects(t, facts.Build(graph.Build(edited, config.Config{}))); bytes.Equal(before[lone], after[lone]) {
			t.Errorf("%s changes nothing", name)
		}
		var n tally
		if n.hold(t, name, edited, config.Config{}); n.doubted > 0 {
			t.Errorf("%s: parts are in doubt", name)
		}
	}
}

// strangeNames are edits by which a cluster that nothing joins with anything names what
// another object has.
func strangeNames(s *snapshot.Snapshot) map[string]map[*snapshot.Node]*snapshot.Node {
	type edits = map[*snapshot.Node]*snapshot.Node
	const region = "cn-hangzhou"
	a, text := s.Accounts()[0], snapshot.NewString
	lone, other := a.Object(snapshot.Cluster, region, "es-cn-lone0000001"), a.Object(snapshot.Cluster, region, "es-cn-kear0000001")
	with := func(n *snapshot.Node, key string, value *snapshot.Node) *snapshot.Node {
		fields := n.Clone(nil).Fields()
		fields[key] = value
		return snapshot.NewObject(fields)
	}
	of := func(key string, value *snapshot.Node) *snapshot.Node {
		return snapshot.NewObject(map[string]*snapshot.Node{key: value})
	}
	listed := func(ip string, n, as *snapshot.Node) edits {
		return edits{n: as, lone.Attr("publicIpWhitelist"): snapshot.NewArray(text(ip)), lone.Attr("networkConfig", "whiteIpGroupList"): snapshot.NewArray()}
	}
	named := func(host string, more edits) edits {
		out := edits{lone.Attr("esConfig"): with(lone.Attr("esConfig"), "reindex.remote.whitelist", text(host+":9200"))}
		for from, to := range more {
			out[from] = to
		}
		return out
	}
	eip, host, nat := a.Objects(snapshot.EIP)[0], a.Objects(snapshot.ECS)[0], a.Objects(snapshot.NATGateway)[0]
	entry := a.Objects(snapshot.SnatTable)[0].Aspect(snapshot.Entries).Items()[0]
	network := a.Object(snapshot.VSwitch, region, "vsw-bp1near")
	const ip, domain = "10.1.2.3", ".elasticsearch.aliyuncs.com"
	return map[string]edits{
		"an elastic address as one of IPv6": listed("47.1.2.3", eip.Attr("IpAddress"), text("::ffff:2f01:203")),
		"a private elastic address":         listed(ip, eip.Attr("IpAddress"), text(ip)),
		"a private address of an entry":     listed(ip, entry.Get("SnatIp"), text("10.1.2.9,"+ip)),
		"a private address of a host":       listed(ip, host.Attr(), with(host.Attr(), "PublicIpAddress", of("IpAddress", snapshot.NewArray(text(ip))))),
		"a private address of a gateway":    listed(ip, nat.Attr(), with(nat.Attr(), "IpLists", of("IpList", snapshot.NewArray(of("IpAddress", text(ip)))))),
		"a domain without an id":            named("logs"+domain, edits{other.Attr("domain"): text("logs" + domain)}),
		"a domain that begins with a dot":   named(".x"+domain, edits{other.Attr("domain"): text(".x" + domain)}),
		"a domain that is one dot and more": named(domain, edits{other.Attr("publicDomain"): text(domain)}),
		"a name in JSON in a text": {lone.Attr("esConfig"): with(lone.Attr("esConfig"), "reindex.remote.whitelist",
			text(`["[\"x\\nes-cn-kear0000001`+domain+`:9200\"]"]`))},
		"a name in JSON behind other white space": {lone.Attr("esConfig"): with(lone.Attr("esConfig"), "reindex.remote.whitelist",
			text("\u00a0[\"\u2003"+`[\"x\\nes-cn-kear0000001`+domain+`:9200\"]"]`))},
		"numbers of letters in JSON in a text": {lone.Attr("esConfig"): with(lone.Attr("esConfig"), "reindex.remote.whitelist",
			text(`["es-cn-\u212aear0000001`+domain+`:9200"]`))},
		"a letter of another alphabet": named("es-cn-\u212aear0000001"+domain, nil),
		"a node with an address of IPv6": named("[fd00::5]", edits{
			other.Aspect(snapshot.Nodes).Items()[0].Get("host"): text("fd00::5"), network.Attr(): with(network.Attr(), "Ipv6CidrBlock", text("fd00::/64")),
		}),
	}
}

// A cluster is in one part with what stands in its network, and with the service that has
// its endpoint, also where ids have capitals, or prefixes that no list shows.
func TestIdsOfAnyFormJoin(t *testing.T) {
	for _, id := range []string{"vpc-1", "vpc-A", "VPC-1", "net-1", "ep-1", "ep-A", "EP-1", "foo-1", "other"} {
		vpc, endpoint := "vpc-x", id
		if strings.Contains("vpc-A VPC-1 net-1", id) {
			vpc, endpoint = id, "ep-x"
		}
		s, err := snapshot.Parse(fmt.Appendf(nil, `{"accounts": [{"coverage": [], "id": "1", "objects": {
			"elasticsearch": {"cn-hangzhou": {"es-1": {"attributes": {"networkConfig": {"vpcId": %q}}, "vpcEndpoints": [{"endpointId": %q}]}}},
			"endpointService": {"cn-hangzhou": {"epsrv-1": {"attributes": {}, "connections": [{"EndpointId": %q}]}}},
			"eni": {"cn-hangzhou": {"eni-1": {"attributes": {"VpcId": %q}}}}},
			"regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`, vpc, endpoint, endpoint, vpc))
		if err != nil {
			t.Fatal(err)
		}
		d, a := locality.Divide(s, config.Config{}), s.Accounts()[0]
		of, _ := d.Of(a.Objects(snapshot.Cluster)[0])
		for _, kind := range []snapshot.Kind{snapshot.ENI, snapshot.EndpointService} {
			if part, _ := d.Of(a.Objects(kind)[0]); part != of {
				t.Errorf("%s: %s is in another part", id, kind)
			}
		}
	}
}

// A router interface may say the router of a VPC only.
func TestRoutersJoin(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{joined(3).Part()})
	if err != nil {
		t.Fatal(err)
	}
	router := s.Accounts()[0].Object(snapshot.VPC, "cn-hangzhou", "vpc-bp1lone").Attr("VRouterId").Text()
	one, err := snapshot.ParseJSON(fmt.Appendf(nil, `{"cn-hangzhou": {"ri-1": {"attributes": {"RouterId": %q, "Status": "Active"}}}}`, router))
	if err != nil {
		t.Fatal(err)
	}
	objects := s.Root().Get("accounts").Items()[0].Get("objects")
	s, err = snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
		if n != objects {
			return nil
		}
		fields := n.Clone(nil).Fields()
		fields[string(snapshot.RouterInterface)] = one
		return snapshot.NewObject(fields)
	}))
	if err != nil {
		t.Fatal(err)
	}
	var n tally
	if n.hold(t, "a router interface", undoubted(t, s, config.Config{}), config.Config{}); n.doubted > 0 {
		t.Error("parts are in doubt")
	}
}
