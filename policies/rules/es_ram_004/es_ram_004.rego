# METADATA
# title: Console users with rights on Elasticsearch have a second factor
# description: |
#   A password alone is all that stands between a phishing page and the console.
#   Of a user who may do anything with Elasticsearch, be it read, a second factor
#   is asked. What the user is obliged to bind does not count before it is bound.
# custom:
#   id: ES-RAM-004
#   name: ConsoleUserWithoutMFA
#   severities: [high]
#   kinds: [ram-user, account]
#   basis:
#     - "CIS Alibaba Cloud Foundation Benchmark 2.0, 1.4"
#     - "Resource Access Management, GetLoginProfile; GetUserMFAInfo"
#   avoid: "A user with a console password and no MFA device, whether or not binding one is required."
#   prefer: "A bound MFA device, or no console password at all."
#   console: "RAM > Identities > Users > the user > Authentication: bind an MFA device, or remove console logon; RAM > Settings: require MFA for all users."
#   terraform: "`alicloud_ram_login_profile`: `mfa_bind_required = true`, or remove; a device is bound by its user."
#   controls:
#     - "CIS Alibaba 2.0: 1.4 (nearest)"
#     - "Cloud Config: ram-user-mfa-check"
#     - "infraguard: ram-user-mfa-check"
#     - "MLPS 2.0 L3: 8.1.4.1 (unverified)"
#     - "ISO 27001:2022: A.8.5 (unverified)"
#     - "PCI DSS 4.0: 8.4.2 (unverified)"
#   remediation: |
#     Have the user bind an MFA device, or take console logon away from one that
#     does not need it.
#   api: [ram:BindMFADevice, ram:UpdateLoginProfile, ram:DeleteLoginProfile]
#   tags: [identity, authentication, external/cwe/cwe-308]
package esaudit.rules.es_ram_004

import data.esaudit.lib
import data.esaudit.lib.ram

results(s) := lib.unlisted(s, {"ram-user"}) if s.kind == "account"

results(s) := {verdict(s) | s.facts.listed} if s.kind == "ram-user"

verdict(s) := lib.passed("{who} has no console password.", {"who": ram.who(s)}) if {
	s.facts.login.value == "no"
} else := lib.passed("{who} has a second factor.", {"who": ram.who(s)}) if {
	s.facts.mfa.value == "yes"
} else := lib.not_applicable("{who} has no right on Elasticsearch.", {"who": ram.who(s)}) if {
	actions := ram.elasticsearch(s)
	count(ram.open(s, actions, "somewhere")) == 0
	count(ram.granted(s, actions, "somewhere")) == 0
} else := {
	"status": "fail", "severity": "high",
	"message": "{who} logs in to the console with a password alone, and has rights on Elasticsearch by {policies}.",
	"args": {"who": ram.who(s), "policies": ram.through(s, by)},
	"evidence": array.concat(
		[
			lib.evidence({"at": s.facts.login.at}, "a console password", "login"),
			lib.evidence({"at": s.facts.mfa.at}, "no MFA device", "mfa"),
		],
		ram.proof(s, by),
	),
} if {
	s.facts.login.value == "yes"
	s.facts.mfa.value == "no"
	granted := ram.granted(s, ram.elasticsearch(s), "somewhere")
	count(granted) > 0
	by := ram.statements(s, granted, "somewhere")
} else := ram.undecided(
	s, "Whether {who} logs in to the console with a password alone, and has rights on Elasticsearch, is not known.", {},
	array.concat(array.concat(s.facts.login.settle, s.facts.mfa.settle), rights(s)),
)

# rights: what would tell whether there are any, when none are known.
rights(s) := s.facts.settle if {
	count(ram.granted(s, ram.elasticsearch(s), "somewhere")) == 0
} else := []
