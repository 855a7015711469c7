# METADATA
# title: The public whitelist must not admit every address
# description: |
#   A cluster whose public endpoint admits every address is a data store open to
#   the whole internet. All named groups of the public whitelist count together,
#   so one forgotten group, two halves of the address space, or ::/0 beside a
#   tight IPv4 list opens it as 0.0.0.0/0 does.
# custom:
#   id: ES-NET-001
#   name: PublicWhitelistOpen
#   severities: [critical, medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, High security"
#     - "Alibaba Cloud Elasticsearch, Manage IP address whitelists"
#     - "Cloud Config elasticsearch-public-and-any-ip-access-check"
#   avoid: "A group `tmp` of the public whitelist that holds `0.0.0.0/0`, or `0.0.0.0/1` and `128.0.0.0/1`."
#   prefer: "Public access off; or a list that holds the egress addresses of those who need it, `203.0.113.0/28`."
#   console: "Elasticsearch Clusters > the cluster > Security > Public Network Whitelist: edit each group and remove the open entry; or switch Public Network Access off."
#   terraform: "`alicloud_elasticsearch_instance`: `public_whitelist`, `enable_public = false`."
#   controls:
#     - "Cloud Config: elasticsearch-public-and-any-ip-access-check"
#     - "infraguard: elasticsearch-public-and-any-ip-access-check"
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.1 (unverified)"
#     - "PCI DSS 4.0: 1.3.1 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Remove the entries that open the list from their groups and keep the
#     addresses that need it, or switch public access off. The instance must be
#     active for both.
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps, elasticsearch:TriggerNetwork]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_net_001

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether the public whitelist of {cluster} is open was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("{cluster} shows no public whitelist, so nobody can say whom it admits.", args(s), [lib.evidence(list(s), "no public whitelist here", "whitelist")], []) if {
	not list(s).present
} else := {
	"status": "fail", "severity": "critical",
	"message": "The public whitelist of {cluster} admits every {families} address and public access is on.",
	"args": args(s), "evidence": array.concat(lib.opening(list(s)), [lib.evidence(access(s), "public access is on", "enablePublic")]),
	"path": lib.hops(s, "es-public"),
} if {
	opened(s)
	access(s).value == true
	not inactive(s)
} else := {
	"status": "latent", "severity": "medium",
	"message": "The public whitelist of {cluster} admits every {families} address; it takes effect the moment public access is on and the cluster runs.",
	"args": args(s), "evidence": array.concat(lib.opening(list(s)), [lib.evidence(off(s), "no effect now", "off")]),
} if {
	opened(s)
	off(s)
} else := lib.unknown("{cluster} does not say whether public access is on; its public whitelist admits every {families} address.", args(s), array.concat(lib.opening(list(s)), [lib.evidence(access(s), "the switch is missing", "enablePublic")]), []) if {
	opened(s)
} else := lib.unknown("Groups of {cluster} may belong to its public whitelist and do not show what they admit.", args(s), [lib.evidence({"at": e.at, "value": e.text}, e.why, e.text) | some e in list(s).stray], []) if {
	count(list(s).stray) > 0
} else := lib.unknown("{cluster} does not say whether public access is on.", args(s), [lib.evidence(access(s), "the switch is missing", "enablePublic")], []) if {
	not lib.known(access(s))
	not lib.plainly_closed(list(s))
} else := object.union(
	lib.passed("The public whitelist of {cluster} admits {count} ranges, not every address.", object.union(args(s), {"count": count(list(s).cidrs)})),
	{"evidence": lib.distinct([lib.evidence({"at": e.at, "value": e.text}, "is no address and admits nobody", e.text) | some e in list(s).unread])},
)

args(s) := {"cluster": s.id, "families": concat(" and ", sort(lib.open_families(list(s).cidrs)))}

list(s) := s.facts.whitelists.PUBLIC_ES

access(s) := s.facts.switches.public

opened(s) if count(lib.open_families(list(s).cidrs)) > 0

inactive(s) if s.facts.status.value == "inactive"

# off: why an open list has no effect now.
off(s) := s.facts.status if {
	inactive(s)
} else := access(s) if {
	access(s).value == false
}
