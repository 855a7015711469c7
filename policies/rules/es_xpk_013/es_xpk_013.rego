# METADATA
# title: The version of Elasticsearch is supported
# description: |
#   Versions that are no longer maintained get no fixes of security faults.
#   Clusters of version 5 cannot be moved to the current control architecture, and
#   the way up goes through every step between.
# custom:
#   id: ES-XPK-013
#   name: UnsupportedVersion
#   severities: [high, medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Cloud Config elasticsearch-instance-version-not-deprecated"
#     - "Alibaba Cloud Elasticsearch, Migrate data of a v2 cluster to a v3 cluster"
#     - "Alibaba Cloud Elasticsearch, Upgrade the version of a cluster"
#   avoid: "esVersion 6.3.2_with_X-Pack."
#   prefer: "esVersion 7.10 or later."
#   console: "Elasticsearch Clusters > the cluster > Basic Information > Upgrade: 5.6 to 6.3, 6.3 to 6.7, then on; take a snapshot first."
#   terraform: "`alicloud_elasticsearch_instance`: `version`."
#   controls:
#     - "Cloud Config: elasticsearch-instance-version-not-deprecated"
#     - "infraguard: elasticsearch-instance-version-not-deprecated"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Upgrade step by step (5.6 to 6.3 to 6.7), or create a cluster of version
#     7.10 or later and move the data.
#   api: [elasticsearch:UpgradeEngineVersion]
#   tags: [lifecycle, external/cwe/cwe-1104]
package esaudit.rules.es_xpk_013

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# ended_before: versions that are out of every maintenance.
ended_before := [6, 7]

# aged_before: versions that are maintained no longer, or not for long.
aged_before := [7, 8]

verdict(s) := lib.unknown("The version of {cluster} was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := old(s, "high", "{cluster} runs version {version}, which is out of maintenance.") if {
	newest(s) < ended_before
} else := old(s, "medium", "{cluster} runs version {version}, an old one.") if {
	oldest(s) >= ended_before
	newest(s) < aged_before
} else := lib.passed("{cluster} runs version {version}.", args(s)) if {
	oldest(s) >= aged_before
} else := lib.unknown("Whether the version of {cluster} is supported cannot be read from {version}.", args(s), [lib.evidence(s.facts.version, "the version", "version")], [])

args(s) := {"cluster": s.id, "version": shown(s)}

shown(s) := "an empty text" if s.facts.version.value == ""

shown(s) := s.facts.version.value if s.facts.version.value != ""

old(s, severity, message) := {
	"status": "fail", "severity": severity, "message": message, "args": args(s),
	"evidence": [lib.evidence(s.facts.version, "the version", s.facts.version.value)],
}

# oldest and newest: what a version may be whose second number is missing.
oldest(s) := [s.facts.version.major, object.get(s.facts.version, "minor", 0)]

newest(s) := [s.facts.version.major, object.get(s.facts.version, "minor", 99)]
