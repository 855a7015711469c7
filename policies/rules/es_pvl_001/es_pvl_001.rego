# METADATA
# title: Every private connection of a cluster is usable
# description: |
#   A private connection works when the endpoint is active, its connection was
#   accepted and neither side is locked. A connection that waits to be accepted
#   looks configured and carries nothing; one that is named in the settings breaks
#   what depends on it.
# custom:
#   id: ES-PVL-001
#   name: PrivateConnectionUnusable
#   severities: [high, low]
#   kinds: [endpoint, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#     - "Alibaba Cloud Elasticsearch, ListVpcEndpoints (states)"
#   avoid: "An endpoint that is Active and whose `connectionStatus` is `Disconnected`, named by an LDAP realm."
#   prefer: "`endpointStatus` Active, `connectionStatus` Connected, `endpointBusinessStatus` Normal."
#   console: "PrivateLink > Endpoint Services > the service > Endpoint Connections: Allow; or Elasticsearch > the cluster > Security > Private Connection: delete and create it."
#   terraform: "`alicloud_privatelink_vpc_endpoint_connection`: one resource accepts one connection."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   parameters:
#     - {name: settling_hours, default: 1, text: "hours that a connection may take to settle"}
#   remediation: |
#     Accept the connection on the side of the endpoint service when it waits.
#     Otherwise delete the endpoint and create it again, and put its new domain
#     into the settings; delete an endpoint that nothing uses.
#   api: [privatelink:EnableVpcEndpointConnection, elasticsearch:DeleteVpcEndpoint, elasticsearch:CreateVpcEndpoint]
#   tags: [network, availability]
package esaudit.rules.es_pvl_001

import data.esaudit.lib
import data.esaudit.lib.privatelink

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

# settling_hours: how long an endpoint may take to be created and accepted.
settling_hours := lib.parameter("ES-PVL-001", "settling_hours", 1)

right := {"endpoint": "Active", "connection": "Connected", "business": "Normal"}

transient := {"Creating", "Pending", "Connecting"}

verdict(s) := lib.passed("Endpoint {endpoint} of {cluster} is being deleted, and {replacement} has taken its place.", object.union(args(s), {"replacement": concat(", ", siblings(s, {"yes"}))})) if {
	deleting(s)
	count(siblings(s, {"yes"})) > 0
} else := lib.unknown("Endpoint {endpoint} of {cluster} is being deleted; whether {replacement} has taken its place is not shown.", object.union(args(s), {"replacement": concat(", ", siblings(s, {"unknown"}))}), state_evidence(s), []) if {
	deleting(s)
	count(siblings(s, {"unknown"})) > 0
} else := {
	"status": "fail", "severity": severity(s),
	"message": "Endpoint {endpoint} of {cluster} carries no connection: {states}. {names}",
	"args": args(s),
	"evidence": array.concat(state_evidence(s), privatelink.name_evidence(privatelink.names(s))),
} if {
	broken(s)
} else := lib.unknown("Whether endpoint {endpoint} of {cluster} is usable is not decided: {states}.", args(s), state_evidence(s), []) if {
	count(off(s)) > 0
} else := lib.passed("Endpoint {endpoint} of {cluster} is active and connected.", args(s))

args(s) := {
	"endpoint": s.id, "cluster": s.facts.cluster.id, "names": naming(s),
	"states": concat(", ", [sprintf("%s is %s", [part.name, part.shown]) | some part in off(s)]),
}

# off: the states that are not as they should be.
off(s) := [{"name": labels[name], "text": text, "shown": shown, "ref": s.facts.state[name]} |
	some name in ["endpoint", "connection", "business"]
	text := privatelink.text(s.facts.state[name])
	text != right[name]
	shown := shown_text(text)
]

labels := {"endpoint": "endpointStatus", "connection": "connectionStatus", "business": "endpointBusinessStatus"}

shown_text(text) := "not shown" if text == "" else := text

# broken: a state that is wrong for good, or one that should have passed by now.
broken(s) if {
	some part in off(s)
	not part.text in (transient | {""})
}

broken(s) if {
	some part in off(s)
	part.text in transient
	age_hours(s) >= settling_hours
}

age_hours(s) := (time.parse_rfc3339_ns(s.taken_at) - time.parse_rfc3339_ns(s.facts.state.created.value)) / 3600000000000 if {
	s.taken_at != ""
}

severity(s) := "low" if {
	s.facts.named_by.readable
	count(privatelink.names(s)) == 0
} else := "high"

naming(s) := "No setting names it." if {
	severity(s) == "low"
} else := "The cluster's settings were not read, so that something may need it." if {
	count(privatelink.names(s)) == 0
} else := sprintf("%s needs it.", [concat(", ", sort({n.key | some n in privatelink.names(s)}))])

state_evidence(s) := [lib.evidence(part.ref, sprintf("%s is %s", [part.name, part.shown]), part.name) | some part in off(s)]

# deleting: another endpoint to the same service may have taken its place. What
# the settings still name is judged by ES-NET-004.
deleting(s) if privatelink.text(s.facts.state.endpoint) == "Deleting"

deleting(s) if privatelink.text(s.facts.state.connection) == "Deleting"

siblings(s, usable) := [other.id | some other in s.facts.siblings; other.usable in usable]
