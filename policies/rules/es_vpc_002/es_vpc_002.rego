# METADATA
# title: Addresses behind an NLB are in the VPC they are looked for in
# description: |
#   An NLB sends to a plain address in the VPC of its server group. A group in
#   another VPC than the cluster reaches something else or nothing, an address
#   outside the VPC needs a route, and where a joined VPC has the same
#   addresses, the route to it may win.
# custom:
#   id: ES-VPC-002
#   name: ServerGroupVpcInconsistent
#   severities: [high]
#   kinds: [nlb, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#     - "Network Load Balancer, Server groups"
#   avoid: "A server group in the VPC of the cluster that reads, with addresses of the one that is read."
#   prefer: "The server group in the VPC of the cluster it leads to, without overlapping addresses in joined VPCs."
#   console: "Network Load Balancer > Server Groups: create a group in the right VPC and bind it to the listener."
#   terraform: "`alicloud_nlb_server_group`: `vpc_id`; `alicloud_vpc`: `cidr_block`; `alicloud_vpc_peer_connection`."
#   controls:
#     - "CIS Alibaba 2.0: 3.4 (nearest)"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Create the NLB and its server group in the VPC of the cluster behind it;
#     give joined VPCs addresses that do not overlap, or add the route that is
#     missing. This is manual.
#   api: [nlb:CreateServerGroup, nlb:UpdateListenerAttribute]
#   tags: [network, availability]
package esaudit.rules.es_vpc_002

import data.esaudit.lib
import data.esaudit.lib.balancer

results(s) := lib.unlisted(s, {"nlb"}) if s.kind == "region"

results(s) := balancer.unsettled(s) if {
	s.kind != "region"
	not balancer.speaks(s)
}

results(s) := {verdict(s)} if {
	s.kind != "region"
	balancer.speaks(s)
}

words := {
	"fail": "Addresses behind {balancer} are not where its server group looks for them: {list}.",
	"latent": "Addresses behind {balancer} that get no connections are not where its server group looks for them: {list}.",
	"unknown": "Whether addresses behind {balancer} are where its server group looks for them is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), otherwise(s))

otherwise(s) := lib.not_applicable("No server group of {balancer} holds plain addresses.", {"balancer": s.id}) if {
	count([x | some l in s.facts.listeners; some x in plain(l)]) == 0
} else := lib.passed("All addresses behind {balancer} are in the VPC of their server group.", {"balancer": s.id})

plain(l) := [x | some x in l.group.servers; x.network]

active(l, x) := "no" if {
	x.weight == 0
} else := l.running

problems(s) := {balancer.problem("high", active(l, x), m.where, m.note, sprintf("%s/%s/%s", [l.group.id, x.address, m.note])) |
	some l in s.facts.listeners
	lib.known(l.group.vpc)
	some x in plain(l)
	some m in misplaced(l, x)
}

misplaced(l, x) := (elsewhere(l, x) | unrouted(l, x)) | twice(l, x)

elsewhere(l, x) := {{"where": l.group.vpc, "note": sprintf("%s is an address of %s in %s, and group %s is in %s", [x.address, o.cluster, o.vpc, l.group.id, l.group.vpc.value])} |
	not settled(l, x)
	some o in x.network.owners
	o.match == "yes"
}

# settled: in the group's own VPC somebody has the address.
settled(l, x) if {
	some t in l.targets
	t.address == x.address
	t.cluster_match == "yes"
}

settled(_, x) if x.host

unrouted(l, x) := {{"where": {"at": x.at}, "note": sprintf("%s is outside %s, and no route leads there", [x.address, l.group.vpc.value])} |
	x.network.inside == "no"
	x.network.route.value == "no"
}

twice(l, x) := {{"where": {"at": o.at, "value": o.cidr}, "note": sprintf("%s is in %s and in %s, which %s joins to it", [x.address, l.group.vpc.value, o.vpc, o.by])} |
	x.network.inside == "yes"
	some o in x.network.overlaps
}

gaps(s) := ((balancer.unlisted(s) | unread(s)) | vpcs(s)) | {balancer.gap(note, {"at": x.at}, sprintf("%s/%s", [l.group.id, x.address]), settle) |
	some l in s.facts.listeners
	lib.known(l.group.vpc)
	some x in plain(l)
	some note, settle in unclear(l, x)
}

unread(s) := {balancer.gap(sprintf("the servers of %s were not read", [l.group.id]), {"at": l.group.at}, sprintf("%s/servers", [l.name]), l.group.settle) |
	some l in s.facts.listeners
	not l.group.read
}

vpcs(s) := {balancer.gap(sprintf("the VPC of %s is not shown", [l.group.id]), l.group.vpc, sprintf("%s/vpc", [l.name]), l.group.settle) |
	some l in s.facts.listeners
	l.group.read
	count(plain(l)) > 0
	not lib.known(l.group.vpc)
}

unclear(l, x) := {sprintf("where else %s may be was not read", [x.address]): x.network.settle} if {
	count(x.network.settle) > 0
} else := {sprintf("whether %s is in %s is not shown", [x.address, l.group.vpc.value]): []} if {
	x.network.inside == "unknown"
} else := {sprintf("whether a route leads from %s to %s is not known", [l.group.vpc.value, x.address]): x.network.route.settle} if {
	x.network.inside == "no"
	x.network.route.value == "unknown"
} else := {sprintf("whether %s is an address of a cluster in another VPC is not known", [x.address]): []} if {
	not settled(l, x)
	some o in x.network.owners
	o.match == "unknown"
}
