# METADATA
# title: The endpoint service offers a load balancer in the endpoint's zone
# description: |
#   An endpoint has an address in one zone, and the service must have a resource
#   attached for that zone (for an NLB zone by zone) and be available in the
#   region. Without either the endpoint is there and leads nowhere.
# custom:
#   id: ES-PVL-005
#   name: NoResourceInZone
#   severities: [high]
#   kinds: [endpoint, region]
#   basis:
#     - "PrivateLink, Create and manage endpoint services (service resources by zone)"
#     - "PrivateLink, AttachResourceToVpcEndpointService"
#     - "Terraform, alicloud_privatelink_vpc_endpoint_service_resource (zone_id)"
#   avoid: "An endpoint in zone i, and a service with one resource in zone h."
#   prefer: "A resource of the service with `ZoneId` of the endpoint."
#   console: "PrivateLink > Endpoint Services > the service > Service Resources: Add Service Resource of the zone."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service_resource`: `zone_id`."
#   controls:
#     - "Cloud Config: privatelink-server-endpoint-multi-zone"
#     - "infraguard: privatelink-server-endpoint-multi-zone"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Attach a load balancer to the service for the endpoint's zone, or create the
#     endpoint again in a zone that has one.
#   fix: replace-endpoint
#   api: [privatelink:AttachResourceToVpcEndpointService]
#   tags: [network, availability]
package esaudit.rules.es_pvl_005

import data.esaudit.lib
import data.esaudit.lib.privatelink

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "Service {service} does not serve endpoint {endpoint} of {cluster}: {list}.",
	"args": object.union(args(s), {"list": privatelink.notes(wrong)}),
	"evidence": privatelink.shown(wrong),
} if {
	wrong := missing(s) | unavailable(s)
	count(wrong) > 0
} else := lib.unknown(
	"Whether service {service} serves endpoint {endpoint} of {cluster} in its zone is not decided: {list}.",
	object.union(args(s), {"list": privatelink.notes(open)}), [lib.evidence(gap, gap.note, gap.key) | some gap in sort(open)], privatelink.settle(open),
) if {
	open := gaps(s)
	count(open) > 0
} else := lib.passed("Service {service} offers a load balancer in {zones}, the zone of endpoint {endpoint} of {cluster}.", args(s))

args(s) := {
	"endpoint": s.id, "cluster": s.facts.cluster.id, "service": s.facts.service.id,
	"zones": concat(", ", sort(zones(s))),
}

zones(s) := {zone.value | some zone in s.facts.zones}

offered(s) := {r.zone | some r in s.facts.resources; r.zone != ""}

# complete: every resource is known, with its zone.
complete(s) if {
	s.facts.resources_read
	every r in s.facts.resources { r.zone != "" }
}

missing(s) := {lib.evidence(zone, sprintf("it offers no load balancer in zone %s, only in %s", [zone.value, offers]), zone.value) |
	complete(s)
	offers := offer(s)
	some zone in s.facts.zones
	not zone.value in offered(s)
}

offer(s) := "none" if count(offered(s)) == 0 else := concat(", ", sort(offered(s)))

# --- the service in the region

here(s) := [r | some r in s.facts.provider.regions; r.region == s.region]

unavailable(s) := {lib.evidence(r.status, sprintf("it is %s in %s", [r.status.value, r.region]), "RegionServiceStatus") |
	some r in here(s)
	not privatelink.text(r.status) in {"", "Available"}
}

# --- what is not known

gaps(s) := {privatelink.gap(unfound(s), {"at": s.facts.service.at}, "service", s.facts.provider.settle)} if {
	not s.facts.provider.found
} else := (zone_gaps(s) | resource_gaps(s)) | region_gaps(s)

unfound(s) := "the service is none of this account's" if {
	s.facts.provider.listed
} else := "the endpoint services were not read"

zone_gaps(s) := {privatelink.gap("the endpoint's zone is shown by no answer", {"at": s.facts.at}, "zone", s.facts.zones_settle)} if {
	count(s.facts.zones) == 0
} else := {privatelink.gap("not all of the endpoint's zones were read", {"at": s.facts.at}, "zone", s.facts.zones_settle) |
	count(s.facts.zones_settle) > 0
}

resource_gaps(s) := {privatelink.gap(
	sprintf("not every resource of the service is known, and none of those that are is in zone %s", [zone]), {"at": s.facts.resources_at}, sprintf("resource %s", [zone]),
	array.concat(s.facts.service.settle, [call | some r in s.facts.resources; not named(r); some call in r.lb.unread]),
) |
	not complete(s)
	some zone in zones(s)
	not zone in offered(s)
}

named(r) if r.zone != ""

region_gaps(s) := {privatelink.gap("whether the service is available in the region is not shown", {"at": s.facts.provider.at}, "RegionServiceStatus", s.facts.provider.settle) |
	count([r | some r in here(s); privatelink.text(r.status) != ""]) == 0
}
