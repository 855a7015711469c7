# METADATA
# title: The endpoint's zone supports PrivateLink
# description: |
#   PrivateLink is offered by zone and by kind of load balancer. An endpoint in a zone
#   where its service's kind is not offered cannot be connected, nor can a host in
#   such a zone stand behind a CLB that serves it.
# custom:
#   id: ES-PVL-010
#   name: ZoneWithoutPrivateLink
#   severities: [high]
#   kinds: [endpoint, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#     - "PrivateLink, Regions and zones that support PrivateLink"
#   avoid: "An endpoint in a zone that DescribeZones does not list for the service's kind of load balancer."
#   prefer: "An endpoint, load balancer and hosts in a zone that is listed."
#   console: "Elasticsearch > the cluster > Security > Private Connection: delete the endpoint and create it in a supported zone."
#   terraform: "`alicloud_privatelink_zones` lists them."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.21 (unverified)"
#   remediation: |
#     Create service resource and endpoint in a zone that supports the kind of load
#     balancer; the cluster has to run there too.
#   api: [elasticsearch:DeleteVpcEndpoint, elasticsearch:CreateVpcEndpoint]
#   tags: [network, availability]
package esaudit.rules.es_pvl_010

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "PrivateLink for {kind} is not offered in {zones}, where {endpoint} of {cluster} or what stands behind it is.",
	"args": object.union(args(s), {"zones": concat(", ", sort({z.value | some z in lacking(s)}))}),
	"evidence": array.concat([lib.evidence(z, "a zone without PrivateLink", sprintf("%s %d", [z.value, i])) | some i, z in lacking(s)], [lib.evidence({"at": s.facts.state.support.at}, "the zones that are offered", "zones")]),
} if {
	s.facts.state.support.known
	count(lacking(s)) > 0
} else := lib.unknown("Whether the service behind {endpoint} of {cluster} is one of this account was not read.", args(s), [at(s)], s.facts.state.service.settle) if {
	s.facts.state.service.found == "unknown"
} else := lib.unknown("The service behind {endpoint} of {cluster} is none of this account's; its kind of load balancer nobody shows.", args(s), [at(s)], []) if {
	s.facts.state.service.found == "no"
} else := lib.unknown("Where PrivateLink for {kind} is offered was not read.", args(s), [at(s)], s.facts.state.support.settle) if {
	not s.facts.state.support.known
} else := lib.unknown("In which zone {endpoint} of {cluster} is, is not known.", args(s), [at(s)], s.facts.zones_settle) if {
	count(s.facts.zones) == 0
} else := lib.passed("PrivateLink for {kind} is offered where {endpoint} of {cluster} is.", args(s))

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id, "kind": object.get(s.facts.state.service.type, "value", "?")}

at(s) := lib.evidence({"at": s.facts.state.service.at}, "the service", "service")

# lacking are zones of the endpoint, and of all hosts behind a CLB that serves
# it, that are not offered.
lacking(s) := array.concat(
	[z | some z in s.facts.zones; not z.value in s.facts.state.support.zones],
	[{"value": b.zone, "at": b.at} | some b in hosts(s); not reached(s)],
)

reached(s) if {
	some b in hosts(s)
	b.zone in s.facts.state.support.zones
}

hosts(s) := [b |
	some r in s.facts.resources
	r.lb.kind == "clb"
	some i, b in r.lb.backends
	b.zone
	object.get(b, "weight", 100) > 0
	not earlier(r.lb.backends, i, b.zone)
]

earlier(list, i, zone) if {
	some j, other in list
	j < i
	other.zone == zone
}
