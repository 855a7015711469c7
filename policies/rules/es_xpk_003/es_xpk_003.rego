# METADATA
# title: No access without a login
# description: |
#   As soon as xpack.security.authc.anonymous.roles names a role, every request
#   without a login gets it. What a role may do is defined elsewhere and can be
#   changed or mapped to more without touching this setting.
# custom:
#   id: ES-XPK-003
#   name: AnonymousAccess
#   severities: [critical]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Elastic, Anonymous access (X-Pack security settings)"
#   avoid: "xpack.security.authc.anonymous.roles: monitoring."
#   prefer: "No xpack.security.authc.anonymous.roles; a user of its own for each program."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: remove `xpack.security.authc.anonymous.roles`. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: no `xpack.security.authc.anonymous.roles` in `setting_config`."
#   controls:
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.4.1 (unverified)"
#     - "PCI DSS 4.0: 7.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.5 (unverified)"
#   remediation: |
#     Remove xpack.security.authc.anonymous.roles and give those who need access a
#     user. The settings are replaced as a whole, and the cluster restarts.
#   fix: edit-settings
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [authentication, external/cwe/cwe-306]
package esaudit.rules.es_xpk_003

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := gap if {
	gap := settings.unread(s)
} else := {
	"status": "fail", "severity": "critical",
	"message": "{cluster} gives requests without a login the roles {roles}.",
	"args": {"cluster": s.id, "roles": concat(", ", sort({role | some role in settings.items(s, roles)}))},
	"evidence": array.concat(
		shown.once([settings.proof(e, "roles of whoever does not log in") | some e in settings.entries(s, roles); count(e.items) > 0]),
		settings.evidence(s, "xpack.security.authc.anonymous.username", "the name they get"),
	),
} if {
	count(settings.items(s, roles)) > 0
} else := lib.passed("{cluster} gives requests without a login no role.", {"cluster": s.id})

roles := "xpack.security.authc.anonymous.roles"
