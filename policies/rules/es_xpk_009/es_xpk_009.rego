# METADATA
# title: Watcher and LDAP of a cluster of the original architecture need one zone
# description: |
#   In the original network architecture X-Pack Watcher and LDAP authentication
#   are offered for clusters in one zone only. In a cluster of several zones some
#   nodes send no alerts and log nobody in, depending on which node is asked.
# custom:
#   id: ES-XPK-009
#   name: FeatureNeedsOneZone
#   severities: [high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure a DingTalk robot to receive X-Pack Watcher alerts"
#     - "Alibaba Cloud Elasticsearch, Configure LDAP authentication"
#     - "Alibaba Cloud Elasticsearch, Notice for network architecture adjustment"
#   avoid: "A cluster of 2019 in two zones with xpack.watcher.enabled: true."
#   prefer: "Watcher and LDAP on a cluster of the new architecture, through a private connection; or the feature off."
#   console: "Elasticsearch Clusters > Create: a cluster of the new architecture; move the data, connect it privately (Security > Private Connection), and switch the feature off in the old one."
#   terraform: "`alicloud_elasticsearch_instance`: a new instance; `zone_count` cannot be lowered."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Move to a cluster of the new network architecture and reach the outside
#     through a private connection, or switch the feature off. There is no call
#     that mends it in place.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [availability]
package esaudit.rules.es_xpk_009

import data.esaudit.lib
import data.esaudit.lib.settings

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# most_zones: in how many zones the features work.
most_zones := 1

verdict(s) := gap if {
	not s.facts.calls.DescribeInstance.read
	gap := settings.unread(s)
} else := lib.not_applicable("The network architecture of {cluster} is {architecture}, not original.", args(s)) if {
	architecture(s) in {"new", "unsupported"}
} else := gap if {
	gap := settings.unread(s)
} else := lib.passed("{cluster} uses neither Watcher nor LDAP.", args(s)) if {
	count(used(s)) == 0
	count(unsure(s)) == 0
} else := lib.passed("{cluster} runs in one zone.", args(s)) if {
	zones(s) <= most_zones
} else := lib.unknown("{cluster} does not say in how many zones it runs, and uses {features}.", args(s), evidence(s), []) if {
	not zones(s)
} else := lib.unknown("Whether {cluster} has the original network architecture is not known ({because}); it runs in {zones} zones with {features}.", args(s), evidence(s), s.facts.network_architecture.settle) if {
	architecture(s) == "unknown"
} else := {
	"status": "fail", "severity": "high",
	"message": "{cluster} has the original network architecture and runs in {zones} zones, where {features} does not work on every node.",
	"args": args(s), "evidence": array.concat(evidence(s), [lib.evidence({"at": s.facts.network_architecture.at}, s.facts.network_architecture.because, "architecture")]),
} if {
	count(used(s)) > 0
} else := lib.unknown("Whether {cluster} uses Watcher or LDAP is not clear.", args(s), evidence(s), [])

args(s) := {
	"cluster": s.id, "architecture": architecture(s), "because": s.facts.network_architecture.because,
	"zones": zones_text(s),
	"features": concat(" and ", [f.feature | some f in array.concat(used(s), unsure(s))]),
}

zones_text(s) := sprintf("%d", [zones(s)])

zones_text(s) := "an unknown number of" if not zones(s)

architecture(s) := s.facts.network_architecture.value

limited := {"active_directory", "ldap", "watcher"}

used(s) := [f | some f in s.facts.features; f.feature in limited; f.state == "on"]

unsure(s) := [f | some f in s.facts.features; f.feature in limited; f.state == "unknown"]

evidence(s) := array.concat(
	[lib.evidence({"at": f.at}, sprintf("%s is %s", [f.feature, f.state]), f.feature) | some f in array.concat(used(s), unsure(s))],
	[lib.evidence(s.facts.data.zone_count, "zones", "zones")],
)

# zones: how many there are; the count may be missing, or the list of them.
zones(s) := max(counts(s)) if count(counts(s)) > 0

counts(s) := {n | n := s.facts.data.zone_count.value} | {n |
	n := count({z.id | some z in s.facts.zones})
	n > 0
}
