package estate

func storiesOfPaths() []Story {
	return append(append(append(storiesOfPublicAccess(), storiesOfTheVPC()...), storiesOfTheWayOut()...), storiesOfJoinedVPCs()...)
}

func storiesOfPublicAccess() []Story {
	published := archiveBehindNLB().publish(9200, 9200)
	published.nlb.Public("198.51.100.40", "198.51.100.41")
	forwarded := archiveBehindNLB()
	forwarded.vpc.NAT("ngw-bp1story", "198.51.100.50").Forward("tcp", "19200", forwarded.archive.Address(0), "9200")
	forwarded.archive.Set(Whitelist(PrivateES, "partner", "203.0.113.0/25"))
	return []Story{
		tell("p1-office", `One cluster with public access for 203.0.113.0/24, in two named groups that overlap.

esaudit should say: internet:203.0.113.9 -> es:es-cn-story000001:9200 is reachable by P1;
198.51.100.9 is blocked by the whitelist, and any address on 9300 by the port.
Why it matters: this is the plain case every other is measured against.
`, one(Public(), Whitelist(PublicES, "default", "203.0.113.0/25"), Whitelist(PublicES, "office", "203.0.113.0/24")).e),
		tell("p1-frozen", `The same cluster, frozen: its status is inactive.

esaudit should say: every way in is blocked by cluster-status; an open list would be latent.
Why it matters: a bill that was not paid is no security measure, but it closes the door for now.
`, one(Public(), Field("status", "inactive"), Whitelist(PublicES, "default", "203.0.113.0/24")).e),
		tell("p5-published", `A cluster without public access behind a public NLB on 9200; its private list admits its own subnets,
where the NLB's local addresses are.

esaudit should say: the whole internet reaches es-cn-archive00001:9200 by P5, via nlb-archive00000001.
Why it matters: the switch is off, the lists are tight, and the cluster is public.
`, published.e),
		tell("p6-forwarded", `A cluster without public access; a NAT gateway forwards 198.51.100.50:19200 to one of its nodes,
and a partner's addresses stand in the private list.

esaudit should say: internet:203.0.113.9 reaches es-cn-archive00001:9200 by P6, 203.0.113.200 does not.
Why it matters: forwarding keeps the client's address, so that a public address in a private list means something.
`, forwarded.e),
	}
}

func storiesOfTheVPC() []Story {
	s := one()
	accept := ACLEntry{"accept", "all", "-1/-1", "0.0.0.0/0"}
	walled := s.vpc.VSwitch("vsw-bp1storyw", zone("i"), "10.10.3.0/24")
	s.vpc.NetworkACL("nacl-bp1storyw", []ACLEntry{{"drop", "tcp", "1024/65535", "10.10.0.0/16"}, accept}, []ACLEntry{accept}, walled)
	s.cluster.Set(Whitelist(PrivateES, "walled", "10.10.3.0/24"), Whitelist(PrivateES, "muted", "10.10.1.30"))
	walled.ECS("i-bp1story2", 10, s.groups)
	muted := s.vpc.SecurityGroup("sg-bp1muted").AllowOut("ALL", "-1/-1", "0.0.0.0/0", With("Policy", "Drop"), With("Priority", "100")).AllowOut("TCP", "443/443", "0.0.0.0/0")
	s.h.ECS("i-bp1story3", 30, muted)
	far := s.e.VPC(hangzhou, "vpc-bp1far", "10.40.0.0/16").VSwitch("vsw-bp1farh", zone("h"), "10.40.1.0/24")
	far.ECS("i-bp1far1", 10, far.VPC.SecurityGroup("sg-bp1far"))

	k := one()
	browsers := k.vpc.SecurityGroup("sg-bp1kibana").Allow("TCP", "5601/5601", "10.10.1.0/24")
	k.cluster.Set(KibanaLink(k.i, browsers))
	k.i.ECS("i-bp1story2", 10, k.groups)
	return []Story{
		tell("p2-same-vpc", `A private cluster and four hosts: i-bp1story1 in a subnet the list holds; i-bp1story2 behind a network ACL
that drops the replies; i-bp1story3 with a security group that lets only 443 out; i-bp1far1 in a VPC that is not joined.

esaudit should say: the first reaches 9200 by P2; the second is blocked by nacl-reply, the third by sg-egress,
the fourth by no-path.
Why it matters: "same VPC" is four controls, and a network ACL has no memory.
`, s.e),
		tell("p2-kibana-link", `A cloud-native cluster with a private Kibana: a PrivateLink endpoint in zone i whose security group
admits 10.10.1.0/24 to 5601.

esaudit should say: i-bp1story1 (10.10.1.10) reaches kibana:es-cn-story000001:5601 through kibana-pvl;
i-bp1story2 (10.10.2.10) is blocked by pvl-ingress.
Why it matters: for this architecture the security group decides, not Kibana's whitelist.
`, k.e),
	}
}

func storiesOfTheWayOut() []Story {
	sick := ldapThrough(zone("i"), asIs)
	sick.clb.groups[0].servers[0].Health = "abnormal"
	reindex := archiveBehindNLB().publish(9200, 9200)
	reindex.reindex("9200", zone("h"), reindex.h, reindex.i)
	refused := archiveBehindNLB().publish(9200, 9200)
	refused.reindex("9200", zone("h"), refused.h, refused.i)
	refused.archive.Set(Whitelist(PrivateES, "default", "10.10.2.0/24"))
	narrow := ldapThrough(zone("i"), White("acl-bp1ldap"))
	narrow.e.ACL(hangzhou, "acl-bp1ldap", "10.10.0.0/16")
	hidden := ldapThrough(zone("i"), asIs)
	hidden.e.Edit(Edit{Call: "slb.DescribeHealthStatus lb-bp1ldap", Deny: true})
	return []Story{
		tell("e1-ldap", `A cluster logs people in through endpoint, service, CLB and a directory server, all in zone i.

esaudit should say: es:es-cn-story000001 -> the endpoint's domain:636 is reachable by E1; ES-NET-004 passes.
Why it matters: this is the only way out of the new architecture, link by link.
`, ldapThrough(zone("i"), asIs).e),
		tell("e1-sick-backend", `The same way, but the only backend's health is abnormal.

esaudit should say: blocked by backend-health; ES-NET-004 fails.
Why it matters: everything is configured, nothing answers.
`, sick.e),
		tell("e1-narrow-acl", `The same way; the listener has a white list with 10.10.0.0/16.

esaudit should say: unknown at listener-filter: which address a load balancer sees through PrivateLink is not documented.
Why it matters: a guess here would be a pass that nobody can rely on.
`, narrow.e),
		tell("e1-refused-health", `The same way; the health of the backends was refused (403).

esaudit should say: unknown, cause denied, settled by slb:DescribeHealthStatus lb-bp1ldap; exit 4.
Why it matters: one call decides, and it can be named.
`, hidden.e),
		tell("e1-reindex", `A cluster reindexes from another one through an NLB in zones h and i; the archive's list holds both subnets.

esaudit should say: reachable by E1; ES-NET-002, 003 and 004 pass.
Why it matters: the archive sees the NLB's local addresses, not the cluster.
`, reindex.e),
		tell("e1-one-local-address", `The same, but the archive's private list holds 10.10.2.0/24 alone: one of the NLB's two local addresses.

esaudit should say: reachable: one local address in the list is enough (SEMANTICS 5, P5.5).
Why it matters: the connection may come and go with the NLB's choice of zone; the semantics take the good case.
`, refused.e),
	}
}
