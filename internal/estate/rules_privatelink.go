package estate

// storiesOfPrivateLink are two accounts whose private connections nobody looks
// after.
func storiesOfPrivateLink() []Story {
	return []Story{
		tell("pvl-open-service", `The LDAP estate, with an endpoint service that accepts everybody by itself: a stranger's endpoint is connected,
the endpoint of another migration is left, and the settings still name an endpoint that was deleted.

esaudit should say: ES-PVL-003 and 004 fail on the service, high; ES-PVL-011 fails on the cluster, info,
and ES-PVL-007, high; the left endpoint is offered in a zone without PrivateLink (ES-PVL-010).
Why it matters: each of these is one click that somebody meant to take back.
`, openService()),
		tell("pvl-broken-service", `The reindex estate: the endpoint service stands in one zone, which is not the endpoint's any more; it is being
deleted, and a cluster of 2019 expects a private connection too.

esaudit should say: ES-PVL-001, 002 and 005 fail on the endpoint, ES-PVL-009 on the service, ES-PVL-006 on the old cluster.
Why it matters: the cluster's console shows an endpoint, and the reindex stops.
`, brokenService()),
		tell("pvl-one-zone", `The reindex estate with a service in two zones; the settings use the domain of one of them.

esaudit should say: ES-PVL-008 fails, low.
Why it matters: when that zone fails, so does the reindex, while the other zone stands ready.
`, oneZone()),
	}
}

func openService() *Estate {
	const service, cluster = "epsrv-bp1ldap", "es-cn-story000001"
	return ldapThrough(zone("i"), asIs).e.Edit(
		Edit{Call: "privatelink.ListVpcEndpointServices", Set: map[string]any{"/Services/0/AutoAcceptEnabled": true}},
		Edit{Call: "privatelink.GetVpcEndpointServiceAttribute " + service, Set: map[string]any{"/AutoAcceptEnabled": true}},
		Edit{Call: "privatelink.ListVpcEndpointServiceUsers " + service, Add: map[string]any{"/UserARNs": Body{"UserARN": "acs:ram:*::*"}}},
		Edit{
			Call: "privatelink.ListVpcEndpointConnections " + service, Set: map[string]any{"/TotalCount": "2"},
			Add: map[string]any{"/Connections": Body{
				"ConnectionStatus": "Connected", "EndpointId": "ep-bp1stranger", "EndpointOwnerId": 1888888888888888, "EndpointRegionId": hangzhou,
				"EndpointVpcId": "vpc-bp1stranger", "ServiceId": service, "ResourceOwner": false, "Zones": []Body{},
			}},
		},
		Edit{Call: "privatelink.DescribeZones slb", Remove: []string{"/Zones/Zone/ZoneId=" + zone("i")}},
		Edit{Call: "elasticsearch.DescribeInstance " + cluster, Set: map[string]any{
			"/Result/esConfig/xpack.security.authc.realms.ldap.corp.url": "ldaps://ep-bp1gone.epsrv-bp1gone.cn-hangzhou.privatelink.aliyuncs.com:636",
		}},
	)
}

// archiveThrough is a cluster that reindexes from an archive through an endpoint
// in zone i, with a service in the zones given.
func archiveThrough(host func(*Endpoint) string, zones ...string) *Estate {
	s := one()
	archive := s.e.Cluster("es-cn-archive00001", []*VSwitch{s.h, s.i}, Named("archive"), Exclusive2021())
	nlb := s.vpc.NLB("nlb-archive00000001", []*VSwitch{s.h, s.i}, 30)
	nlb.Listen("TCP", 9200, s.vpc.ServerGroup("sgp-archive00000001", "Ip", archive.Servers(9200)))
	var at []*VSwitch
	for _, z := range zones {
		at = append(at, map[string]*VSwitch{"h": s.h, "i": s.i}[z])
	}
	service := s.e.Service(hangzhou, "epsrv-bp1archive", "nlb").NLB(nlb, at...)
	s.cluster.Set(reindexFrom(host(s.cluster.Endpoint("ep-bp1archive", service, zone("i"))) + ":9200"))
	return s.e
}

func brokenService() *Estate {
	e := archiveThrough((*Endpoint).Domain, "h")
	return e.Edit(
		Edit{Call: "privatelink.ListVpcEndpointServices", Set: map[string]any{"/Services/0/ServiceStatus": "Deleting"}},
		Edit{Call: "privatelink.GetVpcEndpointServiceAttribute", Set: map[string]any{"/ServiceStatus": "Deleting"}},
		Edit{Call: "elasticsearch.ListVpcEndpoints es-cn-story000001", Set: map[string]any{"/Result/0/connectionStatus": "Disconnected"}},
		Edit{Call: "elasticsearch.DescribeInstance es-cn-archive00001", Set: map[string]any{
			"/Result/createdAt": "2019-06-11T02:44:10.120Z", "/Result/serviceVpc": false,
			"/Result/esConfig/reindex.remote.whitelist": `["ep-bp1old.epsrv-bp1old.cn-hangzhou.privatelink.aliyuncs.com:9200"]`,
		}},
	)
}

func oneZone() *Estate {
	return archiveThrough(func(*Endpoint) string {
		return "ep-bp1archive-" + zone("i") + ".epsrv-bp1archive." + hangzhou + ".privatelink.aliyuncs.com"
	}, "h", "i")
}
