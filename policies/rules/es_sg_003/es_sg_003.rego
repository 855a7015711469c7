# METADATA
# title: A declared client gets out to its cluster
# description: |
#   An advanced (enterprise) security group lets nothing out that no rule admits;
#   a basic one lets everything out. The console gives a new advanced group rules
#   that the API does not, so that two groups of one kind differ. A client that is
#   declared in the configuration must get out to the cluster at its port.
# custom:
#   id: ES-SG-003
#   name: ClientEgressBlocked
#   severities: [medium]
#   kinds: [ecs, region]
#   basis:
#     - "Elastic Compute Service, Security groups overview"
#     - "Elastic Compute Service, Advanced security groups"
#     - "Elastic Compute Service, Security group rules"
#   avoid: "An application server in an advanced group without outbound rules."
#   prefer: "An outbound rule for the cluster's subnets at TCP 9200."
#   console: "ECS > Network & Security > Security Groups > the group > Outbound: add a rule for the cluster's vSwitch at the port."
#   terraform: "`alicloud_security_group_rule`: `type = \"egress\"`, `cidr_ip`, `port_range`."
#   controls:
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Authorize the cluster's subnets at the port in the outbound rules of one of the
#     client's security groups.
#   api: [ecs:AuthorizeSecurityGroupEgress]
#   tags: [network, availability]
package esaudit.rules.es_sg_003

import data.esaudit.lib

results(s) := lib.unlisted(s, {"ecs"}) if s.kind == "region"

results(s) := {verdict(s) | count(s.facts.clients) > 0} if s.kind == "ecs"

verdict(s) := {
	"status": "fail", "severity": "medium",
	"message": "The security groups of {subject}, a declared client, do not let it out to its cluster: {list}.",
	"args": {"subject": s.id, "list": lib.notes(blocked)},
	"evidence": [lib.evidence(b, b.note, b.key) | some b in blocked],
} if {
	blocked := said(s, "no")
	count(blocked) > 0
} else := lib.undecided("Whether {subject}, a declared client, gets out to its cluster is not decided: {list}.", s, open) if {
	open := said(s, "unknown")
	count(open) > 0
} else := lib.passed("The security groups of {subject} let it out to the clusters it is declared a client of.", {"subject": s.id})

# said: the connections of which the host's groups say something.
said(s, admitted) := {lib.gap(sprintf("%s at port %d: %s", [c.cluster, c.port, c.why]), {"at": c.at}, sprintf("%s/%d", [c.cluster, c.port]), c.settle) |
	some c in s.facts.clients
	c.admitted == admitted
}
