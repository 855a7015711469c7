# METADATA
# title: PrivateLink is offered in the zones of a private connection
# description: |
#   PrivateLink is not offered in every zone, and not for every kind of load
#   balancer in those where it is. An endpoint in another zone, or a backend ECS
#   there that has to share the zone with it, cannot be part of a private
#   connection.
# custom:
#   id: ES-PVL-010
#   name: ZoneWithoutPrivateLink
#   severities: [high]
#   kinds: [endpoint, region]
#   basis:
#     - "PrivateLink, Regions and zones that support PrivateLink"
#     - "PrivateLink, DescribeZones (ServiceResourceType)"
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB (prerequisites)"
#   avoid: "An endpoint in a zone that DescribeZones does not list for the service's `ServiceResourceType`."
#   prefer: "Endpoint, load balancer and ECS in a zone that is listed for it."
#   console: "PrivateLink > Endpoint Services: create the service in a zone that is offered; Elasticsearch > the cluster > Security > Private Connection: create the endpoint there."
#   terraform: "`data.alicloud_privatelink_vpc_endpoint_zones`; `alicloud_privatelink_vpc_endpoint_service_resource`: `zone_id`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Create load balancer and endpoint in a zone that PrivateLink offers for the
#     kind of load balancer, or use an NLB where only that is offered. Moving an
#     ECS to the zone is manual.
#   api: [privatelink:AttachResourceToVpcEndpointService, elasticsearch:CreateVpcEndpoint]
#   tags: [network, availability]
package esaudit.rules.es_pvl_010

import data.esaudit.lib
import data.esaudit.lib.privatelink

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "PrivateLink is not offered for {type} where endpoint {endpoint} of {cluster} needs it: {list}.",
	"args": object.union(args(s), {"list": privatelink.notes(wrong)}),
	"evidence": privatelink.shown(wrong),
} if {
	s.facts.supported.known
	wrong := endpoint_problems(s) | backend_problems(s)
	count(wrong) > 0
} else := lib.unknown(
	"Whether PrivateLink is offered where endpoint {endpoint} of {cluster} needs it is not decided: {list}.",
	object.union(args(s), {"list": privatelink.notes(open)}), [lib.evidence(gap, gap.note, gap.key) | some gap in sort(open)], privatelink.settle(open),
) if {
	open := gaps(s)
	count(open) > 0
} else := lib.passed("PrivateLink is offered for {type} in {zones}, the zone of endpoint {endpoint} of {cluster}.", args(s))

args(s) := {
	"endpoint": s.id, "cluster": s.facts.cluster.id, "type": type_name(s),
	"zones": concat(", ", sort(zones(s))),
}

type_name(s) := "this kind of load balancer" if s.facts.supported.type == "" else := upper(s.facts.supported.type)

zones(s) := {zone.value | some zone in s.facts.zones}

offered(s) := {zone | some zone in s.facts.supported.zones; zone != ""}

endpoint_problems(s) := {lib.evidence(zone, sprintf("the endpoint is in zone %s", [zone.value]), zone.value) |
	every_zone_named(s)
	some zone in s.facts.zones
	not zone.value in offered(s)
}

every_zone_named(s) if not "" in s.facts.supported.zones

# --- the ECS behind a CLB has to share the zone

used(s) := [r |
	some r in s.facts.resources
	r.lb.kind == "clb"
	serving(s, r)
]

serving(s, r) if r.zone in zones(s)

serving(_, r) if not r.zone

backend_problems(s) := {lib.evidence({"at": b.at, "value": b.id}, sprintf("backend %s of %s is in zone %s", [b.id, r.id, b.zone]), sprintf("%s/%s", [r.id, b.id])) |
	every_zone_named(s)
	some r in used(s)
	r.zone
	some b in r.lb.backends
	b.weight > 0
	b.zone != ""
	not b.zone in offered(s)
}

# --- what is not known

gaps(s) := {privatelink.gap(unread_zones(s), {"at": s.facts.supported.at}, "zones", s.facts.supported.settle)} if {
	not s.facts.supported.known
} else := (zone_gaps(s) | name_gaps(s)) | (resource_gaps(s) | backend_gaps(s))

unread_zones(s) := "what kind of load balancer the service is for is not shown" if {
	s.facts.supported.type == ""
} else := "the zones that PrivateLink is offered in were not read"

zone_gaps(s) := {privatelink.gap("the endpoint's zone is shown by no answer", {"at": s.facts.at}, "zone", s.facts.zones_settle)} if {
	count(s.facts.zones) == 0
} else := {privatelink.gap("not all of the endpoint's zones were read", {"at": s.facts.at}, "zone", s.facts.zones_settle) |
	count(s.facts.zones_settle) > 0
}

name_gaps(s) := {privatelink.gap("a zone of the list has no id", {"at": s.facts.supported.at}, "zones", []) |
	not every_zone_named(s)
	some zone in zones(s)
	not zone in offered(s)
}

resource_gaps(s) := {privatelink.gap("the resources of the service were not read", {"at": s.facts.resources_at}, "resources", s.facts.service.settle) |
	s.facts.provider.found
	not s.facts.resources_read
	s.facts.supported.type == "slb"
}

backend_gaps(s) := {privatelink.gap(sprintf("what stands behind %s was not read", [r.id]), {"at": r.at}, r.id, r.lb.unread) |
	some r in used(s)
	count(r.lb.unread) > 0
} | {privatelink.gap(sprintf("the zone of backend %s is not shown", [b.id]), {"at": b.at}, sprintf("%s/%s", [r.id, b.id]), []) |
	some r in used(s)
	count(r.lb.unread) == 0
	some b in r.lb.backends
	object.get(b, "weight", 1) > 0
	not b.zone
} | {privatelink.gap(sprintf("the weight of backend %s in zone %s is not shown", [b.id, b.zone]), {"at": b.at}, sprintf("%s/%s", [r.id, b.id]), []) |
	some r in used(s)
	some b in r.lb.backends
	not b.weight
	not b.zone in offered(s)
}
