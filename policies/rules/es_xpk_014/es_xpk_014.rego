# METADATA
# title: The cluster has X-Pack security
# description: |
#   Without X-Pack security a cluster knows no users: whoever reaches its port
#   reads and deletes everything. The community edition has none, and
#   xpack.security.enabled: false switches it off.
# custom:
#   id: ES-XPK-014
#   name: NoXPackSecurity
#   severities: [critical, high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, High security"
#     - "Alibaba Cloud Elasticsearch API, DescribeInstance (instanceCategory)"
#   avoid: "instanceCategory community, or xpack.security.enabled: false."
#   prefer: "instanceCategory x-pack, advanced or IS, and no xpack.security.enabled."
#   console: "Elasticsearch Clusters > Create: edition with X-Pack; move the data. Public access off until then: Security > Public Network Access."
#   terraform: "`alicloud_elasticsearch_instance`: `version = \"7.10_with_X-Pack\"`."
#   controls:
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.4.1 (unverified)"
#     - "PCI DSS 4.0: 7.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.5 (unverified)"
#   remediation: |
#     Move to an edition with X-Pack, or remove xpack.security.enabled: false.
#     Until then switch public access off and keep the private whitelist narrow.
#   api: [elasticsearch:UpdateInstanceSettings, elasticsearch:TriggerNetwork]
#   tags: [authentication, external/cwe/cwe-306]
package esaudit.rules.es_xpk_014

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether {cluster} has X-Pack security was not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := {
	"status": "fail", "severity": severity(s),
	"message": "{cluster} has no X-Pack security: whoever reaches it needs no login ({why}).",
	"args": {"cluster": s.id, "why": why},
	"evidence": array.concat(lacking(s), [lib.evidence(s.facts.switches.public, reach(s), "public")]),
} if {
	why := reason(s)
} else := gap if {
	gap := settings.unread(s)
} else := lib.unknown("Whether X-Pack security of {cluster} is on is not clear.", {"cluster": s.id}, array.concat(settings.evidence(s, enabled, "no switch"), [lib.evidence(s.facts.data.category, "the edition", "category")]), []) if {
	doubtful(s)
} else := lib.passed("{cluster} has X-Pack security.", {"cluster": s.id})

enabled := "xpack.security.enabled"

# suffixless: the category is not shown and the version has no suffix.
suffixless(s) if {
	settings.category(s) == ""
	s.facts.version.value != ""
	not endswith(lower(s.facts.version.value), "_with_x-pack")
}

reason(s) := "the community edition" if {
	settings.community(s) == "yes"
} else := "no suffix of X-Pack in the version" if {
	suffixless(s)
} else := "switched off" if {
	settings.toggle(s, enabled) == "off"
}

lacking(s) := array.concat(
	[lib.evidence(s.facts.data.category, "the edition", "category") | settings.community(s) == "yes"],
	array.concat(
		[lib.evidence(s.facts.version, "no suffix of X-Pack", "version") | suffixless(s)],
		shown.once([settings.proof(e, "security is off") | some e in settings.entries(s, enabled); settings.toggle(s, enabled) == "off"]),
	),
)

doubtful(s) if settings.toggle(s, enabled) == "unclear"

doubtful(s) if settings.community(s) == "unknown"

severity(s) := "critical" if {
	s.facts.switches.public.value == true
} else := "high"

reach(s) := "public access is on" if {
	s.facts.switches.public.value == true
} else := "public access is off" if {
	s.facts.switches.public.value == false
} else := "whether public access is on is not known"
