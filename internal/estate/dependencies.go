package estate

func storiesOfDependencies() []Story {
	direct := one(ldapRealm("10.10.2.12:636"))
	direct.i.ECS("i-bp1ldap1", 12, direct.vpc.SecurityGroup("sg-bp1ldap").Allow("TCP", "636/636", "10.10.0.0/16"))

	pending := ldapThrough(zone("i"), asIs)
	pending.endpoint.Connection("Disconnected")

	foreign := ldapThrough(zone("i"), asIs)
	domain := foreign.endpoint.Domain()
	foreign.e.Cluster("es-cn-other000001", []*VSwitch{foreign.h, foreign.i}, Named("other"), ldapRealm(domain+":636"))

	upgraded := one(Field("createdAt", "2019-06-11T02:44:10.120Z"), ldapRealm("10.10.2.12:636"))
	original := one(Original(), Version("6.7_with_X-Pack"), ldapRealm("10.10.2.12:636"))

	return []Story{
		tell("net-004-direct-ip", `A cloud-native cluster whose LDAP realm points at 10.10.2.12, a directory server in the customer's VPC.

esaudit should say: ES-NET-004 fails, high: no private connection leads to 10.10.2.12:636.
Why it matters: hosts of the VPC reach that address, the cluster does not; every login fails silently.
`, direct.e),
		tell("net-004-not-accepted", `An LDAP realm through an endpoint whose connection nobody accepted: it is Disconnected.

esaudit should say: ES-NET-004 fails, high, at endpoint-state.
Why it matters: the settings and the domain are right, and the click that is missing is in another console.
`, pending.e),
		tell("net-004-endpoint-of-another", `Two clusters with the same LDAP settings; the endpoint in them belongs to the first.

esaudit should say: ES-NET-004 passes on the first, fails on the second, high.
Why it matters: settings are copied between clusters; endpoints are not.
`, foreign.e),
		tell("net-004-wrong-port", `An LDAP realm through a working endpoint, on port 636; the load balancer listens on 389.

esaudit should say: ES-NET-004 fails, high, at listener.
Why it matters: the endpoint is connected and green, and nothing answers on the port.
`, ldapThrough(zone("i"), With("ListenerPort", 389)).e),
		tell("net-004-upgraded", `A cluster of 2019 that was upgraded to the cloud-native architecture; its LDAP realm still points at an address.

esaudit should say: ES-NET-004 fails, high: the architecture is new, whatever the date says.
Why it matters: the setting worked for years, until the upgrade.
`, upgraded.e),
		tell("net-004-original", `A cluster of 2019 in the original network architecture, with an LDAP realm at an address of its own VPC.

esaudit should say: ES-NET-004 does not apply.
Why it matters: such a cluster stands in the VPC and reaches it; PrivateLink is not for it.
`, original.e),
		tell("net-004-watcher", `A cloud-native cluster with Watcher on and no private connection. The watches themselves cannot be read.

esaudit should say: ES-NET-004 fails, medium, with low confidence.
Why it matters: a watch that sends a message outside does nothing, without an error in the console.
`, one(Yml("xpack.watcher.enabled", "true")).e),
		tell("net-004-nothing-needed", `A cloud-native cluster with an LDAP realm that is switched off, reindex.remote.whitelist [] and Watcher off.

esaudit should say: ES-NET-004 passes: nothing needs the outside.
Why it matters: a setting that has no effect needs no endpoint.
`, one(ldapRealm("10.10.2.12:636"), Yml("xpack.security.authc.realms.ldap.corp.enabled", "false"), Yml("reindex.remote.whitelist", "[]")).e),
	}
}
