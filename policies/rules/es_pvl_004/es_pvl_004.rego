# METADATA
# title: Only known accounts are connected to an endpoint service
# description: |
#   Every accepted endpoint reaches the load balancer behind the service, from a
#   network that the account does not see. Endpoints of its own clusters are owned
#   by the vendor's Elasticsearch account, which owns those of all its customers:
#   the owner alone says nothing, the endpoint's id does.
# custom:
#   id: ES-PVL-004
#   name: UnknownConsumer
#   severities: [high, info]
#   kinds: [endpoint-service, region]
#   basis:
#     - "PrivateLink, Terms (endpoint owner, endpoint connection)"
#     - "PrivateLink, ListVpcEndpointConnections"
#   avoid: "An accepted connection of an account that nobody declared as a partner."
#   prefer: "Connections of the account itself, of its clusters, and of `partners` in esaudit.yaml."
#   console: "PrivateLink > Endpoint Services > the service > Endpoint Connections: Deny the connection, and remove the account from the Service Whitelist."
#   terraform: "Remove the `alicloud_privatelink_vpc_endpoint_connection` and the `alicloud_privatelink_vpc_endpoint_service_user` of the account."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.5.15 (unverified)"
#   remediation: |
#     Disconnect the endpoint and take its account out of the service's whitelist.
#     When the account is a partner, declare it under partners in esaudit.yaml.
#   fix: disconnect-consumers
#   api: [privatelink:DisableVpcEndpointConnection, privatelink:RemoveUserFromVpcEndpointService]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_pvl_004

import data.esaudit.lib
import data.esaudit.lib.privatelink

results(s) := lib.unlisted(s, {"endpoint-service"}) if s.kind == "region"

results(s) := {result | some result in [verdict(s)]; privatelink.judged(s) != "no"} if s.kind == "endpoint-service"

# idle: states of a connection that carries nothing: not accepted, or ended.
idle := {"Pending", "Disconnecting", "Disconnected", "Deleting", "ServiceDeleted"}

verdict(s) := privatelink.unconnected(s) if {
	privatelink.judged(s) == "unknown"
} else := {
	"status": "fail", "severity": lib.worst({severity(c) | some c in foreign(s)}),
	"message": "Endpoint service {service}, which {clusters} uses, has connections of accounts that are not known: {list}.",
	"args": object.union(args(s), {"list": list(foreign(s))}),
	"evidence": [proof(c, sprintf("endpoint %s, %s", [c.endpoint, state(c)])) | some c in foreign(s)],
} if {
	count(foreign(s)) > 0
} else := lib.unknown(
	"Who is connected to endpoint service {service} is not decided: {list}.",
	object.union(args(s), {"list": concat("; ", sort(reasons(s)))}),
	[proof(c, why(s, c)) | some c in undecided(s)],
	settle(s),
) if {
	count(reasons(s)) > 0
} else := object.union(
	lib.passed("All {count} connections of endpoint service {service} are of known accounts.{elsewhere}", object.union(args(s), {"count": count(s.facts.connections), "elsewhere": elsewhere(s)})),
	{"evidence": [lib.evidence({"at": c.at, "value": c.vpc}, sprintf("in a VPC of resource group %s", [c.vpc_resource_group]), c.endpoint) | some c in other_teams(s)]},
)

args(s) := {"service": s.id, "clusters": privatelink.used_by(s)}

owner(c) := privatelink.text(c.owner)

trusted(c) if c.own_account

trusted(c) if c.of_a_cluster

trusted(c) if owner(c) in input.config.partners

# strange: connections that nothing vouches for.
strange(s) := [c | some c in s.facts.connections; not trusted(c)]

# foreign: strange for sure: all endpoints of the account's clusters are known, and
# it is told which one this is.
foreign(s) := [c |
	count(s.facts.connected_settle) == 0
	some c in strange(s)
	owner(c) != ""
	c.endpoint != ""
]

undecided(s) := [c |
	count(foreign(s)) == 0
	some c in strange(s)
]

why(s, c) := sprintf("the owner of %s is not shown", [c.endpoint]) if {
	owner(c) == ""
} else := sprintf("%s of account %s may be an endpoint of a cluster that was not read", [c.endpoint, owner(c)]) if {
	count(s.facts.connected_settle) > 0
} else := sprintf("an endpoint of account %s is shown without its id", [owner(c)])

reasons(s) := {why(s, c) | some c in undecided(s)} | {"the connections were not read" |
	count(unread(s)) > 0
}

unread(s) := privatelink.unread(s, ["ListVpcEndpointConnections"])

settle(s) := array.concat(unread(s), [call | count(undecided(s)) > 0; some call in s.facts.connected_settle])

severity(c) := "info" if {
	privatelink.text(c.status) in idle
} else := "high"

state(c) := "in no state that is shown" if privatelink.text(c.status) == "" else := privatelink.text(c.status)

list(connections) := concat(", ", sort({sprintf("%s of account %s (%s)", [c.endpoint, owner(c), state(c)]) | some c in connections}))

proof(c, note) := lib.evidence({"at": c.owner.at, "value": object.get(c.owner, "value", null)}, note, sprintf("%s %s", [owner(c), c.endpoint]))

# other_teams: connections of the account's own, from VPCs of another resource
# group than the service's.
other_teams(s) := [c |
	s.resource_group != ""
	some c in s.facts.connections
	c.own_account
	not c.vpc_resource_group in {"", s.resource_group}
]

elsewhere(s) := sprintf(" Of the account's own, %s come from VPCs of another resource group: %s.", [
	concat(", ", sort({c.endpoint | some c in other_teams(s)})), concat(", ", sort({c.vpc | some c in other_teams(s)})),
]) if {
	count(other_teams(s)) > 0
} else := ""
