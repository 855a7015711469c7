# METADATA
# title: Addresses behind an NLB are those of the cluster's live nodes
# description: |
#   An NLB reaches a cluster by plain addresses and never follows a change of
#   them. A blue-green update gives nodes new addresses; the old one stays in
#   the server group, and may belong to any host tomorrow, which then answers
#   port 9200 in the cluster's place.
# custom:
#   id: ES-SLB-005
#   name: StaleClusterBackend
#   severities: [high]
#   kinds: [nlb, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#     - "Network Load Balancer, Server groups"
#     - "Terraform, alicloud_elasticsearch_instance (update_strategy)"
#   avoid: "A server group with the address of a node that was replaced."
#   prefer: "Every address of the group is a current node or endpoint of the cluster, on port 9200."
#   console: "Network Load Balancer > Server Groups > the group > Backend Servers: add the current addresses, remove the others. Elasticsearch > the cluster > Node Visualization shows them."
#   terraform: "`alicloud_nlb_server_group_server_attachment`: `server_ip`, `port`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Replace the address by those of the current nodes, on port 9200. A server
#     group that does not serve Elasticsearch on purpose is declared under
#     non_es_backends.
#   fix: remove-stale-backends
#   api: [nlb:AddServersToServerGroup, nlb:RemoveServersFromServerGroup]
#   tags: [network, availability, external/cwe/cwe-672]
package esaudit.rules.es_slb_005

import data.esaudit.lib
import data.esaudit.lib.balancer

results(s) := lib.unlisted(s, {"nlb"}) if s.kind == "region"

results(s) := balancer.unsettled(s) if {
	s.kind != "region"
	not balancer.speaks(s)
}

results(s) := {verdict(s)} if {
	s.kind != "region"
	balancer.speaks(s)
}

# The port that a cluster serves.
served := 9200

words := {
	"fail": "{balancer} forwards to what is not the cluster: {list}.",
	"latent": "{balancer} holds servers that are not the cluster and get no connections: {list}.",
	"unknown": "Whether {balancer} forwards to the cluster alone is not decided: {list}.",
}

# Which cluster a group leads to that holds none of its addresses is inferred.
verdict(s) := object.union(judgement(s), {"confidence": "low"}) if {
	judgement(s).status in {"fail", "latent"}
	not witnessed(s)
} else := judgement(s)

witnessed(s) if {
	some l in judged(s)
	some x in addresses(l)
	match(l, x) == "yes"
	some y in addresses(l)
	wrong(l, y, claimed(l))
}

judgement(s) := balancer.judge(s, words, problems(s), gaps(s), otherwise(s))

otherwise(s) := lib.not_applicable("No server group of {balancer} holds addresses of a cluster.", {"balancer": s.id}) if {
	count([l | some l in judged(s); claimed(l)]) == 0
} else := lib.passed("All addresses behind {balancer} are current ones of the cluster, on port {port}.", {"balancer": s.id, "port": served})

# judged: listeners whose server group was not declared to serve something else.
judged(s) := [l |
	some l in s.facts.listeners
	not l.group.id in declared
]

declared := {id | some id in input.config.non_es_backends}

addresses(l) := [x |
	some x in l.group.servers
	x.type == "ip"
	not x.address in declared
]

# claimed: the clusters that a listener claims to lead to; undefined when it is
# not known, or none.
claimed(l) := own if {
	own := {t.cluster | some t in l.targets; t.cluster_match == "yes"}
	count(own) > 0
} else := {l.group.clusters[0]} if {
	count(addresses(l)) > 0
	count(l.targets) == 0
	l.group.clusters_known
	count(l.group.clusters) == 1
}

match(l, x) := "yes" if {
	some t in l.targets
	t.address == x.address
	t.cluster_match == "yes"
} else := "unknown" if {
	some t in l.targets
	t.address == x.address
} else := "no"

active(l, x) := "no" if {
	x.weight == 0
} else := l.running

problems(s) := {balancer.problem("high", active(l, x), {"at": x.at}, note, sprintf("%s/%s/%s", [l.group.id, x.address, note])) |
	some l in judged(s)
	clusters := claimed(l)
	some x in addresses(l)
	note := wrong(l, x, clusters)
}

wrong(l, x, clusters) := sprintf("%s in %s is no address of %s%s", [x.address, l.group.id, concat(", ", sort(clusters)), owner(x)]) if {
	match(l, x) == "no"
} else := sprintf("%s in %s is asked at port %d", [x.address, l.group.id, port(l, x)]) if {
	match(l, x) == "yes"
	port(l, x) != served
} else := sprintf("%s in %s is asked at whatever port the listener has", [x.address, l.group.id]) if {
	match(l, x) == "yes"
	l.group.any_port.value == true
	l.from != l.to
}

owner(x) := sprintf("; it belongs to %s", [x.host]) if {
	x.host
} else := " and public" if {
	public(x.address)
} else := ""

public(address) if {
	some block in lib.internet4
	net.cidr_contains(block, address)
}

# port: where the server is asked; undefined when it is not known.
port(l, _) := l.from if {
	l.group.any_port.value == true
	l.from == l.to
	l.from > 0
}

port(l, x) := x.port if l.group.any_port.value == false

gaps(s) := (balancer.unlisted(s) | unread(s)) | (unclaimed(s) | unmatched(s))

unread(s) := {balancer.gap(sprintf("the servers of %s were not read", [l.group.id]), {"at": l.group.at}, sprintf("%s/servers", [l.name]), l.group.settle) |
	some l in judged(s)
	not l.group.read
}

unclaimed(s) := {balancer.gap(
	sprintf("which cluster %s leads to is not known", [l.group.id]), {"at": l.group.at}, sprintf("%s/cluster", [l.name]),
	array.concat(l.group.clusters_settle, array.concat(l.group.settle, [call | some t in l.targets; some call in t.settle])),
) |
	some l in judged(s)
	count(addresses(l)) > 0
	not claimed(l)
	may_claim(l)
}

may_claim(l) if count(l.targets) > 0

may_claim(l) if not l.group.clusters_known

unmatched(s) := {balancer.gap(note, {"at": x.at}, sprintf("%s/%s", [l.group.id, x.address]), settle) |
	some l in judged(s)
	claimed(l)
	some x in addresses(l)
	some note, settle in unclear(l, x)
}

unclear(l, x) := {sprintf("whether %s in %s is an address of the cluster was not read", [x.address, l.group.id]): [call | some t in l.targets; t.address == x.address; some call in t.settle]} if {
	match(l, x) == "unknown"
} else := {sprintf("the port of %s in %s is not shown", [x.address, l.group.id]): l.group.settle} if {
	match(l, x) == "yes"
	not wrong(l, x, set())
	not port(l, x)
}
