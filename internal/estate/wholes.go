package estate

import "strings"

func storiesOfWholes() []Story {
	return []Story{
		{Name: "demo", Text: demoText, Accounts: []*Estate{Demo()}},
		{Name: "clean", Text: cleanText, Accounts: []*Estate{Clean()}},
		{Name: "blind", Text: blindText, Accounts: []*Estate{Blind()}},
		{Name: "half-blind", Text: halfBlindText, Accounts: []*Estate{HalfBlind()}},
	}
}

const cleanText = `A web shop's account with everything in order, and every call answered.

- VPC ` + "`vpc-bp1shop`" + ` with subnets in zones h and i; a NAT gateway for the way out; one EIP, on it.
- ` + "`es-cn-shoporders001`" + ` (orders): cloud-native, private. Logs people in through LDAP:
  endpoint -> service -> CLB -> directory server, all in zone i.
- ` + "`es-cn-shopreports01`" + ` (reports): cloud-native, private. Reindexes from the archive:
  endpoint in zone i -> service -> NLB in h and i -> the archive's nodes on 9200.
- ` + "`es-cn-shoparchive1`" + ` (archive): basic control of 2021, nodes in the VPC.
- ` + "`es-cn-shopsupport1`" + ` (support): private; its public list is tight all the same, the office's 203.0.113.0/28,
  should somebody turn the switch.
- ` + "`es-cn-shophistory1`" + ` (history): the original network architecture of 2019, without Watcher or LDAP.

Every cluster runs version 7.10 in two zones, with encrypted disks and a snapshot a day.

- User ` + "`shop-admin`" + ` changes these clusters, by name, from the office and with a second factor; ` + "`shop-oncall`" + `
  reads. User ` + "`esaudit`" + ` collects, and may read what that takes. Nobody has AdministratorAccess: role
  ` + "`shop-breakglass`" + `, assumed with a second factor only, mends identities and networks, not Elasticsearch.
- A trail of all regions and events.

esaudit should say: nothing fails, nothing is unknown, exit 0.
Why it matters: a tool that finds something here cries wolf, and a gate that never passes is switched off.
`

// Clean is an account in order: no rule fails, and every call was answered.
func Clean() *Estate {
	e := New(home, noon(), hangzhou)
	v := e.VPC(hangzhou, "vpc-bp1shop", "10.10.0.0/16", With("VpcName", "shop"))
	h := v.VSwitch("vsw-bp1shoph", zone("h"), "10.10.1.0/24")
	i := v.VSwitch("vsw-bp1shopi", zone("i"), "10.10.2.0/24")
	both := []*VSwitch{h, i}
	nat := v.NAT("ngw-bp1shop", "203.0.113.200")
	nat.Snat(h)
	v.Route("0.0.0.0/0", "NatGateway", nat.ID)
	v.FlowLog("fl-bp1shop")

	hosts := v.SecurityGroup("sg-bp1shopapp").Allow("TCP", "443/443", "10.10.0.0/16")
	directory := v.SecurityGroup("sg-bp1shopldap").Allow("TCP", "636/636", "10.10.0.0/16").Allow("TCP", "636/636", "100.64.0.0/10")
	h.ECS("i-bp1shopapp1", 10, hosts)
	h.ECS("i-bp1shopapp2", 11, hosts)
	ldap := i.ECS("i-bp1shopldap1", 12, directory)

	lb := i.CLB("lb-bp1shopldap", 20, zone("h"))
	lb.Listen("tcp", 636, lb.Group("rsp-bp1shopldap", ldap.Server(636)))
	ldapService := e.Service(hangzhou, "epsrv-bp1shopldap", "slb").CLB(lb)

	orders := e.Cluster("es-cn-shoporders001", both, Named("orders"))
	orders.Set(ldapRealm(orders.Endpoint("ep-bp1shopldap", ldapService, zone("i")).Domain() + ":636"))

	archive := e.Cluster("es-cn-shoparchive1", both, Named("archive"), Exclusive2021())
	nlb := v.NLB("nlb-shoparchive0001", both, 30)
	nlb.Listen("TCP", 9200, v.ServerGroup("sgp-shoparchive0001", "Ip", archive.Servers(9200)))
	archiveService := e.Service(hangzhou, "epsrv-bp1shoparchive", "nlb").NLB(nlb, h, i)
	reports := e.Cluster("es-cn-shopreports01", both, Named("reports"))
	reports.Set(reindexFrom(reports.Endpoint("ep-bp1shoparchive", archiveService, zone("i")).Domain() + ":9200"))

	e.Cluster("es-cn-shophistory1", both, Named("history"), Original())
	e.Cluster("es-cn-shopsupport1", both, Named("support"), Whitelist(PublicES, "default", "127.0.0.1", "::1"), Whitelist(PublicES, "office", "203.0.113.0/28"))

	admin := e.User("shop-admin").Console(true, "2026-11-20T08:15:00Z").Attach(e.Policy("Custom", "shop-clusters", shopClusters()))
	reader := e.User("shop-oncall").Console(true, "2026-11-21T19:40:00Z")
	e.Group("shop-readers", reader, admin).Attach(e.SystemPolicy("AliyunElasticsearchReadOnlyAccess"))
	e.User("esaudit").Key("LTAI5tShopCollect0000001", "Active", "2026-10-20T00:00:00Z", "2026-11-22T00:00:00Z").Attach(e.Policy("Custom", "esaudit-collect", collects))
	e.Role("shop-breakglass", trustsMFA).Attach(e.Policy("Custom", "shop-recovery", shopRecovery))
	e.Trail("audit")
	return e
}

// shopClusters lets the administrator change the shop's clusters by name, from
// the office and with a second factor.
func shopClusters() string {
	var names []string
	for _, id := range []string{"es-cn-shoporders001", "es-cn-shopreports01", "es-cn-shoparchive1", "es-cn-shopsupport1", "es-cn-shophistory1"} {
		names = append(names, `"acs:elasticsearch:*:`+home+`:instances/`+id+`"`)
	}
	return `{"Version":"1","Statement":[{"Effect":"Allow","Action":"elasticsearch:*","Resource":[` + strings.Join(names, ",") + `],` +
		`"Condition":{"IpAddress":{"acs:SourceIp":["203.0.113.0/28"]},"Bool":{"acs:MFAPresent":"true"}}}]}`
}

// shopRecovery is what is needed when identities or networks are lost.
const shopRecovery = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["ram:*","vpc:*","ecs:*","slb:*","nlb:*","privatelink:*"],"Resource":"*"}]}`

const blindText = `The estate ` + "`clean`" + `, asked with a key that may do nothing: every call was refused with 403.

What stands there nobody knows. No list was read, so that no object can be asked for.

esaudit should say: one unknown for each rule and region, with the calls that would settle it and
the RAM action each needs; no pass, no na; exit 4.
Why it matters: an auditor that takes "refused" for "nothing there" reports a clean account to
whoever revokes its permissions.
`

// Blind is an account whose every call was refused.
func Blind() *Estate {
	return Clean().Edit(Edit{Call: "* *", Drop: true}, Edit{Call: "*", Deny: true})
}

const halfBlindText = `The estate ` + "`clean`" + `, asked with a key that may list but not look: the lists were read, every call
made for one object (DescribeInstance, ListVpcEndpoints, DescribeHealthStatus, ...) was refused, and so
was the list of trails, which shows all there is to know of them.

esaudit should say: every cluster, load balancer and service by name, and for each that its rules are
unknown, because its own call was refused; no pass; exit 4. The list items show ports and dates, and
from those alone nothing must be concluded.
Why it matters: half a picture looks like a whole one. The list item of a cluster has no whitelists,
and "no whitelist seen" is not "no whitelist".
`

// HalfBlind is an account whose lists were read and whose objects were refused.
func HalfBlind() *Estate {
	return Clean().Edit(Edit{Call: "* *", Deny: true}, Edit{Call: "actiontrail.DescribeTrails", Deny: true})
}
