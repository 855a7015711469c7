# METADATA
# title: Indexes are deleted by their names only
# description: |
#   With action.destructive_requires_name set to false one request deletes or
#   closes all indexes, or all that match a pattern. The vendor's default is true.
# custom:
#   id: ES-XPK-007
#   name: DestructiveWildcards
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure the YML file"
#   avoid: "action.destructive_requires_name: false."
#   prefer: "action.destructive_requires_name: true, which is the default."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: Index Deletion is Specify Index Name When Deleting. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config = { \"action.destructive_requires_name\" = \"true\" }`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.9 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Set action.destructive_requires_name to true. The settings are replaced as a
#     whole, and the cluster restarts.
#   fix: edit-settings
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [configuration, availability]
package esaudit.rules.es_xpk_007

import data.esaudit.lib
import data.esaudit.lib.settings

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := gap if {
	gap := settings.unread(s)
} else := {
	"status": "fail", "severity": "medium",
	"message": "One request deletes all indexes of {cluster}: patterns are accepted as names.", "args": {"cluster": s.id},
	"evidence": settings.evidence(s, requires, "accepts patterns"),
} if {
	settings.toggle(s, requires) == "off"
} else := lib.unknown("Whether {cluster} accepts patterns when indexes are deleted is not clear.", {"cluster": s.id}, settings.evidence(s, requires, "no switch"), []) if {
	settings.toggle(s, requires) == "unclear"
} else := lib.passed("{cluster} deletes indexes by their names only.", {"cluster": s.id})

requires := "action.destructive_requires_name"
