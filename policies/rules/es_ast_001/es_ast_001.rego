# METADATA
# title: What the organisation asserts must hold
# description: |
#   Assertions say in the organisation's own words who may reach what: never the
#   internet, only these networks, this directory server always. They are checked
#   along every path at once, so that a load balancer, a peering or a forgotten
#   whitelist group cannot pass one by.
# custom:
#   id: ES-AST-001
#   name: AssertionViolated
#   severities: [high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "The configuration's own assertions (esaudit.yaml)"
#   avoid: "`never internet -> es:*`, and a public whitelist that holds `203.0.113.0/24`."
#   prefer: "Settings in which every assertion holds, or an assertion that says what is wanted: `only 203.0.113.0/24 -> es:es-cn-1`."
#   console: "The path of the finding names the control that lets the violating addresses in; change it where it stands."
#   terraform: "The same, in the resource of the control that lets them in."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Close the path that the finding shows (esaudit cut finds the smallest change),
#     open it where the assertion says must, or change the assertion.
#   api: [elasticsearch:ModifyWhiteIps, elasticsearch:TriggerNetwork]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_ast_001

import data.esaudit.lib

asserted if some _ in input.config.assertions

results(s) := lib.unlisted(s, {"elasticsearch"}) if {
	s.kind == "region"
	asserted
} else := set() if {
	s.kind == "region"
} else := {verdict(s)} if {
	s.kind == "elasticsearch"
	some _ in s.facts.assertions
} else := set()

verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "What is asserted of {cluster} does not hold: {assertions}.",
	"args": {"cluster": s.id, "assertions": told(broken(s), "violating")},
	"evidence": [proof(a, source, "violates it") | some a in broken(s); some source in a.violating],
	"path": broken(s)[0].hops,
} if {
	count(broken(s)) > 0
} else := object.union(
	lib.unknown(
		"Whether what is asserted of {cluster} holds is not decided: {assertions}.",
		{"cluster": s.id, "assertions": told(open(s), "undecided")},
		[proof(a, source, "may violate it") | some a in open(s); some source in a.undecided],
		[call | some a in open(s); some call in a.settle],
	),
	{"path": open(s)[0].hops},
) if {
	count(open(s)) > 0
} else := lib.passed("All {count} assertions about {cluster} hold.", {"cluster": s.id, "count": count(s.facts.assertions)})

broken(s) := [a | some a in s.facts.assertions; count(a.violating) > 0]

open(s) := [a | some a in s.facts.assertions; count(a.undecided) > 0]

# told writes assertions, each with who breaks it.
told(list, field) := concat("; ", [sprintf("\"%s\" (%s)", [a.text, concat(", ", first(a[field]))]) | some a in list])

# shown is how many sources the message names; the evidence has all.
shown := 5

first(list) := array.concat(array.slice(list, 0, shown), rest(list))

rest(list) := ["..."] if count(list) > shown else := []

proof(a, source, why) := {"at": a.at, "value": source, "note": sprintf("%s: %s", [why, a.text]), "key": sprintf("%s %s", [a.text, source])}
