# METADATA
# title: Watcher, LDAP, Active Directory and reindex need a working private connection
# description: |
#   A cluster of the new network architecture cannot reach anything outside by
#   itself. Watcher, LDAP and Active Directory realms, single sign-on and reindex
#   from another cluster work only through a private connection: an endpoint of this cluster,
#   an endpoint service, a load balancer with a listener on the configured port
#   and a backend that admits it. Whatever else is configured breaks silently.
# custom:
#   id: ES-NET-004
#   name: MissingPrivateConnection
#   severities: [high, medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB (the only way)"
#     - "Alibaba Cloud Elasticsearch, Notice for network architecture adjustment"
#     - "Alibaba Cloud Elasticsearch, Configure LDAP authentication"
#   avoid: "An LDAP realm of a cluster of the new network architecture with `ldap://10.10.2.15:389`."
#   prefer: "The domain of the cluster's own endpoint: `ldaps://ep-….epsrv-….cn-hangzhou.privatelink.aliyuncs.com:636`."
#   console: "Elasticsearch > the cluster > Security > Private Connection: add an endpoint of the service; then Cluster Configuration > YML File: use its domain."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service` and its resource; `alicloud_elasticsearch_instance`: `setting_config`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "PCI DSS 4.0: 1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Create an endpoint service for a load balancer in front of the target,
#     create an endpoint of the cluster to it and accept the connection, then put
#     the endpoint's domain and the listener's port into the cluster's settings.
#     The settings are replaced as a whole and the cluster restarts.
#   fix: create-endpoint
#   api: [privatelink:CreateVpcEndpointService, elasticsearch:CreateVpcEndpoint, privatelink:EnableVpcEndpointConnection, elasticsearch:UpdateInstanceSettings]
#   tags: [network, availability]
package esaudit.rules.es_net_004

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.not_applicable("{cluster} has the original network architecture and reaches its VPC directly.", args(s)) if {
	architecture(s) == "original"
} else := lib.unknown("Which features of {cluster} need a private connection was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("The settings of {cluster} cannot be read, so nobody can say what it needs.", args(s), [lib.evidence(s.facts.settings, "not a map of settings", "esConfig")], []) if {
	not s.facts.settings.readable
} else := lib.passed("No setting of {cluster} needs anything outside the cluster.", args(s)) if {
	count(needs(s)) == 0
} else := {
	"status": broken_status(s), "severity": broken_severity(broken),
	"message": message,
	"args": object.union(args(s), {"list": concat("; ", [n.note | some n in broken])}),
	"evidence": [lib.evidence(n, n.note, n.key) | some n in broken],
	"path": [hop | some n in broken; some hop in n.hops],
	"confidence": confidence(broken),
} if {
	broken := [n | some n in needs(s); n.status == "fail"]
	count(broken) > 0
	message := explanation(s)
} else := {
	"status": "unknown", "severity": "info",
	"message": "Whether what {cluster} needs outside works is not decided: {list}.",
	"args": object.union(args(s), {"list": concat("; ", [n.note | some n in open])}),
	"evidence": [lib.evidence(n, n.note, n.key) | some n in open],
	"path": [hop | some n in open; some hop in n.hops],
	"settle": [call | some n in open; some call in n.settle],
} if {
	open := [n | some n in needs(s); n.status == "unknown"]
	count(open) > 0
} else := lib.passed("{count} outside dependencies of {cluster} work through a private connection.", object.union(args(s), {"count": count(needs(s))}))

args(s) := {"cluster": s.id, "architecture": architecture(s)}

architecture(s) := s.facts.network_architecture.value

explanation(s) := "{cluster} needs a private connection its region does not support; PrivateLink cannot fix it: {list}." if {
	architecture(s) == "unsupported"
} else := "What {cluster} needs outside has no working private connection: {list}."

# A frozen cluster uses nothing now.
broken_status(s) := "latent" if {
	frozen(s)
} else := "fail"

# Watcher alone, without a visible target, is an inference.
broken_severity(broken) := "high" if {
	some n in broken
	n.confidence == "high"
} else := "medium"

confidence(broken) := "high" if {
	some n in broken
	n.confidence == "high"
} else := "low"

# needs: [{status, note, key, at, value, hops, settle, confidence}]
needs(s) := array.concat([need(s, d) | some d in visible(s)], general(s))

visible(s) := [d |
	some d in s.facts.dependencies
	not d.local
	not d.wildcard
]

need(s, d) := object.union(shared(d), {
	"status": status(s, d), "note": sprintf("%s: %s", [label(d), reason(s, d)]), "confidence": "high",
	"hops": object.get(d.path, "hops", []), "settle": object.get(d.path, "settle", []),
})

shared(d) := {"at": d.at, "value": d.text, "key": sprintf("%s/%s", [d.feature, d.hostport])}

label(d) := sprintf("%s to %s", [d.feature, d.hostport]) if {
	d.error == ""
} else := sprintf("%s (%s)", [d.feature, d.key])

status(s, d) := "fail" if {
	architecture(s) == "unsupported"
} else := "unknown" if {
	d.error != ""
} else := {"reachable": "pass", "blocked": "fail", "unknown": "unknown"}[verdict_of(s, d)]

# verdict_of: what a frozen cluster needs is judged as if it ran.
verdict_of(s, d) := d.path.verdict_when_active if {
	frozen(s)
} else := d.path.verdict

frozen(s) if s.facts.status.value == "inactive"

reason(s, d) := "cannot leave the cluster" if {
	architecture(s) == "unsupported"
} else := d.error if {
	d.error != ""
} else := "works" if {
	verdict_of(s, d) == "reachable"
} else := concat(", ", [hop.why | some hop in d.path.hops; decides(s, d, hop)])

decides(s, d, hop) if {
	hop.verdict == verdict_of(s, d)
	not own_status(s, hop)
}

own_status(s, hop) if {
	frozen(s)
	hop.control == "cluster-status"
}

# general: what is on without showing where it goes (Watcher with its watches
# elsewhere, a pattern in the reindex whitelist) needs at least one endpoint
# that works.
general(s) := array.concat(
	[object.union(state, {
		"at": s.facts.settings.watcher.at, "value": object.get(s.facts.settings.watcher, "value", null), "key": "watcher",
		"note": sprintf("%s%s", [watcher_note(s), state.note]), "hops": [], "confidence": "low",
	}) |
		s.facts.settings.watcher.state != "off"
		count([d | some d in visible(s); d.feature == "watcher"]) == 0
		state := watcher_state(s)
	],
	[object.union(state, {
		"at": d.at, "value": d.text, "key": sprintf("%s/%s", [d.feature, d.text]),
		"note": sprintf("%s from the pattern %s%s", [d.feature, d.text, state.note]), "hops": [], "confidence": "low",
	}) |
		some d in s.facts.dependencies
		d.wildcard
		not d.local
		state := endpoint_state(s, [e | some e in s.facts.endpoints; matches(d, e)])
	],
)

watcher_note(s) := "the Watcher switch cannot be read" if {
	s.facts.settings.watcher.state == "unknown"
} else := "Watcher is on"

# A switch that cannot be read needs nothing when it is off.
watcher_state(s) := object.union(state, {"status": "unknown"}) if {
	s.facts.settings.watcher.state == "unknown"
	state := endpoint_state(s, s.facts.endpoints)
	state.status == "fail"
} else := endpoint_state(s, s.facts.endpoints)

# matches: a pattern holds the name of an endpoint. Its asterisks stand for any
# text; what stands between two of them is not looked at.
matches(d, e) if {
	contains(d.host, "*")
	parts := split(d.host, "*")
	startswith(e.domain, parts[0])
	endswith(e.domain, parts[count(parts) - 1])
}

matches(d, e) if {
	not contains(d.host, "*")
	d.endpoint == e.id
}

endpoint_state(s, endpoints) := {"status": "fail", "note": ", and the region supports no private connection", "settle": []} if {
	architecture(s) == "unsupported"
} else := {"status": "unknown", "note": ", and the network architecture is not known", "settle": s.facts.network_architecture.settle} if {
	architecture(s) == "unknown"
} else := {"status": "pass", "note": "", "settle": []} if {
	some e in endpoints
	e.usable == "yes"
} else := {"status": "unknown", "note": ", and the endpoints of the cluster were not read", "settle": lib.unread(s.facts.calls, ["ListVpcEndpoints"])} if {
	not s.facts.calls.ListVpcEndpoints.read
} else := {"status": "unknown", "note": ", and whether an endpoint of the cluster works is not known", "settle": []} if {
	some e in endpoints
	e.usable == "unknown"
} else := {"status": "fail", "note": ", and no endpoint of the cluster leads there", "settle": []}
