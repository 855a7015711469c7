# METADATA
# title: The reindex whitelist must name hosts exactly
# description: |
#   Whoever may reindex makes the cluster fetch from any host that
#   reindex.remote.whitelist admits, and learns what answers there. A pattern
#   admits hosts that nobody thought of: *.aliyuncs.com matches the private
#   connection endpoints of every tenant, 10.* a whole network.
# custom:
#   id: ES-XPK-001
#   name: ReindexWhitelistPattern
#   severities: [high, medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure the YML file"
#     - "Elastic, Reindex API, Reindex from remote"
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#   avoid: "reindex.remote.whitelist: [\"*:*\"], or [\"*.aliyuncs.com:9200\"]."
#   prefer: "The hosts that are reindexed from: [\"ep-….epsrv-….cn-hangzhou.privatelink.aliyuncs.com:9200\"]; [] when there is none."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: `reindex.remote.whitelist` lists host:port pairs without `*`. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config = { \"reindex.remote.whitelist\" = \"[\\\"host:9200\\\"]\" }`."
#   controls:
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Replace every pattern of reindex.remote.whitelist by the host:port pairs
#     that are used, or empty the list. The settings are replaced as a whole, and
#     the cluster restarts.
#   fix: edit-settings
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [configuration, external/cwe/cwe-918]
package esaudit.rules.es_xpk_001

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := gap if {
	gap := settings.unread(s)
} else := {
	"status": "fail", "severity": lib.worst({severity(d) | some d in patterns}),
	"message": "The reindex whitelist of {cluster} admits whole sets of hosts: {patterns}.",
	"args": {"cluster": s.id, "patterns": concat(", ", sort({d.text | some d in patterns}))},
	"evidence": shown.once([lib.evidence({"at": d.at, "value": d.text}, note(d), d.text) | some d in patterns]),
} if {
	patterns := [d | some d in hosts(s); contains(d.text, "*")]
	count(patterns) > 0
} else := lib.unknown("What the reindex whitelist of {cluster} admits is not shown.", {"cluster": s.id}, shown.once([lib.evidence({"at": d.at, "value": d.text}, d.error, d.key) | some d in hidden]), []) if {
	hidden := [d | some d in hosts(s); d.text == "[redacted]"]
	count(hidden) > 0
} else := lib.passed("The reindex whitelist of {cluster} names {count} hosts, each exactly.", {"cluster": s.id, "count": count(hosts(s))})

hosts(s) := [d | some d in s.facts.dependencies; d.feature == "reindex"]

# A host of nothing but wildcards is every host, whatever the port.
every_host(d) if regex.match(`^[*.:]+$`, d.host)

severity(d) := "high" if {
	every_host(d)
} else := "medium"

note(d) := "admits every host" if {
	every_host(d)
} else := "is a pattern"
