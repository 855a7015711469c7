# METADATA
# title: Watcher sends no mail on this service
# description: |
#   The vendor's Watcher cannot send mail: ports of mail servers are not open,
#   through a private connection either. Settings of a mail account promise alerts
#   that nobody gets.
# custom:
#   id: ES-XPK-008
#   name: WatcherMail
#   severities: [low]
#   kinds: [elasticsearch, region]
#   optional: true
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure a DingTalk robot to receive X-Pack Watcher alerts"
#   avoid: "xpack.notification.email.account.ops.smtp.host: smtp.example.com."
#   prefer: "A webhook action through an ECS that forwards to it."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: remove `xpack.notification.email.*`. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: no `xpack.notification.email.*` in `setting_config`."
#   controls:
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Remove the settings of mail accounts and send alerts by a webhook. The
#     settings are replaced as a whole, and the cluster restarts.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [configuration]
package esaudit.rules.es_xpk_008

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := gap if {
	gap := settings.unread(s)
} else := {
	"status": "fail", "severity": "low",
	"message": "{cluster} has settings for mail, which its Watcher cannot send.", "args": {"cluster": s.id},
	"evidence": shown.once([settings.proof(e, "has no effect") | some e in mail(s)]),
} if {
	count(mail(s)) > 0
} else := lib.passed("{cluster} has no settings for mail.", {"cluster": s.id})

# mail: the settings of mail accounts, of Watcher's own and of X-Pack's.
mail(s) := [e | some e in s.facts.settings.entries; regex.match(`(^|\.)notification\.email(\.|$)`, e.key); e.text != ""]
