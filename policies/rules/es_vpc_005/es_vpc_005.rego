# METADATA
# title: Hosts and the cluster they feed share a VPC
# description: |
#   A cluster is reindexed from a self-managed one on hosts of its own VPC. From
#   another VPC, even one with the same addresses, or from a classic host through
#   ClassicLink, it does not work, unless the host stands behind a load balancer
#   that a private connection leads to. Declared clients that are hosts are judged.
# custom:
#   id: ES-VPC-005
#   name: SourceInAnotherVPC
#   optional: true
#   severities: [medium]
#   kinds: [vpc, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Reindex data from a self-managed cluster"
#   avoid: "A cluster in one VPC and the hosts to reindex from in another one that has the same CIDR."
#   prefer: "Hosts in the cluster's VPC, or an NLB and an endpoint service in front of them."
#   console: "ECS > the instance > Change VPC; or PrivateLink > Endpoint Services: create one with an NLB in front of the hosts."
#   terraform: "`alicloud_instance`: `vswitch_id`; `alicloud_privatelink_vpc_endpoint_service`."
#   controls:
#     - "CIS Alibaba 2.0: 3.1 (nearest)"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Move the host into the cluster's VPC, or put it behind an NLB that an endpoint
#     service offers to the cluster.
#   api: [ecs:ModifyInstanceVpcAttribute, privatelink:CreateVpcEndpointService]
#   tags: [network, availability]
package esaudit.rules.es_vpc_005

import data.esaudit.lib

results(s) := lib.unlisted(s, {"vpc"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "vpc"

verdict(s) := {
	"status": "fail", "severity": "medium",
	"message": "Hosts declared as clients of a cluster in {vpc} stand elsewhere: {list}.",
	"args": {"vpc": s.id, "list": lib.notes(wrong)},
	"evidence": [lib.evidence(w, w.note, w.key) | some w in wrong],
} if {
	wrong := elsewhere(s)
	count(wrong) > 0
} else := lib.undecided("Where hosts declared as clients of a cluster in {subject} stand is not decided: {list}.", s, open) if {
	open := gaps(s)
	count(open) > 0
} else := lib.not_applicable("No host is declared as a client of a cluster in {vpc}.", {"vpc": s.id}) if {
	count(s.facts.clients) == 0
} else := lib.passed("Hosts declared as clients of clusters in {vpc} stand there, or behind a network load balancer.", {"vpc": s.id})

elsewhere(s) := {w |
	some c in s.facts.clients
	count(c.balancers) + count(c.balancers_unread) == 0
	w := misplaced(s, c)
}

misplaced(s, c) := lib.gap(sprintf("%s, a client of %s, is a classic host", [c.host, c.cluster]), c.network_type, c.host, []) if {
	c.network_type.value == "classic"
} else := lib.gap(sprintf("%s, a client of %s, is in %s", [c.host, c.cluster, c.vpc.value]), c.vpc, c.host, []) if {
	lib.known(c.vpc)
	c.vpc.value != s.id
}

gaps(s) := ({lib.gap(sprintf("%s is in no answer", [c.host]), {"at": ""}, c.host, lib.unread(s.facts.calls, ["DescribeInstances"])) | some c in s.facts.clients; not c.known} | {lib.gap(sprintf("the VPC of %s is not shown", [c.host]), c.vpc, c.host, []) |
	some c in s.facts.clients
	c.known
	not lib.known(c.vpc)
	count(c.balancers) == 0
}) | {lib.gap(sprintf("a load balancer may stand in front of %s", [c.host]), {"at": ""}, c.host, c.balancers_unread) |
	some c in s.facts.clients
	c.known
	count(c.balancers) == 0
	count(c.balancers_unread) > 0
	misplaced(s, c)
}
