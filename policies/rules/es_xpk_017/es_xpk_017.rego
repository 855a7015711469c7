# METADATA
# title: Reindex across network architectures goes through a private connection
# description: |
#   Clusters of the two network architectures do not reach each other: reindex
#   from a cluster of the other one works through an NLB and PrivateLink alone.
#   Two clusters of the original architecture reach each other in one VPC and
#   vSwitch, and one that runs in several zones is named by the addresses of all
#   its data nodes, because its domain leads to one zone.
# custom:
#   id: ES-XPK-017
#   name: ReindexAcrossArchitectures
#   severities: [high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Notice for network architecture adjustment"
#     - "Alibaba Cloud Elasticsearch, Migrate data with the reindex API"
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#   avoid: "A cluster of 2023 with reindex.remote.whitelist: es-cn-old.elasticsearch.aliyuncs.com:9200, a cluster of 2019."
#   prefer: "The domain of the cluster's own endpoint, which leads to an NLB in front of the other cluster."
#   console: "NLB > Create, with the other cluster's addresses; VPC > Endpoint Services > Create; Elasticsearch > the cluster > Security > Private Connection; then the YML file."
#   terraform: "`alicloud_nlb_load_balancer`, `alicloud_privatelink_vpc_endpoint_service`; `alicloud_elasticsearch_instance`: `setting_config`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Put an NLB in front of the other cluster, offer it as an endpoint service,
#     create an endpoint of this cluster to it, and put the endpoint's domain into
#     reindex.remote.whitelist. Between clusters of the original architecture in
#     one vSwitch: name all data nodes.
#   api: [nlb:CreateLoadBalancer, privatelink:CreateVpcEndpointService, elasticsearch:CreateVpcEndpoint, elasticsearch:UpdateInstanceSettings]
#   tags: [network, availability]
package esaudit.rules.es_xpk_017

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# one_zone: how many zones a cluster has whose domain leads to all its nodes.
one_zone := 1

verdict(s) := gap if {
	gap := settings.unread(s)
} else := lib.not_applicable("{cluster} reindexes from no other cluster.", {"cluster": s.id}) if {
	count(hosts(s)) == 0
} else := {
	"status": "fail", "severity": "high",
	"message": "{cluster} reindexes past any private connection, which does not work: {list}.",
	"args": {"cluster": s.id, "list": concat("; ", sort({j.note | some j in broken}))},
	"evidence": shown.once([lib.evidence({"at": j.at, "value": j.text}, j.note, j.key) | some j in broken]),
} if {
	broken := [j | some j in judged(s); j.status == "fail"]
	count(broken) > 0
} else := {
	"status": "unknown", "severity": "info",
	"message": "Whether {cluster} reindexes across architectures is not known: {list}.",
	"args": {"cluster": s.id, "list": concat("; ", sort({j.note | some j in open}))},
	"evidence": shown.once([lib.evidence({"at": j.at, "value": j.text}, j.note, j.key) | some j in open]),
	"settle": [call | some call in {call | some j in open; some call in j.settle}],
} if {
	open := [j | some j in judged(s); j.status == "unknown"]
	count(open) > 0
} else := lib.passed("{cluster} reindexes from no cluster of another network architecture.", {"cluster": s.id})

hosts(s) := [d | some d in s.facts.dependencies; d.feature == "reindex"; not d.local]

# judged: [{status, note, key, at, text, settle}], one for each cluster that a
# host names, and one for a host that may name a cluster nobody knows.
judged(s) := array.concat(
	[judge(s, d, c) | some d in hosts(s); some c in d.names.clusters; not c.self],
	array.concat([stranger(d) | some d in hosts(s); unlisted(d)], [hidden(d) | some d in hosts(s); d.error == "it is redacted"]),
)

shared(d, c) := {"at": d.at, "text": d.text, "key": sprintf("%s/%s", [d.hostport, c])}

# unlisted: the host is a cluster's domain or may be a cluster's address, and no
# cluster that is known has it.
unlisted(d) if {
	d.names.cluster == "yes"
	count(d.names.clusters) == 0
}

unlisted(d) if {
	d.names.cluster == "unknown"
	not some_match(d)
	count(d.names.settle) > 0
}

some_match(d) if {
	some c in d.names.clusters
	c.match == "yes"
}

stranger(d) := object.union(shared(d, ""), {
	"status": "unknown", "settle": d.names.settle,
	"note": sprintf("%s is none of the clusters that were read", [d.host]),
})

hidden(d) := object.union(shared(d, ""), {"status": "unknown", "settle": [], "note": "the whitelist is redacted"})

judge(s, d, c) := object.union(shared(d, c.id), {"status": verdicts.status, "note": verdicts.note, "settle": array.concat(c.settle, verdicts.settle)}) if {
	verdicts := compared(s, d, c)
}

own(s) := s.facts.network_architecture

compared(s, d, c) := {"status": "unknown", "note": sprintf("%s may be an address of %s", [d.host, c.id]), "settle": []} if {
	c.match != "yes"
	not harmless(s, c)
} else := {"status": "pass", "note": "", "settle": []} if {
	c.match != "yes"
} else := {"status": "unknown", "note": sprintf("the network architecture of %s or %s is not known", [s.id, c.id]), "settle": array.concat(own(s).settle, c.network_architecture.settle)} if {
	"unknown" in {own(s).value, c.network_architecture.value}
} else := {"status": "fail", "note": sprintf("%s is %s, of the %s architecture, and %s of the %s", [d.host, c.id, c.network_architecture.value, s.id, own(s).value]), "settle": []} if {
	own(s).value != c.network_architecture.value
} else := {"status": "pass", "note": "", "settle": []} if {
	own(s).value != "original"
} else := {"status": "fail", "note": sprintf("%s is %s, in another VPC or vSwitch", [d.host, c.id]), "settle": []} if {
	elsewhere(s, c)
} else := {"status": "unknown", "note": sprintf("the VPC and vSwitch of %s or %s are not known", [s.id, c.id]), "settle": []} if {
	not placed(s, c)
} else := {"status": "fail", "note": sprintf("%s is %s, which runs in several zones: all its data nodes have to be named", [d.host, c.id]), "settle": []} if {
	several(c)
	not all_named(s, c)
	settled(d, c)
} else := {"status": "unknown", "note": sprintf("which data nodes %s has, or in how many zones, is not known", [c.id]), "settle": []} if {
	not single(c)
	not all_named(s, c)
} else := {"status": "pass", "note": "", "settle": []}

# harmless: whichever address of it is meant, the two reach each other.
harmless(s, c) if {
	own(s).value == c.network_architecture.value
	own(s).value in {"new", "unsupported"}
}

placed(s, c) if {
	s.facts.data.vpc.value
	s.facts.data.vswitch.value
	c.vpc.value
	c.vswitch.value
}

elsewhere(s, c) if s.facts.data.vpc.value != c.vpc.value

elsewhere(s, c) if s.facts.data.vswitch.value != c.vswitch.value

zones(c) := {n | n := c.zone_count.value} | {n |
	n := count({z.id | some z in c.zones})
	n > 0
}

several(c) if max(zones(c)) > one_zone

single(c) if {
	count(zones(c)) > 0
	max(zones(c)) <= one_zone
}

# settled: the domain of a cluster never does; addresses do not when its nodes
# are known and some are missing.
settled(d, _) if net_domain(d)

settled(_, c) if count(c.data_nodes) > 0

net_domain(d) if not regex.match(`^[0-9a-f.:]+$`, d.host)

all_named(s, c) if {
	count(c.data_nodes) > 0
	named := {d.host | some d in hosts(s); d.port == 9200}
	every node in c.data_nodes {
		node in named
	}
}
