# METADATA
# title: The endpoint service offers a load balancer in the endpoint's zone
# description: |
#   A connection ends at the load balancer that the service offers in the endpoint's
#   zone. Where there is none, the zone of the endpoint connects to nothing.
# custom:
#   id: ES-PVL-005
#   name: NoResourceInZone
#   severities: [high]
#   kinds: [endpoint, region]
#   basis:
#     - "Alibaba Cloud Terraform provider, alicloud_privatelink_vpc_endpoint_service_resource"
#     - "PrivateLink API 2020-04-15, endpoint services and connections"
#     - "PrivateLink, Create and manage endpoint services"
#   avoid: "An endpoint in zone i whose service has resources in zone h alone."
#   prefer: "A resource of the service in every zone of the endpoint."
#   console: "PrivateLink > Endpoint Services > the service > Service Resources: add a load balancer of the zone."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service_resource`: `zone_id`."
#   controls:
#     - "Cloud Config: privatelink-server-endpoint-multi-zone"
#     - "infraguard: privatelink-server-endpoint-multi-zone"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Attach a load balancer of the endpoint's zone to the service.
#   api: [privatelink:AttachResourceToVpcEndpointService]
#   tags: [network, availability]
package esaudit.rules.es_pvl_005

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "Service {service} does not offer itself to {region}, where {endpoint} of {cluster} is: {state}.",
	"args": object.union(args(s), {"region": s.region, "state": s.facts.state.service.offered.value}),
	"evidence": [lib.evidence(s.facts.state.service.offered, "not available", "RegionServiceStatus")],
} if {
	s.facts.state.service.offered.value != "Available"
} else := lib.unknown("What {service}, which {endpoint} of {cluster} leads to, offers was not read.", args(s), [at(s)], array.concat(s.facts.state.service.settle, s.facts.service.settle)) if {
	s.facts.state.service.found == "unknown"
} else := lib.unknown("{service}, which {endpoint} of {cluster} leads to, is none of this account's; what it offers nobody shows.", args(s), [at(s)], []) if {
	s.facts.state.service.found == "no"
} else := {
	"status": "fail", "severity": "high",
	"message": "{service} offers no load balancer in {zones}, where {endpoint} of {cluster} is.",
	"args": object.union(args(s), {"zones": concat(", ", sort({z.value | some z in bare(s)}))}),
	"evidence": array.concat([lib.evidence(z, "the endpoint's zone", z.value) | some z in bare(s)], [lib.evidence({"at": r.at, "value": null}, sprintf("%s is offered in another zone", [r.id]), sprintf("%s %d", [r.id, i])) | some i, r in s.facts.resources]),
} if {
	s.facts.resources_read
	count(bare(s)) > 0
} else := lib.unknown("What {service}, which {endpoint} of {cluster} leads to, offers was not read.", args(s), [at(s)], s.facts.service.settle) if {
	not s.facts.resources_read
} else := lib.unknown("In which zone {endpoint} of {cluster} is, is not known.", args(s), [at(s)], s.facts.zones_settle) if {
	count(s.facts.zones) == 0
} else := lib.passed("{service} offers a load balancer in every zone of {endpoint} of {cluster}.", args(s))

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id, "service": s.facts.service.id}

at(s) := lib.evidence({"at": s.facts.state.service.at}, "the service", "service")

# bare are the endpoint's zones in which the service offers nothing.
bare(s) := [z |
	some z in s.facts.zones
	not z.value in {r.zone | some r in s.facts.resources}
]
