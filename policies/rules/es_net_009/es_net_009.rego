# METADATA
# title: Private entries should lie inside networks that can reach the cluster
# description: |
#   An entry of the private list for a network that is not there any more waits
#   for whoever gets its range next: another team's vSwitch, a peering, a VPN.
# custom:
#   id: ES-NET-009
#   name: PrivateEntryStale
#   severities: [low]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Manage IP address whitelists (regular review)"
#   avoid: "`10.66.3.0/24` in the private list when no vSwitch, peered VPC, CEN or VPN has these addresses."
#   prefer: "The CIDRs of networks that stand; those on premises are declared under `onprem`."
#   console: "Elasticsearch Clusters > the cluster > Security > VPC Whitelist: remove the entry."
#   terraform: "`alicloud_elasticsearch_instance`: `private_whitelist`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Remove the entry from its group (ModifyWhiteIps with modifyMode Delete; one
#     entry must stay). Declare networks on premises under `onprem` in
#     esaudit.yaml, so that their ranges are known.
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, hygiene]
#   optional: true
package esaudit.rules.es_net_009

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Which networks the private whitelist of {cluster} names was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("{cluster} shows no private whitelist.", args(s), [lib.evidence(list(s), "no private whitelist here", "whitelist")], []) if {
	not list(s).present
} else := lib.unknown("Which networks stand around the VPC of {cluster} was not read completely; none that is known has {entries}.", args(s), stale(s), calls(s)) if {
	count(stale(s)) > 0
	count(calls(s)) > 0
} else := lib.unknown("Networks that no answer names stand behind {gateways}; none that is known has {entries}.", args(s), array.concat(stale(s), lib.distinct([lib.evidence({"at": g.at}, sprintf("%s %s", [g.kind, g.id]), sprintf("%s %s", [g.kind, g.id])) | some g in gateways(s)])), []) if {
	count(stale(s)) > 0
	count(gateways(s)) > 0
} else := lib.unknown("Which addresses the VPC of {cluster} has is not known.", args(s), stale(s), []) if {
	count(stale(s)) > 0
	not around(s).vpc_known
} else := {
	"status": "fail", "severity": "low",
	"message": "The private whitelist of {cluster} holds entries of no network that can reach it: {entries}.",
	"args": args(s), "evidence": stale(s),
} if {
	count(stale(s)) > 0
} else := lib.unknown("Groups of {cluster} may belong to its private whitelist and do not show what they admit.", args(s), lib.strays(list(s)), []) if {
	count(list(s).stray) > 0
} else := lib.passed("Every entry of the private whitelist of {cluster} is of a network that can reach it.", args(s))

args(s) := {
	"cluster": s.id, "entries": concat(", ", sort({e.value | some e in stale(s)})),
	"gateways": concat(", ", sort({sprintf("%s %s", [g.kind, g.id]) | some g in gateways(s)})),
}

list(s) := s.facts.whitelists.PRIVATE_ES

around(s) := s.facts.network.around

calls(s) := array.concat(around(s).settle, around(s).gateways_settle)

gateways(s) := [g | some g in around(s).hidden; g.open != "no"]

stale(s) := lib.distinct([lib.entry_evidence(e, sprintf("group %s", [lib.group(e)])) |
	some e in lib.own_entries(list(s))
	e.cidr != ""
	not e.near
])
