package estate

// storiesOfBalancers are about load balancers on a path to a cluster.
func storiesOfBalancers() []Story {
	return append(storiesOfClassicBalancers(), append(storiesOfServerGroups(), storiesOfServerNetworks()...)...)
}

func storiesOfClassicBalancers() []Story {
	bound := ldapThrough(zone("i"), asIs)
	bound.e.EIP(hangzhou, "eip-bp1ldap", "203.0.113.60", "SlbInstance", "lb-bp1ldap")
	one := ldapThrough(zone("i"), asIs)
	one.clb.groups[0].servers = append(one.clb.groups[0].servers, one.i.ECS("i-bp1ldap2", 13, one.group).Server(636), one.i.ECS("i-bp1ldap3", 14, one.group).Server(636))
	one.clb.groups[0].servers[1].Health = "abnormal"
	empty := ldapThrough(zone("i"), asIs)
	empty.clb.Default(empty.server.Server(636))
	empty.clb.groups[0].servers = nil
	shut := ldapThrough(zone("i"), White("acl-bp1ldap"))
	shut.e.ACL(hangzhou, "acl-bp1ldap")
	open := ldapThrough(zone("i"), White("acl-bp1ldap"))
	open.e.ACL(hangzhou, "acl-bp1ldap", "0.0.0.0/1", "128.0.0.0/1")
	console := ldapThrough(zone("i"), asIs)
	console.clb.body["DeleteProtection"] = "off"
	return []Story{
		tell("slb-001-elastic-ip", `The internal CLB behind an endpoint service has an elastic IP.

esaudit should say: ES-SLB-001 fails on lb-bp1ldap, high; the evidence is the address, not AddressType.
Why it matters: the list of load balancers says intranet, and the directory server is on the internet.
`, bound.e),
		tell("slb-002-udp-listener", `A cluster's LDAP realm asks port 636 of an endpoint; the listener on 636 is for UDP.

esaudit should say: ES-SLB-002 fails on lb-bp1ldap, high.
Why it matters: there is a listener on the port, and it is running.
`, ldapThrough(zone("i"), With("ListenerProtocol", "udp")).e),
		tell("slb-003-one-of-three", `Three directory servers behind a CLB; one of them is abnormal.

esaudit should say: ES-SLB-003 fails on lb-bp1ldap, low: logging in works.
Why it matters: the next one that fails is one of two.
`, one.e),
		tell("slb-006-empty-group", `A CLB's default group holds the directory server; the listener is bound to a VServer group that is empty.

esaudit should say: ES-SLB-006 fails on lb-bp1ldap, high.
Why it matters: the load balancer's page shows a server, and the listener never uses it.
`, empty.e),
		tell("slb-007-all-stopped", `An active CLB whose only listener is stopped.

esaudit should say: ES-SLB-007 fails on lb-bp1ldap, high, and ES-SLB-002 too.
Why it matters: the load balancer is green and forwards nothing.
`, ldapThrough(zone("i"), With("Status", "stopped")).e),
		tell("slb-008-empty-white-list", `The listener behind an endpoint service has access control of type white with an empty list.

esaudit should say: ES-SLB-008 fails on lb-bp1ldap, high.
Why it matters: an empty white list forwards nothing; nobody who looks for a wrong entry finds one.
`, shut.e),
		tell("slb-010-two-halves", `The listener behind an endpoint service has access control of type white with 0.0.0.0/1 and 128.0.0.0/1.

esaudit should say: ES-SLB-010 fails on lb-bp1ldap, high; ES-SLB-008 passes.
Why it matters: the filter that an auditor asked for is there, and filters nothing.
`, open.e),
		tell("slb-011-console-protection", `A CLB behind an endpoint service with configuration protection in the console and without deletion protection.

esaudit should say: ES-SLB-011 fails on lb-bp1ldap, low.
Why it matters: a script deletes what the console refuses to change.
`, console.e),
	}
}

func storiesOfServerGroups() []Story {
	unchecked := archiveBehindNLB().publish(9200, 9200, With("HealthCheck", Body{"HealthCheckEnabled": false}))
	unchecked.reindex("9200", zone("i"), unchecked.h, unchecked.i)
	replaced := archiveBehindNLB()
	old := replaced.i.ECS("i-bp1other1", 99, replaced.groups)
	servers := append(replaced.archive.Servers(9200), Server{ID: old.IP, Type: "ip", IP: old.IP, Port: 9200, Weight: 100, Zone: zone("i")})
	replaced.nlb.Listen("TCP", 9200, replaced.vpc.ServerGroup("sgp-archivehttp001", "Ip", servers))
	replaced.reindex("9200", zone("i"), replaced.h, replaced.i)
	return []Story{
		tell("slb-004-unchecked", `An archive behind an NLB whose server group checks nobody's health; a cluster reindexes from it.

esaudit should say: ES-SLB-004 fails on nlb-archive00000001, medium.
Why it matters: its health page shows Unavailable, which reads like nothing to worry about.
`, unchecked.e),
		tell("slb-005-replaced-node", `An archive behind an NLB; the server group still has the address of a node that was replaced, 10.10.2.99,
which a host has today.

esaudit should say: ES-SLB-005 fails on nlb-archive00000001, high, and names i-bp1other1.
Why it matters: an NLB never follows a change of address; whatever the host answers on 9200 is taken for the archive's data.
`, replaced.e),
	}
}

// storiesOfServerNetworks are about an archive in a VPC of its own.
func storiesOfServerNetworks() []Story {
	apart := archiveApart("10.40.0.0/16", "10.40.1.0/24")
	apart.publish(apart.far)
	elsewhere := archiveApart("10.40.0.0/16", "10.40.1.0/24")
	elsewhere.publish(elsewhere.vpc)
	overlapping := archiveApart("10.10.0.0/16", "10.10.1.0/24")
	overlapping.publish(overlapping.far)
	overlapping.e.Peer("pcc-bp1story", overlapping.far, overlapping.vpc)
	return []Story{
		tell("vpc-002-apart", `A cluster reindexes from an archive in another VPC, whose NLB and server group are in the archive's VPC.

esaudit should say: ES-VPC-002 passes: that is what a private connection is for.
Why it matters: two clusters in two VPCs look like a mistake, and are the purpose.
`, apart.e),
		tell("vpc-002-group-elsewhere", `The same, but the server group was made in the VPC of the cluster that reads.

esaudit should say: ES-VPC-002 fails on nlb-archive00000001, high: its addresses are those of the archive, in another VPC.
Why it matters: the addresses are right, and looked for in the wrong network.
`, elsewhere.e),
		tell("vpc-002-overlap", `The archive's VPC has the same addresses as that of the cluster that reads, and the two are peered.

esaudit should say: ES-VPC-002 fails on nlb-archive00000001, high.
Why it matters: the route to the peer may win, and the address is somebody else's there.
`, overlapping.e),
	}
}

// apart is an archive in a second VPC, behind an NLB there, that a cluster
// reindexes from.
type apart struct {
	*small
	far     *VPC
	at      *VSwitch
	archive *Cluster
	nlb     *NLB
}

func archiveApart(network, subnet string) *apart {
	a := &apart{small: one()}
	a.far = a.e.VPC(hangzhou, "vpc-bp1far", network)
	a.at = a.far.VSwitch("vsw-bp1farh", zone("h"), subnet)
	a.archive = a.e.Cluster("es-cn-archive00001", []*VSwitch{a.at}, Named("archive"), Exclusive2021(), Version("6.7_with_X-Pack"))
	a.nlb = a.far.NLB("nlb-archive00000001", []*VSwitch{a.at}, 30)
	return a
}

// publish puts the NLB before the archive, with a server group in a VPC.
func (a *apart) publish(in *VPC) {
	a.nlb.Listen("TCP", 9200, in.ServerGroup("sgp-archivehttp001", "Ip", a.archive.Servers(9200)))
	s := a.e.Service(hangzhou, "epsrv-bp1archive", "nlb").NLB(a.nlb, a.at)
	a.cluster.Set(reindexFrom(a.cluster.Endpoint("ep-bp1archive", s, zone("h")).Domain() + ":9200"))
}
