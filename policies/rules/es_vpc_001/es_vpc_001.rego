# METADATA
# title: The network ACL lets a path through, both ways
# description: |
#   A network ACL of the vSwitch of a host or network load balancer on a path has
#   no memory: the connection must be let through to the backend's port, and its
#   replies to the ports that a client has. A rule for the same port in both
#   directions loses the replies. A classic load balancer is not bound by the ACL
#   of its vSwitch; its backends are.
# custom:
#   id: ES-VPC-001
#   name: NetworkACLStopsPath
#   severities: [high]
#   kinds: [vswitch, region]
#   basis:
#     - "Virtual Private Cloud, Network ACLs"
#   avoid: "Inbound: accept TCP 9200. Outbound: accept TCP 9200, and nothing else."
#   prefer: "Inbound: accept TCP 9200. Outbound: accept TCP 1024/65535 to those who connect."
#   console: "VPC > Network ACLs > the ACL > Inbound Rule, Outbound Rule: add the port, and 1024/65535 for the replies."
#   terraform: "`alicloud_network_acl`: `ingress_acl_entries`, `egress_acl_entries`."
#   controls:
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Accept the connection to the backend's port in its direction and TCP
#     1024/65535 in the other one, in front of the entries that drop them.
#     UpdateNetworkAclEntries replaces the whole list of a direction.
#   api: [vpc:UpdateNetworkAclEntries]
#   tags: [network, availability]
package esaudit.rules.es_vpc_001

import data.esaudit.lib

# The ports that most clients have; replies to none of them are lost for sure.
usual_first := 32768

usual_last := 60999

results(s) := lib.unlisted(s, {"vswitch", "backend"}) if s.kind == "region"

results(s) := {verdict(s, stopped(s)) | lib.on_path(s) != "no"} if s.kind == "vswitch"

verdict(s, wrong) := result("fail", "Network ACL {acl} of {subject} stops {count} connections of paths to a cluster: {list}.", s, now) if {
	now := {x | some x in wrong; x.active != "no"}
	count(now) > 0
	lib.on_path(s) == "yes"
} else := lib.off_path(s) if {
	lib.on_path(s) == "unknown"
} else := lib.passed("{subject} has no network ACL.", {"subject": s.id}) if {
	not lib.known(s.facts.network_acl)
} else := lib.undecided("Whether the network ACL of {subject} lets the paths through is not decided: {list}.", s, open) if {
	open := gaps(s)
	count(open) > 0
} else := result("latent", "Network ACL {acl} of {subject} would stop {count} connections that are not made now: {list}.", s, wrong) if {
	count(wrong) > 0
} else := lib.passed("Network ACL {acl} of {subject} lets the paths through.", {"subject": s.id, "acl": s.facts.network_acl.value})

result(status, message, s, list) := {
	"status": status, "severity": "high", "message": message,
	"args": {"subject": s.id, "acl": s.facts.network_acl.value, "count": count(list), "list": lib.notes(list)},
	"evidence": [lib.evidence(x, x.note, x.key) | some x in list],
}

stopped(s) := {object.union(p, {"active": x.active}) |
	some x in s.facts.crossings
	some p in dropped(x) | lost(x)
}

key(x) := sprintf("%s/%s/%d", [x.text, x.direction, object.get(x, "port", 0)])

dropped(x) := {lib.gap(sprintf("%s: TCP %d %s is dropped", [x.text, x.port, x.direction]), {"at": x.at}, key(x), []) | x.verdict == "blocked"}

lost(x) := {lib.gap(sprintf("%s: replies %s are dropped", [x.text, back(x)]), {"at": usual(x)[0].at}, sprintf("%s/replies", [key(x)]), []) |
	count(usual(x)) > 0
	every r in usual(x) { r.verdict == "blocked" }
}

usual(x) := [r | some r in x.replies; r.from <= usual_last; r.to >= usual_first]

back(x) := {"in": "out", "out": "in"}[x.direction]

gaps(s) := ({lib.gap("its entries were not read", s.facts.network_acl, "entries", s.facts.network_acl.settle) | not s.facts.network_acl.entries_known} | {lib.gap("other paths may cross it", {"at": ""}, "scope", s.facts.scope.settle) | not s.facts.scope.complete}) | {g |
	s.facts.network_acl.entries_known
	some x in s.facts.crossings
	x.active != "no"
	g := lib.gap(unclear(x), {"at": x.at}, key(x), x.settle)
}

unclear(x) := sprintf("%s: the port is not shown", [x.text]) if {
	not x.port
} else := sprintf("%s: the addresses are not known", [x.text]) if {
	count(x.far) == 0
} else := sprintf("%s: TCP %d %s is accepted from some addresses and dropped from others", [x.text, x.port, x.direction]) if {
	x.verdict == "unknown"
} else := sprintf("%s: replies %s to some ports are dropped", [x.text, back(x)]) if {
	count(lost(x)) == 0
	some r in x.replies
	r.verdict != "reachable"
}
