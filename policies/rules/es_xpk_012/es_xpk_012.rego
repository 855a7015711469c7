# METADATA
# title: Scripts are limited
# description: |
#   Inline scripts run what a request brings along. Up to version 5 script.inline
#   and script.stored open engines that are not sandboxed; later
#   script.allowed_types: both, with the cluster in the internet, lets everybody
#   who gets in run scripts of their own.
# custom:
#   id: ES-XPK-012
#   name: ScriptsOpen
#   severities: [low]
#   kinds: [elasticsearch, region]
#   optional: true
#   basis:
#     - "Elastic, Scripting security (script.inline, script.allowed_types)"
#   avoid: "script.inline: true on version 5; script.allowed_types: both with public access."
#   prefer: "script.allowed_types: stored; no script.inline."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: `script.allowed_types` is `stored`, or `none`. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config = { \"script.allowed_types\" = \"stored\" }`."
#   controls:
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Remove script.inline and script.stored on version 5; set
#     script.allowed_types to stored or none, or switch public access off. The
#     settings are replaced as a whole, and the cluster restarts.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [configuration, external/cwe/cwe-94]
package esaudit.rules.es_xpk_012

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# closed_since: from which version on the switches of version 5 are gone.
closed_since := 6

verdict(s) := gap if {
	gap := settings.unread(s)
} else := bad(s, "{cluster} runs scripts that requests bring along.", settings_of(switches(s))) if {
	count(switches(s)) > 0
	s.facts.version.major < closed_since
} else := bad(s, "{cluster} is in the internet and runs inline and stored scripts.", array.concat(settings_of(both(s)), [lib.evidence(s.facts.switches.public, "public access", "public")])) if {
	count(both(s)) > 0
	s.facts.switches.public.value == true
} else := lib.unknown("Whether scripts of {cluster} are limited depends on its version, which is not known.", {"cluster": s.id}, settings_of(switches(s)), []) if {
	count(switches(s)) > 0
	not s.facts.version.major
} else := lib.unknown("{cluster} runs inline and stored scripts, and does not say whether it is in the internet.", {"cluster": s.id}, settings_of(both(s)), []) if {
	count(both(s)) > 0
	not lib.known(s.facts.switches.public)
} else := lib.passed("Scripts of {cluster} are limited.", {"cluster": s.id})

bad(s, message, evidence) := {"status": "fail", "severity": "low", "message": message, "args": {"cluster": s.id}, "evidence": evidence}

settings_of(list) := shown.once([settings.proof(e, "opens scripts") | some e in list])

# switches of version 5: for all engines and for one.
switches(s) := [e |
	some e in s.facts.settings.entries
	regex.match(`^script\.(engine\..+\.)?(inline|stored)$`, e.key)
	lower(trim_space(e.text)) == "true"
]

both(s) := [e | some e in settings.entries(s, "script.allowed_types"); opened({lower(item) | some item in e.items})]

opened(kinds) if "both" in kinds

opened(kinds) if {
	"inline" in kinds
	"stored" in kinds
}
