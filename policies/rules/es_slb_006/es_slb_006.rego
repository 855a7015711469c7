# METADATA
# title: A listener's server group is not empty and has weights
# description: |
#   A listener forwards to the servers of its own group whose weight is above 0.
#   An empty group, or one whose weights are all 0, drops every connection,
#   whatever the load balancer's default group holds.
# custom:
#   id: ES-SLB-006
#   name: EmptyServerGroup
#   severities: [high]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Classic Load Balancer, Backend servers"
#     - "Network Load Balancer, API ListServerGroupServers"
#   avoid: "A listener bound to an empty VServer group while the default group is full."
#   prefer: "A server with a weight above 0 in the listener's own group."
#   console: "Server Load Balancer > the instance > VServer Groups (NLB: Server Groups) > the group: add servers, set weights."
#   terraform: "`alicloud_slb_server_group_server_attachment`: `weight`; `alicloud_nlb_server_group_server_attachment`: `weight`."
#   controls:
#     - "Cloud Config: slb-all-listenter-has-server"
#     - "infraguard: slb-all-listenter-has-server"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Add servers to the group that the listener is bound to, or give those it
#     has a weight above 0.
#   api: [slb:AddVServerGroupBackendServers, slb:SetVServerGroupAttribute, nlb:AddServersToServerGroup, nlb:UpdateServerGroupServersAttribute]
#   tags: [availability]
package esaudit.rules.es_slb_006

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
	"fail": "Listeners of {balancer} forward to nobody: {list}.",
	"latent": "Listeners of {balancer} that are not running would forward to nobody: {list}.",
	"unknown": "Whether the listeners of {balancer} forward to somebody is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), otherwise(s))

otherwise(s) := lib.not_applicable("{balancer} has no listener on a path to a cluster that carries connections.", {"balancer": s.id}) if {
	count(balancer.listeners(s)) == 0
} else := lib.passed("Each of the {count} listeners of {balancer} on a path has a server with a weight.", {"balancer": s.id, "count": count(balancer.listeners(s))})

group(l) := sprintf("its group %s", [l.group.id]) if {
	l.group.id != ""
} else := "the default group"

problems(s) := {balancer.problem("high", l.running, where, note, sprintf("%s/%s", [l.name, l.group.id])) |
	some l in balancer.listeners(s)
	l.group.read
	some note, where in void(l)
}

void(l) := {sprintf("listener %s has no server in %s", [l.name, group(l)]): {"at": l.group.at}} if {
	count(l.group.servers) == 0
} else := {sprintf("listener %s has only servers of weight 0 in %s", [l.name, group(l)]): {"at": l.group.at}} if {
	every x in l.group.servers { x.weight == 0 }
} else := {}

gaps(s) := (balancer.unlisted(s) | balancer.unserved(s)) | {balancer.gap(
	sprintf("the weights of the servers of listener %s are not shown", [l.name]), {"at": l.group.at}, sprintf("%s/weights", [l.name]), [],
) |
	some l in balancer.listeners(s)
	l.group.read
	count(l.group.servers) > 0
	every x in l.group.servers { not positive(x) }
	some x in l.group.servers
	not is_number(object.get(x, "weight", null))
}

positive(x) if x.weight > 0
