# METADATA
# title: A load balancer behind an endpoint service is internal
# description: |
#   A private connection ends at a load balancer in the customer's VPC. One that
#   also has an address of the internet publishes what was meant for the cluster
#   alone: a directory server, an archive's port 9200. An internal CLB becomes
#   public through an elastic IP, and an NLB may be internal for IPv4 and public
#   for IPv6.
# custom:
#   id: ES-SLB-001
#   name: EndpointServiceLoadBalancerPublic
#   severities: [high]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#     - "PrivateLink, Endpoint services"
#     - "Classic Load Balancer, CLB instances"
#   avoid: "An internal CLB with an elastic IP behind an endpoint service."
#   prefer: "An internal CLB or NLB without an elastic IP, IPv4 and IPv6 alike."
#   console: "Elastic IP Addresses > the address > Unbind; an internet-facing CLB cannot be changed: create an internal one and replace the service's resource."
#   terraform: "`alicloud_slb_load_balancer`: `address_type = \"intranet\"`; `alicloud_nlb_load_balancer`: `address_type`, `ipv6_address_type`; `alicloud_eip_association`."
#   controls:
#     - "Cloud Config: slb-no-public-ip"
#     - "Cloud Config: slb-address-type-intranet"
#     - "Cloud Config: nlb-address-type-intranet"
#     - "infraguard: slb-address-type-intranet"
#     - "infraguard: nlb-address-type-intranet"
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.1 (unverified)"
#     - "PCI DSS 4.0: 1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Unbind the elastic IP. Change an NLB's address type to Intranet; the type
#     of a CLB is fixed, so create an internal one, attach it to the endpoint
#     service and detach the public one.
#   api: [vpc:UnassociateEipAddress, nlb:UpdateLoadBalancerAddressTypeConfig, privatelink:AttachResourceToVpcEndpointService]
#   tags: [network, exposure, external/cwe/cwe-668]
package esaudit.rules.es_slb_001

import data.esaudit.lib
import data.esaudit.lib.balancer

results(s) := lib.unlisted(s, {"clb", "nlb"}) if s.kind == "region"

results(s) := balancer.unsettled(s) if {
	s.kind != "region"
	not balancer.speaks(s)
}

results(s) := {verdict(s)} if {
	s.kind != "region"
	balancer.speaks(s)
}

words := {
	"fail": "{balancer} stands behind an endpoint service and faces the internet: {list}.",
	"unknown": "Whether {balancer}, behind an endpoint service, faces the internet is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), lib.passed("{balancer} stands behind an endpoint service and is internal.", {"balancer": s.id})) if {
	balancer.offered(s)
} else := lib.unknown(
	"Whether {balancer} stands behind an endpoint service was not read.", {"balancer": s.id}, [], s.facts.connections_unread,
) if {
	count(s.facts.connections_unread) > 0
} else := lib.not_applicable("{balancer} stands behind no endpoint service that a cluster is connected to.", {"balancer": s.id})

problems(s) := {balancer.problem(
	"high", "yes", {"at": way.at, "value": object.get(way, "text", null)},
	sprintf("%s is %s", [balancer.way_names[way.kind], shown(way)]), sprintf("%s/%s", [way.kind, object.get(way, "text", "")]),
) |
	some way in s.facts.settings.internet
	way.value == "yes"
}

shown(way) := sprintf("bound (%s)", [object.get(way, "text", "")]) if {
	way.kind == "eip"
} else := object.get(way, "text", "")

gaps(s) := {balancer.gap(sprintf("%s is not known", [balancer.way_names[way.kind]]), way, way.kind, way.settle) |
	some way in s.facts.settings.internet
	way.value == "unknown"
}
