# METADATA
# title: Interconnected clusters must meet the prerequisites
# description: |
#   Cross-cluster search works between clusters of one VPC, one network
#   architecture and basic control, from version 6.7 on. What is connected without
#   that fails as a time-out, on the side of whoever searches.
# custom:
#   id: ES-NET-018
#   name: InterconnectionPrerequisites
#   severities: [high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Enable cross-cluster search (prerequisites of 2026 and 2024)"
#     - "Alibaba Cloud Elasticsearch, Notice for network architecture adjustment"
#   avoid: "A cluster with basic control connected with a cloud-native one, or with one of another VPC."
#   prefer: "Two clusters with basic control in one VPC, both of version 6.7 or later, both in one zone or both in several."
#   console: "Elasticsearch Clusters > the cluster > Security > Cluster Interconnection: remove the connection; use an NLB and a private connection instead."
#   terraform: "Interconnections have no resource; `alicloud_privatelink_vpc_endpoint_service` for the way through an NLB."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.21 (unverified)"
#   remediation: |
#     Remove the connection (DeleteConnectedCluster) and lead the traffic through an
#     NLB, an endpoint service and a private connection, or bring both clusters to
#     what the prerequisites ask for.
#   api: [elasticsearch:DeleteConnectedCluster]
#   tags: [network, availability]
package esaudit.rules.es_net_018

import data.esaudit.lib

# The first version that can be connected, and how many (roles x zones) two
# clusters may have together.
first_major := 6

first_minor := 7

most := 20

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := {
	"status": status(s), "severity": "high",
	"message": message(s),
	"args": object.union(args(s), {"list": concat("; ", sort({f.note | some f in faults(s)}))}), "evidence": faults(s),
} if {
	count(faults(s)) > 0
} else := lib.unknown("Which clusters {cluster} is connected with was not read.", args(s), [], array.concat(lib.unread(s.facts.calls, ["DescribeInstance"]), links(s).settle)) if {
	count(links(s).settle) > 0
} else := lib.not_applicable("{cluster} is not connected with other clusters.", args(s)) if {
	count(links(s).peers) == 0
} else := lib.unknown("Whether {cluster} and those it is connected with meet the prerequisites is not known: {list}.", object.union(args(s), {"list": concat("; ", sort({d.note | some d in doubts(s)}))}), doubts(s), settle(s)) if {
	count(doubts(s)) > 0
} else := lib.passed("{cluster} and the clusters it is connected with meet the prerequisites.", args(s))

args(s) := {"cluster": s.id}

# A frozen cluster searches nothing now.
status(s) := "latent" if {
	lib.frozen(s)
} else := "fail"

message(s) := "{cluster} is connected with clusters that it cannot work with, and is frozen now: {list}." if {
	lib.frozen(s)
} else := "{cluster} is connected with clusters that it cannot work with: {list}."

links(s) := s.facts.network.links

own(s) := links(s).own

known(s) := [p | some p in links(s).peers; p.known]

faults(s) := lib.distinct([lib.evidence(f, f.note, sprintf("%s %s", [p.id, f.key])) |
	some p in known(s)
	some f in broken(s.id, own(s), p.id, p.profile, p.at)
])

# broken: the prerequisites that a pair does not meet for sure, as {key, note,
# at, value}.
broken(own_id, a, id, b, at) := array.concat(apart(own_id, a, id, b, at), array.concat(unfit(own_id, a), unfit(id, b)))

# apart: what the two clusters do not have in common.
apart(own_id, a, id, b, at) := array.concat(
	array.concat(
		[{"key": "region", "note": sprintf("%s is in region %s, %s in %s", [id, b.region, own_id, a.region]), "at": at} | a.region != b.region],
		[{"key": "account", "note": sprintf("%s is in account %s, %s in %s", [id, b.account, own_id, a.account]), "at": at} | a.account != b.account],
	),
	array.concat(
		array.concat(
			[{"key": "vpc", "note": sprintf("%s is in %s, %s in %s", [id, b.vpc.value, own_id, a.vpc.value]), "at": b.vpc.at, "value": b.vpc.value} | a.vpc.value != b.vpc.value],
			[{"key": "architecture", "note": sprintf("the network architecture of %s is %s, that of %s %s", [id, architecture(b), own_id, architecture(a)]), "at": at} |
				architecture(a) != "unknown"
				architecture(b) != "unknown"
				architecture(a) != architecture(b)
			],
		),
		array.concat(
			[{"key": "zones", "note": sprintf("%s has %d zones, %s %d: both must have one, or both several", [id, b.zone_count.value, own_id, a.zone_count.value]), "at": b.zone_count.at} | one_zone(a) != one_zone(b)],
			[{"key": "size", "note": sprintf("%s and %s have %d roles x zones together, more than %d", [id, own_id, together, most]), "at": at} |
				together := size(a, {"yes"}) + size(b, {"yes"})
				together > most
			],
		),
	),
)

# unfit: why one cluster cannot be connected with any.
unfit(id, p) := array.concat(
	[{"key": sprintf("control %s", [id]), "note": sprintf("%s is cloud-native", [id]), "at": p.arch_type.at, "value": p.arch_type.value} | p.arch_type.value == "public"],
	[{"key": sprintf("version %s", [id]), "note": sprintf("%s has version %s, below %d.%d", [id, p.version.value, first_major, first_minor]), "at": p.version.at, "value": p.version.value} | too_old(p.version)],
)

architecture(p) := p.network_architecture.value

too_old(v) if v.major < first_major

too_old(v) if {
	v.major == first_major
	v.minor < first_minor
}

new_enough(v) if v.major > first_major

new_enough(v) if {
	v.major == first_major
	v.minor >= first_minor
}

one_zone(p) := p.zone_count.value == 1

# size: roles that are present, or may be, times zones.
size(p, present) := count([r | some r in p.roles; r.present in present]) * p.zone_count.value

# doubts: what is not known of a pair, as evidence.
doubts(s) := lib.distinct(array.concat(
	[lib.evidence({"at": p.at, "value": p.id}, sprintf("%s is in no answer", [p.id]), p.id) | some p in links(s).peers; not p.known],
	[lib.evidence({"at": p.at}, sprintf("%s of %s or of the cluster itself is not known", [what, p.id]), sprintf("%s %s", [p.id, what])) |
		some p in known(s)
		some what in open(own(s), p.profile)
	],
))

open(a, b) := {what |
	some what, clear in {
		"the VPC": decided(a.vpc, b.vpc),
		"the control": decided(a.arch_type, b.arch_type),
		"the network architecture": settled(a, b),
		"the version": versions(a, b),
		"the number of zones": decided(a.zone_count, b.zone_count),
		"the number of roles": sized(a, b),
	}
	not clear
}

decided(a, b) if {
	lib.known(a)
	lib.known(b)
} else := false

settled(a, b) if {
	architecture(a) != "unknown"
	architecture(b) != "unknown"
} else := false

versions(a, b) if {
	new_enough(a.version)
	new_enough(b.version)
} else := false

sized(a, b) if {
	size(a, {"yes", "unknown"}) + size(b, {"yes", "unknown"}) <= most
} else := false

settle(s) := array.concat(
	[call | some p in links(s).peers; some call in array.concat(p.settle, object.get(p.profile, "settle", []))],
	array.concat(own(s).settle, [call |
		some profile in array.concat([own(s)], [p.profile | some p in known(s)])
		architecture(profile) == "unknown"
		some call in profile.network_architecture.settle
	]),
)
