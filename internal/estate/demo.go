package estate

const demoText = `A retailer's account: three VPCs, eight clusters, grown over seven years.

| network | what stands in it |
|---|---|
| prod ` + "`vpc-bp1prod`" + ` | orders-search, catalog-search, metrics-hub, billing-archive, partner-feed; application hosts |
| analytics ` + "`vpc-bp1analytics`" + ` | clickstream, legacy-logs; collectors; the public load balancer ` + "`nlb-logs`" + ` |
| shared ` + "`vpc-bp1shared`" + ` | identity-audit; the directory server behind ` + "`lb-bp1ldap`" + `; the jump host |

What esaudit should say:

- **orders-search** is open to the internet: its default group is the office, but a second group
  ` + "`tmp_migration`" + ` holds 0.0.0.0/0 (ES-NET-001, critical). **clickstream** too, in two halves: 0.0.0.0/1 and 128.0.0.0/1.
- **billing-archive** has an open list behind a public switch that is off: latent, one click from open.
- **legacy-logs** has public access off, and is public all the same: ` + "`nlb-logs`" + ` publishes its 9200 to the internet,
  and with it ports 22, 5601 and 9201 that no cluster serves (ES-NET-002, high).
- **metrics-hub** cannot log anybody in: its endpoint is in zone i, the load balancer in zone h with only its standby in i
  (ES-NET-003 and ES-NET-004, high).
- **identity-audit** has an LDAP realm at 10.30.2.15, an address the new architecture cannot reach (ES-NET-004).
- **partner-feed** refused to be described (403): unknown, not fine. **catalog-search** reindexes from the archive
  through PrivateLink, and that works.

Why it matters: none of these shows in the console's list of instances, and each was somebody's quick fix.
`

// Demo is the account that the demonstration shows.
func Demo() *Estate {
	e := New(home, noon(), hangzhou)
	d := &demo{e: e}
	d.networks()
	d.prod()
	d.analytics()
	d.shared()
	d.people()
	return e.Edit(Edit{Call: "elasticsearch.DescribeInstance es-cn-partnerfeed1", Deny: true})
}

// demo holds what the parts of the story share.
type demo struct {
	e                                *Estate
	prodH, prodI, prodJ              *VSwitch
	analyticsH, analyticsI           *VSwitch
	sharedH, sharedI                 *VSwitch
	prodVPC, analyticsVPC, sharedVPC *VPC
}

func (d *demo) networks() {
	d.prodVPC = d.e.VPC(hangzhou, "vpc-bp1prod", "10.10.0.0/16", With("VpcName", "prod"))
	d.prodH = d.prodVPC.VSwitch("vsw-bp1prodh", zone("h"), "10.10.1.0/24")
	d.prodI = d.prodVPC.VSwitch("vsw-bp1prodi", zone("i"), "10.10.2.0/24")
	d.prodJ = d.prodVPC.VSwitch("vsw-bp1prodj", zone("j"), "10.10.3.0/24")
	d.analyticsVPC = d.e.VPC(hangzhou, "vpc-bp1analytics", "10.20.0.0/16", With("VpcName", "analytics"))
	d.analyticsH = d.analyticsVPC.VSwitch("vsw-bp1analyticsh", zone("h"), "10.20.1.0/24")
	d.analyticsI = d.analyticsVPC.VSwitch("vsw-bp1analyticsi", zone("i"), "10.20.2.0/24")
	d.sharedVPC = d.e.VPC(hangzhou, "vpc-bp1shared", "10.30.0.0/16", With("VpcName", "shared services"))
	d.sharedH = d.sharedVPC.VSwitch("vsw-bp1sharedh", zone("h"), "10.30.1.0/24")
	d.sharedI = d.sharedVPC.VSwitch("vsw-bp1sharedi", zone("i"), "10.30.2.0/24")

	d.e.Peer("pcc-bp1prodshared", d.prodVPC, d.sharedVPC)
	d.prodVPC.Route(d.sharedVPC.CIDR, "VpcPeer", "pcc-bp1prodshared")
	d.sharedVPC.Route(d.prodVPC.CIDR, "VpcPeer", "pcc-bp1prodshared")

	nat := d.prodVPC.NAT("ngw-bp1prod", "203.0.113.200")
	nat.Snat(d.prodH)
	d.prodVPC.Route("0.0.0.0/0", "NatGateway", nat.ID)
	d.prodVPC.FlowLog("fl-bp1prod")
	accept := []ACLEntry{{"accept", "all", "-1/-1", "0.0.0.0/0"}}
	d.prodVPC.NetworkACL("nacl-bp1prodj", []ACLEntry{{"drop", "tcp", "22/22", "10.20.0.0/16"}, accept[0]}, accept, d.prodJ)
}

func (d *demo) prod() {
	app := d.prodVPC.SecurityGroup("sg-bp1prodapp").Allow("TCP", "443/443", "10.10.0.0/16")
	batch := d.prodVPC.SecurityGroup("sg-bp1prodbatch").AllowOut("TCP", "9200/9200", "10.10.0.0/16").AllowOut("ALL", "-1/-1", "0.0.0.0/0", With("Policy", "Drop"), With("Priority", "100"))
	d.prodH.ECS("i-bp1shopfront1", 10, app)
	d.prodI.ECS("i-bp1shopfront2", 10, app)
	d.prodH.ECS("i-bp1billing1", 11, batch)

	d.e.Cluster("es-cn-orderssearch1", []*VSwitch{d.prodH, d.prodI}, Named("orders-search"), Owned("shop"), Public(),
		Whitelist(PublicES, "default", "203.0.113.0/24"), Whitelist(PublicES, "tmp_migration", "0.0.0.0/0"))
	archive := d.e.Cluster("es-cn-billingarch1", []*VSwitch{d.prodH, d.prodI}, Named("billing-archive"), Owned("finance"), Exclusive2021(), Version("6.7_with_X-Pack"),
		Whitelist(PublicES, "default", "0.0.0.0/0"))
	d.catalog(archive)
	d.e.Cluster("es-cn-partnerfeed1", []*VSwitch{d.prodH}, Named("partner-feed"), Owned("shop"))
}

// catalog reindexes from the archive through PrivateLink, and that works.
func (d *demo) catalog(archive *Cluster) {
	nlb := d.prodVPC.NLB("nlb-billingarchive1", []*VSwitch{d.prodH, d.prodI}, 30, With("LoadBalancerName", "nlb-archive"))
	nlb.Listen("TCP", 9200, d.prodVPC.ServerGroup("sgp-billingarchive1", "Ip", archive.Servers(9200)))
	s := d.e.Service(hangzhou, "epsrv-bp1archive", "nlb").NLB(nlb, d.prodH, d.prodI)
	catalog := d.e.Cluster("es-cn-catalog00001", []*VSwitch{d.prodH, d.prodI}, Named("catalog-search"), Owned("shop"))
	catalog.Set(reindexFrom(catalog.Endpoint("ep-bp1archive", s, zone("i")).Domain() + ":9200"))
}

func (d *demo) analytics() {
	own := []string{"10.20.0.0/16"}
	collectors := d.analyticsVPC.SecurityGroup("sg-bp1collect").Allow("TCP", "5044/5044", "10.0.0.0/8")
	d.analyticsH.ECS("i-bp1collect1", 10, collectors)
	d.analyticsI.ECS("i-bp1collect2", 10, collectors)

	d.e.Cluster("es-cn-clickstream1", []*VSwitch{d.analyticsH, d.analyticsI}, Named("clickstream"), Owned("analytics"), Public(),
		Whitelist(PublicES, "default", "0.0.0.0/1", "128.0.0.0/1"), Whitelist(PrivateES, "default", own...))
	logs := d.e.Cluster("es-cn-legacylogs01", []*VSwitch{d.analyticsH}, Named("legacy-logs"), Original(), Version("6.3.2_with_X-Pack"), HTTP(),
		Whitelist(PrivateES, "default", own...))

	nlb := d.analyticsVPC.NLB("nlb-legacylogs00001", []*VSwitch{d.analyticsH, d.analyticsI}, 40, With("LoadBalancerName", "nlb-logs")).
		Public("198.51.100.40", "198.51.100.41")
	for _, port := range []struct {
		listener, backend int
		group             string
	}{{9200, 9200, "sgp-logshttp00001"}, {5601, 5601, "sgp-logskibana001"}, {22, 22, "sgp-logsssh000001"}, {9201, 9201, "sgp-logsalt000001"}} {
		nlb.Listen("TCP", port.listener, d.analyticsVPC.ServerGroup(port.group, "Ip", logs.Servers(port.backend)))
	}
}

func (d *demo) shared() {
	directory := d.sharedVPC.SecurityGroup("sg-bp1ldap").Allow("TCP", "636/636", "10.0.0.0/8").Allow("TCP", "636/636", "100.64.0.0/10")
	jump := d.sharedVPC.SecurityGroup("sg-bp1jump").Allow("TCP", "22/22", "203.0.113.0/24")
	server := d.sharedI.ECS("i-bp1ldap1", 15, directory)
	d.sharedH.ECS("i-bp1jump1", 10, jump).EIP("eip-bp1jump1", "203.0.113.201")

	d.e.Cluster("es-cn-identaudit01", []*VSwitch{d.sharedH, d.sharedI}, Named("identity-audit"), Owned("security"), ldapRealm(server.IP+":636"),
		Whitelist(PrivateES, "default", "10.30.0.0/16"), Whitelist(PrivateES, "prod", "10.10.0.0/16"))

	lb := d.sharedH.CLB("lb-bp1ldap", 20, zone("i"), With("LoadBalancerName", "ldap"))
	lb.Listen("tcp", 636, lb.Group("rsp-bp1ldap", server.Server(636)))
	s := d.e.Service(hangzhou, "epsrv-bp1ldap", "slb").CLB(lb)
	metrics := d.e.Cluster("es-cn-metricshub01", []*VSwitch{d.prodI, d.prodJ}, Named("metrics-hub"), Owned("platform"))
	metrics.Set(ldapRealm(metrics.Endpoint("ep-bp1metricsldap", s, zone("i")).Domain() + ":636"))
}

func (d *demo) people() {
	full, reads := d.e.SystemPolicy("AliyunElasticsearchFullAccess"), d.e.SystemPolicy("AliyunElasticsearchReadOnlyAccess")
	opens := d.e.Policy("Custom", "search-whitelists", `{"Version":"1","Statement":[{"Effect":"Allow","Action":["elasticsearch:ModifyWhiteIps","elasticsearch:TriggerNetwork"],"Resource":"acs:elasticsearch:*:*:instances/*"}]}`)
	d.e.User("breakglass").Console(true, "2026-03-02T11:00:00Z").Attach(d.e.SystemPolicy("AdministratorAccess"))
	d.e.User("mei.lin").Console(false, "2026-11-21T07:12:44Z").Attach(full)
	d.e.User("ci-search").Key("LTAI5tDemoCiSearch000001", "Active", "2023-02-11T03:00:00Z", "2026-11-21T23:58:10Z").Attach(opens)
	jo := d.e.User("jo.becker").Console(true, "2026-11-19T15:30:00Z")
	d.e.Group("search-readers", jo).Attach(reads)
	d.e.Role("search-migration", `{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::`+home+`:root"]}}],"Version":"1"}`).Attach(full)
	d.e.Trail("audit")
}
