# METADATA
# title: Indexes are not created by whoever writes to them
# description: |
#   With action.auto_create_index any write to a name that does not exist makes an
#   index, with a mapping guessed from the first document: a typing error splits
#   data in two, and whoever may write can fill the cluster with indexes. The
#   vendor recommends to leave it off, which is the default.
# custom:
#   id: ES-XPK-006
#   name: AutoCreateIndex
#   severities: [low]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure the YML file"
#     - "Alibaba Cloud Elasticsearch, Migrate data with the reindex API"
#   avoid: "action.auto_create_index: true, or `+*`."
#   prefer: "action.auto_create_index: false, or the names that need it: `+.monitoring*,-*`."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: Auto Indexing is off, or lists the patterns that need it. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config = { \"action.auto_create_index\" = \"false\" }`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Set action.auto_create_index to false, or to the patterns of the systems
#     that need it, closed with -*. The settings are replaced as a whole, and the
#     cluster restarts.
#   fix: edit-settings
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [configuration]
package esaudit.rules.es_xpk_006

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := gap if {
	gap := settings.unread(s)
} else := {
	"status": "fail", "severity": "low",
	"message": "Whoever writes to {cluster} creates indexes of any name.", "args": {"cluster": s.id},
	"evidence": shown.once([settings.proof(e, "admits every name") | some e in open(s)]),
} if {
	count(open(s)) > 0
} else := lib.passed("{cluster} does not create indexes of any name by itself.", {"cluster": s.id})

open(s) := [e | some e in settings.entries(s, "action.auto_create_index"); everything(e)]

everything(e) if lower(trim_space(e.text)) == "true"

everything(e) if {
	some item in e.items
	regex.match(`^\+?\s*\*+$`, item)
}
