# METADATA
# title: A host on a path to a cluster is not open to the world
# description: |
#   A backend or proxy with a public way in (an elastic or public address, a public
#   load balancer, a DNAT entry) and a security group that admits the internet to
#   a port of Elasticsearch, Kibana, a directory or a proxy serves everybody. What
#   counts is what the rules of all groups leave open together, whatever range or
#   prefix list opens it.
# custom:
#   id: ES-SG-002
#   name: BackendOpenToWorld
#   severities: [high]
#   kinds: [ecs, region]
#   basis:
#     - "Elastic Compute Service, Security groups overview"
#     - "Cloud Config sg-public-access-check"
#   avoid: "A proxy with an elastic IP and an inbound rule `0.0.0.0/0`, TCP 1/65535."
#   prefer: "Inbound rules for the addresses that need the port; no public address."
#   console: "ECS > Network & Security > Security Groups > the group > Inbound: delete the rule, or narrow its source."
#   terraform: "`alicloud_security_group_rule`: `cidr_ip`."
#   controls:
#     - "Cloud Config: sg-public-access-check"
#     - "Cloud Config: sg-risky-ports-check"
#     - "infraguard: sg-public-access-check"
#     - "infraguard: sg-risky-ports-check"
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.3.1 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   parameters:
#     - {name: watched, default: [9200, 9300, 389, 636, 5601, 8080], text: "ports that must not be open to the world"}
#   remediation: |
#     Revoke the rule that admits the internet, after adding one for those who need
#     the port; or take the public way away.
#   fix: revoke-open-rules
#   api: [ecs:RevokeSecurityGroup, ecs:AuthorizeSecurityGroup]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_sg_002

import data.esaudit.lib

# Ports of Elasticsearch, directories, Kibana and proxies.
watched := {item | some item in lib.parameter("ES-SG-002", "watched", [9200, 9300, 389, 636, 5601, 8080])}

# A block of the internet at least this wide is the world, by family (no block of
# INTERNET4 is wider than a 3): a rule for
# everybody stays one when another drops a few addresses before it.
widest := {"IPv4": 3, "IPv6": 4}

results(s) := lib.unlisted(s, {"ecs", "backend"}) if s.kind == "region"

results(s) := {verdict(s) | lib.on_path(s) != "no"} if s.kind == "ecs"

verdict(s) := lib.off_path(s) if {
	lib.on_path(s) == "unknown"
} else := result("fail", "{subject} admits the internet to {ports} and is reached from there: {ways}.", s) if {
	count(open(s)) > 0
	count(ways(s, "yes")) > 0
} else := lib.undecided("Whether {subject} is open to the world is not decided: {list}.", s, doubts) if {
	count(open(s) | maybe(s)) > 0
	doubts := gaps(s)
	count(doubts) > 0
} else := result("latent", "{subject} admits the internet to {ports}; what leads there from the internet carries nothing now: {ways}.", s) if {
	count(open(s)) > 0
	count(s.facts.public_ways) > 0
} else := lib.passed("{subject} admits the internet to {ports}, and nothing leads there from the internet.", {"subject": s.id, "ports": ports(open(s))}) if {
	count(open(s)) > 0
} else := lib.passed("{subject} admits no wide part of the internet to a port that matters.", {"subject": s.id})

result(status, message, s) := {
	"status": status, "severity": "high", "message": message,
	"args": {"subject": s.id, "ports": ports(open(s)), "ways": lib.notes(described(s))},
	"evidence": array.concat(
		[lib.evidence(o, o.note, o.key) | some o in open(s)],
		[lib.evidence(w, w.note, w.key) | some w in described(s)],
	),
}

ports(list) := concat(", ", sort({sprintf("%d", [port]) | some o in list; some port in o.ports}))

in_range(r) := {port | some port in watched; r.from <= port; port <= r.to}

# world: a block of a list that is as wide as the world.
world(cidrs) if {
	some cidr in cidrs
	to_number(split(cidr, "/")[1]) <= widest[family(cidr)]
}

family(cidr) := "IPv6" if lib.is_ipv6(cidr) else := "IPv4"

# open: ranges of ports that the world gets to, as evidence with their ports.
open(s) := {object.union(lib.gap(r.why, {"at": r.at}, sprintf("%d-%d", [r.from, r.to]), []), {"ports": in_range(r)}) |
	some r in s.facts.internet_ingress
	count(in_range(r)) > 0
	world(r.cidrs)
}

maybe(s) := {lib.gap(r.why, {"at": r.at}, sprintf("%d-%d", [r.from, r.to]), r.settle) |
	some r in s.facts.internet_ingress
	count(in_range(r)) > 0
	not world(r.cidrs)
	world(array.concat(r.cidrs, r.undecided))
}

# ways from the internet that are there for sure and carry connections, or may.
ways(s, state) := [w | some w in s.facts.public_ways; way_state(w) == state]

way_state(w) := "no" if {
	w.active == "no"
} else := "unknown" if {
	w.match == "unknown"
} else := "unknown" if {
	w.active == "unknown"
} else := "yes"

described(s) := {lib.gap(sprintf("%s %s", [names[w.by], w.id]), w, sprintf("%s %s", [w.by, w.id]), w.settle) | some w in s.facts.public_ways}

names := {"eip": "elastic IP", "public-ip": "public IP", "balancer": "public load balancer", "dnat": "DNAT entry of"}

# gaps: an open port and a way that is not known, or a way and a port that is not
# known.
gaps(s) := maybe(s) if {
	count(ways(s, "yes")) > 0
} else := (maybe(s) | lib.unread_gaps(s.facts.public_unread)) | {lib.gap(sprintf("whether %s %s leads there", [names[w.by], w.id]), w, sprintf("%s %s", [w.by, w.id]), w.settle) |
	some w in ways(s, "unknown")
} if {
	count(ways(s, "unknown")) + count(s.facts.public_unread) > 0
} else := maybe(s) if {
	count(s.facts.public_ways) > 0
} else := set()
