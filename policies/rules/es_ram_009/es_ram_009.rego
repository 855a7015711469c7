# METADATA
# title: The identity that collects may only read
# description: |
#   What collects the picture runs unattended, with a key that lies somewhere. It
#   needs to read settings; who steals it should be able to do no more. The
#   vendor's read-only policy is wider than it sounds: it reads the logs of
#   searches too, which hold what people looked for.
# custom:
#   id: ES-RAM-009
#   name: CollectorMayWrite
#   severities: [low]
#   kinds: [ram-user, ram-role, account]
#   optional: true
#   basis:
#     - "Alibaba Cloud Elasticsearch, Types of resources that can be authorized"
#     - "Alibaba Cloud Elasticsearch, AliyunElasticsearchReadOnlyAccess (system policy)"
#   avoid: "Collecting as the root user, as an administrator, or with AliyunElasticsearchReadOnlyAccess."
#   prefer: "A role with the policy that `esaudit permissions --for collect` writes."
#   console: "RAM > Policies > Create Policy: what `esaudit permissions --for collect` writes; attach it to the identity instead of the others."
#   terraform: "`alicloud_ram_policy` and `alicloud_ram_role_policy_attachment`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.2 (unverified)"
#     - "ISO 27001:2022: A.5.18 (unverified)"
#     - "PCI DSS 4.0: 7.2.1 (unverified)"
#   remediation: |
#     Give the identity the policy that `esaudit permissions --for collect`
#     writes, and no other; or declare it in `admins` when it is the one that
#     applies fixes.
#   api: [ram:DetachPolicyFromUser, ram:DetachPolicyFromRole, ram:AttachPolicyToUser, ram:AttachPolicyToRole]
#   tags: [identity, external/cwe/cwe-250]
package esaudit.rules.es_ram_009

import data.esaudit.lib
import data.esaudit.lib.ram

# How the names of actions begin that change nothing.
reading := {"list", "describe", "get", "query", "suggest", "check", "lookup", "search", "preview"}

# Reads that show more than settings.
content := {"elasticsearch:ListSearchLog", "elasticsearch:ListSearchLogs"}

results(s) := {r | some r in of_account(s)} if s.kind == "account"

results(s) := {verdict(s) | s.facts.caller} if s.kind in ram.principals

# The account speaks for its root user, and when nobody knows who it was.
of_account(s) := {lib.unknown(
	"Who made the calls of account {account} is not known.", {"account": s.id}, [], s.facts.caller.settle,
)} if {
	s.facts.caller.kind == ""
} else := {{
	"status": "fail", "severity": "low",
	"message": "The calls were made as the root user of account {account}, which may do everything.",
	"args": {"account": s.id},
	"evidence": [lib.evidence(s.facts.caller.arn, "who made the calls", "root")],
}} if {
	s.facts.caller.kind == "account"
} else := set()

verdict(s) := lib.passed("{who} is declared an administrator: it is meant to change things.", {"who": ram.who(s)}) if {
	ram.admin(s)
} else := {
	"status": "fail", "severity": "low",
	"message": "{who} made the calls and may do more than read settings: {actions}, by {policies}.",
	"args": {"who": ram.who(s), "actions": summary(actions), "policies": ram.through(s, by)},
	"evidence": ram.proof(s, by),
} if {
	actions := ram.granted(s, risky(s), "somewhere")
	count(actions) > 0
	by := ram.statements(s, actions, "somewhere")
} else := ram.undecided(s, "Whether {who}, which made the calls, may only read is not known: not all of its policies were read.", {}, s.facts.settle) if {
	count(ram.open(s, risky(s), "somewhere")) > 0
} else := lib.passed("{who} made the calls and may only read.", {"who": ram.who(s)})

risky(s) := content | {action |
	some decision in s.facts.decisions
	some action in decision.actions
	not reads(action)
}

reads(action) if {
	some word in reading
	startswith(operation(action), word)
}

operation(action) := split(lower(action), ":")[1] if {
	contains(action, ":")
} else := lower(action)

# summary names a few actions.
summary(actions) := "everything" if {
	ram.everything in actions
} else := concat(", ", sort(actions)) if {
	count(actions) <= 6
} else := sprintf("%s and %d more", [concat(", ", array.slice(sort(actions), 0, 6)), count(actions) - 6])
