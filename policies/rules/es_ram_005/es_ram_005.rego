# METADATA
# title: Access keys are young, used, and one a user
# description: |
#   An access key is a password that nobody types: it lies in files, images and
#   build logs, and what it opens is found out when somebody else uses it. One
#   that is changed every quarter is worth less; one that nobody uses has no
#   reason to be; two active ones are a change that was never finished.
# custom:
#   id: ES-RAM-005
#   name: StaleAccessKey
#   severities: [medium]
#   kinds: [ram-user, account]
#   basis:
#     - "CIS Alibaba Cloud Foundation Benchmark 2.0, 1.6"
#     - "Resource Access Management, ListAccessKeys; GetAccessKeyLastUsed"
#   avoid: "An active key of last year, one that was never used, or two active keys of a user."
#   prefer: "No key (a role of the host, or OIDC for pipelines), or one that is replaced every 90 days."
#   console: "RAM > Identities > Users > the user > AccessKey: create a new one, move what uses the old one, disable and delete it."
#   terraform: "`alicloud_ram_access_key`: replace; `status = \"Inactive\"` for one that is on its way out."
#   controls:
#     - "CIS Alibaba 2.0: 1.6 (nearest)"
#     - "Cloud Config: ram-user-ak-create-date-expired-check"
#     - "Cloud Config: ram-user-ak-used-expired-check"
#     - "infraguard: ram-user-ak-create-date-expired-check"
#     - "infraguard: ram-user-ak-used-expired-check"
#     - "MLPS 2.0 L3: 8.1.4.1 (unverified)"
#     - "ISO 27001:2022: A.5.18 (unverified)"
#     - "PCI DSS 4.0: 8.3.9 (unverified)"
#   parameters:
#     - {name: oldest, default: 90, text: "days that an access key may be old"}
#     - {name: most, default: 1, text: "active access keys that a user may have"}
#   remediation: |
#     Replace the key, disable the old one, and delete it when nothing misses it.
#   api: [ram:CreateAccessKey, ram:UpdateAccessKey, ram:DeleteAccessKey]
#   tags: [identity, authentication, external/cwe/cwe-262]
package esaudit.rules.es_ram_005

import data.esaudit.lib
import data.esaudit.lib.ram

# Days a key may be old.
oldest := lib.parameter("ES-RAM-005", "oldest", 90)

# Days that a new key may wait for its first use.
unused := 1

# Active keys a user may have.
most := lib.parameter("ES-RAM-005", "most", 1)

results(s) := lib.unlisted(s, {"ram-user"}) if s.kind == "account"

results(s) := {verdict(s) | s.facts.listed} if s.kind == "ram-user"

verdict(s) := {
	"status": "fail", "severity": "medium",
	"message": "{who}: {list}.",
	"args": {"who": ram.who(s), "list": concat("; ", sort({p.note | some p in wrong}))},
	"evidence": [lib.evidence(p, p.note, p.key) | some p in wrong],
} if {
	wrong := problems(s)
	count(wrong) > 0
} else := ram.undecided(s, "The access keys of {who} were not all read.", {}, s.facts.access_keys.settle) if {
	not s.facts.access_keys.known
} else := ram.undecided(
	s, "Of the access keys of {who} it is not known whether they are active, how old they are or whether they are used: {list}.",
	{"list": concat(", ", sort({k.id | some k in unclear(s)}))}, [call | some k in unclear(s); some call in k.settle],
) if {
	count(unclear(s)) > 0
} else := lib.passed("{who} has no active access key that is old, unused or one too many.", {"who": ram.who(s)})

active(s) := [k | some k in s.facts.access_keys.list; lower(k.status.value) == "active"]

problems(s) := (old(s) | never(s)) | many(s)

old(s) := {{
	"at": k.created.at, "value": k.created.value, "key": sprintf("%s/age", [k.id]),
	"note": sprintf("access key %s is %d days old", [k.id, floor(k.created.days)]),
} |
	some k in active(s)
	k.created.days > oldest
}

never(s) := {{
	"at": k.used.at, "value": null, "key": sprintf("%s/unused", [k.id]),
	"note": sprintf("access key %s, made %d days ago, was never used", [k.id, floor(k.created.days)]),
} |
	some k in active(s)
	k.used.never
	k.created.days > unused
}

many(s) := {{
	"at": k.at, "value": null, "key": sprintf("%s/active", [k.id]),
	"note": sprintf("access key %s is one of %d active ones", [k.id, count(active(s))]),
} |
	count(active(s)) > most
	some k in active(s)
}

stated(k) if lower(k.status.value) in {"active", "inactive"}

# unclear: keys that may be active, and of which something is not known.
unclear(s) := [k | some k in s.facts.access_keys.list; vague(k)]

vague(k) if not stated(k)

vague(k) if {
	lower(k.status.value) == "active"
	not k.created.days
}

vague(k) if {
	lower(k.status.value) == "active"
	not lib.known(k.used)
	not k.used.never
}
