# METADATA
# title: The cluster runs in more than one zone
# description: |
#   A cluster in one zone stops with the zone. One that was created in two and has
#   one of them isolated runs in one. Clusters of the original network
#   architecture need one zone for Watcher and LDAP.
# custom:
#   id: ES-DAT-003
#   name: SingleZone
#   severities: [medium, low]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Cloud Config elasticsearch-instance-multi-zone"
#     - "Alibaba Cloud Elasticsearch, Deploy a multi-zone cluster"
#   avoid: "zoneCount 1; or zoneCount 2 with one zone in status ISOLATION."
#   prefer: "zoneCount 2 or 3, all zones NORMAL."
#   console: "Elasticsearch Clusters > Create: two or three zones; or, for an isolated zone, the cluster > Node Visualization > Recover."
#   terraform: "`alicloud_elasticsearch_instance`: `zone_count = 2`."
#   controls:
#     - "Cloud Config: elasticsearch-instance-multi-zone"
#     - "infraguard: elasticsearch-instance-multi-zone"
#     - "MLPS 2.0 L3: 8.1.4.9 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   parameters:
#     - {name: enough, default: 2, text: "zones that a cluster should run in"}
#   remediation: |
#     Create a cluster in two or three zones and move the data; or switch an
#     isolated zone on again.
#   api: [elasticsearch:createInstance, elasticsearch:ActivateZones]
#   tags: [availability]
package esaudit.rules.es_dat_003

import data.esaudit.lib
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# enough: in how many zones a cluster runs on when one fails.
enough := lib.parameter("ES-DAT-003", "enough", 2)

verdict(s) := lib.unknown("In how many zones {cluster} runs was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := {
	"status": "fail", "severity": severity(s),
	"message": "{cluster} runs in {zones}.", "args": args(s),
	"evidence": shown.once(array.concat([lib.evidence(s.facts.data.zone_count, "zones", "zones")], [lib.evidence({"at": z.at}, sprintf("%s is isolated", [z.id]), z.id) | some z in isolated(s)])),
} if {
	few(s)
} else := lib.unknown("Whether {cluster} runs in more than one zone is not shown.", args(s), [lib.evidence(s.facts.data.zone_count, "zones", "zones")], []) if {
	count(normal(s)) < enough
} else := lib.passed("{cluster} runs in {zones}.", args(s))

args(s) := {"cluster": s.id, "zones": concat(" and ", sort(running(s)))} if {
	count(running(s)) > 0
} else := {"cluster": s.id, "zones": "one zone"}

# few: the number says so, or the list does.
few(s) if s.facts.data.zone_count.value < enough

few(s) if {
	count(s.facts.zones) > 0
	count(running(s)) < enough
	every z in s.facts.zones { z.id != "" }
}

normal(s) := {z.id | some z in s.facts.zones; upper(z.status) == "NORMAL"}

isolated(s) := [z | some z in s.facts.zones; upper(z.status) == "ISOLATION"]

# running: the zones that are not isolated, as far as is known.
running(s) := {z.id | some z in s.facts.zones; not upper(object.get(z, "status", "")) == "ISOLATION"}

# One zone is what Watcher and LDAP want in the original architecture.
severity(s) := "low" if {
	s.facts.network_architecture.value == "original"
} else := "medium"
