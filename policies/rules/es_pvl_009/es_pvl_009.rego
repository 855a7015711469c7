# METADATA
# title: An endpoint service stands in more than one zone
# description: |
#   A service whose load balancers stand in one zone takes every cluster that uses it
#   down with that zone.
# custom:
#   id: ES-PVL-009
#   name: EndpointServiceOneZone
#   severities: [medium, low]
#   kinds: [endpoint-service, region]
#   optional: true
#   basis:
#     - "Cloud Config privatelink-server-endpoint-multi-zone"
#     - "PrivateLink API 2020-04-15, endpoint services and connections"
#   avoid: "A service with two NLB resources in one zone."
#   prefer: "Resources in two zones; or a CLB, whose private connection has to be in one zone by design."
#   console: "PrivateLink > Endpoint Services > the service > Service Resources: add a load balancer of another zone."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service_resource`: one for each zone."
#   controls:
#     - "Cloud Config: privatelink-server-endpoint-multi-zone"
#     - "infraguard: privatelink-server-endpoint-multi-zone"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Attach a load balancer of a second zone to the service.
#   api: [privatelink:AttachResourceToVpcEndpointService]
#   tags: [network, availability]
package esaudit.rules.es_pvl_009

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint-service"}) if s.kind == "region"

results(s) := set() if {
	s.kind == "endpoint-service"
	s.facts.connected == "no"
} else := {lib.unknown("Whether an endpoint of a cluster leads to {service} was not read.", {"service": s.id}, [lib.evidence({"at": s.facts.at}, "the service", "service")], s.facts.settle)} if {
	s.kind == "endpoint-service"
	s.facts.connected == "unknown"
} else := {verdict(s)} if s.kind == "endpoint-service"

# enough is how many zones a service needs.
enough := 2

verdict(s) := lib.unknown("What endpoint service {service} offers was not read.", args(s), [lib.evidence({"at": s.facts.at}, "the service", "service")], s.facts.resources_unread) if {
	count(s.facts.resources_unread) > 0
	count(zones(s)) < enough
} else := lib.passed("Endpoint service {service} stands in {count} zones.", args(s)) if {
	count(zones(s)) >= enough
} else := lib.passed("Endpoint service {service} offers CLBs, which have to be in the zone of the cluster.", args(s)) if {
	count(s.facts.resources) > 0
	every r in s.facts.resources { r.kind == "clb" }
} else := lib.unknown("Not every resource of endpoint service {service} shows its zone.", args(s), [lib.evidence(r.zone, "no zone", r.id) | some r in zoneless(s)], []) if {
	count(zoneless(s)) > 0
} else := {
	"status": "fail", "severity": severity(s),
	"message": "Endpoint service {service} stands in {count} zones.",
	"args": args(s), "evidence": array.concat([lib.evidence(r.zone, sprintf("zone of %s", [r.id]), sprintf("%s %d", [r.id, i])) | some i, r in s.facts.resources], [lib.evidence({"at": s.facts.at}, "no resource", "none") | count(s.facts.resources) == 0]),
}

args(s) := {"service": s.id, "count": count(zones(s))}

zones(s) := {r.zone.value | some r in s.facts.resources; lib.known(r.zone)}

zoneless(s) := [r | some r in s.facts.resources; not lib.known(r.zone)]

# It is worse for a cluster that stands in several zones itself.
severity(s) := "medium" if {
	some u in s.facts.endpoints
	u.zones >= enough
} else := "low"
