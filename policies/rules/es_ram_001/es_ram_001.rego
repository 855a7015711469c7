# METADATA
# title: Only declared administrators control Elasticsearch
# description: |
#   Whoever may change whitelists, turn public access on, take HTTPS away, change
#   elasticsearch.yml, set the password of elastic or delete instances, on every
#   instance, owns the data of the account. Those who should are declared as
#   administrators; of everybody else it is an accident, mostly of a wildcard or
#   of a group that grew.
# custom:
#   id: ES-RAM-001
#   name: ElasticsearchControlOutsideAdmins
#   severities: [high]
#   kinds: [ram-user, ram-group, ram-role, account]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Types of resources that can be authorized"
#     - "Alibaba Cloud Elasticsearch, AliyunElasticsearchFullAccess (system policy)"
#     - "Resource Access Management, Policy evaluation process"
#   avoid: "AliyunElasticsearchFullAccess, or a custom policy with `elasticsearch:Modify*` on `*`, attached to a user or to a group."
#   prefer: "A policy that names actions and instances: `elasticsearch:ModifyWhiteIps` on `acs:elasticsearch:*:ACCOUNT:instances/ID`."
#   console: "RAM > Identities > Users, Groups or Roles > the principal > Permissions: remove the policy, and grant one that names instances."
#   terraform: "`alicloud_ram_user_policy_attachment`, `alicloud_ram_group_policy_attachment`, `alicloud_ram_role_policy_attachment`: remove; `alicloud_ram_policy`: `policy_document` with instances by name."
#   controls:
#     - "Cloud Config: ram-user-no-product-admin-access"
#     - "Cloud Config: ram-role-no-product-admin-access"
#     - "infraguard: ram-user-no-product-admin-access"
#     - "infraguard: ram-role-no-product-admin-access"
#     - "CIS Alibaba 2.0: 1.15 (nearest)"
#     - "MLPS 2.0 L3: 8.1.4.2 (unverified)"
#     - "ISO 27001:2022: A.5.15 (unverified)"
#     - "ISO 27001:2022: A.8.2 (unverified)"
#     - "PCI DSS 4.0: 7.2.1 (unverified)"
#   remediation: |
#     Detach the policy from the principal, or from the group it comes through,
#     and attach one that names the instances it works with; or declare the
#     principal in `admins` when it is meant to have full control.
#   api: [ram:DetachPolicyFromUser, ram:DetachPolicyFromGroup, ram:DetachPolicyFromRole, resourcemanager:DetachPolicy]
#   tags: [identity, external/cwe/cwe-269]
package esaudit.rules.es_ram_001

import data.esaudit.lib
import data.esaudit.lib.ram

# What gives an instance away. The vendor's documents name the password's action
# in two ways.
control := {
	"elasticsearch:ModifyWhiteIps",
	"elasticsearch:TriggerNetwork",
	"elasticsearch:CloseHttps",
	"elasticsearch:UpdateInstanceSettings",
	"elasticsearch:UpdateAdminPwd",
	"elasticsearch:UpdateAdminPassword",
	"elasticsearch:DeleteInstance",
}

results(s) := ram.unlisted(s) if s.kind == "account"

results(s) := {verdict(s) | s.facts.listed} if s.kind in ram.principals

verdict(s) := ram.exempted(s) if {
	ram.exempt(s)
} else := lib.passed("{who} is declared an administrator, or is in a group that is.", {"who": ram.who(s)}) if {
	ram.admin(s)
} else := {
	"status": "fail", "severity": "high",
	"message": "{who} is no declared administrator and may do {actions} on every instance, by {policies}.",
	"args": {"who": ram.who(s), "actions": ram.names(actions), "policies": ram.through(s, by)},
	"evidence": ram.proof(s, by),
} if {
	actions := ram.granted(s, control, "everywhere")
	count(actions) > 0
	not ram.open_members(s)
	by := ram.statements(s, actions, "everywhere")
} else := ram.undecided(
	s, "Whether {who} controls Elasticsearch is not known: not all of its policies were read.", {}, s.facts.settle,
) if {
	count(ram.open(s, control, "everywhere")) > 0
} else := ram.undecided(
	s, "{who} controls Elasticsearch, and which users it has was not read.", {}, s.facts.members.settle,
) if {
	count(ram.granted(s, control, "everywhere")) > 0
} else := lib.passed("{who} may do nothing on every instance that gives one away.", {"who": ram.who(s)})
