# METADATA
# title: Watcher sends to known hosts only
# description: |
#   Whoever may write watches makes the cluster send requests to any host it
#   reaches, with what the documents hold. From version 7 on xpack.http.whitelist
#   names the hosts; without it every host is one.
# custom:
#   id: ES-XPK-010
#   name: WatcherTargetsOpen
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   optional: true
#   basis:
#     - "Elastic, HTTP settings in Watcher (xpack.http.whitelist)"
#   avoid: "xpack.watcher.enabled: true without xpack.http.whitelist, or with `*`."
#   prefer: "xpack.http.whitelist: [\"https://hooks.example.com\"]."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: `xpack.http.whitelist` lists the addresses (not in the documented set: ask the vendor where it is refused). Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config = { \"xpack.http.whitelist\" = \"https://hooks.example.com\" }`."
#   controls:
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     List the hosts that watches send to in xpack.http.whitelist. The key is none
#     of those the vendor documents, so the support may have to set it. The
#     settings are replaced as a whole, and the cluster restarts.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [configuration, external/cwe/cwe-918]
package esaudit.rules.es_xpk_010

import data.esaudit.lib
import data.esaudit.lib.settings

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# first_version: which one has the list.
first_version := 7

verdict(s) := gap if {
	gap := settings.unread(s)
} else := lib.passed("Watcher of {cluster} is off.", {"cluster": s.id}) if {
	s.facts.settings.watcher.state == "off"
} else := lib.not_applicable("{cluster} is older than the list of hosts of Watcher.", {"cluster": s.id}) if {
	s.facts.version.major < first_version
} else := lib.passed("Watcher of {cluster} sends to the hosts that are named.", {"cluster": s.id}) if {
	not open(s)
	not hidden(s)
} else := lib.unknown("Whether Watcher of {cluster} sends to any host is not known: {why}.", {"cluster": s.id, "why": why(s)}, evidence(s), []) if {
	why(s)
} else := {
	"status": "fail", "severity": "medium", "confidence": "low",
	"message": "Watcher of {cluster} sends to any host that it reaches.", "args": {"cluster": s.id}, "evidence": evidence(s),
}

list := "xpack.http.whitelist"

open(s) if count(settings.items(s, list)) == 0

open(s) if {
	some item in settings.items(s, list)
	regex.match(`^([a-z]+://)?[*.]+(:[0-9*]*)?/?\**$`, lower(item))
}

hidden(s) if "[redacted]" in settings.items(s, list)

why(s) := "whether it is on is not clear" if {
	s.facts.settings.watcher.state == "unknown"
} else := "its version is not" if {
	not s.facts.version.major
} else := "the list is redacted" if {
	not open(s)
	hidden(s)
}

evidence(s) := array.concat(
	settings.state(s, list, "admits every host", "every host by default"),
	settings.evidence(s, "xpack.watcher.enabled", "Watcher"),
)
