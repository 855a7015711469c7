# METADATA
# title: Larger clusters have dedicated master nodes
# description: |
#   Master nodes of their own keep the state of the cluster away from nodes that
#   are busy with data. With more than ten data nodes, or in several zones, an
#   overloaded node that is the master takes the cluster down with it.
# custom:
#   id: ES-DAT-004
#   name: NoDedicatedMasters
#   severities: [low]
#   kinds: [elasticsearch, region]
#   optional: true
#   basis:
#     - "Alibaba Cloud Elasticsearch, Choose the specification and capacity of a cluster"
#     - "Alibaba Cloud Elasticsearch API, DescribeInstance (advancedDedicateMaster)"
#   avoid: "advancedDedicateMaster false with 12 data nodes."
#   prefer: "advancedDedicateMaster true: three dedicated masters."
#   console: "Elasticsearch Clusters > the cluster > Upgrade/Downgrade > Upgrade: Dedicated Master Nodes."
#   terraform: "`alicloud_elasticsearch_instance`: `master_node_spec`."
#   controls:
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   parameters:
#     - {name: most_nodes, default: 10, text: "data nodes that need no dedicated masters"}
#   remediation: |
#     Add dedicated master nodes (they are paid for).
#   api: [elasticsearch:UpdateInstance]
#   tags: [availability]
package esaudit.rules.es_dat_004

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# most_nodes: how many data nodes do without.
most_nodes := lib.parameter("ES-DAT-004", "most_nodes", 10)

# few_zones: in how many zones they do without.
few_zones := 1

verdict(s) := lib.unknown("Whether {cluster} has dedicated masters was not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.passed("{cluster} has dedicated masters.", {"cluster": s.id}) if {
	dedicated(s) == true
} else := lib.passed("{cluster} is small enough to do without dedicated masters.", {"cluster": s.id}) if {
	small(s)
} else := {
	"status": "fail", "severity": "low",
	"message": "{cluster} has {nodes} data nodes in {zones} zones and no dedicated masters.",
	"args": {"cluster": s.id, "nodes": nodes(s), "zones": zones(s)},
	"evidence": array.concat([lib.evidence(masters(s).advanced, "no dedicated masters", "masters"), lib.evidence(s.facts.data.zone_count, "zones", "zones")], [lib.evidence(r.amount, sprintf("%s nodes", [r.role]), r.role) | some r in roles(s)]),
} if {
	dedicated(s) == false
	large(s)
} else := lib.unknown("Whether {cluster} has, or needs, dedicated masters is not shown.", {"cluster": s.id}, [lib.evidence(masters(s).advanced, "masters", "masters")], [])

masters(s) := s.facts.data.masters

# dedicated: the deprecated switch counts where the current one is missing.
dedicated(s) := masters(s).advanced.value if {
	lib.known(masters(s).advanced)
} else := true if {
	masters(s).legacy.value == true
}

roles(s) := [r | some r in s.facts.data.roles; r.present == "yes"]

nodes(s) := sum([r.amount.value | some r in roles(s)])

zones(s) := max({n | n := s.facts.data.zone_count.value} | {count({z.id | some z in s.facts.zones})})

large(s) if nodes(s) > most_nodes

large(s) if zones(s) > few_zones

small(s) if {
	every r in s.facts.data.roles { r.present != "unknown" }
	not large(s)
	zones(s) > 0
}
