package estate

import "fmt"

// storiesOfNetworkRules are about ES-NET-005 to 020.
func storiesOfNetworkRules() []Story {
	out := append(storiesOfPublicLists(), storiesOfPrivateLists()...)
	return append(append(out, storiesOfKibana()...), storiesOfPairs()...)
}

func storiesOfPublicLists() []Story {
	adjacent := []string{}
	for i := range 256 {
		adjacent = append(adjacent, fmt.Sprintf("198.51.%d.0/24", i))
	}
	shanghai := New(home, noon(), "cn-shanghai")
	v := shanghai.VPC("cn-shanghai", "vpc-uf6story", "10.20.0.0/16")
	shanghai.Cluster("es-cn-story000001", []*VSwitch{v.VSwitch("vsw-uf6storyb", "cn-shanghai-b", "10.20.1.0/24")}, Named("story"), Public(),
		Whitelist(PublicES, "default", "203.0.113.0/28", "2001:db8:1::/48", "::ffff:0.0.0.0/96"))
	released := one(Public(), Whitelist(PublicES, "default", "203.0.113.200", "203.0.113.90", "203.0.113.0/28"))
	released.vpc.NAT("ngw-bp1story", "203.0.113.200")
	return []Story{
		tell("net-006-adjacent", `One cluster with public access; its list holds 256 entries, 198.51.0.0/24 to 198.51.255.0/24.

esaudit should say: ES-NET-006 fails, medium: put together they are 198.51.0.0/16.
Why it matters: every line of the list is narrow, and nobody adds them up.
`, one(Public(), Whitelist(PublicES, "default", adjacent...)).e),
		tell("net-006-sample", `One cluster with public access whose list was copied from a sample: 59.0.0.0/8 and 120.0.0.0/8.

esaudit should say: ES-NET-006 fails, high, with both entries.
Why it matters: two numbers that look like a provider's range are 33 million addresses.
`, one(Public(), Whitelist(PublicES, "default", "59.0.0.0/8,120.0.0.0/8")).e),
		tell("net-007-shanghai", `A cluster in China (Shanghai) with public access; its list holds an IPv6 range and ::ffff:0.0.0.0/96.

esaudit should say: ES-NET-007 (optional) fails, low, with both; ES-NET-001 fails too: the second is every IPv4 address.
Why it matters: an entry in the other address family is either dead or more than it looks.
`, shanghai),
		tell("net-010-wrong-kind", `One cluster with public access; its public list holds 10.0.0.0/8, its private list 203.0.113.7.

esaudit should say: ES-NET-010 fails, medium, with both entries.
Why it matters: nobody arrives with these addresses, and somebody believes that they were let in.
`, one(Public(), Whitelist(PublicES, "default", "203.0.113.0/28", "10.0.0.0/8"), Whitelist(PrivateES, "default", "10.10.1.0/24", "203.0.113.7")).e),
		tell("net-010-user-cidr", `A VPC that uses 30.0.0.0/8, which looks public, as its user CIDR. The private list holds 30.1.0.0/16,
the public one 30.2.0.0/16.

esaudit should say: ES-NET-010 says nothing of the private list, and fails on the public one: 30.2.0.0/16 is the VPC's own.
Why it matters: what is private is what the VPC says, not what a table of ranges says.
`, one(Public(), Whitelist(PublicES, "default", "203.0.113.0/28", "30.2.0.0/16"), Whitelist(PrivateES, "default", "10.10.1.0/24", "30.1.0.0/16")).
			userCIDR("30.0.0.0/8").e),
		tell("net-011-untidy", `One cluster without public access. Its private list holds a list with a full-width comma, one with spaces, 127.0.0.1
beside others, one entry twice and one inside another; a group is empty.

esaudit should say: ES-NET-011 fails, low, with each of them.
Why it matters: a list that nobody can read is a list that nobody reviews.
`, one(Whitelist(PrivateES, "default", "10.10.1.0/24", "127.0.0.1", "10.10.1.7", "192.168.0.1/24"),
			Whitelist(PrivateES, "team", "10.10.7.1，10.10.7.2", "10.10.8.1 10.10.8.2", "10.10.1.0/24"), Whitelist(PrivateES, "old")).e),
		tell("net-016-blacklist", `One cluster that has 198.51.100.0/24 in its deprecated blacklist and 0.0.0.0/0 in its private whitelist.

esaudit should say: ES-NET-016 (optional) fails, info; the open whitelist is what counts (ES-NET-008).
Why it matters: a blacklist is believed to protect, and nobody can tell whether it is still asked.
`, one(Field("esIPBlacklist", []string{"198.51.100.0/24"}), Whitelist(PrivateES, "default", "0.0.0.0/0")).e),
		tell("net-017-released", `One cluster with public access; its list holds the address of the account's NAT gateway, one that belongs to nobody
in the account, and the office's range.

esaudit should say: ES-NET-017 (optional) fails, medium, with 203.0.113.90 alone.
Why it matters: a released address is somebody else's the next day, and the list admits it still.
`, released.e),
	}
}

// userCIDR gives the ground's VPC a user CIDR.
func (s *small) userCIDR(cidr string) *small {
	s.vpc.body["UserCidrs"] = Body{"UserCidr": []string{cidr}}
	return s
}

func storiesOfPrivateLists() []Story {
	everything := Whitelist(PrivateES, "default", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
	joined, far := neighbour()
	joined.cluster.Set(Whitelist(PrivateES, "neighbours", "0.0.0.0/0"))
	joined.e.Peer("pcc-bp1story", far, joined.vpc)
	forwarded := one(Whitelist(PrivateES, "default", "0.0.0.0/0"))
	forwarded.vpc.NAT("ngw-bp1story", "203.0.113.200").Forward("TCP", "19200", forwarded.app.IP, "9200")
	reused := one(Whitelist(PrivateES, "old", "10.66.3.0/24"))
	reused.e.VPC(hangzhou, "vpc-bp1other", "10.66.0.0/16").VSwitch("vsw-bp1other", zone("h"), "10.66.3.0/24")
	tunnel := one(Whitelist(PrivateES, "office", "192.168.7.0/24"))
	tunnel.vpc.VPNGateway("vpn-bp1story", "203.0.113.210", tunnel.h)
	lan := one(Public(), Whitelist(PublicES, "default", "192.168.7.0/24"))
	lan.e.VPC(hangzhou, "vpc-bp1far", "10.40.0.0/16").VSwitch("vsw-bp1farh", zone("h"), "10.40.1.0/24")
	return []Story{
		tell("net-008-default", `One private cluster whose private list is the vendor's default, 0.0.0.0/0. Nothing is joined with its VPC.

esaudit should say: ES-NET-008 fails, low.
Why it matters: the list is the only control of the private address, and it is off.
`, one(Whitelist(PrivateES, "default", "0.0.0.0/0")).e),
		tell("net-008-everything-private", `One private cluster whose private list is 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16.

esaudit should say: ES-NET-008 fails, low: that is everything private.
Why it matters: it looks like a choice, and admits whoever the default admits.
`, one(everything).e),
		tell("net-008-peered", `The default list, and a VPC that is peered with the cluster's.

esaudit should say: ES-NET-008 fails, medium, with the peering.
Why it matters: the list was harmless until somebody else joined a network.
`, joined.e),
		tell("net-008-forwarded", `The default list, and a NAT gateway that forwards port 19200 to a host of the VPC; the host is a proxy when it is declared.

esaudit should say: ES-NET-008 fails, low; medium when the host is declared under proxies.
Why it matters: a forwarded port makes the private address public, and the list has to say no.
`, forwarded.e),
		tell("net-009-reused", `A private list that holds 10.66.3.0/24, a vSwitch that was deleted; another team's VPC, joined with nothing, has the range now.

esaudit should say: ES-NET-009 (optional) fails, low.
Why it matters: the day somebody peers the two VPCs, strangers are in the list already.
`, reused.e),
		tell("net-009-tunnel", `A private list that holds 192.168.7.0/24, and a VPN gateway in the VPC. What is behind it no answer shows.

esaudit should say: ES-NET-009 (optional) is unknown, and passes when the range is declared under onprem.
Why it matters: networks on premises are in no API.
`, tunnel.e),
		tell("net-019-lan", `A cluster with public access whose public list holds 192.168.7.0/24, the LAN of an office.

esaudit should say: ES-NET-019 (optional) fails, medium, for the client "office" that is declared with its egress address 203.0.113.9.
Why it matters: the office does not get in, and its list looks right to the office.
`, lan.e),
	}
}

func storiesOfKibana() []Story {
	old := one(Original(), Version("6.3.2_with_X-Pack"), Field("createdAt", "2018-11-06T02:00:00.000Z"), Field("enableKibanaPublicNetwork", true),
		Whitelist(PublicKibana, "default", "0.0.0.0/0", "::/0"))
	open := kibanaBehind(func(g *SecurityGroup) { g.Allow("TCP", "5601/5601", "0.0.0.0/0") })
	open.e.PrefixList(hangzhou, "pl-bp1story", "0.0.0.0/0")
	shared := kibanaBehind(func(g *SecurityGroup) { g.Allow("TCP", "5601/5601", "10.10.1.0/24") })
	for i := range 25 {
		shared.i.ECS(fmt.Sprintf("i-bp1app%02d", i), 20+i, shared.groups)
	}
	upgraded := kibanaBehind(func(g *SecurityGroup) { g.Allow("TCP", "5601/5601", "10.10.1.0/24") })
	upgraded.cluster.Set(Whitelist(PrivateKibana, "default", "0.0.0.0/0"), Field("createdAt", "2021-06-02T09:31:44.006Z"))
	return []Story{
		tell("net-012-old-default", `A cluster of 2018 that nobody edited: Kibana's public access is on, its list is the default of that time, 0.0.0.0/0 and ::/0.
Public access to Elasticsearch itself is off.

esaudit should say: ES-NET-012 fails, critical; ES-NET-013 fails, medium; ES-NET-001 and 005 pass.
Why it matters: Kibana's Dev Tools send any request: the closed front door has an open one beside it.
`, old.e),
		tell("net-013-both", `A cluster with basic control whose Kibana has private access for the VPC; public access was left on, for the office.

esaudit should say: ES-NET-013 fails, medium: both are on.
Why it matters: what nobody uses nobody looks after.
`, one(Exclusive2021(), Field("enableKibanaPrivateNetwork", true), Field("enableKibanaPublicNetwork", true),
			Whitelist(PublicKibana, "default", "203.0.113.0/28")).e),
		tell("net-014-open-group", `A cloud-native cluster whose Kibana has a private connection; its whitelist is tight, its security group admits 0.0.0.0/0 on 5601.
A prefix list, pl-bp1story, holds the same; no rule names it.

esaudit should say: ES-NET-014 fails, high, with the rule.
Why it matters: the console shows the whitelist, and the security group decides.
`, open.e),
		tell("net-014-shared-group", `A cloud-native cluster whose Kibana's private connection is in the application servers' own basic group, which 26 interfaces share.

esaudit should say: ES-NET-014 fails, medium: members of the group reach each other before any rule.
Why it matters: no rule of the group is wide, and every host of the team gets in.
`, shared.e),
		tell("net-014-upgraded", `A cluster that was upgraded to cloud-native: Kibana's private list still holds 0.0.0.0/0, its security group is narrow.

esaudit should say: ES-NET-015 does not apply, ES-NET-014 passes.
Why it matters: the list is not asked any more, and a finding about it cannot be mended.
`, upgraded.e),
		tell("net-015-open", `A cluster with basic control whose Kibana has private access, with the list 0.0.0.0/0.

esaudit should say: ES-NET-015 fails, medium.
Why it matters: whoever is joined with the VPC stands before the login of the whole API.
`, one(Exclusive2021(), Field("enableKibanaPrivateNetwork", true), Whitelist(PrivateKibana, "default", "0.0.0.0/0")).e),
	}
}

// kibanaBehind is a ground whose Kibana has a private connection behind the
// hosts' security group.
func kibanaBehind(rules func(*SecurityGroup)) *small {
	s := ground(home)
	rules(s.groups)
	s.cluster = s.e.Cluster("es-cn-story000001", []*VSwitch{s.h, s.i}, Named("story"), KibanaLink(s.h, s.groups))
	return s
}

func storiesOfPairs() []Story {
	e := New(home, noon(), "cn-zhangjiakou")
	v := e.VPC("cn-zhangjiakou", "vpc-8vbstory", "10.10.0.0/16")
	at := []*VSwitch{v.VSwitch("vsw-8vbstorya", "cn-zhangjiakou-a", "10.10.1.0/24")}
	born := Field("createdAt", "2020-11-20T02:00:00.000Z")
	e.Cluster("es-cn-story000001", at, Named("story"), born, ConnectedTo("es-cn-peer000001"))
	e.Cluster("es-cn-peer000001", at, Named("peer"), Exclusive2021(), born, ConnectedTo("es-cn-story000001"))
	return []Story{
		tell("net-018-pair", `Two clusters with basic control of 2021 in one VPC, both in two zones, versions 6.7 and 7.10, interconnected.

esaudit should say: ES-NET-018 passes on both: minor versions may differ.
Why it matters: this is what the feature is for.
`, pair(Exclusive2021(), Version("6.7.0_with_X-Pack")).e),
		tell("net-018-mixed", `Two clusters of November 2020 in China (Zhangjiakou), interconnected: one with basic control, one cloud-native.

esaudit should say: ES-NET-018 fails on both, high.
Why it matters: both show the connection; searches across them time out.
`, e),
	}
}

// pair is a ground with a second cluster, both with basic control, that are
// connected with each other.
func pair(options ...ClusterOption) *small {
	s := one(Exclusive2021(), ConnectedTo("es-cn-peer000001"))
	s.e.Cluster("es-cn-peer000001", []*VSwitch{s.h, s.i}, append([]ClusterOption{Named("peer"), ConnectedTo("es-cn-story000001")}, options...)...)
	return s
}
