# METADATA
# title: Health checks are on
# description: |
#   Without a health check a load balancer sends connections to servers that do
#   not answer, and its health page shows Unavailable, which looks like no
#   problem. Every listener on a path to a cluster should check its servers.
# custom:
#   id: ES-SLB-004
#   name: HealthCheckDisabled
#   severities: [medium, info]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Classic Load Balancer, API DescribeLoadBalancerListeners"
#     - "Network Load Balancer, API ListServerGroups"
#     - "Network Load Balancer, API GetListenerHealthStatus"
#   avoid: "A TCP listener with HealthCheck off."
#   prefer: "Health checks on for every listener and server group."
#   console: "Network Load Balancer > Server Groups > the group > Health Check: enable; Classic Load Balancer > the listener > Configure Listener > Health Check."
#   terraform: "`alicloud_slb_listener`: `health_check = \"on\"`; `alicloud_nlb_server_group`: `health_check { health_check_enabled = true }`."
#   controls:
#     - "Cloud Config: slb-all-listener-health-check-enabled"
#     - "infraguard: slb-all-listener-health-check-enabled"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Enable the health check of the listener (CLB) or of its server group
#     (NLB), with the port that the servers really serve.
#   fix: enable-health-check
#   api: [nlb:UpdateServerGroupAttribute, slb:SetLoadBalancerTCPListenerAttribute]
#   tags: [availability]
package esaudit.rules.es_slb_004

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
	"fail": "{balancer} does not check the health of its servers: {list}.",
	"latent": "{balancer} does not check the health of servers behind listeners that are not running: {list}.",
	"unknown": "Whether {balancer} checks the health of its servers is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), otherwise(s))

otherwise(s) := lib.not_applicable("{balancer} has no listener on a path to a cluster that carries connections.", {"balancer": s.id}) if {
	count(balancer.listeners(s)) == 0
} else := lib.passed("{balancer} checks the health of the servers of its {count} listeners on a path.", {"balancer": s.id, "count": count(balancer.listeners(s))})

problems(s) := {balancer.problem(severity(s, l), l.running, u.where, sprintf("listener %s: %s", [l.name, u.note]), sprintf("%s/%s", [l.name, u.note])) |
	some l in balancer.listeners(s)
	some u in unchecked(l)
}

# unchecked: what says that servers are not checked.
unchecked(l) := (off | reported) | unavailable if {
	off := {{"note": "the health check is off", "where": {"at": l.group.check.at}} | l.group.check.value == false}
	reported := {{"note": "the servers' health is reported as not checked", "where": {"at": l.group.check_reported.at}} | l.group.check_reported.value == false}
	unavailable := {{"note": sprintf("the health of %s is Unavailable: nobody checks it", [x.address]), "where": {"at": x.health.at, "value": x.health.status}} |
		some x in l.group.servers
		x.health.status == "Unavailable"
	}
}

# An NLB with one server that stands for a migration needs no second opinion.
severity(s, l) := "info" if {
	s.kind == "nlb"
	l.group.read
	count(l.group.servers) == 1
	migrates(s)
} else := "medium"

migrates(s) if balancer.migration(s)

migrates(s) if {
	s.facts.demands.complete
	count(s.facts.demands.hidden) == 0
	count(s.facts.demands.list) > 0
	every d in s.facts.demands.list { d.feature == "reindex" }
}

gaps(s) := balancer.unlisted(s) | {balancer.gap(
	sprintf("whether the servers of listener %s are checked is not shown", [l.name]), l.group.check, sprintf("%s/check", [l.name]), l.group.settle,
) |
	some l in balancer.listeners(s)
	not lib.known(l.group.check)
}
