# METADATA
# title: Security groups of Kibana's private connection must be narrow
# description: |
#   The private Kibana of a cloud-native cluster stands behind the security groups
#   of its endpoint; its whitelist is not asked. A rule for everybody, or a group
#   that half the account's hosts share, lets in whoever is in the VPC or joined
#   with it.
# custom:
#   id: ES-NET-014
#   name: KibanaSecurityGroupOpen
#   severities: [high, medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch API, EnableKibanaPvlNetwork and UpdateKibanaPvlNetwork (security groups control access)"
#     - "Alibaba Cloud PrivateLink, Terms (security groups of endpoints)"
#   avoid: "An ingress rule of the endpoint's group for `0.0.0.0/0` on 5601 or all ports; the application servers' own basic group."
#   prefer: "A group of its own for the endpoint, with 5601 open to the vSwitch of the people who use Kibana."
#   console: "Elasticsearch Clusters > the cluster > Data Visualization > Kibana > Modify Configuration > private access: change the security group; or ECS > Security Groups > the group."
#   terraform: "`alicloud_security_group_rule` of the endpoint's group: `cidr_ip`, `port_range = \"5601/5601\"`."
#   controls:
#     - "Cloud Config: ecs-security-group-not-open-all-port"
#     - "infraguard: ecs-security-group-not-open-all-port"
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   parameters:
#     - {name: wide, default: 8, text: "IPv4 blocks with this prefix length or a shorter one are wide"}
#     - {name: wide_ipv6, default: 32, text: "IPv6 blocks with this prefix length or a shorter one are wide"}
#     - {name: shared, default: 20, text: "interfaces that may share a basic group with a private Kibana"}
#   remediation: |
#     Give the endpoint a security group of its own (UpdateKibanaPvlNetwork with
#     securityGroups) that opens Kibana's port to those who use it, or revoke the
#     wide rule.
#   fix: narrow-kibana-groups
#   api: [elasticsearch:UpdateKibanaPvlNetwork, ecs:RevokeSecurityGroup]
#   tags: [network, exposure, kibana, external/cwe/cwe-284]
package esaudit.rules.es_net_014

import data.esaudit.lib

# Blocks of these lengths or shorter are wide.
wide := lib.parameter("ES-NET-014", "wide", 8)

wide_ipv6 := lib.parameter("ES-NET-014", "wide_ipv6", 32)

# A basic group with more interfaces than this is not the connection's own.
shared := lib.parameter("ES-NET-014", "shared", 20)

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("What controls the private Kibana of {cluster} was not read.", args(s, []), [], lib.unread(s.facts.calls, ["DescribeInstance", "ListKibanaPvlNetwork"])) if {
	count(lib.unread(s.facts.calls, ["DescribeInstance"])) > 0
} else := lib.not_applicable("{cluster} has basic control: its private Kibana stands behind a whitelist.", args(s, [])) if {
	arch(s).value != "public"
} else := lib.unknown("What controls the private Kibana of {cluster} was not read.", args(s, []), [], lib.unread(s.facts.calls, ["ListKibanaPvlNetwork"])) if {
	not s.facts.calls.ListKibanaPvlNetwork.read
	count(faults(s, "on")) == 0
} else := lib.not_applicable("Kibana of {cluster} has no private connection.", args(s, [])) if {
	count(s.facts.kibana.connections) == 0
} else := lib.unknown("{cluster} does not say whether its private Kibana stands behind security groups.", args(s, []), [lib.evidence(arch(s), "the field is missing", "archType")], []) if {
	not lib.known(arch(s))
} else := finding(s, "fail", "The private Kibana of {cluster} stands behind wide security groups: {list}.", faults(s, "on")) if {
	count(faults(s, "on")) > 0
} else := lib.unknown("Whether a private connection to the Kibana of {cluster} works is not shown; its security groups are wide: {list}.", args(s, faults(s, "unknown")), proof(faults(s, "unknown")), []) if {
	count(faults(s, "unknown")) > 0
} else := lib.unknown("Whom the security groups of the private Kibana of {cluster} admit is not known.", args(s, []), doubts(s), settle(s)) if {
	count(doubts(s)) > 0
} else := finding(s, "latent", "Security groups of the private Kibana of {cluster} are wide, without effect now: {list}.", faults(s, "off")) if {
	count(faults(s, "off")) > 0
} else := lib.passed("The security groups of the private Kibana of {cluster} are narrow.", args(s, []))

args(s, found) := {"cluster": s.id, "list": concat("; ", sort({f.note | some f in found}))}

finding(s, status, message, found) := {
	"status": status, "severity": lib.worst({f.severity | some f in found}), "message": message, "args": args(s, found), "evidence": proof(found),
}

proof(found) := lib.distinct([object.remove(f, {"severity"}) | some f in found])

arch(s) := s.facts.network.arch_type

# state: whether a connection carries anything.
state(s, _) := "off" if {
	lib.frozen(s)
}

state(s, c) := connected(c) if not lib.frozen(s)

connected(c) := "unknown" if {
	not lib.known(c.status)
} else := "on" if {
	c.status.value == "Connected"
} else := "off"

faults(s, how) := [fault |
	some c in s.facts.kibana.connections
	state(s, c) == how
	some fault in array.concat(wide_rules(c), shared_groups(c))
]

# wide_rules: the rules behind the wide blocks that get in.
wide_rules(c) := [object.union(lib.evidence({"at": o.at, "value": o.text}, note, sprintf("%s %s %s", [c.id, o.group, o.text])), {"severity": severity(c, o)}) |
	some o in c.openings
	some block in wide_blocks(c.admits)
	some lets in o.lets
	net.cidr_intersects(block, lets)
	note := sprintf("%s lets %s in", [o.group, o.text])
]

severity(c, o) := "high" if {
	count(lib.open_families(c.admits)) > 0
} else := "high" if {
	count(lib.open_families(o.cidrs)) > 0
} else := "medium"

wide_blocks(cidrs) := [cidr |
	some cidr in cidrs
	lib.bits(cidr) <= limit(cidr)
]

limit(cidr) := wide_ipv6 if {
	lib.is_ipv6(cidr)
} else := wide

shared_groups(c) := [object.union(lib.evidence({"at": g.at, "value": g.id}, sprintf("%s is a basic group of %d interfaces that reach each other", [g.id, g.members]), sprintf("%s %s members", [c.id, g.id])), {"severity": "medium"}) |
	some g in c.groups
	g.basic.value == "yes"
	g.inner.value == "yes"
	g.members > shared
]

# doubts: connections, and groups of them, of which more may get in than is
# known.
doubts(s) := [d |
	some c in s.facts.kibana.connections
	some d in array.concat(
		[lib.evidence({"at": c.at}, sprintf("the security groups of %s are not known completely", [c.id]), c.id) | count(wide_blocks(c.possible)) > count(wide_blocks(c.admits))],
		[lib.evidence({"at": g.at, "value": g.id}, sprintf("who shares %s with the connection is not known", [g.id]), sprintf("%s %s", [c.id, g.id])) | some g in c.groups; unclear(g)],
	)
]

# unclear: a group whose members may reach the connection, and may be many.
unclear(g) if {
	g.basic.value != "no"
	g.inner.value != "no"
	count(g.settle) > 0
}

unclear(g) if {
	g.members > shared
	g.basic.value == "unknown"
	g.inner.value != "no"
}

unclear(g) if {
	g.members > shared
	g.inner.value == "unknown"
	g.basic.value != "no"
}

settle(s) := [call |
	some c in s.facts.kibana.connections
	some call in array.concat(c.settle, [x | some g in c.groups; unclear(g); some x in g.settle])
]
