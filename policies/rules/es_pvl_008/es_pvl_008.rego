# METADATA
# title: A domain of one zone does not pin a path of several
# description: |
#   The domain of one zone leads through that zone alone. Where cluster and service
#   stand in several, the plain domain goes on when a zone fails; but only as long as
#   each of its zones is connected.
# custom:
#   id: ES-PVL-008
#   name: ZonalDomainPinned
#   severities: [low]
#   kinds: [endpoint, region]
#   optional: true
#   basis:
#     - "PrivateLink API 2020-04-15, endpoint services and connections"
#   avoid: "`ep-…-cn-hangzhou-i.epsrv-….privatelink.aliyuncs.com` in the settings of a cluster in two zones, with a service in two zones."
#   prefer: "The plain domain, `ep-….epsrv-….privatelink.aliyuncs.com`, with every zone Connected."
#   console: "Cluster Configuration > YML File: use the endpoint's plain domain."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config`."
#   controls:
#     - "Cloud Config: privatelink-servier-endpoint-multi-zone"
#     - "infraguard: privatelink-servier-endpoint-multi-zone"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Use the plain domain of the endpoint, and connect every zone of it.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [network, availability]
package esaudit.rules.es_pvl_008

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

verdict(s) := lib.unknown("Which settings of {cluster} use {endpoint} was not read.", args(s), [], s.facts.cluster.settle) if {
	not s.facts.uses.readable
} else := lib.not_applicable("No setting of {cluster} uses {endpoint}.", args(s)) if {
	count(s.facts.uses.settings) == 0
} else := {
	"status": "fail", "severity": "low",
	"message": "{cluster} uses the domain of one zone of {endpoint}, whose service stands in {count} zones.",
	"args": object.union(args(s), {"count": count(offered(s))}), "evidence": proofs(zonal(s)),
} if {
	count(zonal(s)) > 0
	s.facts.resources_read
	several(s)
	count(offered(s)) >= zones_of_several
} else := {
	"status": "fail", "severity": "low",
	"message": "{cluster} uses the plain domain of {endpoint}, and not every zone of it is connected: {zones}.",
	"args": object.union(args(s), {"zones": concat(", ", sort({z.id | some z in down(s)}))}),
	"evidence": array.concat(proofs(s.facts.uses.settings), [lib.evidence(z.status, sprintf("zone %s", [z.id]), z.id) | some z in down(s)]),
} if {
	count(zonal(s)) < count(s.facts.uses.settings)
	count(down(s)) > 0
} else := lib.unknown("Whether the service behind {endpoint} of {cluster} stands in several zones was not read.", args(s), proofs(zonal(s)), array.concat(s.facts.state.service.settle, s.facts.service.settle)) if {
	count(zonal(s)) > 0
	several(s)
	not s.facts.resources_read
} else := lib.unknown("In how many zones {cluster} runs was not read.", args(s), proofs(zonal(s)), s.facts.cluster.settle) if {
	count(zonal(s)) > 0
	count(s.facts.cluster.zones) == 0
} else := lib.passed("{cluster} uses {endpoint} in a way that no zone pins.", args(s))

# zones_of_several is how many zones a path of several has.
zones_of_several := 2

several(s) if count({z.id | some z in s.facts.cluster.zones}) >= zones_of_several

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id}

zonal(s) := [u | some u in s.facts.uses.settings; u.zonal]

offered(s) := {r.zone | some r in s.facts.resources; r.zone != ""}

down(s) := [z | some z in s.facts.state.connected_zones; lib.known(z.status); z.status.value != "Connected"]

proofs(uses) := [lib.evidence({"at": u.at}, sprintf("%s names %s", [u.key, u.host]), sprintf("%s %d", [u.host, i])) | some i, u in uses]
