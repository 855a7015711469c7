# METADATA
# title: No public load balancer forwards to a cluster
# description: |
#   A load balancer of the internet in front of a cluster's addresses, or of a
#   declared proxy, makes the cluster public though public access is off: the
#   cluster sees the load balancer's own address, and its private whitelist
#   admits that. Only the listener's access control stands between the internet
#   and the data.
# custom:
#   id: ES-SLB-009
#   name: PublicLoadBalancerToCluster
#   severities: [critical, high]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, High security"
#     - "Alibaba Cloud Elasticsearch, Manage IP address whitelists"
#     - "Classic Load Balancer, CLB instances"
#   avoid: "A public NLB on 9200 whose server group holds the nodes of a private cluster."
#   prefer: "Access through the public endpoint with a tight whitelist, or through VPN; internal load balancers only."
#   console: "Network Load Balancer > Instances > the instance: change the network type to internal, or Server Groups > the group: remove the cluster's addresses."
#   terraform: "`alicloud_nlb_load_balancer`: `address_type = \"Intranet\"`; `alicloud_nlb_server_group_server_attachment`; `alicloud_eip_association`."
#   controls:
#     - "Cloud Config: slb-no-public-ip"
#     - "Cloud Config: nlb-address-type-intranet"
#     - "Cloud Config: slb-acl-public-access-check"
#     - "infraguard: slb-no-public-ip"
#     - "infraguard: nlb-address-type-intranet"
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.1 (unverified)"
#     - "PCI DSS 4.0: 1.4.4 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Remove the cluster's addresses or the proxy from the server group, or make
#     the load balancer internal. Until then narrow the listener's access
#     control to the addresses that need it.
#   api: [nlb:RemoveServersFromServerGroup, slb:RemoveVServerGroupBackendServers, nlb:UpdateLoadBalancerAddressTypeConfig, vpc:UnassociateEipAddress]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_slb_009

import data.esaudit.lib
import data.esaudit.lib.balancer

results(s) := lib.unlisted(s, {"clb", "nlb"}) if s.kind == "region"

results(s) := balancer.unsettled(s) if {
	s.kind != "region"
	not balancer.speaks(s)
}

results(s) := {verdict(s)} if {
	s.kind != "region"
	balancer.speaks(s)
}

words := {
	"fail": "{balancer} faces the internet and forwards to Elasticsearch: {list}.",
	"latent": "{balancer} faces the internet and would forward to Elasticsearch: {list}.",
	"unknown": "Whether {balancer} publishes a cluster is not decided: {list}.",
}

verdict(s) := lib.passed("{balancer} does not face the internet.", {"balancer": s.id}) if {
	balancer.faces(s) == "no"
} else := balancer.judge(s, words, problems(s), gaps(s), lib.passed("No cluster and no declared proxy stands behind {balancer}.", {"balancer": s.id}))

# behind: a listener with what it leads to of ours: {note, key, at, value, active}.
behind(s) := {b |
	some l in s.facts.listeners
	not balancer.udp(l)
	some b in clusters(s, l) | proxies(s, l)
}

clusters(s, l) := {{"listener": l, "at": t.at, "value": object.get(t, "value", null), "active": active(s, l, t.active), "key": sprintf("%s/%s", [l.name, t.address]), "note": sprintf("listener %s leads to %s of %s", [l.name, t.address, t.cluster])} |
	some t in l.targets
	t.cluster_match == "yes"
}

proxies(s, l) := {{"listener": l, "at": x.at, "value": null, "active": active(s, l, object.get(x, "weight", 1) > 0), "key": sprintf("%s/%s", [l.name, x.host]), "note": sprintf("listener %s leads to the proxy %s", [l.name, x.host])} |
	some x in l.group.servers
	x.proxy
}

active(s, l, gets) := "no" if {
	not gets
} else := "no" if {
	inactive(s)
} else := l.running

inactive(s) if {
	lib.known(s.facts.settings.status)
	not s.facts.settings.status.value in {"active", "Active", "Configuring"}
}

problems(s) := ways | {balancer.problem(severity(b.listener), b.active, b, sprintf("%s, admitting %s", [b.note, admits(b.listener)]), b.key) |
	balancer.faces(s) == "yes"
	some b in behind(s)
} if {
	ways := {balancer.problem("high", active_way(s), {"at": way.at, "value": object.get(way, "text", null)}, sprintf("%s is public", [balancer.way_names[way.kind]]), sprintf("%s/%s", [way.kind, object.get(way, "text", "")])) |
		count(behind(s)) > 0
		some way in s.facts.settings.internet
		way.value == "yes"
	}
}

# The addresses stand beside what is wrong: they are wrong when it is.
active_way(s) := "yes" if {
	some b in behind(s)
	b.active == "yes"
} else := "no"

open(l) if count(lib.open_families(l.filter.from_internet.admitted)) > 0

severity(l) := "critical" if {
	open(l)
} else := "high"

admits(l) := "everybody" if {
	open(l)
} else := "some addresses" if {
	count(l.filter.from_internet.admitted) > 0
} else := "nobody as far as is known"

gaps(s) := (facing(s) | balancer.unlisted(s)) | (unserved(s) | (matches(s) | unrelated(s)))

facing(s) := {balancer.gap(sprintf("%s is not known", [balancer.way_names[way.kind]]), way, way.kind, way.settle) |
	balancer.faces(s) == "unknown"
	some way in s.facts.settings.internet
	way.value == "unknown"
	may_lead(s)
}

may_lead(s) if count(behind(s)) > 0

may_lead(s) if count(matches(s)) > 0

may_lead(s) if count(unserved(s)) > 0

may_lead(s) if count(s.facts.listeners_unread) > 0

unserved(s) := {balancer.gap(sprintf("the servers of listener %s were not read", [l.name]), {"at": l.group.at}, sprintf("%s/servers", [l.name]), l.group.settle) |
	some l in s.facts.listeners
	not l.group.read
}

matches(s) := {balancer.gap(sprintf("whether %s behind listener %s is %s is not known", [t.address, l.name, t.cluster]), t, sprintf("%s/%s/%s", [l.name, t.address, t.cluster]), t.settle) |
	some l in s.facts.listeners
	some t in l.targets
	t.cluster_match == "unknown"
}

# What was not read may name another cluster or proxy.
unrelated(s) := {balancer.gap("not all clusters and hosts were read", {"at": ""}, "scope", s.facts.scope.settle) | count(s.facts.scope.settle) > 0}
