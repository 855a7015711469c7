package estate

func storiesOfTLS() []Story {
	office := Whitelist(PublicES, "default", "203.0.113.0/24")
	directory := ldapThrough(zone("i"), With("ListenerPort", 389))
	directory.cluster.Set(Yml("xpack.security.authc.realms.ldap.corp.url", "ldap://"+directory.endpoint.Domain()+":389"))
	forwarded := archiveBehindNLB().publish(9300, 9300)
	forwarded.archive.Set(Version("5.6.16_with_X-Pack"))
	ended := archiveBehindNLB()
	ended.nlb.Listen("TCPSSL", 443, ended.vpc.ServerGroup("sgp-archivehttp001", "Ip", ended.archive.Servers(9200)), With("SecurityPolicyId", "tls_cipher_policy_1_0"))
	return []Story{
		tell("tls-001-clear-text", `A cluster with public access for the office that speaks HTTP.

esaudit should say: ES-TLS-001 fails, high; ES-TLS-002 fails, medium.
Why it matters: the list keeps strangers out of the cluster, not out of the wire.
`, one(Public(), office, HTTP()).e),
		tell("tls-003-clear-directory", `A cluster that logs people in through an endpoint with ldap:// on port 389.

esaudit should say: ES-TLS-003 fails, high, with the url.
Why it matters: the path is private, and everybody's password crosses two networks in clear text.
`, directory.e),
		tell("tls-004-transport", `A cluster of version 5.6 with public access for the office and HTTPS; its settings show port 9200 alone.

esaudit should say: ES-TLS-004 fails, medium; ES-TLS-001 passes.
Why it matters: HTTPS is about 9200. The version serves 9300 too, to everybody in the list, in plain TCP.
`, one(Public(), office, Version("5.6.16_with_X-Pack")).e),
		tell("tls-004-forwarded", `An archive of version 5.6 without public access; an internal NLB listens on 9300 and leads to port 9300 of its nodes.

esaudit should say: ES-TLS-004 fails on the archive, medium.
Why it matters: what the load balancer offers, others reach: whoever sees it speaks to the cluster's own protocol.
`, forwarded.e),
		tell("tls-005-old-policy", `An archive behind an NLB that ends TLS on 443 with the default policy, tls_cipher_policy_1_0.

esaudit should say: ES-TLS-005 (optional) fails on the archive, medium.
Why it matters: the cluster's own TLS is new; the client never sees it.
`, ended.e),
	}
}
