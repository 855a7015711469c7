# METADATA
# title: No security group rule is without effect
# description: |
#   A rule that can never match, because rules of a smaller priority number or a
#   Drop of the same one take everything it is for, says something to its reader
#   that is not so. So does a rule that drops the members of a basic group which
#   lets its members reach each other before any rule.
# custom:
#   id: ES-SG-004
#   name: RuleWithoutEffect
#   optional: true
#   severities: [low]
#   kinds: [ecs, region]
#   basis:
#     - "Elastic Compute Service, Security groups overview"
#     - "Elastic Compute Service API, AuthorizeSecurityGroup (priority)"
#   avoid: "An Accept for 10.0.0.0/8 on 9200 with priority 1 beside a Drop for 0.0.0.0/0 with priority 1."
#   prefer: "Each rule decides about some connection; exceptions have a smaller priority number than what they except from."
#   console: "ECS > Network & Security > Security Groups > the group: delete the rule, or change its priority."
#   terraform: "`alicloud_security_group_rule`: `priority`."
#   controls:
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Find out which of the rules is meant, and delete or renumber the other. For a
#     Drop inside a group set the group's inner access policy to Drop.
#   api: [ecs:ModifySecurityGroupRule, ecs:RevokeSecurityGroup, ecs:ModifySecurityGroupPolicy]
#   tags: [network, hygiene]
package esaudit.rules.es_sg_004

import data.esaudit.lib

results(s) := lib.unlisted(s, {"ecs", "backend"}) if s.kind == "region"

results(s) := {verdict(s) | lib.on_path(s) != "no"} if s.kind == "ecs"

verdict(s) := lib.off_path(s) if {
	lib.on_path(s) == "unknown"
} else := {
	"status": "fail", "severity": "low",
	"message": "{count} security group rules of {subject} can never match: {list}.",
	"args": {"subject": s.id, "count": count(hidden(s)), "list": lib.notes(hidden(s))},
	"evidence": [lib.evidence(r, r.note, r.key) | some r in hidden(s)],
} if {
	count(hidden(s)) > 0
} else := lib.undecided("Whether every security group rule of {subject} has an effect is not decided: {list}.", s, open) if {
	open := gaps(s)
	count(open) > 0
} else := lib.passed("Every security group rule of {subject} can match.", {"subject": s.id})

hidden(s) := {lib.gap(note(r), {"at": r.at}, sprintf("%s/%s", [r.group, r.rule]), []) | some r in s.facts.hidden_rules.rules}

note(r) := sprintf("%s %s of %s drops members of the group, who reach each other before any rule", [r.direction, r.rule, r.group]) if {
	r.inner
} else := sprintf("%s %s %s of %s stands behind %s", [r.direction, r.policy, r.rule, r.group, concat(", ", sort(r.by))])

gaps(s) := (lib.unread_gaps(s.facts.hidden_rules.unread) | {lib.gap("a rule does not show what it matches", {"at": ""}, "rules", []) |
	s.facts.hidden_rules.vague
	count(s.facts.hidden_rules.unread) == 0
}) | {lib.gap("the security groups are not shown", {"at": ""}, "groups", []) |
	count(s.facts.groups) == 0
}
