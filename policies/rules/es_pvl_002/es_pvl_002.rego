# METADATA
# title: The endpoint service behind a private connection is there and not locked
# description: |
#   An endpoint is only as good as the service it leads to. A service that is being
#   deleted, or locked for an overdue payment, takes every connection with it.
# custom:
#   id: ES-PVL-002
#   name: EndpointServiceGone
#   severities: [high]
#   kinds: [endpoint, endpoint-service, region]
#   basis:
#     - "Elasticsearch API 2017-06-13, ListVpcEndpoints"
#     - "PrivateLink API 2020-04-15, endpoint services and connections"
#   avoid: "An endpoint whose service has `ServiceBusinessStatus` `FinancialLocked`, or whose connection is `ServiceDeleted`."
#   prefer: "An active service in good standing."
#   console: "Expenses and Costs: pay what is overdue; or PrivateLink > Endpoint Services: create the service again, then the endpoint."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service` creates it again."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.21 (unverified)"
#   remediation: |
#     Settle what locked the service, or create service and endpoint again and put the
#     new domain into the settings.
#   api: []
#   tags: [network, availability]
package esaudit.rules.es_pvl_002

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if {
	s.kind == "endpoint"
	not locked(s.facts.state.service)
} else := set() if s.kind == "endpoint" # the service is the subject

results(s) := {service_verdict(s)} if {
	s.kind == "endpoint-service"
	locked(s.facts)
	s.facts.connected != "no"
} else := set() if s.kind == "endpoint-service"

locked(service) if {
	lib.known(service.business)
	service.business.value != "Normal"
}

service_verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "Endpoint service {service}, which {endpoints} lead to, is locked: {state}.",
	"args": {"service": s.id, "state": s.facts.business.value, "endpoints": concat(", ", sort({u.endpoint | some u in s.facts.endpoints}))},
	"evidence": [lib.evidence(s.facts.business, "the service is not in good standing", "ServiceBusinessStatus")],
} if {
	s.facts.connected == "yes"
} else := lib.unknown("Endpoint service {service} is locked ({state}); whether an endpoint of a cluster leads to it was not read.",
	{"service": s.id, "state": s.facts.business.value}, [lib.evidence(s.facts.business, "the service is not in good standing", "ServiceBusinessStatus")], s.facts.settle)

verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "What {endpoint} of {cluster} leads to is gone or locked: {states}.",
	"args": object.union(args(s), {"states": concat(", ", sort({sprintf("%s %s", [p.note, p.value]) | some p in gone(s)}))}),
	"evidence": gone(s),
} if {
	count(gone(s)) > 0
} else := lib.unknown("Whether the service behind {endpoint} of {cluster} is one of this account was not read.", args(s), [at_service(s)], s.facts.state.service.settle) if {
	s.facts.state.service.found == "unknown"
} else := lib.unknown("The service behind {endpoint} of {cluster} is none of this account: it is gone, or another account's.", args(s), [at_service(s)], []) if {
	s.facts.state.service.found == "no"
} else := lib.unknown("The service behind {endpoint} of {cluster} is not ready: {state}.",
	object.union(args(s), {"state": s.facts.state.service.status.value}), [lib.evidence(s.facts.state.service.status, "not ready", "ServiceStatus")], []) if {
	s.facts.state.service.status.value in {"Pending", "Creating"}
} else := lib.unknown("The service behind {endpoint} of {cluster} does not show its whole state.", args(s), [at_service(s)], []) if {
	not shown(s)
} else := lib.passed("The service behind {endpoint} of {cluster} is active and in good standing.", args(s))

shown(s) if {
	lib.known(s.facts.state.service.status)
	lib.known(s.facts.state.service.business)
}

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id}

at_service(s) := lib.evidence({"at": s.facts.state.service.at}, "the service", "service")

# gone is what says that the service is.
gone(s) := array.concat(
	[lib.evidence(ref, name, name) |
		some name, ref in {"connectionStatus": s.facts.state.connection, "ConnectionStatus of the service": s.facts.state.provider}
		object.get(ref, "value", "") == "ServiceDeleted"
	],
	array.concat(
		[lib.evidence(s.facts.state.business, "endpointBusinessStatus", "endpointBusinessStatus") | s.facts.state.business.value == "FinancialLocked"],
		[lib.evidence(s.facts.state.service.status, "ServiceStatus", "ServiceStatus") |
			value := s.facts.state.service.status.value
			not value in {"Active", "Pending", "Creating"}
		],
	),
)
