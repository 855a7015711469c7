# METADATA
# title: Roles with rights on Elasticsearch are trusted to declared accounts only
# description: |
#   A role's trust policy is a door into the account. Whoever administers the
#   account that it names decides who walks through; a partner of the past still
#   does. Trusting `*` lets in every account there is.
# custom:
#   id: ES-RAM-007
#   name: CrossAccountTrust
#   severities: [high]
#   kinds: [ram-role, account]
#   optional: true
#   basis:
#     - "Resource Access Management, Edit the trust policy of a RAM role"
#   avoid: "`\"Principal\": {\"RAM\": [\"acs:ram::PARTNER:root\"]}` of a partner whose contract ended, or `*`."
#   prefer: "The own account, a service of the vendor's, or an account that is declared in `partners`."
#   console: "RAM > Identities > Roles > the role > Trust Policy: take the account out."
#   terraform: "`alicloud_ram_role`: `assume_role_policy_document`."
#   controls:
#     - "Cloud Config: ram-role-no-product-admin-access"
#     - "infraguard: ram-role-no-product-admin-access"
#     - "MLPS 2.0 L3: 8.1.4.2 (unverified)"
#     - "ISO 27001:2022: A.5.15 (unverified)"
#     - "PCI DSS 4.0: 7.2.1 (unverified)"
#   remediation: |
#     Take the account out of the role's trust policy, or declare it in
#     `partners` when it is meant to be there.
#   api: [ram:UpdateRole]
#   tags: [identity, external/cwe/cwe-284]
package esaudit.rules.es_ram_007

import data.esaudit.lib
import data.esaudit.lib.ram

results(s) := lib.unlisted(s, {"ram-role"}) if s.kind == "account"

results(s) := {verdict(s) | s.facts.listed} if s.kind == "ram-role"

verdict(s) := ram.exempted(s) if {
	ram.exempt(s)
} else := lib.not_applicable("{who} has no right on Elasticsearch.", {"who": ram.who(s)}) if {
	actions := ram.elasticsearch(s)
	count(ram.open(s, actions, "somewhere")) == 0
	count(ram.granted(s, actions, "somewhere")) == 0
} else := {
	"status": "fail", "severity": "high",
	"message": "{who} has rights on Elasticsearch and is trusted to {list}, which is not declared.",
	"args": {"who": ram.who(s), "list": concat(", ", sort({t.value | some t in strange}))},
	"evidence": [lib.evidence(t, "who may assume the role", t.value) | some t in distinct(strange)],
} if {
	strange := strangers(s)
	count(strange) > 0
	count(ram.granted(s, ram.elasticsearch(s), "somewhere")) > 0
} else := ram.undecided(s, "{who} is trusted to others, and whether it has rights on Elasticsearch is not known.", {}, s.facts.settle) if {
	count(strangers(s)) > 0
} else := ram.undecided(s, "Who may assume {who} is not known: its trust policy was not read, or cannot be.", {}, s.facts.trust.settle) if {
	not s.facts.trust.known
} else := ram.undecided(s, "{who} is trusted to {list}, of which the account cannot be read.", {"list": concat(", ", sort(nameless(s)))}, []) if {
	count(nameless(s)) > 0
} else := lib.passed("{who} is trusted to the own account, declared partners and services only.", {"who": ram.who(s)})

strangers(s) := {t |
	some t in s.facts.trust.trusted
	t.type != "Service"
	t.account != ""
	not known(s, t.account)
}

# distinct: one of those that are named twice.
distinct(list) := {t | some t in list; t.at == min({u.at | some u in list; u.value == t.value})}

nameless(s) := {t.value | some t in s.facts.trust.trusted; t.type != "Service"; t.account == ""}

known(s, account) if account == s.account

known(_, account) if account in input.config.partners
