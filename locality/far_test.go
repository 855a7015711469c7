package locality_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"esaudit/config"
	"esaudit/locality"
	"esaudit/snapshot"
)

// Objects that nothing joins are in one part when one says what the other one has: a
// private address, which two clusters may have without being joined, a VPC that no list
// shows, a domain in other letters; and whoever says an id that is no name is in no part of
// its own.
func TestWhatIsSaidFarAwayJoins(t *testing.T) {
	cluster := func(id, more string) string {
		return fmt.Sprintf(`%q: {"attributes": {"networkConfig": {"vpcId": "vpc-%s"}, %s}`, id, id, more)
	}
	plain := `"esConfig": {}}`
	nodes := func(host string) string { return `"esConfig": {}}, "nodes": [{"host": "` + host + `"}]` }
	setting := func(host string) string {
		return `"esConfig": {"reindex.remote.whitelist": "` + host + `"}}, "nodes": [{"host": "10.9.9.9"}]`
	}
	groups := func(ids ...string) string {
		return fmt.Sprintf(`, "kibanaPvl": [{"pvlId": "", "securityGroups": []}, {"securityGroups": ["%s"]}]`, strings.Join(ids, `", "`))
	}
	listed := func(ip string) string { return `"publicIpWhitelist": ["` + ip + `"]}` }
	for name, x := range map[string]struct {
		one, other string // of kinds that begin with e
		together   bool
	}{
		"nothing":                     {cluster("es-1", plain), cluster("es-2", plain), false},
		"a node's address":            {cluster("es-1", setting("10.1.2.3:9200")), cluster("es-2", nodes("10.1.2.3")), true},
		"another one's address":       {cluster("es-1", setting("10.1.2.4:9200")), cluster("es-2", nodes("10.1.2.3")), false},
		"an address that both have":   {cluster("es-1", nodes("10.1.2.3")), cluster("es-2", nodes("10.1.2.3")), false},
		"a domain in capitals":        {cluster("es-1", setting("ES-2.elasticsearch.aliyuncs.com")), cluster("es-2", plain), true},
		"an address of IPv4 in v6":    {cluster("es-1", listed("::ffff:2f01:203")), cluster("es-2", plain), true},
		"an id in capitals":           {cluster("ES-1", setting("es-2.elasticsearch.aliyuncs.com")), cluster("ES-2", plain), true},
		"a node's name with a dot":    {cluster("es-1", setting("https://10.1.2.3.:9200/")), cluster("es-2", nodes("10.1.2.3")), true},
		"a node written as of IPv6":   {cluster("es-1", setting("10.1.2.3:9200")), cluster("es-2", nodes("::ffff:a01:203")), true},
		"an endpoint of no form":      {cluster("es-1", plain+`, "vpcEndpoints": [{"endpointId": "foo-1"}]`), cluster("es-2", plain), true},
		"a domain of its own":         {cluster("es-1", setting("search.elasticsearch.aliyuncs.com")), cluster("es-2", `"domain": "Search.elasticsearch.aliyuncs.com"}`), true},
		"a public domain of its own":  {cluster("es-1", plain), cluster("es-2", `"publicDomain": "search.public.elasticsearch.aliyuncs.com"}`), true},
		"a domain with its id":        {cluster("es-1", plain), cluster("es-2", `"domain": "es-2.elasticsearch.aliyuncs.com", "publicDomain": "es-2-worker.public.elasticsearch.aliyuncs.com"}`), false},
		"a node's address of IPv6":    {cluster("es-1", setting("[fd00::1]:9200")), cluster("es-2", nodes("fd00::1")), true},
		"a list with another address": {cluster("es-1", listed("2001:db8::1")), cluster("es-2", plain), false},
		"an endpoint without a name":  {cluster("es-1", plain+`, "vpcEndpoints": [{"endpointId": "foo"}]`), cluster("es-2", plain), true},
		"a group without a name":      {cluster("es-1", plain+groups("weird")), cluster("es-2", plain), true},
		"a group of no form":          {cluster("es-1", plain+groups("sg-1", "weird-1")), cluster("es-2", plain), true},
		"a group that is none":        {cluster("es-1", plain+groups("")), cluster("es-2", plain), true},
		"a group":                     {cluster("es-1", plain+groups("sg-1")), cluster("es-2", plain), false},
		"the same group":              {cluster("es-1", plain+groups("sg-1")), cluster("es-2", plain+groups("sg-1")), true},
		"a domain that is a dot":      {cluster("es-1", plain), cluster("es-2", `"domain": ".elasticsearch.aliyuncs.com"}`), true},
		"a domain that is not there":  {cluster("es-1", plain), cluster("es-2", `"domain": ""}`), false},
		"an endpoint":                 {cluster("es-1", plain+`, "vpcEndpoints": [{"endpointId": "ep-1"}]`), cluster("es-2", plain), false},
	} {
		s, err := snapshot.Parse(fmt.Appendf(nil, `{"accounts": [{"coverage": [], "id": "1", "objects": {"elasticsearch": {"cn-hangzhou": {%s, %s}}},
			"regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`, x.one, x.other))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		d, of := locality.Divide(s, config.Config{}), s.Accounts()[0].Objects(snapshot.Cluster)
		i, _ := d.Of(of[0])
		if j, _ := d.Of(of[1]); (i == j) != x.together {
			t.Errorf("%s: in one part: %v", name, i == j)
		}
	}
	for name, ip := range map[string]string{"eip": "::ffff:2f01:203", "clb": "0:0:0:0:0:FfFf:2f01:203"} {
		for _, ip := range []string{ip, "47.1.2.3", "47.1.2.4"} {
			s, err := snapshot.Parse(fmt.Appendf(nil, `{"accounts": [{"coverage": [], "id": "1", "objects": {%q: {"cn-hangzhou": {"%s-1": {"attributes": {"Address": %q, "IpAddress": %q, "VpcId": ""}}}},
				"elasticsearch": {"cn-hangzhou": {%s}}}, "regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`,
				name, name, ip, ip, cluster("es-1", listed("47.1.2.3"))))
			if err != nil {
				t.Fatal(err)
			}
			d, a := locality.Divide(s, config.Config{}), s.Accounts()[0]
			i, _ := d.Of(a.Objects(snapshot.Kind(name))[0])
			if j, _ := d.Of(a.Objects(snapshot.Cluster)[0]); (i == j) != (ip != "47.1.2.4") {
				t.Errorf("%s with %s, and who lists 47.1.2.3, are in one part: %v", name, ip, i == j)
			}
		}
	}
	for vpc, together := range map[string]bool{"vpc-1": true, "foo": true, "foo-1": true, "": true} {
		s, err := snapshot.Parse(fmt.Appendf(nil, `{"accounts": [{"coverage": [], "id": "1", "objects": {"eni": {"cn-hangzhou": {
			"eni-1": {"attributes": {"VpcId": %q}}, "eni-2": {"attributes": {"VpcId": %q}}}}},
			"regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`, vpc, vpc))
		if err != nil {
			t.Fatal(err)
		}
		d, of := locality.Divide(s, config.Config{}), s.Accounts()[0].Objects(snapshot.ENI)
		i, _ := d.Of(of[0])
		if j, _ := d.Of(of[1]); (i == j) != together {
			t.Errorf("two interfaces of VPC %q in one part: %v", vpc, i == j)
		}
	}
}

// A router interface joins the VPC whose router it says, also by an id of no known form.
func TestRoutersOfNoKnownFormJoin(t *testing.T) {
	for router, together := range map[string]bool{"vrt-1": true, "foo": true, "foo-1": true, "vbr-1": false} {
		of := router
		if !together {
			of = "vrt-1"
		}
		s, err := snapshot.Parse(fmt.Appendf(nil, `{"accounts": [{"coverage": [], "id": "1", "objects": {
			"routerInterface": {"cn-hangzhou": {"ri-1": {"attributes": {"RouterId": %q}}}}, "vpc": {"cn-hangzhou": {"vpc-1": {"attributes": {"VRouterId": %q}}}}},
			"regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`, router, of))
		if err != nil {
			t.Fatal(err)
		}
		if d := locality.Divide(s, config.Config{}); (len(d.Parts) == 1) != together {
			t.Errorf("%s: %d parts", router, len(d.Parts))
		}
	}
}

// What an object belongs to is its own attribute, and no other that has the same name.
func TestWhatAnObjectBelongsToIsItsAttribute(t *testing.T) {
	for kind, of := range map[string][]string{
		"eni":           {"VpcId", "vpc-1"},
		"vswitch":       {"VpcId", "vpc-1"},
		"securityGroup": {"VpcId", "vpc-1"},
		"transitRouter": {"CenId", "cen-1"},
		"nlbListener":   {"LoadBalancerId", "nlb-1"},
		"ecs":           {"VpcAttributes", "VpcId", "vpc-1"},
	} {
		said := strconv.Quote(of[len(of)-1])
		for i := len(of) - 2; i >= 0; i-- {
			said = fmt.Sprintf("{%q: %s}", of[i], said)
		}
		for name, x := range map[string]struct {
			object string
			sure   bool
		}{
			"its own":                   {`{"attributes": ` + said + `}`, true},
			"of an aspect in front":     {`{"aaa": ` + said + `, "attributes": {"Name": "x"}}`, false},
			"of an aspect behind":       {`{"attributes": {"Name": "x"}, "zzz": ` + said + `}`, false},
			"of no attributes, behind":  {`{"attributes": {}, "zzz": ` + said + `}`, false},
			"of an aspect alone":        {`{"zzz": ` + said + `}`, false},
			"of an attribute in front":  {`{"attributes": {"A": ` + said + `}}`, false},
			"of an attribute behind":    {`{"attributes": {"Z": ` + said + `}}`, false},
			"of an item":                {`{"attributes": {"A": [` + said + `]}}`, false},
			"of an attribute's item":    {`{"attributes": {"A": [{"A": ` + said + `}]}}`, false},
			"not a text":                {`{"attributes": ` + strings.ReplaceAll(said, strconv.Quote(of[len(of)-1]), "1") + `}`, false},
			"a list":                    {`{"attributes": ` + strings.ReplaceAll(said, strconv.Quote(of[len(of)-1]), `["`+of[len(of)-1]+`"]`) + `}`, false},
			"another one's, then empty": {`{"aaa": ` + said + `, "attributes": ` + strings.ReplaceAll(said, of[len(of)-1], "x") + `}`, false},
		} {
			s, err := snapshot.Parse(fmt.Appendf(nil, `{"accounts": [{"coverage": [], "id": "1", "objects": {"eip": {"cn-hangzhou": {"eip-1": {"attributes": {"IpAddress": "47.0.0.1"}}}},
				%q: {"cn-hangzhou": {"x-1": %s}}}, "regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`, kind, x.object))
			if err != nil {
				t.Fatalf("%s of %s: %v", name, kind, err)
			}
			if d := locality.Divide(s, config.Config{}); (len(d.Parts) == 2) != x.sure {
				t.Errorf("%s of %s: %d parts", name, kind, len(d.Parts))
			}
		}
	}
}
