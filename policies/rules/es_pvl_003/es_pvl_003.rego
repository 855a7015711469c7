# METADATA
# title: An endpoint service that accepts by itself does not admit every account
# description: |
#   A service that accepts connections automatically relies on its list of allowed
#   accounts alone. When that list holds everybody, any account of the vendor can
#   connect to the load balancer behind it, and nobody is asked.
# custom:
#   id: ES-PVL-003
#   name: EndpointServiceOpen
#   severities: [high]
#   kinds: [endpoint-service, region]
#   basis:
#     - "PrivateLink, Create and manage endpoint services (automatic acceptance, service whitelist)"
#     - "PrivateLink, ListVpcEndpointServiceUsers"
#   avoid: "`AutoAcceptEnabled` true with the allowed ARN `acs:ram:*::*`."
#   prefer: "`AutoAcceptEnabled` false, and the accounts that need the service by their ids."
#   console: "PrivateLink > Endpoint Services > the service: Automatically Accept Endpoint Connections off; Service Whitelist: remove *."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service`: `auto_accept_connection = false`; `alicloud_privatelink_vpc_endpoint_service_user`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.3.1 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Switch automatic acceptance off, and replace the entry for everybody by the
#     accounts that need the service.
#   fix: close-endpoint-service
#   api: [privatelink:UpdateVpcEndpointServiceAttribute, privatelink:RemoveUserFromVpcEndpointService]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_pvl_003

import data.esaudit.lib
import data.esaudit.lib.privatelink

results(s) := lib.unlisted(s, {"endpoint-service"}) if s.kind == "region"

results(s) := {result | some result in [verdict(s)]; privatelink.judged(s) != "no"} if s.kind == "endpoint-service"

verdict(s) := privatelink.unconnected(s) if {
	privatelink.judged(s) == "unknown"
} else := lib.passed("Endpoint service {service} accepts nobody by itself.", args(s)) if {
	s.facts.auto_accept.value == false
} else := lib.unknown(
	"Whether endpoint service {service} accepts connections by itself is not shown.", args(s),
	[lib.evidence(s.facts.auto_accept, "AutoAcceptEnabled is not shown", "AutoAcceptEnabled")],
	privatelink.unread(s, ["ListVpcEndpointServices", "GetVpcEndpointServiceAttribute"]),
) if {
	not lib.known(s.facts.auto_accept)
} else := {
	"status": "fail", "severity": "high",
	"message": "Endpoint service {service}, which {clusters} uses, accepts connections by itself and admits every account: {entries}.",
	"args": object.union(args(s), {"entries": concat(", ", sort({text(item) | some item in open(s)}))}),
	"evidence": array.concat(
		[lib.evidence(s.facts.auto_accept, "connections are accepted automatically", "AutoAcceptEnabled")],
		[lib.evidence(item, "every account may connect", text(item)) | some item in open(s)],
	),
} if {
	count(open(s)) > 0
} else := lib.unknown(
	"Who may connect to endpoint service {service}, which accepts by itself, was not read.", args(s), unclear(s),
	privatelink.unread(s, ["ListVpcEndpointServiceUsers"]),
) if {
	count(privatelink.unread(s, ["ListVpcEndpointServiceUsers"])) + count(unclear(s)) > 0
} else := lib.passed("Endpoint service {service} accepts by itself the accounts it names.", args(s))

args(s) := {"service": s.id, "clusters": privatelink.used_by(s)}

text(item) := privatelink.text(item)

# open: entries of either list that admit every account, or a pattern of them.
open(s) := array.concat(
	[item | some item in s.facts.users.items; contains(text(item), "*")],
	[item | some item in s.facts.user_arns.items; everyone(text(item))],
)

everyone(arn) if arn == "*"

everyone(arn) if {
	parts := split(arn, ":")
	count(parts) >= 5
	parts[3] == ""
}

everyone(arn) if {
	parts := split(arn, ":")
	count(parts) >= 5
	contains(parts[3], "*")
}

# unclear: what keeps the lists from being known.
unclear(s) := array.concat(
	[lib.evidence({"at": list.at}, sprintf("%s is not in the answer", [name]), name) |
		some name, list in {"Users": s.facts.users, "UserARNs": s.facts.user_arns}
		not list.shown
	],
	array.concat(
		[lib.evidence(item, "an entry without its account", sprintf("UserId %d", [i])) | some i, item in s.facts.users.items; text(item) == ""],
		[lib.evidence(item, "an entry that is no ARN", sprintf("UserARN %d", [i])) |
			some i, item in s.facts.user_arns.items
			not everyone(text(item))
			count(split(text(item), ":")) < 5
		],
	),
)
