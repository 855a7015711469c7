package graph_test

import (
	"strings"
	"testing"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
)

// What a cluster uses, by what says so.
func TestFeatures(t *testing.T) {
	vpc := func(options ...estate.ClusterOption) *estate.Estate {
		e := estate.Clean()
		v := e.VPC("cn-hangzhou", "vpc-bp1x", "10.90.0.0/16")
		e.Cluster("es-cn-x000000001", []*estate.VSwitch{v.VSwitch("vsw-bp1x", "cn-hangzhou-h", "10.90.1.0/24")}, options...)
		return e
	}
	const seeds = `{"persistent":{"cluster.remote.other.seeds":["10.0.0.1:9300"]},"transient":{}}`
	for name, c := range map[string]struct {
		estate *estate.Estate
		want   string
	}{
		"nothing":                {vpc(), ""},
		"watcher":                {vpc(estate.Yml("xpack.watcher.enabled", "true")), "watcher on xpack.watcher.enabled"},
		"seeds that were set":    {vpc().Edit(estate.Edit{Call: "elasticsearch.DescribeDynamicSettings es-cn-x000000001", Set: map[string]any{"/Result": seeds}}), "remote_cluster on cluster.remote.other.seeds"},
		"a connected cluster":    {vpc(estate.ConnectedTo("es-cn-other")), "remote_cluster on ListConnectedClusters"},
		"connections not read":   {vpc().Edit(estate.Edit{Call: "elasticsearch.ListConnectedClusters es-cn-x000000001", Deny: true}), "remote_cluster unknown "},
		"plug-ins of the user":   {vpc().Edit(estate.Edit{Call: "elasticsearch.ListUserPlugin es-cn-x000000001", Add: map[string]any{"/Result": map[string]any{"name": "analysis-own"}}, Set: map[string]any{"/Headers/X-Total-Count": 1}}), "remote_dictionary unknown ListUserPlugin"},
		"dictionaries by a key":  {vpc(estate.Yml("ik.remote_ext_dict", "http://10.0.0.1/a.txt")), "remote_dictionary on ik.remote_ext_dict"},
		"single sign-on":         {vpc(estate.Yml("xpack.security.authc.realms.saml.s.order", "1"), estate.Yml("xpack.security.authc.realms.oidc.o.order", "2")), "oidc on xpack.security.authc.realms.oidc.o, saml on xpack.security.authc.realms.saml.s"},
		"settings that are gone": {vpc(estate.Field("esConfig", "x")), "active_directory unknown , kerberos unknown , ldap unknown , oidc unknown , pki unknown , reindex unknown , remote_cluster unknown , remote_dictionary unknown , saml unknown , watcher unknown "},
	} {
		t.Run(name, func(t *testing.T) {
			g := graph.Build(assembled(t, c.estate), config.Config{})
			var got []string
			for _, f := range g.Features(g.Cluster("es-cn-x000000001")) {
				if f.State != graph.Unused {
					got = append(got, f.Name+" "+f.State+" "+f.Origin)
				}
				if f.State == graph.Used && f.At.Line() == 0 {
					t.Errorf("nothing shows that %s is used", f.Name)
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("%q, want %q", s, c.want)
			}
		})
	}
}
