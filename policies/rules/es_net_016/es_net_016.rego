# METADATA
# title: The deprecated blacklist should be empty
# description: |
#   The blacklist of addresses is deprecated; whether a cluster still asks it is
#   not documented, and reachability here ignores it. Whoever relies on it beside
#   an open whitelist is protected by nothing that anybody can verify.
# custom:
#   id: ES-NET-016
#   name: BlacklistInUse
#   severities: [info]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, High security (whitelist or blacklist)"
#     - "Alibaba Cloud Elasticsearch API, DescribeInstance (esIPBlacklist is deprecated)"
#   avoid: "`esIPBlacklist` holds `198.51.100.0/24` while the whitelist holds `0.0.0.0/0`."
#   prefer: "An empty blacklist, and whitelists that hold those who need access."
#   console: "Elasticsearch Clusters > the cluster > Security: narrow the whitelists; the blacklist has no page any more."
#   terraform: "`alicloud_elasticsearch_instance`: `private_whitelist`, `public_whitelist`; the blacklist has no argument."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Write whitelists that leave out what the blacklist names, then empty the
#     blacklist (UpdateBlackIps).
#   api: [elasticsearch:UpdateBlackIps, elasticsearch:ModifyWhiteIps]
#   tags: [network, hygiene]
#   optional: true
package esaudit.rules.es_net_016

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether {cluster} has a blacklist was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("{cluster} does not show its blacklist.", args(s), [lib.evidence(list(s), "no blacklist here", "blacklist")], []) if {
	not list(s).present
} else := {
	"status": "fail", "severity": "info",
	"message": "{cluster} has a blacklist, which is deprecated and protects nothing that can be verified: {entries}.",
	"args": object.union(args(s), {"entries": concat(", ", sort({sprintf("%v", [e.value]) | some e in list(s).entries}))}),
	"evidence": lib.distinct([lib.evidence(e, "stands in the deprecated blacklist", sprintf("%v", [e.value])) | some e in list(s).entries]),
} if {
	count(list(s).entries) > 0
} else := lib.passed("The deprecated blacklist of {cluster} is empty.", args(s))

args(s) := {"cluster": s.id}

list(s) := s.facts.network.blacklist
