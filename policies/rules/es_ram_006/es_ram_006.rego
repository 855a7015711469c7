# METADATA
# title: Policies about whitelists do what they say
# description: |
#   Some actions of the older generation do nothing without a newer one, some
#   apply to all instances or to none, and some names are those of an API and of
#   no action. Such a policy looks like least privilege; it grants nothing, so
#   that somebody attaches a wider one beside it.
# custom:
#   id: ES-RAM-006
#   name: IneffectiveWhitelistPolicy
#   severities: [info]
#   kinds: [ram-user, ram-group, ram-role, account]
#   optional: true
#   basis:
#     - "Alibaba Cloud Elasticsearch, Types of resources that can be authorized"
#   avoid: "`elasticsearch:UpdatePublicIps` without `elasticsearch:ModifyWhiteIps`; `elasticsearch:UpdatePublicWhiteIps`, which is no action; `elasticsearch:ListInstance` on one instance."
#   prefer: "`elasticsearch:ModifyWhiteIps` on `instances/ID`, and `elasticsearch:ListInstance` on `instances/*`."
#   console: "RAM > Policies > the policy > Modify Policy Document: write the action's name, or the resource, as the list of authorizable resources has it."
#   terraform: "`alicloud_ram_policy`: `policy_document`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.2 (unverified)"
#     - "ISO 27001:2022: A.5.18 (unverified)"
#   remediation: |
#     Name the action that authorizes the call, and give ListInstance all
#     instances: it lists, and cannot be allowed for one.
#   api: [ram:CreatePolicyVersion, ram:SetDefaultPolicyVersion]
#   tags: [identity]
package esaudit.rules.es_ram_006

import data.esaudit.lib
import data.esaudit.lib.ram

# Actions that take effect together with the newer one only.
older := {"elasticsearch:UpdatePublicIps", "elasticsearch:UpdateWhiteIps", "elasticsearch:UpdateKibanaIps"}

newer := "elasticsearch:ModifyWhiteIps"

listing := "elasticsearch:ListInstance"

# Names of the API that are none of actions, in lower case, with the action.
misnamed := {
	"elasticsearch:updatepublicwhiteips": "elasticsearch:UpdatePublicIps",
	"elasticsearch:updatekibanawhiteips": "elasticsearch:UpdateKibanaIps",
	"elasticsearch:listplugins": "elasticsearch:ListPlugin",
	"elasticsearch:upgradeengineversion": "elasticsearch:UpgradeInstanceEngineVersion",
	"elasticsearch:upgradeinfo": "elasticsearch:DescribeInstance",
	"elasticsearch:installuserplugins": "elasticsearch:InstallUserPlugin",
}

results(s) := ram.unlisted(s) if s.kind == "account"

results(s) := {verdict(s) | s.facts.listed} if s.kind in ram.principals

verdict(s) := ram.exempted(s) if {
	ram.exempt(s)
} else := {
	"status": "fail", "severity": "info",
	"message": "{who} has statements that do not do what they say: {list}.",
	"args": {"who": ram.who(s), "list": concat("; ", sort({p.note | some p in wrong}))},
	"evidence": [item | some key, places in by_key(wrong); item := shown(wrong, key, places)],
} if {
	not ram.open_members(s)
	wrong := problems(s)
	count(wrong) > 0
} else := ram.undecided(
	s, "Whether the statements of {who} do what they say is not known: not everything of its policies was read.", {}, unread(s),
) if {
	unclear(s)
} else := lib.passed("The statements of {who} about Elasticsearch do what they say.", {"who": ram.who(s)})

unclear(s) if count(ram.open(s, older | {newer, listing}, "somewhere")) > 0

unclear(s) if count(problems(s)) > 0

# Something unread may hold what makes the others work; then nothing is said.
problems(s) := (alone(s) | single(s)) | wrongly_named(s)

alone(s) := {{"at": s.facts.grants[i].at, "key": action, "note": sprintf("%s has no effect without %s", [action, newer])} |
	with_it := ram.power(s, newer, "somewhere")
	with_it.known
	count(with_it.by) == 0
	some action in ram.granted(s, older, "somewhere")
	some i in ram.power(s, action, "somewhere").by
}

single(s) := {{"at": g.at, "key": listing, "note": sprintf("%s lists all instances or none, and is allowed on %s alone", [listing, ram.resources_of(g)])} |
	everywhere := ram.power(s, listing, "everywhere")
	everywhere.known
	count(everywhere.by) == 0
	some i in ram.power(s, listing, "somewhere").by
	g := s.facts.grants[i]
	some action in g.actions
	lower(action) == lower(listing)
}

wrongly_named(s) := {{"at": g.at, "key": action, "note": sprintf("%s is the name of no action; %s is", [action, misnamed[lower(action)]])} |
	some g in s.facts.grants
	g.effect == "allow"
	some action in g.actions
	misnamed[lower(action)]
}

by_key(wrong) := {p.key: places | some p in wrong; places := {q.at | some q in wrong; q.key == p.key}}

shown(wrong, key, places) := {"at": min(places), "value": null, "note": note, "key": key} if {
	note := min({p.note | some p in wrong; p.key == key; p.at == min(places)})
}

unread(s) := s.facts.settle if {
	count(s.facts.settle) > 0
} else := s.facts.members.settle if {
	s.kind == "ram-group"
} else := []
