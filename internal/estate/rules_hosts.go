package estate

// directoryBehindNLB is a ground whose cluster logs people in through an NLB in
// zones h and i; the directory server is in zone i, in security group sg-bp1ldap.
func directoryBehindNLB() *linked {
	l := &linked{small: one()}
	l.group = l.vpc.SecurityGroup("sg-bp1ldap")
	l.server = l.i.ECS("i-bp1ldap1", 12, l.group)
	nlb := l.vpc.NLB("nlb-directory000001", []*VSwitch{l.h, l.i}, 30)
	nlb.Listen("TCP", 636, l.vpc.ServerGroup("sgp-directory00001", "Instance", []Server{l.server.Server(636)}))
	l.service = l.e.Service(hangzhou, "epsrv-bp1directory", "nlb").NLB(nlb, l.h, l.i)
	l.endpoint = l.cluster.Endpoint("ep-bp1directory", l.service, zone("i"))
	l.cluster.Set(ldapRealm(l.endpoint.Domain() + ":636"))
	return l
}

// proxied is a ground whose host i-bp1story1 has an elastic IP, and forwards to
// the cluster when that is declared.
func proxied() *small {
	s := one()
	s.app.EIP("eip-bp1story1", "198.51.100.60")
	return s
}

func storiesOfHosts() []Story {
	admitted := directoryBehindNLB()
	admitted.group.Allow("TCP", "636/636", "10.10.1.31/32").Allow("TCP", "636/636", "10.10.2.31/32")

	refused := directoryBehindNLB()
	refused.group.Allow("TCP", "636/636", "192.168.0.0/16")

	open := ldapThrough(zone("i"), asIs)
	open.group.Allow("TCP", "1/65535", "0.0.0.0/0")
	open.server.EIP("eip-bp1ldap", "198.51.100.61")

	listed := ldapThrough(zone("i"), asIs)
	listed.e.PrefixList(hangzhou, "pl-bp1all", "0.0.0.0/0")
	listed.group.Allow("TCP", "636/636", "", With("SourcePrefixListId", "pl-bp1all"))
	listed.server.EIP("eip-bp1ldap", "198.51.100.61")

	mute := one()
	mute.app.Set(With("SecurityGroupIds", Body{"SecurityGroupId": []string{"sg-bp1advanced"}}))
	mute.vpc.SecurityGroup("sg-bp1advanced", With("SecurityGroupType", "enterprise"))

	shadowed := directoryBehindNLB()
	shadowed.group.Allow("TCP", "636/636", "10.10.0.0/16").Allow("ALL", "-1/-1", "10.0.0.0/8", With("Policy", "Drop"))

	return []Story{
		tell("sg-001-admitted", `A cluster logs people in through an NLB in zones h and i; the directory server's security group admits
the NLB's two local addresses, 10.10.1.31 and 10.10.2.31, at 636.

esaudit should say: ES-SG-001 passes on i-bp1ldap1; ES-VPC-001 passes on both vSwitches, which have no network ACL.
Why it matters: a backend of an NLB sees addresses that stand on the NLB's page alone.
`, admitted.e),
		tell("sg-001-refused", `The same way; the security group admits the office, 192.168.0.0/16, and nobody else.

esaudit should say: ES-SG-001 fails on i-bp1ldap1, high, for both addresses of the NLB.
Why it matters: the server answers those who test it, and drops the connections it is there for.
`, refused.e),
		tell("sg-002-open-backend", `A directory server behind a CLB, with an elastic IP; its security group admits 0.0.0.0/0 to the ports 1 to 65535.

esaudit should say: ES-SG-002 fails on i-bp1ldap1, high.
Why it matters: the private path is one way to the directory, the internet is the other.
`, open.e),
		tell("sg-002-prefix-list", `The same server; the security group admits a prefix list, and the list holds 0.0.0.0/0.

esaudit should say: ES-SG-002 fails on i-bp1ldap1, high.
Why it matters: the rule's page shows a name; what the name stands for is on another page.
`, listed.e),
		tell("sg-003-mute-client", `An application server in an advanced security group without outbound rules.

esaudit should say: ES-SG-003 fails on i-bp1story1, medium, when the configuration declares it a client of es-cn-story000001.
Why it matters: a basic group lets everything out, this kind nothing; the console shows the same empty page for both.
`, mute.e),
		tell("sg-004-shadowed", `A directory server whose group accepts 10.10.0.0/16 at 636 with priority 1, and drops 10.0.0.0/8 with priority 1 too.

esaudit should say: ES-SG-004 (optional) fails on i-bp1ldap1, low; ES-SG-001 fails too, high.
Why it matters: on equal priority the Drop goes first, whatever stands above it on the page.
`, shadowed.e),
	}
}

func storiesOfBorders() []Story {
	accept := ACLEntry{"accept", "all", "-1/-1", "0.0.0.0/0"}
	lost := directoryBehindNLB()
	lost.group.Allow("TCP", "636/636", "10.10.0.0/16")
	served := lost.vpc.VSwitch("vsw-bp1storys", zone("i"), "10.10.3.0/24")
	second := served.ECS("i-bp1ldap2", 12, lost.group)
	other := lost.vpc.NLB("nlb-directory000002", []*VSwitch{lost.h, lost.i}, 40)
	other.Listen("TCP", 636, lost.vpc.ServerGroup("sgp-directory00002", "Instance", []Server{second.Server(636)}))
	lost.service.NLB(other, lost.h, lost.i)
	lost.vpc.NetworkACL("nacl-bp1storys", []ACLEntry{accept}, []ACLEntry{{"accept", "tcp", "636/636", "10.10.0.0/16"}}, served)

	proxy := proxied()
	proxy.groups.Allow("TCP", "8080/8080", "0.0.0.0/0")
	return []Story{
		tell("vpc-001-lost-replies", `A second directory server in a subnet of its own, whose network ACL lets everything in, and out only what
goes to port 636.

esaudit should say: ES-VPC-001 fails on vsw-bp1storys, high: replies go to other ports.
Why it matters: a network ACL has no memory; "636 both ways" is half a rule.
`, lost.e),
		tell("vpc-003-proxy", `A host with an elastic IP whose security group admits everybody to 8080.

esaudit should say: ES-VPC-003 fails on i-bp1story1, critical, when the configuration declares that it forwards 8080 to
es-cn-story000001; ES-SG-002 fails too, high.
Why it matters: the cluster's own public access is off, and whoever finds the proxy is inside.
`, proxy.e),
	}
}
