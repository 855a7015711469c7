# METADATA
# title: No private connection is expected where none is possible
# description: |
#   A cluster of the original network architecture, or of a finance or government
#   region, cannot use PrivateLink. Settings that name such a domain there fail, and
#   no endpoint can be built to mend them.
# custom:
#   id: ES-PVL-006
#   name: PrivateConnectionUnsupported
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#   avoid: "`ldaps://ep-….privatelink.aliyuncs.com:636` in the settings of a cluster of 2019 in the original network architecture."
#   prefer: "Private connections on clusters of the new architecture; on others the address of a host in the cluster's VPC."
#   console: "Create a cluster of the new architecture and migrate, or name a host of the VPC in Cluster Configuration > YML File."
#   terraform: "`alicloud_elasticsearch_instance` creates a cluster of the new architecture."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.21 (unverified)"
#   remediation: |
#     Move to a cluster of the new network architecture, or name a host that this one
#     reaches.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [network, availability]
package esaudit.rules.es_pvl_006

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

architecture(s) := s.facts.network_architecture

verdict(s) := lib.not_applicable("{cluster} is of the new network architecture, which can have private connections.", args(s)) if {
	architecture(s).value == "new"
} else := {
	"status": "fail", "severity": "medium",
	"message": "{cluster} expects private connections and can have none: its network architecture is {architecture}.",
	"args": args(s),
	"evidence": array.concat([lib.evidence({"at": h.at}, sprintf("%s names %s", [h.key, h.host]), sprintf("%s %s", [h.key, h.host])) | some h in expected(s)], [lib.evidence({"at": architecture(s).at}, architecture(s).because, "architecture")]),
} if {
	architecture(s).value in {"original", "unsupported"}
	count(expected(s)) + count(s.facts.endpoints) > 0
} else := lib.unknown("Which private connections {cluster} expects was not read; its network architecture is {architecture}.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.settings.readable
} else := lib.unknown("Whether {cluster} can have the private connections it expects is not decided: its network architecture is not known.", args(s),
	[lib.evidence({"at": architecture(s).at}, architecture(s).because, "architecture")], architecture(s).settle) if {
	architecture(s).value == "unknown"
	count(expected(s)) > 0
} else := lib.passed("{cluster} expects no private connection.", args(s))

args(s) := {"cluster": s.id, "architecture": architecture(s).value}

expected(s) := distinct(s.facts.private_hosts)

distinct(list) := [h | some i, h in list; not before(list, i, h)]

before(list, i, h) if {
	some j, other in list
	j < i
	other.key == h.key
	other.host == h.host
}
