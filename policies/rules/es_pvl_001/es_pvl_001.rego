# METADATA
# title: Every private connection is usable
# description: |
#   An endpoint that is not active, connected and in good standing carries nothing:
#   the features that use its domain fail, often without an error in the console.
#   A connection that nobody accepted looks finished from the cluster's side.
# custom:
#   id: ES-PVL-001
#   name: PrivateConnectionUnusable
#   severities: [high, low]
#   kinds: [endpoint, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#     - "Elasticsearch API 2017-06-13, ListVpcEndpoints"
#   avoid: "An endpoint whose `connectionStatus` is `Disconnected`: nobody accepted the connection."
#   prefer: "`endpointStatus` Active, `connectionStatus` Connected, `endpointBusinessStatus` Normal; endpoints that nothing uses are deleted."
#   console: "PrivateLink > Endpoint Services > the service > Endpoint Connections: allow the connection; or Elasticsearch > the cluster > Security > Private Connection: delete the endpoint and create it again."
#   terraform: "`alicloud_privatelink_vpc_endpoint_connection` accepts a connection."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.21 (unverified)"
#   remediation: |
#     Accept the connection where it waits for that; else delete the endpoint and
#     create it again. Its domain changes: put the new one into the settings.
#   api: [privatelink:EnableVpcEndpointConnection, elasticsearch:DeleteVpcEndpoint, elasticsearch:CreateVpcEndpoint]
#   tags: [network, availability]
package esaudit.rules.es_pvl_001

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

# right is what each state has to be.
right := {"endpoint": "Active", "connection": "Connected", "business": "Normal"}

# passing states are on their way.
passing := {"Creating", "Pending", "Connecting"}

# patience is how many minutes an endpoint may be on its way.
patience := 60

verdict(s) := lib.passed("{endpoint} of {cluster} is going; {other} serves the same service.", object.union(args(s), {"other": replacement(s).id})) if {
	leaving(s)
	replacement(s)
} else := {
	"status": "fail", "severity": severity(s),
	"message": "The private connection {endpoint} of {cluster} is not usable: {states}.",
	"args": args(s), "evidence": array.concat(evidence(s, wrong(s)), uses(s)),
} if {
	count(wrong(s)) > 0
} else := lib.unknown("The private connection {endpoint} of {cluster} is on its way: {states}.", args(s), evidence(s, waiting(s)), []) if {
	count(waiting(s)) > 0
} else := lib.unknown("{endpoint} of {cluster} does not show its whole state.", args(s), evidence(s, missing(s)), []) if {
	count(missing(s)) > 0
} else := lib.passed("{endpoint} of {cluster} is active, connected and in good standing.", args(s))

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id, "states": concat(", ", [sprintf("%s %s", [name, s.facts.state[name].value]) |
	some name in ["endpoint", "connection", "business"]
	s.facts.state[name].value != right[name]
])}

# wrong states are those that will not become right by themselves.
wrong(s) := {name |
	some name, want in right
	value := s.facts.state[name].value
	value != want
	not value in passing
} | {name |
	some name in stuck(s)
}

# stuck states have been on their way for too long.
stuck(s) := {name | some name in on_way(s); old(s)}

waiting(s) := {name | some name in on_way(s); not old(s)}

on_way(s) := {name | some name, _ in right; s.facts.state[name].value in passing}

missing(s) := {name | some name, _ in right; not lib.known(s.facts.state[name])}

old(s) if time.parse_rfc3339_ns(s.taken_at) - time.parse_rfc3339_ns(s.facts.state.created.value) >= patience * 60000000000

leaving(s) if {
	some name in ["endpoint", "connection"]
	s.facts.state[name].value in {"Deleting", "Disconnecting", "Disconnected"}
}

replacement(s) := [other | some other in s.facts.state.siblings; other.usable == "yes"][0]

severity(s) := "high" if {
	count(s.facts.uses.settings) > 0
} else := "high" if {
	not s.facts.uses.readable
} else := "low"

evidence(s, names) := [lib.evidence(s.facts.state[name], sprintf("the %s should be %s", [name, right[name]]), name) | some name in sort(names)]

uses(s) := [lib.evidence({"at": u.at}, sprintf("%s uses it", [u.key]), u.key) | some u in s.facts.uses.settings]
