# METADATA
# title: The live account is as the plan or the stored state has it
# description: |
#   A setting that was changed by hand is not in the configuration: the next plan
#   takes it back, or a reviewer approves a picture that is not true. A rule that
#   somebody opened in the console for a day is the classic. It is judged when a
#   Terraform plan or state is given along with a live account (`--plan`).
# custom:
#   id: ES-DRF-001
#   name: LiveDiffersFromStored
#   severities: [medium]
#   kinds: [account, clb, ecs, elasticsearch, endpoint-service, nat, nlb, ram-group, ram-role, ram-user, region, vpc, vswitch]
#   basis:
#     - "HashiCorp, JSON Output Format: prior_state and change.before"
#     - "terraform-provider-alicloud, the documented attributes of its resources"
#   avoid: "`0.0.0.0/0` in the live public whitelist, `203.0.113.0/24` in the state."
#   prefer: "A live account in which every value that the state stores stands as it is stored."
#   console: "Take the change back where it was made, or write it into the configuration."
#   terraform: "`terraform plan -refresh-only` shows it; change the configuration, or apply it again."
#   controls:
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Decide which of both is right. Write what is meant to stay into the
#     configuration, and apply the configuration to take back the rest.
#   api: []
#   tags: [drift]
package esaudit.rules.es_drf_001

import data.esaudit.lib

results(s) := {verdict(s)} if {
	s.drift
} else := set()

verdict(s) := {
	"status": "fail", "severity": "medium",
	"message": "{subject} is not as it is stored: {list}.",
	"args": {"subject": s.id, "list": told(s.drift.differences)},
	"evidence": [proof(d) | some d in s.drift.differences],
} if {
	count(s.drift.differences) > 0
} else := lib.unknown(
	"Whether {subject} is as it is stored is not decided, for a list was not read: {list}.",
	{"subject": s.id, "list": concat(", ", sort({u.object | some u in s.drift.unread}))},
	[], [call | some u in s.drift.unread; some call in u.settle],
) if {
	count(s.drift.unread) > 0
} else := lib.passed("All that is stored of {subject} stands as it is stored.", {"subject": s.id})

# shown is how many differences the message names; the evidence has all.
shown := 5

told(list) := concat("; ", array.concat([name(d) | some d in array.slice(list, 0, shown)], rest(list)))

rest(list) := ["..."] if count(list) > shown else := []

name(d) := sprintf("%s is not there", [d.object]) if d.gone else := sprintf("%s of %s", [d.field, d.object])

proof(d) := {"at": d.at, "value": object.get(d, "live", null), "note": why(d), "key": sprintf("%s %s %s", [d.object, d.field, d.origin])}

why(d) := sprintf("stored by %s, and not there", [d.origin]) if {
	d.gone
} else := sprintf("stored by %s: %s", [d.origin, json.marshal(d.stored)]) if {
	d.stored != null
} else := sprintf("%s stores no value", [d.origin])
