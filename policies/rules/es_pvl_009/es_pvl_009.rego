# METADATA
# title: An endpoint service has load balancers in two zones
# description: |
#   A service whose load balancers are attached for one zone ends with that zone.
#   A service of classic load balancers is left alone: the private connections of
#   a cluster ask for one zone there.
# custom:
#   id: ES-PVL-009
#   name: EndpointServiceOneZone
#   optional: true
#   severities: [medium, low]
#   kinds: [endpoint-service, region]
#   basis:
#     - "Alibaba Cloud infraguard, privatelink-server-endpoint-multi-zone"
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB (same zone)"
#   avoid: "An NLB in two zones, attached to the service for one of them."
#   prefer: "The NLB attached for each of its zones."
#   console: "PrivateLink > Endpoint Services > the service > Service Resources: Add Service Resource of another zone."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service_resource`: one for each zone."
#   controls:
#     - "Cloud Config: privatelink-server-endpoint-multi-zone"
#     - "infraguard: privatelink-server-endpoint-multi-zone"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   parameters:
#     - {name: enough, default: 2, text: "zones that an endpoint service should be in"}
#   remediation: |
#     Attach a load balancer to the service for a second zone.
#   api: [privatelink:AttachResourceToVpcEndpointService]
#   tags: [network, availability]
package esaudit.rules.es_pvl_009

import data.esaudit.lib
import data.esaudit.lib.privatelink

results(s) := lib.unlisted(s, {"endpoint-service"}) if s.kind == "region"

results(s) := {result | some result in [verdict(s)]; privatelink.judged(s) != "no"} if s.kind == "endpoint-service"

# enough: in how many zones a service must be.
enough := lib.parameter("ES-PVL-009", "enough", 2)

verdict(s) := privatelink.unconnected(s) if {
	privatelink.judged(s) == "unknown"
} else := lib.passed("Endpoint service {service} has load balancers in {zones}.", args(s)) if {
	count(zones(s)) >= enough
} else := lib.unknown(
	"In how many zones endpoint service {service} has load balancers was not read.", args(s),
	[lib.evidence(r.zone, sprintf("the zone of %s is not shown", [r.id]), r.id) | some r in unplaced(s)],
	privatelink.unread(s, ["ListVpcEndpointServiceResources"]),
) if {
	count(privatelink.unread(s, ["ListVpcEndpointServiceResources"])) + count(unplaced(s)) > 0
} else := lib.passed("Endpoint service {service} is for classic load balancers, which serve a cluster in one zone.", args(s)) if {
	classic(s)
} else := {
	"status": "fail", "severity": severity(s),
	"message": "Endpoint service {service}, which {clusters} uses, has load balancers in {zones} alone.",
	"args": args(s),
	"evidence": proof(s),
}

proof(s) := [lib.evidence(r.zone, sprintf("%s is attached for it", [r.id]), sprintf("%s %d", [r.id, i])) | some i, r in s.facts.resources] if {
	count(s.facts.resources) > 0
} else := [lib.evidence({"at": s.facts.at}, "nothing is attached", "resources")]

args(s) := {"service": s.id, "clusters": privatelink.used_by(s), "zones": zones_text(s)}

zones_text(s) := "no zone" if count(zones(s)) == 0 else := concat(", ", sort(zones(s)))

zones(s) := {privatelink.text(r.zone) | some r in s.facts.resources; privatelink.text(r.zone) != ""}

unplaced(s) := [r | some r in s.facts.resources; privatelink.text(r.zone) == ""]

classic(s) if privatelink.text(s.facts.resource_type) == "slb"

classic(s) if {
	privatelink.text(s.facts.resource_type) == ""
	count(s.facts.resources) > 0
	every r in s.facts.resources { startswith(r.id, "lb-") }
}

# A cluster in one zone loses no more than it would anyhow.
severity(s) := "low" if {
	every c in s.facts.connected {
		count(c.settle) == 0
		count(c.cluster_zones) == 1
	}
} else := "medium"
