package shapes

import (
	"fmt"
	"math/rand/v2"
)

type object = map[string]any

// subjects are n made-up subjects in the proportions of an account: half
// clusters, then load balancers, endpoints and users. Same seed, same subjects.
func subjects(seed uint64, n int) []any {
	g := &generator{rand.New(rand.NewPCG(seed, 1))}
	kinds := []string{"elasticsearch", "nlb", "elasticsearch", "endpoint", "elasticsearch", "user", "elasticsearch", "nlb"}
	out := make([]any, n)
	for i := range out {
		kind := kinds[i%len(kinds)]
		id := fmt.Sprintf("%s-%06d", kind[:2], i)
		at := fmt.Sprintf("/accounts/0/objects/%s/cn-hangzhou/%s", kind, id)
		make := map[string]func(string) object{"elasticsearch": g.cluster, "nlb": g.balancer, "endpoint": g.endpoint, "user": g.user}[kind]
		out[i] = object{
			"kind": kind, "id": id, "arn": "acs:" + kind + ":cn-hangzhou:1234567890123456:" + id, "region": "cn-hangzhou",
			"account": "1234567890123456", "name": "the " + kind + " of team " + fmt.Sprint(i%17), "facts": make(at),
		}
	}
	return out
}

type generator struct{ *rand.Rand }

// one in n.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g *generator, values ...T) T { return values[g.IntN(len(values))] }

// list gives from low to high things.
func (g *generator) list(low, high int, make func(i int) any) []any {
	out := []any{}
	for i := range low + g.IntN(high-low+1) {
		out = append(out, make(i))
	}
	return out
}

// ref is a value that is sometimes not shown.
func (g *generator) ref(value any, at string) object {
	if g.one(12) {
		return object{"value": nil, "at": at}
	}
	return object{"value": value, "at": at}
}

func (g *generator) calls(names ...string) object {
	out := object{}
	for _, name := range names {
		read := !g.one(15)
		out[name] = object{"call": "elasticsearch." + name + " in cn-hangzhou", "read": read, "state": "read", "permission": "elasticsearch:" + name, "subject": "es-cn"}
	}
	return out
}

func (g *generator) cluster(at string) object {
	return object{
		"calls":      g.calls("DescribeInstance", "ListAllNode", "ListVpcEndpoints", "DescribeSnapshotSetting"),
		"whitelists": object{"PUBLIC_ES": g.whitelist(at + "/PUBLIC_ES"), "PRIVATE_ES": g.whitelist(at + "/PRIVATE_ES"), "PUBLIC_KIBANA": g.whitelist(at + "/PUBLIC_KIBANA")},
		"switches": object{
			"public": g.ref(g.one(2), at+"/attributes/enablePublic"), "kibana_public": g.ref(g.one(2), at+"/attributes/enableKibanaPublicNetwork"),
			"https": g.ref(!g.one(4), at+"/attributes/protocol"), "snapshot": g.ref(!g.one(4), at+"/snapshot/enable"),
		},
		"ports":        object{"port": g.ref(pick(g, 9200, 9200, 9300, 9400), at+"/attributes/port"), "publicPort": g.ref(9200, at+"/attributes/publicPort")},
		"version":      g.version(at + "/attributes/esVersion"),
		"architecture": g.ref("new", at+"/attributes/archType"),
		"zones":        g.list(0, 3, func(i int) any { return g.zone(i, at) }),
		"nodes": g.list(2, 3, func(i int) any {
			n := object{"host": fmt.Sprintf("10.0.%d.%d", i, g.IntN(250)), "zone": "cn-hangzhou-i", "spec": "elasticsearch.sn2ne.large", "at": fmt.Sprintf("%s/nodes/%d", at, i), "disk": object{"type": "cloud_essd", "size": 200}}
			if !g.one(10) {
				n["disk"] = object{"type": "cloud_essd", "size": 200, "encrypted": !g.one(8)}
			}
			return n
		}),
		"settings": object{"readable": !g.one(10), "at": at + "/attributes/esConfig", "values": object{
			"action.destructive_requires_name": object{"value": !g.one(4), "at": at + "/attributes/esConfig/action.destructive_requires_name"},
			"http.cors.enabled":                object{"value": g.one(4), "at": at + "/attributes/esConfig/http.cors.enabled"},
		}},
		"dependencies": g.list(0, 2, func(i int) any { return g.dependency(i, at) }),
	}
}

func (g *generator) version(at string) object {
	if g.one(10) {
		return object{"at": at, "text": "unreadable"}
	}
	major := 5 + g.IntN(4)
	return object{"at": at, "text": fmt.Sprintf("%d.10.0_with_X-Pack", major), "major": major, "minor": 10}
}

func (g *generator) zone(i int, at string) any {
	return object{"id": fmt.Sprintf("cn-hangzhou-%c", 'h'+i), "status": pick(g, "NORMAL", "NORMAL", "NORMAL", "ISOLATION"), "at": fmt.Sprintf("%s/attributes/zoneInfos/%d", at, i)}
}

func (g *generator) whitelist(at string) object {
	entries := g.list(1, 3, func(i int) any {
		cidr := fmt.Sprintf("47.%d.%d.0/24", g.IntN(256), g.IntN(256))
		if g.one(16) {
			cidr = "0.0.0.0/0"
		}
		return object{"text": cidr, "cidr": cidr, "group": pick(g, "default", "office", "team"), "at": fmt.Sprintf("%s/ips/%d", at, i)}
	})
	cidrs := []any{}
	for _, e := range entries {
		cidrs = append(cidrs, e.(object)["cidr"])
	}
	return object{"at": at, "present": !g.one(10), "entries": entries, "cidrs": cidrs, "unread": []any{}}
}

func (g *generator) dependency(i int, at string) any {
	target := fmt.Sprintf("ep-bp1%06d.epsrv-bp1.cn-hangzhou.privatelink.aliyuncs.com:9200", g.IntN(1e6))
	return object{
		"feature": pick(g, "watcher", "reindex", "ldap"), "text": target, "hostport": target, "at": fmt.Sprintf("%s/attributes/esConfig/reindex/%d", at, i),
		"path": object{"verdict": pick(g, "reachable", "reachable", "blocked", "unknown"), "hops": g.list(1, 3, func(i int) any {
			return object{"kind": pick(g, "endpoint", "service", "listener"), "id": fmt.Sprintf("hop-%d", i), "verdict": "reachable", "why": "the endpoint is connected to the service", "at": at}
		})},
	}
}

func (g *generator) endpoint(at string) object {
	return object{
		"calls":   g.calls("ListVpcEndpoints", "ListVpcEndpointServiceResources"),
		"zone":    g.ref("cn-hangzhou-"+pick(g, "h", "i", "k"), at+"/zone"),
		"cluster": object{"id": "es-cn-1", "zones": g.list(1, 3, func(i int) any { return g.zone(i, at) })},
		"service": object{"id": "epsrv-bp1", "region": "cn-hangzhou", "at": at + "/service"},
		"resources": g.list(0, 4, func(i int) any {
			zone := fmt.Sprintf("cn-hangzhou-%c", 'h'+i)
			return object{"id": fmt.Sprintf("nlb-%d", i), "zone": zone, "at": fmt.Sprintf("%s/resources/%d", at, i), "lb": object{"kind": "nlb", "region": "cn-hangzhou", "at": at, "zones": []any{zone, "cn-hangzhou-z"}}}
		}),
	}
}

func (g *generator) balancer(at string) object {
	return object{
		"calls": g.calls("ListListeners", "ListServerGroupServers"),
		"listeners": g.list(1, 2, func(i int) any {
			here := fmt.Sprintf("%s/listeners/%d", at, i)
			l := object{"name": fmt.Sprintf("tcp/%d", 9200+i), "from": 9200, "to": 9200, "at": here, "targets": g.list(1, 4, func(j int) any { return g.target(fmt.Sprintf("%s/servers/%d", here, j)) })}
			if !g.one(8) {
				l["acl"] = []any{"10.0.0.0/8", fmt.Sprintf("172.16.%d.0/24", g.IntN(256)), pick(g, "192.168.0.0/16", "192.168.0.0/16", "0.0.0.0/0")}
			}
			return l
		}),
	}
}

func (g *generator) target(at string) any {
	t := object{
		"address": fmt.Sprintf("10.1.%d.%d", g.IntN(256), g.IntN(256)), "cluster": "es-cn-1", "cluster_match": "yes", "weight": 100, "at": at,
		"health": pick(g, "Healthy", "Healthy", "Healthy", "Healthy", "Healthy", "Healthy", "Unhealthy", "Unknown"),
	}
	if !g.one(10) {
		t["port"] = pick(g, 9200, 9200, 9200, 9200, 9300, 80)
	}
	return t
}

func (g *generator) user(at string) object {
	return object{
		"calls":    g.calls("GetLoginProfile", "ListPoliciesForUser", "GetUserMFAInfo"),
		"switches": object{"mfa": g.ref(!g.one(3), at+"/mfa")},
		"policies": g.list(1, 4, func(i int) any {
			here := fmt.Sprintf("%s/policies/%d", at, i)
			return object{"name": fmt.Sprintf("policy-%d", i), "type": "Custom", "read": !g.one(10), "at": here, "statements": g.list(1, 3, func(j int) any {
				return object{
					"effect": pick(g, "Allow", "Allow", "Deny"), "at": fmt.Sprintf("%s/Statement/%d", here, j),
					"actions":   []any{pick(g, "elasticsearch:Describe*", "elasticsearch:*", "ecs:*"), "elasticsearch:ListInstance"},
					"resources": []any{pick(g, "*", "acs:elasticsearch:*:*:instances/es-cn-1")},
				}
			})}
		}),
	}
}
