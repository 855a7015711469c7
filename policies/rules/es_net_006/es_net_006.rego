# METADATA
# title: Public entries must not be wide
# description: |
#   A block of sixteen million addresses is not somebody's office. Wide blocks
#   come from samples, from guesses at a provider's range, or add up from many
#   narrow entries that stand side by side; whoever rents an address there gets
#   to the cluster's login.
# custom:
#   id: ES-NET-006
#   name: PublicWhitelistWide
#   severities: [high, medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Manage IP address whitelists (least privilege)"
#   avoid: "`59.0.0.0/8,120.0.0.0/8`, or 256 entries of /24 side by side."
#   prefer: "`203.0.113.0/28`; a wide block that is your own is declared under `public_ranges`."
#   console: "Elasticsearch Clusters > the cluster > Security > Public Network Whitelist: replace the wide entry by the addresses that need it."
#   terraform: "`alicloud_elasticsearch_instance`: `public_whitelist`."
#   controls:
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   parameters:
#     - {name: widest, default: 8, text: "IPv4 blocks with this prefix length or a shorter one are high"}
#     - {name: wide, default: 16, text: "IPv4 blocks with this prefix length or a shorter one are medium"}
#     - {name: widest_ipv6, default: 32, text: "IPv6 blocks with this prefix length or a shorter one are high"}
#     - {name: wide_ipv6, default: 48, text: "IPv6 blocks with this prefix length or a shorter one are medium"}
#   remediation: |
#     Replace the wide entries by the egress addresses of the clients (ModifyWhiteIps
#     with modifyMode Cover, group by group, never with an empty list). Blocks that
#     the organisation owns belong into `public_ranges` of esaudit.yaml.
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_net_006

import data.esaudit.lib

# Blocks of these lengths or shorter are wide: the first two are high.
widest := lib.parameter("ES-NET-006", "widest", 8)

wide := lib.parameter("ES-NET-006", "wide", 16)

widest_ipv6 := lib.parameter("ES-NET-006", "widest_ipv6", 32)

wide_ipv6 := lib.parameter("ES-NET-006", "wide_ipv6", 48)

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("How wide the public whitelist of {cluster} is was not read.", args(s, []), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("{cluster} shows no public whitelist, so nobody can say how wide it is.", args(s, []), [lib.evidence(list(s), "no public whitelist here", "whitelist")], []) if {
	not list(s).present
} else := lib.unknown("{cluster} does not say whether public access is on; its public whitelist admits every address of a family.", args(s, []), array.concat(lib.opening(list(s)), [lib.hinge(s, "public")]), []) if {
	opened(s)
	lib.stands(s, "public") == "unknown"
} else := lib.not_applicable("The public whitelist of {cluster} admits every address of a family, which ES-NET-001 says.", args(s, [])) if {
	opened(s)
} else := judged(s, wide_blocks(s)) if {
	count(wide_blocks(s)) > 0
} else := lib.unknown("Groups of {cluster} may belong to its public whitelist and do not show what they admit.", args(s, []), lib.strays(list(s)), []) if {
	count(list(s).stray) > 0
} else := lib.unknown("{cluster} does not say whether public access is on.", args(s, []), [lib.hinge(s, "public")], []) if {
	lib.stands(s, "public") == "unknown"
	not lib.plainly_closed(list(s))
} else := lib.passed("No block of the public whitelist of {cluster} is wide.", args(s, []))

judged(s, blocks) := {
	"status": "fail", "severity": severity(blocks),
	"message": "The public whitelist of {cluster} admits wide blocks: {blocks}.",
	"args": args(s, blocks), "evidence": array.concat(entries(s, blocks), [lib.hinge(s, "public")]), "path": lib.hops(s, "es-public"),
} if {
	lib.stands(s, "public") == "on"
} else := {
	"status": "latent", "severity": severity(blocks),
	"message": "The public whitelist of {cluster} holds wide blocks, without effect now: {blocks}.",
	"args": args(s, blocks), "evidence": array.concat(entries(s, blocks), [lib.hinge(s, "public")]),
} if {
	lib.stands(s, "public") == "off"
} else := lib.unknown(
	"{cluster} does not say whether public access is on; its public whitelist holds wide blocks: {blocks}.",
	args(s, blocks), array.concat(entries(s, blocks), [lib.hinge(s, "public")]), [],
)

args(s, blocks) := {"cluster": s.id, "blocks": concat(", ", blocks)}

list(s) := s.facts.whitelists.PUBLIC_ES

opened(s) if count(lib.open_families(list(s).cidrs)) > 0

# wide_blocks: what the list admits, put together, as far as it is wide and not
# the organisation's own.
wide_blocks(s) := [cidr |
	some cidr in list(s).cidrs
	grade(cidr)
	not lib.covers(own_ranges, [cidr])
]

own_ranges := net.cidr_merge([range | some range in input.config.public_ranges])

grade(cidr) := "high" if {
	lib.bits(cidr) <= limits(cidr)[0]
} else := "medium" if {
	lib.bits(cidr) <= limits(cidr)[1]
}

limits(cidr) := [widest_ipv6, wide_ipv6] if {
	lib.is_ipv6(cidr)
} else := [widest, wide]

severity(blocks) := lib.worst({grade(cidr) | some cidr in blocks})

entries(s, blocks) := lib.distinct([lib.entry_evidence(e, sprintf("group %s, part of %s", [lib.group(e), cidr])) |
	some cidr in blocks
	some e in lib.entries_in(list(s), cidr)
])
