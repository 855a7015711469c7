# METADATA
# title: A host behind a load balancer admits the path
# description: |
#   A host that an NLB forwards to sees the NLB's own addresses, and its security
#   groups have to admit them at the port it serves: all groups count together, by
#   priority, and a Drop goes before an Accept of the same priority. A rule for
#   the members of another group admits no load balancer. A CLB's connections
#   arrive before any security group.
# custom:
#   id: ES-SG-001
#   name: BackendRefusesPath
#   severities: [high]
#   kinds: [ecs, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Reindex data from a self-managed cluster (security group of the ECS instance)"
#     - "Elastic Compute Service, Security groups overview"
#     - "Classic Load Balancer, Backend servers (100.64.0.0/10)"
#   avoid: "A directory server behind an NLB whose group admits the VPN's addresses to 636, and not the NLB's."
#   prefer: "An Accept for the NLB's local addresses, one a zone, at the port that the server serves."
#   console: "ECS > Network & Security > Security Groups > the group > Inbound: add a rule for the NLB's local addresses (Network Load Balancer > the NLB > Zones)."
#   terraform: "`alicloud_security_group_rule`: `type = \"ingress\"`, `cidr_ip`, `port_range`, `priority`."
#   controls:
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Authorize the load balancer's local addresses at the backend's port in one of
#     the host's security groups, with a smaller priority number than the rule that
#     drops them.
#   api: [ecs:AuthorizeSecurityGroup]
#   tags: [network, availability]
package esaudit.rules.es_sg_001

import data.esaudit.lib

results(s) := lib.unlisted(s, {"ecs", "backend"}) if s.kind == "region"

results(s) := {verdict(s, refused(s)) | lib.on_path(s) != "no"} if s.kind == "ecs"

verdict(s, wrong) := result("fail", "{subject} refuses {count} connections of load balancers in front of it: {list}.", s, now) if {
	now := {p | some p in wrong; p.state == "yes"}
	count(now) > 0
} else := lib.off_path(s) if {
	lib.on_path(s) == "unknown"
} else := lib.undecided("Whether {subject} admits the connections of load balancers is not decided: {list}.", s, open) if {
	open := gaps(s) | {p | some p in wrong; p.state == "unknown"}
	count(open) > 0
} else := result("latent", "{subject} would refuse {count} connections that it does not get now: {list}.", s, wrong) if {
	count(wrong) > 0
} else := lib.not_applicable("No load balancer leads to {subject}.", {"subject": s.id}) if {
	count(s.facts.paths) == 0
} else := lib.passed("{subject} admits the load balancers in front of it.", {"subject": s.id})

result(status, message, s, list) := {
	"status": status, "severity": "high", "message": message,
	"args": {"subject": s.id, "count": count(list), "list": lib.notes(list)},
	"evidence": [lib.evidence(p, p.note, p.key) | some p in list],
}

tcp(p) if p.protocol != "UDP"

key(p) := sprintf("%s/%s/%d", [p.balancer, p.listener, object.get(p, "port", 0)])

# refused: paths of which the host's groups drop addresses for sure. Where the
# addresses are clients' that are not known, all of them.
refused(s) := {object.union(
	lib.gap(sprintf("%s is dropped at port %d of listener %s: %s", [concat(", ", p.denied), p.port, p.listener, p.why]), {"at": p.at}, key(p), p.settle),
	{"state": state(p)},
) |
	some p in s.facts.paths
	tcp(p)
	drops(p)
}

drops(p) if {
	p.client_addresses == "no"
	count(p.denied) > 0
}

drops(p) if {
	p.client_addresses != "no"
	p.denied == p.sources
	count(p.denied) > 0
}

state(p) := "no" if {
	p.active == "no"
} else := "unknown" if {
	p.balancer_match == "unknown"
} else := "yes"

gaps(s) := more(s) | {g |
	some p in s.facts.paths
	tcp(p)
	p.balancer_kind == "nlb"
	not drops(p)
	why := unclear(p)
	g := lib.gap(why, {"at": p.at}, key(p), p.settle)
}

more(s) := {lib.gap("other load balancers may lead to it", {"at": ""}, "scope", s.facts.scope.settle) | not s.facts.scope.complete}

unclear(p) := sprintf("the port that %s forwards to is not shown", [p.listener]) if {
	not p.port
} else := sprintf("which addresses it sees of %s is not known", [p.balancer]) if {
	count(p.sources) == 0
} else := sprintf("whether %s at port %d of listener %s is admitted: %s", [concat(", ", p.undecided), p.port, p.listener, p.why]) if {
	count(p.undecided) > 0
} else := sprintf("clients keep their addresses through %s, and %s is dropped at port %d", [p.listener, concat(", ", p.denied), p.port]) if {
	count(p.denied) > 0
}
