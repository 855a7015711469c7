# METADATA
# title: The endpoint service behind a private connection is there and not locked
# description: |
#   When the owner deletes an endpoint service, or either side is locked for
#   payment, the connection ends although the cluster's settings and the endpoint
#   still look right. A locked service ends every connection to it, and is
#   reported once, for the service.
# custom:
#   id: ES-PVL-002
#   name: EndpointServiceGone
#   severities: [high]
#   kinds: [endpoint, endpoint-service, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, ListVpcEndpoints (states)"
#     - "PrivateLink, GetVpcEndpointServiceAttribute (ServiceStatus, ServiceBusinessStatus)"
#   avoid: "An endpoint whose `connectionStatus` is `ServiceDeleted`, or a service with `ServiceBusinessStatus` FinancialLocked."
#   prefer: "`ServiceStatus` Active and `ServiceBusinessStatus` Normal on the service, `endpointBusinessStatus` Normal on the endpoint."
#   console: "Expenses: pay what is due; PrivateLink > Endpoint Services: create the service again; then create the cluster's private connection again."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service` and `alicloud_privatelink_vpc_endpoint_service_resource`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Settle what is due when a side is locked. A deleted service must be created
#     again with its load balancers, and the cluster's endpoint with it: both ids
#     are new, so that the settings have to follow.
#   api: [privatelink:CreateVpcEndpointService, elasticsearch:DeleteVpcEndpoint, elasticsearch:CreateVpcEndpoint]
#   tags: [network, availability]
package esaudit.rules.es_pvl_002

import data.esaudit.lib
import data.esaudit.lib.privatelink

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := of_endpoint(s) if s.kind == "endpoint"

results(s) := of_service(s) if s.kind == "endpoint-service"

# changing: states of a service that pass.
changing := {"Pending", "Creating"}

# --- the endpoint

of_endpoint(s) := {{
	"status": "fail", "severity": "high",
	"message": "Endpoint {endpoint} of {cluster} leads to service {service} no more: {list}.",
	"args": object.union(args(s), {"list": privatelink.notes(wrong)}),
	"evidence": privatelink.shown(wrong),
}} if {
	wrong := problems(s)
	count(wrong) > 0
} else := {lib.unknown(
	"Whether service {service} behind endpoint {endpoint} of {cluster} is there and not locked is not decided: {list}.",
	object.union(args(s), {"list": privatelink.notes(open)}), privatelink.shown([object.remove(gap, {"settle"}) | some gap in open]), privatelink.settle(open),
)} if {
	open := gaps(s)
	count(open) > 0
} else := set() if {
	locked(s.facts.provider.business) # the finding of the service
} else := {lib.passed("Service {service} behind endpoint {endpoint} of {cluster} is active.", args(s))}

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id, "service": service(s)}

service(s) := s.facts.service.id if s.facts.service.id != "" else := "(not shown)"

locked(ref) if not privatelink.text(ref) in {"", "Normal"}

problems(s) := {problem(ref, note, key) |
	some [ref, note, key] in [
		[s.facts.state.connection, "the endpoint says that the service was deleted", "connectionStatus"],
		[s.facts.provider.connection, "the service's connection says that it was deleted", "ConnectionStatus"],
	]
	privatelink.text(ref) == "ServiceDeleted"
} | {problem(s.facts.state.business, sprintf("the endpoint is %s", [s.facts.state.business.value]), "endpointBusinessStatus") |
	locked(s.facts.state.business)
} | {problem(s.facts.provider.status, sprintf("the service is %s", [status]), "ServiceStatus") |
	status := privatelink.text(s.facts.provider.status)
	not status in ({"", "Active"} | changing)
}

problem(ref, note, key) := lib.evidence(ref, note, key)

gaps(s) := {privatelink.gap(sprintf("%s is not shown", [name]), s.facts.state[field], name, []) |
	some field, name in {"connection": "connectionStatus", "business": "endpointBusinessStatus"}
	privatelink.text(s.facts.state[field]) == ""
} | service_gaps(s)

service_gaps(s) := {privatelink.gap(absence(s), {"at": s.facts.service.at}, "service", s.facts.provider.settle)} if {
	not s.facts.provider.found
} else := {privatelink.gap(sprintf("the service is %s for now", [status]), s.facts.provider.status, "ServiceStatus", []) |
	status := privatelink.text(s.facts.provider.status)
	status in changing
} | {privatelink.gap(sprintf("%s of the service is not shown", [name]), s.facts.provider[field], name, s.facts.provider.settle) |
	some field, name in {"status": "ServiceStatus", "business": "ServiceBusinessStatus"}
	privatelink.text(s.facts.provider[field]) == ""
}

absence(s) := "the service is none of this account's" if {
	s.facts.provider.listed
} else := "the endpoint services were not read"

# --- the service

of_service(s) := {{
	"status": "fail", "severity": "high",
	"message": "Endpoint service {service} is {state}; {clusters} reaches nothing through it.",
	"args": {"service": s.id, "state": s.facts.business.value, "clusters": privatelink.used_by(s)},
	"evidence": [lib.evidence(s.facts.business, "the service is locked", "ServiceBusinessStatus")],
}} if {
	privatelink.judged(s) == "yes"
	locked(s.facts.business)
} else := set()
