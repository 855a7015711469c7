# METADATA
# title: The transport port of 5.x is not exposed
# description: |
#   A cluster of version 5 serves 9300 for transport clients, whatever its
#   settings show: plain TCP, whatever HTTPS says of 9200. Public access with a
#   list that admits anybody opens it to them, and so does a load balancer that
#   forwards to it.
# custom:
#   id: ES-TLS-004
#   name: TransportPortExposed
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, FAQ about clients (9300 and the security risk of transport clients)"
#     - "Alibaba Cloud Elasticsearch, View the basic information of a cluster"
#   avoid: "A 5.6 cluster with public access for the office, or an NLB listener that leads to its port 9300."
#   prefer: "REST clients on 9200 with HTTPS, inside the VPC; a version that closed 9300."
#   console: "Elasticsearch Clusters > the cluster > Security > Public Network Access: off; Network Load Balancer > Listeners: delete the one that leads to 9300; Basic Information > Update Version."
#   terraform: "`alicloud_elasticsearch_instance`: `version`, `enable_public = false`; `alicloud_nlb_listener`."
#   controls:
#     - "CIS Alibaba 2.0: 6.1 (nearest)"
#     - "MLPS 2.0 L3: 8.1.2.2 (unverified)"
#     - "PCI DSS 4.0: 4.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.24 (unverified)"
#   remediation: |
#     Move transport clients to REST on 9200, switch public access off or empty
#     the public list, and delete the listener that leads to 9300. Upgrade: 5.6 to
#     6.3 to 6.7; from 6 on the port is closed.
#   api: [elasticsearch:UpgradeEngineVersion, elasticsearch:TriggerNetwork, nlb:DeleteListener]
#   tags: [tls, exposure, external/cwe/cwe-319]
package esaudit.rules.es_tls_004

import data.esaudit.lib

transport := {9300}

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s, ways(s))} if s.kind == "elasticsearch"

verdict(s, found) := lib.unknown("Whether the transport port of {cluster} is exposed was not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.passed("The version of {cluster}, {version}, closed the transport port.", {"cluster": s.id, "version": s.facts.version.value}) if {
	lib.closed_9300(s.facts.version)
} else := lib.unknown("The version of {cluster} is not known, nor whether it serves the transport port.", {"cluster": s.id}, [lib.evidence(s.facts.version, "a version is expected here", "esVersion")], []) if {
	not lib.open_9300(s.facts.version)
} else := result("fail", "{cluster} serves the transport port 9300 in plain TCP, and it is exposed: {list}.", s, now) if {
	now := {way | some way in found; way.state == "yes"}
	count(now) > 0
} else := {
	"status": "unknown", "severity": "info",
	"message": "Whether the transport port of {cluster} is exposed is not decided: {list}.",
	"args": args(s, open),
	"evidence": [lib.evidence(gap, gap.note, gap.key) | some gap in open; gap.at != ""],
	"settle": [call | some gap in open; some call in gap.settle],
} if {
	open := gaps(s) | {way | some way in found; way.state == "unknown"}
	count(open) > 0
} else := result("latent", "{cluster} serves the transport port 9300 in plain TCP; what would expose it has no effect now: {list}.", s, found) if {
	count(found) > 0
} else := lib.passed("{cluster} serves the transport port 9300, and neither public access nor a load balancer leads to it.", {"cluster": s.id})

result(status, message, s, found) := {
	"status": status, "severity": "medium", "message": message, "args": args(s, found),
	"evidence": array.concat([lib.evidence(s.facts.version, "a version that serves 9300", "esVersion")], [lib.evidence(way, way.note, way.key) | some way in found]),
}

args(s, list) := {"cluster": s.id, "list": concat("; ", sort({item.note | some item in list}))}

# ways to the port, as {state, at, value, note, key, settle}. state says whether
# connections get in now: yes, no, unknown.
ways(s) := {frozen(s, way) | some way in public(s) | forwarded(s)}

frozen(s, way) := object.union(way, {"state": "no"}) if {
	s.facts.status.value == "inactive"
} else := way

public(s) := {object.union(lib.evidence(access(s), "public access is on, and the public whitelist admits addresses", "public"), {"state": "yes", "settle": []})} if {
	access(s).value == true
	count(list(s).cidrs) > 0
} else := {object.union(lib.evidence(access(s), "whether public access is on is not shown, and the public whitelist admits addresses", "public"), {"state": "unknown", "settle": []})} if {
	not lib.known(access(s))
	count(list(s).cidrs) > 0
} else := set()

access(s) := s.facts.switches.public

list(s) := s.facts.whitelists.PUBLIC_ES

forwarded(s) := {object.union(lib.evidence(target, sprintf("listener %s of %s leads to %s at 9300", [listener.name, listener.balancer, target.address]), key), {"state": state, "settle": target.settle}) |
	some listener in s.facts.listeners
	listener.protocol != "UDP"
	some target in listener.targets
	leads(listener, target)
	state := active(listener, target)
	key := sprintf("%s/%s/%s", [listener.balancer, listener.name, target.address])
}

leads(listener, target) if {
	target.any_port.value == "yes"
	some port in transport
	in_range(listener, port)
}

leads(_, target) if {
	target.any_port.value == "no"
	target.port in transport
}

# A range without ports is every port.
in_range(listener, port) if {
	listener.from <= port
	port <= listener.to
}

in_range(listener, _) if {
	listener.range
	listener.from == 0
}

active(listener, target) := "no" if {
	not target.active
} else := "unknown" if {
	target.cluster_match == "unknown"
} else := "unknown" if {
	listener.protocol == ""
} else := "yes"

# gaps: what is not known, as {note, at, value, key, settle}.
gap(note, ref, key, settle) := object.union(lib.evidence(ref, note, key), {"settle": settle})

gaps(s) := ({gap(sprintf("%s was not read", [call.call]), {"at": ""}, call.call, [call]) | some call in s.facts.listeners_unread} | list_gaps(s)) | {g |
	some listener in s.facts.listeners
	listener.protocol != "UDP"
	some g in listener_gaps(listener)
}

list_gaps(s) := {gap("the public whitelist is not shown", list(s), "whitelist", [])} if {
	not closed(s)
	not list(s).present
} else := {gap("a group that may belong to the public whitelist does not show what it admits", {"at": e.at, "value": e.text}, e.text, []) |
	not closed(s)
	count(list(s).cidrs) == 0
	some e in list(s).stray
}

closed(s) if access(s).value == false

listener_gaps(listener) := {gap(sprintf("the servers of listener %s of %s were not read", [listener.name, listener.balancer]), listener, sprintf("%s/%s", [listener.balancer, listener.name]), listener.settle)} if {
	not listener.servers_known
} else := {gap(sprintf("at which port listener %s of %s leads to %s is not known", [listener.name, listener.balancer, target.address]), target, sprintf("%s/%s/%s", [listener.balancer, listener.name, target.address]), target.settle) |
	some target in listener.targets
	port_unclear(listener, target)
}

port_unclear(_, target) if target.any_port.value == "unknown"

port_unclear(_, target) if {
	target.any_port.value == "no"
	not target.port
}

port_unclear(listener, target) if {
	target.any_port.value == "yes"
	listener.from == 0
	not listener.range
}
