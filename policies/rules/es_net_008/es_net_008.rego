# METADATA
# title: The private whitelist should be narrower than the default
# description: |
#   A new cluster admits every private address. No security group stands before
#   its private address: the list is the only control, and whatever is joined
#   with the VPC later (a peering, a CEN, a VPN, a forwarded port) gets in without
#   anybody editing the cluster.
# custom:
#   id: ES-NET-008
#   name: PrivateWhitelistOpen
#   severities: [medium, low]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure a public or private IP address whitelist (default of the private list)"
#     - "Alibaba Cloud Elasticsearch, High security"
#   avoid: "`0.0.0.0/0`, the default; or `10.0.0.0/8,172.16.0.0/12,192.168.0.0/16`, which is everything private."
#   prefer: "The CIDRs of the vSwitches that hold the clients: `10.10.1.0/24`."
#   console: "Elasticsearch Clusters > the cluster > Security > VPC Whitelist: edit group default."
#   terraform: "`alicloud_elasticsearch_instance`: `private_whitelist`."
#   controls:
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Put the CIDRs of the clients' vSwitches into the private list and remove the
#     open entries (ModifyWhiteIps with nodeType WORKER, networkType PRIVATE).
#     `esaudit reach --to es:ID` shows who would be cut off.
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, exposure]
package esaudit.rules.es_net_008

import data.esaudit.lib

# Everything private (RFC 1918).
private := ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whom the private whitelist of {cluster} admits was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("{cluster} shows no private whitelist, so nobody can say whom it admits.", args(s), [lib.evidence(list(s), "no private whitelist here", "whitelist")], []) if {
	not list(s).present
} else := {
	"status": "latent", "severity": severity(s),
	"message": "The private whitelist of {cluster} admits {extent}; it has no effect while the cluster is frozen.",
	"args": args(s), "evidence": array.concat(open_entries(s), [lib.evidence(s.facts.status, "the cluster is frozen", "status")]),
} if {
	opened(s)
	lib.frozen(s)
} else := {
	"status": "fail", "severity": "medium",
	"message": "The private whitelist of {cluster} admits {extent}, and its VPC can be reached from outside: {ways}.",
	"args": args(s), "evidence": array.concat(open_entries(s), [lib.evidence({"at": way.at}, sprintf("%s %s", [way.kind, way.id]), way_key(way)) | some way in ways(s)]),
} if {
	opened(s)
	severity(s) == "medium"
} else := {
	"status": "fail", "severity": "low",
	"message": "The private whitelist of {cluster} admits {extent}; what is joined with its VPC was not read completely.",
	"args": args(s), "evidence": open_entries(s),
} if {
	opened(s)
	count(s.facts.network.around.settle) + count(s.facts.network.around.gateways_settle) > 0
} else := {
	"status": "fail", "severity": "low",
	"message": "The private whitelist of {cluster} admits {extent}; nothing is joined with its VPC.",
	"args": args(s), "evidence": open_entries(s),
} if {
	opened(s)
} else := lib.unknown("Groups of {cluster} may belong to its private whitelist and do not show what they admit.", args(s), lib.strays(list(s)), []) if {
	count(list(s).stray) > 0
} else := lib.passed("The private whitelist of {cluster} admits {count} ranges, not everything private.", args(s))

args(s) := {
	"cluster": s.id, "extent": extent(s), "count": count(list(s).cidrs),
	"ways": concat(", ", sort({sprintf("%s %s", [way.kind, way.id]) | some way in ways(s)})),
}

list(s) := s.facts.whitelists.PRIVATE_ES

opened(s) if lib.covers(list(s).cidrs, private)

extent(s) := "every IPv4 address" if {
	lib.covers(list(s).cidrs, ["0.0.0.0/0"])
} else := "everything private"

# ways: what lets others into the VPC, or to the cluster.
ways(s) := [way |
	some way in array.concat(s.facts.network.around.joins, s.facts.network.doors)
	way.open != "no"
]

way_key(way) := sprintf("%s %s %s", [way.kind, way.id, way.at])

severity(s) := "medium" if {
	count(ways(s)) > 0
} else := "low"

# open_entries: the entries that are, or hold, private space.
open_entries(s) := lib.distinct([lib.entry_evidence(e, sprintf("group %s admits %s", [lib.group(e), e.cidr])) |
	some e in lib.own_entries(list(s))
	e.cidr != ""
	not e.inside
	not lib.is_ipv6(e.cidr)
	some block in private
	net.cidr_intersects(e.cidr, block)
])
