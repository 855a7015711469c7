# METADATA
# title: The audit log must not hold the bodies of requests
# description: |
#   With emit_request_body the audit log stores what is searched for and written:
#   personal data, and whatever else the documents hold, readable to everybody who
#   may read logs, and kept for as long as they are.
# custom:
#   id: ES-XPK-005
#   name: AuditLogsBodies
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure the YML file"
#     - "Elastic, Auditing settings"
#   avoid: "xpack.security.audit.logfile.events.emit_request_body: true."
#   prefer: "No emit_request_body, or false."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: `…events.emit_request_body` is `false`. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config = { \"xpack.security.audit.logfile.events.emit_request_body\" = \"false\" }`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.8 (unverified)"
#     - "PCI DSS 4.0: 3.5.1 (unverified)"
#     - "ISO 27001:2022: A.8.15 (unverified)"
#   remediation: |
#     Set emit_request_body to false or remove it, and delete the logs that hold
#     bodies. The settings are replaced as a whole, and the cluster restarts.
#   fix: edit-settings
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [logging, external/cwe/cwe-532]
package esaudit.rules.es_xpk_005

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := gap if {
	gap := settings.unread(s)
} else := bad(s, "fail", "The audit log of {cluster} stores the bodies of requests.") if {
	count(emitting(s)) > 0
	audit(s) == "on"
} else := bad(s, "latent", "The audit log of {cluster} would store the bodies of requests if it were on.") if {
	count(emitting(s)) > 0
	audit(s) == "off"
} else := lib.unknown("Whether the audit log of {cluster} stores the bodies of requests is not clear.", {"cluster": s.id}, array.concat(shown.once([settings.proof(e, "whether bodies are stored") | some e in bodies(s)]), settings.evidence(s, enabled, "whether the log is on")), []) if {
	doubtful(s)
} else := lib.passed("The audit log of {cluster} stores no bodies of requests.", {"cluster": s.id})

enabled := "xpack.security.audit.enabled"

# audit: on, off or unclear. The community edition has none.
audit(s) := "off" if {
	settings.community(s) == "yes"
} else := {"on": "on", "off": "off", "absent": "off", "unclear": "unclear"}[settings.toggle(s, enabled)]

# bodies: the switches of all outputs and versions.
bodies(s) := [e | some e in s.facts.settings.entries; regex.match(`^xpack\.security\.audit\.(.+\.)?emit_request_body$`, e.key)]

value(e) := lower(trim_space(e.text))

emitting(s) := [e | some e in bodies(s); value(e) == "true"]

bad(s, status, message) := {
	"status": status, "severity": "medium", "message": message, "args": {"cluster": s.id},
	"evidence": array.concat(
		shown.once([settings.proof(e, "stores bodies") | some e in emitting(s)]),
		settings.state(s, enabled, "whether the log is on", "off by default"),
	),
}

doubtful(s) if count(emitting(s)) > 0

doubtful(s) if {
	some e in bodies(s)
	not value(e) in {"true", "false"}
}
