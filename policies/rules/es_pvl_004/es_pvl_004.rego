# METADATA
# title: Only known accounts are connected to an endpoint service
# description: |
#   Every connection of an endpoint service reaches what stands behind it. The
#   endpoints of Elasticsearch clusters belong to an account of the vendor's, so that
#   the owner alone does not tell one's own cluster from a stranger's.
# custom:
#   id: ES-PVL-004
#   name: UnknownConsumer
#   severities: [high, info]
#   kinds: [endpoint-service, region]
#   basis:
#     - "PrivateLink, Terms"
#     - "PrivateLink API 2020-04-15, endpoint services and connections"
#   avoid: "A connection of an account that nobody declared."
#   prefer: "Connections of the account itself, of declared partners, and of endpoints of its own clusters."
#   console: "PrivateLink > Endpoint Services > the service > Endpoint Connections: reject the connection."
#   terraform: "Remove the `alicloud_privatelink_vpc_endpoint_connection`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Reject the connection, or declare its account under partners in esaudit.yaml.
#     Connections that wait are accepted or rejected.
#   api: [privatelink:DisableVpcEndpointConnection]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_pvl_004

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint-service"}) if s.kind == "region"

results(s) := set() if {
	s.kind == "endpoint-service"
	s.facts.connected == "no"
} else := {lib.unknown("Whether an endpoint of a cluster leads to {service} was not read.", {"service": s.id}, [lib.evidence({"at": s.facts.at}, "the service", "service")], s.facts.settle)} if {
	s.kind == "endpoint-service"
	s.facts.connected == "unknown"
} else := {verdict(s)} if s.kind == "endpoint-service"

verdict(s) := {
	"status": "fail", "severity": lib.worst({severity(c) | some c in strangers(s)} | {"info" | some _ in waiting(s)}),
	"message": "Endpoint service {service} has connections that nobody vouches for: {connections}.",
	"args": {"service": s.id, "connections": concat("; ", sort({told(c) | some c in array.concat(strangers(s), waiting(s))}))},
	"evidence": array.concat([lib.evidence(c.owner, sprintf("%s of a stranger", [c.endpoint]), c.endpoint) | some c in strangers(s)], [lib.evidence(c.status, sprintf("%s is not accepted", [c.endpoint]), sprintf("%s status", [c.endpoint])) | some c in waiting(s)]),
} if {
	count(strangers(s)) + count(waiting(s)) > 0
} else := lib.unknown("Whose endpoints are connected to {service} is not decided: {connections}.",
	{"service": s.id, "connections": concat(", ", sort({c.endpoint | some c in unclear(s)}))},
	[lib.evidence(c.owner, sprintf("%s may be a stranger's", [c.endpoint]), c.endpoint) | some c in unclear(s)], s.facts.settle) if {
	count(unclear(s)) > 0
} else := lib.unknown("Who is connected to {service} was not read.", {"service": s.id}, [lib.evidence({"at": s.facts.at}, "the service", "service")], s.facts.connections_unread) if {
	count(s.facts.connections_unread) > 0
} else := lib.passed("The {count} connections of {service} are all known.", {"service": s.id, "count": count(s.facts.connections)})

told(c) := sprintf("%s (%s, %s)", [c.endpoint, object.get(c.owner, "value", "?"), object.get(c.status, "value", "?")])

partner(account) if account in input.config.partners

# vouched: the account's own, a declared partner's, or of one of its clusters.
vouched(s, c) if c.owner.value == s.account

vouched(_, c) if partner(c.owner.value)

vouched(_, c) if c.ours == "yes"

strangers(s) := [c |
	some c in s.facts.connections
	not vouched(s, c)
	c.ours == "no"
	lib.known(c.owner)
]

unclear(s) := [c |
	some c in s.facts.connections
	not vouched(s, c)
	not stranger(s, c)
]

stranger(s, c) if c in strangers(s)

# waiting: vouched for, and not accepted.
waiting(s) := [c |
	some c in s.facts.connections
	vouched(s, c)
	c.status.value in {"Pending", "Disconnected"}
]

severity(c) := "info" if c.status.value in {"Pending", "Disconnected", "Disconnecting", "Deleting"} else := "high"
