# METADATA
# title: Nobody may do everything
# description: |
#   A statement that allows every action on everything, or everything but a few
#   actions, leaves nothing to decide: whoever has the key has the account. Break
#   glass needs such a role; then a second factor is asked before it is assumed.
# custom:
#   id: ES-RAM-002
#   name: FullAdministrativePrivileges
#   severities: [critical]
#   kinds: [ram-user, ram-group, ram-role, account]
#   basis:
#     - "CIS Alibaba Cloud Foundation Benchmark 2.0, 1.15"
#     - "Resource Access Management, Policy structure and syntax (NotAction)"
#   avoid: "AdministratorAccess, or `NotAction: [\"ram:*\"]` with `Effect: Allow`, attached to a user."
#   prefer: "A role with AdministratorAccess whose trust policy asks for `acs:MFAPresent`, and policies by task for everybody."
#   console: "RAM > Identities > the principal > Permissions: remove the policy; RAM > Roles > the role > Trust Policy: add the condition `\"Bool\": {\"acs:MFAPresent\": \"true\"}`."
#   terraform: "`alicloud_ram_user_policy_attachment`: remove `AdministratorAccess`; `alicloud_ram_role`: `assume_role_policy_document` with the condition."
#   controls:
#     - "CIS Alibaba 2.0: 1.15 (nearest)"
#     - "Cloud Config: ram-policy-no-statements-with-admin-access-check"
#     - "infraguard: ram-policy-no-statements-with-admin-access-check"
#     - "MLPS 2.0 L3: 8.1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.2 (unverified)"
#     - "PCI DSS 4.0: 7.2.1 (unverified)"
#   remediation: |
#     Detach the policy, and grant what the principal's task needs. For break
#     glass, make a role whose trust policy asks for a second factor.
#   api: [ram:DetachPolicyFromUser, ram:DetachPolicyFromGroup, ram:DetachPolicyFromRole, ram:UpdateRole]
#   tags: [identity, external/cwe/cwe-250]
package esaudit.rules.es_ram_002

import data.esaudit.lib
import data.esaudit.lib.ram

all_actions := {ram.everything}

results(s) := ram.unlisted(s) if s.kind == "account"

results(s) := {verdict(s) | s.facts.listed} if s.kind in ram.principals

verdict(s) := ram.exempted(s) if {
	ram.exempt(s)
} else := lib.passed("{who} is declared an administrator, or is in a group that is.", {"who": ram.who(s)}) if {
	ram.admin(s)
} else := lib.passed("{who} is assumed with a second factor only.", {"who": ram.who(s)}) if {
	break_glass(s)
} else := {
	"status": "fail", "severity": "critical",
	"message": "{who} may do everything on everything, by {policies}.",
	"args": {"who": ram.who(s), "policies": ram.through(s, by)},
	"evidence": ram.proof(s, by),
} if {
	count(ram.granted(s, all_actions, "everywhere")) > 0
	not ram.open_members(s)
	not open_trust(s)
	by := ram.statements(s, all_actions, "everywhere")
} else := ram.undecided(
	s, "Whether {who} may do everything is not known: not all of its policies were read.", {}, s.facts.settle,
) if {
	count(ram.open(s, all_actions, "everywhere")) > 0
} else := ram.undecided(s, "{who} may do everything, and {what} was not read.", {"what": what}, settle) if {
	count(ram.granted(s, all_actions, "everywhere")) > 0
	some what, settle in unread(s)
} else := lib.passed("{who} has no statement that allows everything.", {"who": ram.who(s)})

# break_glass: a role that nobody assumes without a second factor.
break_glass(s) if {
	s.kind == "ram-role"
	s.facts.trust.known
	count(s.facts.trust.trusted) > 0
	every t in s.facts.trust.trusted { ram.requires_mfa(t.conditions) }
}

open_trust(s) if {
	s.kind == "ram-role"
	not s.facts.trust.known
}

unread(s) := {"which users it has": s.facts.members.settle} if {
	s.kind == "ram-group"
} else := {"its trust policy": s.facts.trust.settle}
