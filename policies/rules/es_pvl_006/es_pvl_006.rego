# METADATA
# title: No private connection is expected where none is possible
# description: |
#   Clusters of the original network architecture stand in the customer's VPC and
#   have no private connections, and the finance and government clouds do not
#   offer them. Settings that name the domain of one lead nowhere there.
# custom:
#   id: ES-PVL-006
#   name: PrivateConnectionUnsupported
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB (prerequisites)"
#     - "Alibaba Cloud Elasticsearch, Notice for network architecture adjustment"
#   avoid: "A cluster of the finance cloud whose LDAP realm has `ldaps://ep-….epsrv-….cn-hangzhou-finance.privatelink.aliyuncs.com:636`."
#   prefer: "On the original architecture the address of the server in the VPC; on the new one the endpoint's domain."
#   console: "Elasticsearch > the cluster > Upgrade, or create a cluster of the new architecture and migrate; then Cluster Configuration > YML File."
#   terraform: "Create another `alicloud_elasticsearch_instance` and migrate the data."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Take the domain of the private connection out of the settings and address the
#     server directly, or create a cluster of the new network architecture in a
#     region that offers private connections and migrate to it.
#   api: [elasticsearch:UpdateInstanceSettings, elasticsearch:createInstance]
#   tags: [network, availability]
package esaudit.rules.es_pvl_006

import data.esaudit.lib
import data.esaudit.lib.settings

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.passed("{cluster} has the new network architecture, which offers the private connection it expects.", args(s)) if {
	architecture(s) == "new"
	count(expected(s)) > 0
} else := lib.not_applicable("{cluster} has the new network architecture, which offers private connections.", args(s)) if {
	architecture(s) == "new"
} else := {
	"status": "fail", "severity": "medium",
	"message": "{cluster} expects a private connection that it cannot have ({because}): {list}.",
	"args": args(s),
	"evidence": array.concat(expected(s), [lib.evidence({"at": s.facts.network_architecture.at}, s.facts.network_architecture.because, "architecture")]),
} if {
	architecture(s) in {"original", "unsupported"}
	count(expected(s)) > 0
} else := lib.unknown("Whether {cluster} can have the private connection it expects is not known ({because}): {list}.", args(s), expected(s), s.facts.network_architecture.settle) if {
	count(expected(s)) > 0
} else := settings.unread(s) if {
	settings.unread(s)
} else := lib.not_applicable("Nothing expects a private connection of {cluster}.", args(s))

architecture(s) := s.facts.network_architecture.value

args(s) := {
	"cluster": s.id, "because": s.facts.network_architecture.because,
	"list": concat("; ", sort({e.note | some e in expected(s)})),
}

# expected: what expects a private connection of the cluster, as evidence:
# settings that name one, endpoints, assertions of the configuration.
expected(s) := array.concat(
	[lib.evidence({"at": n.at, "value": n.host}, sprintf("%s names %s", [n.key, n.host]), sprintf("%s=%s", [n.key, n.host])) | some n in s.facts.private_names; n.effect != "no"],
	array.concat(
		[lib.evidence({"at": e.at, "value": e.id}, sprintf("it has endpoint %s", [e.id]), e.id) | some e in s.facts.endpoints],
		[lib.evidence({"at": a.at, "value": a.text}, sprintf("\"%s\" is asserted", [a.text]), a.text) | some a in s.facts.assertions; a.verb == "must"; contains(lower(a.text), ".privatelink.aliyuncs.com")],
	),
)
