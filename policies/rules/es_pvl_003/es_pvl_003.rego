# METADATA
# title: No endpoint service accepts everybody by itself
# description: |
#   A service that accepts connections by itself, and whose list of allowed accounts
#   is open, lets any account of the cloud connect to what stands behind it.
# custom:
#   id: ES-PVL-003
#   name: AutoAcceptOpen
#   severities: [high]
#   kinds: [endpoint-service, region]
#   basis:
#     - "PrivateLink API 2020-04-15, endpoint services and connections"
#     - "PrivateLink, Create and manage endpoint services"
#   avoid: "`AutoAcceptEnabled` true, and `acs:ram:*::*` among the allowed ARNs."
#   prefer: "Connections that are accepted one by one, or a list that names the accounts."
#   console: "PrivateLink > Endpoint Services > the service: switch Automatically Accept Endpoint Connections off; Service Whitelist: remove `*`."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service`: `auto_accept_connection = false`; `alicloud_privatelink_vpc_endpoint_service_user`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Switch automatic acceptance off, and take the entry that stands for everybody
#     from the list of allowed accounts.
#   api: [privatelink:UpdateVpcEndpointServiceAttribute, privatelink:RemoveUserFromVpcEndpointService]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_pvl_003

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint-service"}) if s.kind == "region"

results(s) := set() if {
	s.kind == "endpoint-service"
	s.facts.connected == "no"
} else := {lib.unknown("Whether an endpoint of a cluster leads to {service} was not read.", {"service": s.id}, [lib.evidence({"at": s.facts.at}, "the service", "service")], s.facts.settle)} if {
	s.kind == "endpoint-service"
	s.facts.connected == "unknown"
} else := {verdict(s)} if s.kind == "endpoint-service"

verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "Endpoint service {service} accepts every connection by itself, and everybody may ask: {open}.",
	"args": {"service": s.id, "open": concat(", ", sort({ref.value | some ref in open(s)}))},
	"evidence": array.concat([lib.evidence(s.facts.auto_accept, "connections are accepted by themselves", "AutoAcceptEnabled")], [lib.evidence(ref, "stands for everybody", ref.value) | some ref in open(s)]),
} if {
	s.facts.auto_accept.value == true
	count(open(s)) > 0
} else := lib.unknown("Who may connect to {service}, which accepts connections by itself, was not read.", args(s), [lib.evidence(s.facts.auto_accept, "connections are accepted by themselves", "AutoAcceptEnabled")], s.facts.users.unread) if {
	s.facts.auto_accept.value == true
	count(s.facts.users.unread) > 0
} else := lib.unknown("{service} does not say whether it accepts connections by itself.", args(s), [lib.evidence(s.facts.auto_accept, "the switch is missing", "AutoAcceptEnabled")], s.facts.users.unread) if {
	not lib.known(s.facts.auto_accept)
	not closed(s)
} else := lib.passed("Endpoint service {service} does not accept everybody by itself.", args(s))

args(s) := {"service": s.id}

closed(s) if {
	count(s.facts.users.unread) == 0
	count(open(s)) == 0
}

# open are the entries that stand for every account.
open(s) := array.concat(
	[ref | some ref in s.facts.users.accounts; ref.value == "*"],
	[ref | some ref in s.facts.users.arns; regex.match(`^(\*|acs:ram:[^:]*:\*?:.*)$`, ref.value)],
)
