package estate

import "slices"

func storiesOfRules() []Story {
	return slices.Concat(
		storiesOfWhitelists(), storiesOfPorts(), storiesOfZones(), storiesOfDependencies(),
		storiesOfSettings(), storiesOfData(),
		storiesOfTLS(), storiesOfPrivateLink(), storiesOfHosts(), storiesOfBorders(), storiesOfIdentities(), storiesOfChanges(),
	)
}

func storiesOfWhitelists() []Story {
	office := Whitelist(PublicES, "default", "203.0.113.0/24")
	return []Story{
		tell("net-001-open-group", `One cluster with public access. Its default group holds the office, 203.0.113.0/24;
a second group, tmp, holds 0.0.0.0/0.

esaudit should say: ES-NET-001 fails, critical; the evidence is the entry of group tmp, not that of default.
Why it matters: the groups of a list count together, and the console shows the tight one first.
`, one(Public(), office, Whitelist(PublicES, "tmp", "0.0.0.0/0")).e),
		tell("net-001-two-halves", `One cluster with public access; its list holds 0.0.0.0/1 and 128.0.0.0/1.

esaudit should say: ES-NET-001 fails, critical, with both halves as evidence.
Why it matters: whoever was forbidden 0.0.0.0/0 writes it in two lines, and a search for the string finds nothing.
`, one(Public(), Whitelist(PublicES, "default", "0.0.0.0/1", "128.0.0.0/1")).e),
		tell("net-001-ipv6", `One cluster with public access; IPv4 is the office alone, IPv6 is ::/0.

esaudit should say: ES-NET-001 fails, critical, for IPv6.
Why it matters: half of the internet is the internet, and few people read the second address family.
`, one(Public(), Whitelist(PublicES, "default", "203.0.113.0/24", "::/0")).e),
		tell("net-001-one-element", `One cluster with public access; its list has a single element, "203.0.113.7,0.0.0.0/0".

esaudit should say: ES-NET-001 fails, critical: the element is two entries.
Why it matters: the API takes lists as text, so that a comma inside an element is an entry nobody counted.
`, one(Public(), Whitelist(PublicES, "default", "203.0.113.7,0.0.0.0/0")).e),
		tell("net-001-latent", `One cluster without public access; its public list holds 0.0.0.0/0 all the same.

esaudit should say: ES-NET-001 is latent, medium: no effect now, everything when the switch is turned.
Why it matters: the person who turns the switch sees no list.
`, one(Whitelist(PublicES, "default", "0.0.0.0/0")).e),
		tell("net-001-looks-open", `One cluster with public access whose public list is 127.0.0.1 and ::1, which admits nobody.
0.0.0.0/0 stands elsewhere: in the private list (the vendor's default), in a tag, in the description.

esaudit should say: ES-NET-001 passes.
Why it matters: a rule that fires on the string is muted, and then it is silent on the real one.
`, one(Public(), Named("not 0.0.0.0/0"), Whitelist(PrivateES, "default", "0.0.0.0/0"),
			Field("tags", []Body{{"tagKey": "old-list", "tagValue": "0.0.0.0/0"}})).e),
		tell("net-001-no-switch", `One cluster in status "unknown": the vendor leaves fields out, enablePublic among them; its public list is open.

esaudit should say: ES-NET-001 is unknown, cause undecidable; not latent and not a pass.
Why it matters: a missing switch is not a switch that is off.
`, one(Field("status", "unknown"), NoField("enablePublic"), Whitelist(PublicES, "default", "0.0.0.0/0")).e),
	}
}

func storiesOfPorts() []Story {
	egress := ldapThrough(zone("i"), asIs)
	proxy := egress.h.CLB("lb-bp1proxy", 21, zone("i"))
	proxy.Listen("tcp", 8080, proxy.Group("rsp-bp1proxy", egress.app.Server(8080)))
	remapped := archiveBehindNLB().publish(443, 9200)
	remapped.reindex("443", zone("i"), remapped.h, remapped.i)
	missed := archiveBehindNLB().publish(443, 9200)
	missed.reindex("9200", zone("i"), missed.h, missed.i)
	return []Story{
		tell("net-002-backend-ports", `An archive of version 6.7 behind an internal NLB: listener 9200 leads to port 9300 of its nodes,
listener 5601 to port 5601.

esaudit should say: ES-NET-002 fails on the NLB: 5601 high, 9300 medium (the version closed it).
Why it matters: the listener's number looks right; what it leads to is not.
`, archiveBehindNLB().publish(9200, 9300).publish(5601, 5601).e),
		tell("net-002-remapped", `An archive behind an internal NLB whose listener 443 leads to 9200; the cluster that reindexes from it
has port 443 in its whitelist.

esaudit should say: ES-NET-002 passes, on the NLB and on the cluster: the port in the settings is the listener's.
Why it matters: a listener may have another number than what it leads to.
`, remapped.e),
		tell("net-002-wrong-reindex-port", `The same archive behind listener 443, but the reindex whitelist says 9200, where nothing listens.

esaudit should say: ES-NET-002 fails on the cluster, high; the load balancer itself passes.
Why it matters: reindexing stops with a time-out that names neither the port nor the load balancer.
`, missed.e),
		tell("net-002-any-port", `An archive behind an NLB with a listener for the ports 9200 to 9400 and a server group that keeps the port.

esaudit should say: ES-NET-002 fails on the NLB, high.
Why it matters: whatever the cluster opens next is published already.
`, archiveBehindNLB().publish(0, 9200, With("AnyPortEnabled", true)).e.Edit(
			Edit{Call: "nlb.ListListeners", Set: map[string]any{"/Listeners/0/StartPort": "9200", "/Listeners/0/EndPort": "9400"}},
			Edit{Call: "nlb.ListServerGroupServers sgp-archivehttp001", Set: map[string]any{"/Servers/0/Port": 0, "/Servers/1/Port": 0, "/Servers/2/Port": 0}})),
		tell("net-002-other-targets", `A CLB for LDAP on 636 and one for a proxy on 8080; neither leads to a cluster. Kibana's port is 5601.

esaudit should say: ES-NET-002 passes on the cluster, and says nothing of the two load balancers.
Why it matters: ports are judged where they lead to a cluster, not everywhere.
`, egress.e),
	}
}

func storiesOfZones() []Story {
	isolated := ldapThrough(zone("i"), asIs)
	isolated.cluster.Set(ZoneStatus(zone("i"), "ISOLATION"))
	elsewhere := ldapThrough(zone("i"), asIs)
	elsewhere.clb.groups[0].servers = []Server{elsewhere.h.ECS("i-bp1ldap2", 13, elsewhere.group).Server(636)}
	half := archiveBehindNLB().publish(9200, 9200)
	half.reindex("9200", zone("i"), half.h)
	both := archiveBehindNLB().publish(9200, 9200)
	both.reindex("9200", zone("i"), both.h, both.i)
	return []Story{
		tell("net-003-standby-zone", `A cluster's endpoint is in zone h; the CLB behind its service has its primary zone in i and its standby in h.

esaudit should say: ES-NET-003 fails on the endpoint, high: the service offers the CLB in zone i only.
Why it matters: the zone is on the load balancer's page, as the standby, and it does not count.
`, ldapThrough(zone("h"), asIs).e),
		tell("net-003-isolated-zone", `A cluster in zones h and i, endpoint and CLB in i; zone i of the cluster is isolated.

esaudit should say: ES-NET-003 fails on the endpoint, high: the cluster runs in h.
Why it matters: a zone that was switched away still stands in the list of zones.
`, isolated.e),
		tell("net-003-backend-elsewhere", `Endpoint and CLB in zone i, the directory server in zone h.

esaudit should say: ES-NET-003 fails on the endpoint, medium: it works, and depends on two zones.
Why it matters: the documented prerequisite is one zone; an outage of either now ends the login.
`, elsewhere.e),
		tell("net-003-attached-elsewhere", `An NLB in zones h and i, attached to the service for h alone; the endpoint is in i.

esaudit should say: ES-NET-003 fails on the endpoint, high.
Why it matters: the NLB's page shows both zones; only the service's resources show the attachment.
`, half.e),
		tell("net-003-nlb-two-zones", `An NLB in zones h and i, attached for both, backends in both; the endpoint is in i.

esaudit should say: ES-NET-003 passes: an NLB cannot have one zone only.
Why it matters: "same zone" means that the zone is among them.
`, both.e),
	}
}
