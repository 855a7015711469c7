# METADATA
# title: Sensitive changes are allowed under a condition
# description: |
#   A stolen key is used from elsewhere. Where a change of whitelists, of the
#   public switch or of the password is allowed only from the office's addresses,
#   from one VPC or with a second factor, the key alone is worth little.
#   NotIpAddress leaves out a few addresses of billions, and acs:SecureTransport
#   says how a request travels, not who sends it.
# custom:
#   id: ES-RAM-003
#   name: UnconditionalSensitiveWrites
#   severities: [medium]
#   kinds: [ram-user, ram-group, ram-role, account]
#   optional: true
#   basis:
#     - "Resource Access Management, Policy elements: Condition"
#   avoid: "`elasticsearch:ModifyWhiteIps` without a Condition, or with `NotIpAddress` or `acs:SecureTransport` alone."
#   prefer: "`\"Condition\": {\"IpAddress\": {\"acs:SourceIp\": [\"203.0.113.0/24\"]}, \"Bool\": {\"acs:MFAPresent\": \"true\"}}`."
#   console: "RAM > Policies > the policy > Modify Policy Document: add the Condition."
#   terraform: "`alicloud_ram_policy`: `policy_document` with a `Condition`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.2 (unverified)"
#     - "PCI DSS 4.0: 7.2.1 (unverified)"
#   remediation: |
#     Add a condition on the source (acs:SourceIp with IpAddress, acs:SourceVpc)
#     or on a second factor (acs:MFAPresent) to the statement, or deny what does
#     not meet it; for pipelines, a role that is assumed through OIDC.
#   api: [ram:CreatePolicyVersion, ram:SetDefaultPolicyVersion, ram:UpdateRole]
#   tags: [identity, external/cwe/cwe-285]
package esaudit.rules.es_ram_003

import data.esaudit.lib
import data.esaudit.lib.ram

sensitive := {
	"elasticsearch:ModifyWhiteIps",
	"elasticsearch:TriggerNetwork",
	"elasticsearch:CloseHttps",
	"elasticsearch:UpdateInstanceSettings",
	"elasticsearch:UpdateAdminPwd",
	"elasticsearch:UpdateAdminPassword",
	"elasticsearch:DeleteInstance",
}

sources := {"acs:sourceip", "acs:vpcsourceip"}

networks := {"acs:sourcevpc"}

results(s) := ram.unlisted(s) if s.kind == "account"

results(s) := {verdict(s) | s.facts.listed} if s.kind in ram.principals

verdict(s) := ram.exempted(s) if {
	ram.exempt(s)
} else := lib.passed("{who} is assumed under a condition, or through OIDC, only.", {"who": ram.who(s)}) if {
	guarded(s)
} else := {
	"status": "fail", "severity": "medium",
	"message": "{who} may do {actions} without a condition on source, network or second factor, by {policies}.",
	"args": {"who": ram.who(s), "actions": ram.names(actions), "policies": ram.through(s, by)},
	"evidence": ram.proof(s, by),
} if {
	actions := {a | some a in ram.granted(s, sensitive, "somewhere"); count(bare(s, a)) > 0}
	count(actions) > 0
	not ram.open_members(s)
	not open_trust(s)
	by := {i | some a in actions; some i in bare(s, a)}
} else := ram.undecided(
	s, "Under which conditions {who} may make sensitive changes is not known: not everything of its policies was read.", {}, unread(s),
) if {
	count(unclear(s)) > 0
} else := lib.passed("{who} may make sensitive changes under a condition.", {"who": ram.who(s)}) if {
	count(ram.granted(s, sensitive, "somewhere")) > 0
} else := lib.not_applicable("{who} may make no sensitive change.", {"who": ram.who(s)})

# bare: the statements that grant an action under no condition that holds off a
# stolen key, when no conditional deny does.
bare(s, action) := set() if {
	some i in ram.power(s, action, "somewhere").unless
	some c in s.facts.grants[i].conditions
	denies(c)
} else := {i |
	some i in ram.power(s, action, "somewhere").by
	not protected(s.facts.grants[i].conditions)
}

# unclear: what a call that was not read would change.
unclear(s) := ram.open(s, sensitive, "somewhere") | {a |
	some a in ram.granted(s, sensitive, "somewhere")
	count(bare(s, a)) > 0
}

unread(s) := s.facts.settle if {
	count(ram.open(s, sensitive, "somewhere")) > 0
} else := s.facts.members.settle if {
	s.kind == "ram-group"
} else := s.facts.trust.settle

# protected: one part of a condition holds off everybody elsewhere. One that is
# always met (IpAddress 0.0.0.0/0) does not.
protected(conditions) if {
	some c in conditions
	c.met != "yes"
	restricts(c)
}

restricts(c) if {
	lower(c.operator) == "ipaddress"
	lower(c.key) in sources
}

restricts(c) if {
	lower(c.operator) in {"stringequals", "stringlike", "stringequalsignorecase"}
	lower(c.key) in networks
	not "*" in c.values
}

restricts(c) if ram.requires_mfa([c])

# denies: a deny for everybody who is elsewhere, or without a second factor.
denies(c) if {
	lower(c.operator) == "notipaddress"
	lower(c.key) in sources
}

denies(c) if {
	lower(c.operator) in {"stringnotequals", "stringnotlike", "stringnotequalsignorecase"}
	lower(c.key) in networks
}

denies(c) if {
	lower(c.operator) == "bool"
	lower(c.key) == "acs:mfapresent"
	every value in c.values { lower(value) == "false" }
}

# guarded: a role whose trust policy asks for what a stolen key does not have.
guarded(s) if {
	s.kind == "ram-role"
	s.facts.trust.known
	count(s.facts.trust.trusted) > 0
	every t in s.facts.trust.trusted { held(t) }
}

held(t) if protected(t.conditions)

held(t) if {
	t.type == "Federated"
	contains(lower(t.value), "oidc-provider/")
}

open_trust(s) if {
	s.kind == "ram-role"
	not s.facts.trust.known
}
