# METADATA
# title: A listener for the port that a cluster asks is running
# description: |
#   A setting names an endpoint and a port. Behind it a load balancer has to
#   listen on that port with TCP (for reindex HTTP and HTTPS will do); a stopped
#   listener, one for UDP, or an HTTP listener in front of a directory server
#   answers nothing that the cluster understands.
# custom:
#   id: ES-SLB-002
#   name: RequiredListenerMissing
#   severities: [high]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#     - "Classic Load Balancer, API DescribeLoadBalancerListeners"
#     - "Network Load Balancer, API ListListeners"
#   avoid: "A stopped listener on 636, or a UDP listener on 389, for an LDAP realm."
#   prefer: "A running TCP listener on each port that the settings name."
#   console: "Server Load Balancer > the instance > Listener: start the listener, or add a TCP listener on the port."
#   terraform: "`alicloud_slb_listener`: `protocol`, `frontend_port`; `alicloud_nlb_listener`: `listener_protocol`, `listener_port`, `status`."
#   controls:
#     - "Cloud Config: slb-all-listenter-has-server"
#     - "infraguard: slb-all-listenter-has-server"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Start the listener, or create a TCP listener on the port that the setting
#     names. If the port in the setting is the mistake, correct it in
#     elasticsearch.yml.
#   api: [slb:StartLoadBalancerListener, slb:CreateLoadBalancerTCPListener, nlb:CreateListener, nlb:StartListener]
#   tags: [network, availability]
package esaudit.rules.es_slb_002

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
	"fail": "{balancer} has no running listener for what clusters ask of it: {list}.",
	"latent": "{balancer} has no running listener for what an inactive cluster would ask of it: {list}.",
	"unknown": "Whether {balancer} has a running listener for what clusters ask of it is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), otherwise(s))

otherwise(s) := lib.not_applicable("No setting of a cluster asks a port of {balancer}.", {"balancer": s.id}) if {
	count(s.facts.demands.list) == 0
} else := lib.passed("{balancer} has a running listener for all of the {count} ports that settings ask.", {"balancer": s.id, "count": count(s.facts.demands.list)})

problems(s) := {balancer.problem("high", active(d), {"at": d.at, "value": d.text}, note(s, d), key(d)) |
	some d in s.facts.demands.list
	d.match == "yes"
	count(s.facts.listeners_unread) == 0
	count([l | some l in s.facts.listeners; may_serve(l, d)]) == 0
}

key(d) := sprintf("%s/%s/%s/%d", [d.cluster, d.feature, d.endpoint, d.port])

active(d) := "no" if {
	d.frozen
} else := "yes"

note(s, d) := sprintf("%s of %s asks port %d, %s", [d.feature, d.cluster, d.port, concat(" and ", sort(reasons))]) if {
	reasons := {why(l, d) | some l in s.facts.listeners; on_port(l, d)}
	count(reasons) > 0
} else := sprintf("%s of %s asks port %d, on which nothing listens", [d.feature, d.cluster, d.port])

why(l, d) := sprintf("where the listener is %s", [l.status.value]) if {
	l.running == "no"
	carries(l, d)
} else := sprintf("where the listener speaks %s", [upper(l.protocol.value)])

# on_port: a listener holds the port; a range without bounds holds every port.
on_port(l, d) if {
	l.from <= d.port
	d.port <= l.to
}

on_port(l, _) if {
	l.range
	l.from == 0
}

# carries: HTTP is spoken by the reindex client only.
carries(l, d) if upper(l.protocol.value) in protocols(d)

protocols(d) := {"TCP", "HTTP", "HTTPS"} if {
	d.feature == "reindex"
} else := {"TCP"}

serves(l, d) if {
	on_port(l, d)
	l.running == "yes"
	carries(l, d)
}

may_serve(l, d) if {
	l.running != "no"
	may_hold(l, d)
	may_carry(l, d)
}

may_hold(l, d) if on_port(l, d)

may_hold(l, _) if l.from == 0

may_carry(l, d) if carries(l, d)

may_carry(l, _) if not lib.known(l.protocol)

gaps(s) := (undecided(s) | settings(s)) | (unrelated(s) | unplaced(s))

undecided(s) := {balancer.gap(
	sprintf("%s of %s asks port %d, and what listens there was not read or shown", [d.feature, d.cluster, d.port]),
	{"at": d.at, "value": d.text}, key(d), array.concat(d.settle, s.facts.listeners_unread),
) |
	some d in s.facts.demands.list
	count([l | some l in s.facts.listeners; serves(l, d)]) == 0
	open(s, d)
}

open(_, d) if d.match != "yes"

open(s, _) if count(s.facts.listeners_unread) > 0

open(s, d) if {
	some l in s.facts.listeners
	may_serve(l, d)
}

settings(s) := {balancer.gap("the settings of a cluster that is connected to it were not read", {"at": ""}, "settings", s.facts.demands.settle) |
	not s.facts.demands.complete
}

# Somebody may ask whose connection was not read.
unrelated(s) := {balancer.gap("not all private connections were read", {"at": ""}, "connections", s.facts.connections_unread) |
	count(s.facts.connections_unread) > 0
}

# What settings ask of an endpoint is asked of whatever service it has.
unplaced(s) := {balancer.gap(sprintf("endpoint %s does not show its service", [e.value]), {"at": e.at}, sprintf("endpoint/%s", [e.value]), []) |
	some e in s.facts.demands.hidden
	is_string(e.value)
}
