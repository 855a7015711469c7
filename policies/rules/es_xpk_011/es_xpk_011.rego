# METADATA
# title: No secrets in elasticsearch.yml
# description: |
#   elasticsearch.yml is shown in the console and by the API to everybody who may
#   read the cluster, and stays in tickets, exports and Terraform states.
#   Passwords and tokens belong into the keystore, whose values no call returns.
# custom:
#   id: ES-XPK-011
#   name: SecretsInSettings
#   severities: [high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Elastic, Secure settings (the Elasticsearch keystore)"
#     - "Alibaba Cloud Elasticsearch, Configure LDAP authentication"
#   avoid: "xpack.security.authc.realms.ldap.corp.bind_password in the YML file, or url: `ldap://user:password@host`."
#   prefer: "xpack.security.authc.realms.ldap.corp.secure_bind_password in the keystore."
#   console: "Elasticsearch Clusters > the cluster > Security > Keystore: add the `secure_` form; then Cluster Configuration > YML File: remove the key. Change the secret."
#   terraform: "`alicloud_elasticsearch_instance`: no secrets in `setting_config`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.8 (unverified)"
#     - "PCI DSS 4.0: 8.3.9 (unverified)"
#     - "ISO 27001:2022: A.8.24 (unverified)"
#   remediation: |
#     Put the secret under its secure_ name into the keystore, remove the key from
#     the settings, and change the secret: it was readable. The settings are
#     replaced as a whole, and the cluster restarts.
#   api: [elasticsearch:UpdateKeystores, elasticsearch:UpdateInstanceSettings]
#   tags: [secrets, external/cwe/cwe-312]
package esaudit.rules.es_xpk_011

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := gap if {
	gap := settings.unread(s)
} else := {
	"status": "fail", "severity": "high",
	"message": "The settings of {cluster} hold secrets in clear: {keys}.",
	"args": {"cluster": s.id, "keys": concat(", ", sort({e.key | some e in secrets(s)}))},
	"evidence": shown.once([hidden(e) | some e in secrets(s)]),
} if {
	count(secrets(s)) > 0
} else := lib.passed("The settings of {cluster} hold no secret.", {"cluster": s.id})

# names of settings whose values are secrets.
names := `(?i)(^|[._])(password|passwd|passphrase|secret|secret_key|private_key|client_secret|bind_password|api_key|access_key|token)$`

# kept: the form that the keystore has.
kept := `(?i)(^|\.)secure_[^.]*$`

# logins: user:password@ in a value; the facts show what stood there no more.
logins := `\[redacted\]@`

secrets(s) := [e | some e in s.facts.settings.entries; holds(e)]

holds(e) if {
	regex.match(names, e.key)
	not regex.match(kept, e.key)
	count(e.items) > 0
}

holds(e) if regex.match(logins, e.text)

# hidden shows where a secret stands, and never what it is.
hidden(e) := {"at": e.at, "value": "[redacted]", "note": "holds a secret", "key": e.key}
