# METADATA
# title: Every listener on a path has a healthy backend
# description: |
#   A listener forwards to healthy servers only. When none is healthy, or there
#   is none, every connection of the cluster fails although its settings, the
#   endpoint and the listener are right. unavailable and Initial mean that
#   nobody checked: that is not healthy.
# custom:
#   id: ES-SLB-003
#   name: NoHealthyBackend
#   severities: [high, low]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Classic Load Balancer, API DescribeHealthStatus"
#     - "Network Load Balancer, API GetListenerHealthStatus"
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#   avoid: "A listener whose only server is abnormal."
#   prefer: "At least one normal server behind each listener, better two."
#   console: "Server Load Balancer > the instance > Listener > Health Check Status; mend the server or its security group."
#   terraform: "`alicloud_slb_server_group_server_attachment`, `alicloud_nlb_server_group_server_attachment`: the servers; their health is not configured."
#   controls:
#     - "Cloud Config: slb-all-listenter-has-server"
#     - "infraguard: slb-all-listenter-has-server"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Find out why the health check fails: the process, its port, the security
#     group (an NLB's local addresses have to be admitted), the network ACL. Add
#     a server where there is none. This is manual.
#   api: [slb:AddVServerGroupBackendServers, nlb:AddServersToServerGroup]
#   tags: [availability]
package esaudit.rules.es_slb_003

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
	"fail": "Servers behind {balancer} are not healthy: {list}.",
	"latent": "Servers behind {balancer} are not healthy, behind listeners that are not running: {list}.",
	"unknown": "Whether the servers behind {balancer} are healthy is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), otherwise(s))

otherwise(s) := lib.not_applicable("{balancer} has no listener on a path to a cluster that carries connections.", {"balancer": s.id}) if {
	count(balancer.listeners(s)) == 0
} else := lib.passed("Each of the {count} listeners of {balancer} on a path has a healthy server.", {"balancer": s.id, "count": count(balancer.listeners(s))})

problems(s) := {p |
	some l in balancer.listeners(s)
	some p in listener_problems(l)
}

listener_problems(l) := {balancer.problem("high", l.running, {"at": l.group.at}, sprintf("listener %s has no server", [l.name]), sprintf("%s/empty", [l.name]))} if {
	l.group.read
	count(l.group.servers) == 0
} else := {balancer.problem("high", l.running, {"at": l.group.at}, sprintf("no server of listener %s has a weight", [l.name]), sprintf("%s/weights", [l.name]))} if {
	l.group.read
	count(used(l)) == 0
} else := {balancer.problem(severity, l.running, {"at": x.health.at, "value": object.get(x.health, "status", null)}, sprintf("listener %s: %s", [l.name, x.health.why]), sprintf("%s/%s", [l.name, x.at])) |
	severity := severity_of(l)
	some x in used(l)
	x.health.value == "no"
} if {
	severity_of(l)
} else := set()

# used: servers that get connections; one whose weight is not shown may.
used(l) := [x | some x in l.group.servers; object.get(x, "weight", 1) > 0]

states(l) := {x.health.value | some x in used(l)}

severity_of(l) := "low" if {
	"yes" in states(l)
	"no" in states(l)
} else := "high" if {
	l.group.read
	states(l) == {"no"}
}

gaps(s) := balancer.unlisted(s) | {g |
	some l in balancer.listeners(s)
	g := listener_gap(l)
}

listener_gap(l) := balancer.gap(
	sprintf("none of the servers of listener %s is known to be healthy", [l.name]), {"at": l.group.at}, sprintf("%s/health", [l.name]),
	array.concat(l.group.settle, [call | some x in used(l); some call in x.health.settle]),
) if {
	not "yes" in states(l)
	undecided(l)
}

undecided(l) if not l.group.read

undecided(l) if "unknown" in states(l)
