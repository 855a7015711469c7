# METADATA
# title: A trail of all regions and all events is on
# description: |
#   Who opened a whitelist last night is a question for the audit trail. One that
#   leaves regions out, or reads, has the hole where the answer would be; one that
#   was switched off looks complete in the console's list.
# custom:
#   id: ES-RAM-008
#   name: AuditTrailIncomplete
#   severities: [medium]
#   kinds: [account]
#   optional: true
#   basis:
#     - "CIS Alibaba Cloud Foundation Benchmark 2.0, 2.1"
#     - "ActionTrail, DescribeTrails"
#   avoid: "A trail of one region, of write events alone, or one that is disabled."
#   prefer: "A trail with all regions and all events that is enabled, or the organization's."
#   console: "ActionTrail > Trails > Create Trail: all regions, all events; or the trail > Enable."
#   terraform: "`alicloud_actiontrail_trail`: `trail_region = \"All\"`, `event_rw = \"All\"`, `status = \"Enable\"`."
#   controls:
#     - "CIS Alibaba 2.0: 2.1 (nearest)"
#     - "Cloud Config: actiontrail-trail-intact-enabled"
#     - "infraguard: actiontrail-trail-intact-enabled"
#     - "MLPS 2.0 L3: 8.1.4.3 (unverified)"
#     - "ISO 27001:2022: A.8.15 (unverified)"
#     - "PCI DSS 4.0: 10.2.1 (unverified)"
#   remediation: |
#     Create a trail of all regions and all events, or enable the one there is.
#   api: [actiontrail:CreateTrail, actiontrail:UpdateTrail, actiontrail:StartLogging]
#   tags: [audit, external/cwe/cwe-778]
package esaudit.rules.es_ram_008

import data.esaudit.lib

# What a trail has to hold.
events := {"read", "write"}

results(s) := {verdict(s)}

verdict(s) := lib.passed("The trails of account {account} hold all events of all regions.", {"account": s.id}) if {
	held := {e | some t in s.facts.trails; everywhere(t); on(t); some e in held_by(t)}
	count(events - held) == 0
} else := lib.unknown(
	"Whether a trail holds all events of account {account} is not known: {calls}.",
	{"account": s.id, "calls": concat(", ", sort({call.call | some call in unread(s)}))}, [], unread(s),
) if {
	count(unread(s)) > 0
} else := lib.unknown(
	"Whether a trail holds all events of account {account} is not known: {trails} does not show its regions, events or status.",
	{"account": s.id, "trails": concat(", ", sort({t.name | some t in vague(s)}))},
	[lib.evidence({"at": at}, "a trail that does not show everything", name) | some name, at in places(vague(s))], [],
) if {
	count(vague(s)) > 0
} else := {
	"status": "fail", "severity": "medium",
	"message": "No trail of account {account} holds all events of all regions: {list}.",
	"args": {"account": s.id, "list": list(s)},
	"evidence": array.concat(
		[lib.evidence({"at": ""}, "no trail", "none") | count(s.facts.trails) == 0],
		[lib.evidence({"at": at}, "a trail that is not enough", name) | some name, at in places(s.facts.trails)],
	),
}

everywhere(t) if lower(t.regions.value) == "all"

on(t) if lower(t.status.value) == "enable"

held_by(t) := {e | some e in events; lower(t.events.value) in {e, "all"}}

unread(s) := [call | some call in s.facts.trail_lists; not call.read]

# vague: a trail that may be enough.
vague(s) := [t | some t in s.facts.trails; unshown(t); possible(t)]

unshown(t) if {
	some ref in [t.regions, t.events, t.status]
	not lib.known(ref)
}

possible(t) if count([ref | some ref in [[t.regions, "all"], [t.status, "enable"]]; wrong(ref)]) == 0

wrong([ref, want]) if lower(ref.value) != want

# places of trails by name; several regions list one.
places(trails) := {t.name: at | some t in trails; at := min({u.at | some u in trails; u.name == t.name})}

list(s) := "there is none" if {
	count(s.facts.trails) == 0
} else := concat("; ", sort({text |
	some t in s.facts.trails
	text := sprintf("trail %s has regions %s, events %s, status %s", [t.name, shown(t.regions), shown(t.events), shown(t.status)])
}))

shown(ref) := object.get(ref, "value", "not shown")
