# METADATA
# title: No listener on a path takes all ports or a range
# description: |
#   An NLB listener on a range of ports, or a server group that keeps whatever
#   port was asked, publishes every port of the servers behind it: what a
#   cluster or host opens next is reachable already.
# custom:
#   id: ES-SLB-012
#   name: ListenerOnManyPorts
#   severities: [medium]
#   kinds: [nlb, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, High security"
#     - "Network Load Balancer, API ListListeners"
#   avoid: "A listener with ListenerPort 0, StartPort 1 and EndPort 65535."
#   prefer: "One listener for each port that is needed."
#   console: "Network Load Balancer > the instance > Listener: create one for the port, delete the one for the range."
#   terraform: "`alicloud_nlb_listener`: `listener_port`, `start_port`, `end_port`; `alicloud_nlb_server_group`: `any_port_enabled = false`."
#   controls:
#     - "Cloud Config: slb-listener-risk-ports-check"
#     - "infraguard: slb-listener-risk-ports-check"
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Create a listener on 9200 with a server group of fixed ports, and delete
#     the one for the range. Listeners and groups cannot be changed in this
#     respect.
#   api: [nlb:CreateListener, nlb:DeleteListener]
#   tags: [network, exposure]
package esaudit.rules.es_slb_012

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
	"fail": "Listeners of {balancer} take more than one port: {list}.",
	"latent": "Listeners of {balancer} that are not running would take more than one port: {list}.",
	"unknown": "Which ports the listeners of {balancer} take is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), otherwise(s))

otherwise(s) := lib.not_applicable("{balancer} has no listener on a path to a cluster that carries connections.", {"balancer": s.id}) if {
	count(balancer.listeners(s)) == 0
} else := lib.passed("Each of the {count} listeners of {balancer} on a path takes one port.", {"balancer": s.id, "count": count(balancer.listeners(s))})

problems(s) := {balancer.problem("medium", l.running, where, sprintf("listener %s %s", [l.name, note]), sprintf("%s/%s", [l.name, note])) |
	some l in balancer.listeners(s)
	some note, where in wide(l)
}

wide(l) := {"takes every port": {"at": l.at}} if {
	l.range
	l.from == 0
} else := {sprintf("takes the ports %d-%d", [l.from, l.to]): {"at": l.at}} if {
	l.from != l.to
} else := {"has a group that keeps any port": {"at": l.group.any_port.at}} if {
	not l.range
	l.group.any_port.value == true
} else := {}

gaps(s) := (balancer.unlisted(s) | {balancer.gap(
	sprintf("the ports of listener %s are not shown", [l.name]), {"at": l.at}, sprintf("%s/ports", [l.name]), [],
) |
	some l in balancer.listeners(s)
	l.from == 0
	not l.range
}) | {balancer.gap(
	sprintf("whether the group of listener %s keeps any port is not shown", [l.name]), l.group.any_port, sprintf("%s/any", [l.name]), l.group.settle,
) |
	some l in balancer.listeners(s)
	not l.range
	not lib.known(l.group.any_port)
}
