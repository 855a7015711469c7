# METADATA
# title: No zone is isolated
# description: |
#   Nodes of an isolated zone take no part in the cluster: what they held has
#   fewer copies, and what is left carries all of the load. It is meant for faults
#   and maintenance, and stays until somebody ends it.
# custom:
#   id: ES-DAT-005
#   name: ZoneIsolated
#   severities: [high, info]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch API, DescribeInstance (zoneInfos)"
#     - "Alibaba Cloud Elasticsearch, Deploy a multi-zone cluster"
#   avoid: "zoneInfos: cn-hangzhou-i ISOLATION, for days."
#   prefer: "zoneInfos: every zone NORMAL."
#   console: "Elasticsearch Clusters > the cluster > Node Visualization: the zone > Recover."
#   terraform: "`alicloud_elasticsearch_instance` has no field for it; use the console or the API."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.9 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Switch the zone on again when the fault is over.
#   api: [elasticsearch:ActivateZones]
#   tags: [availability]
package esaudit.rules.es_dat_005

import data.esaudit.lib
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether a zone of {cluster} is isolated was not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := bad(s, "info", "{zones} of {cluster} is isolated, within the maintenance window {window}.") if {
	count(isolated(s)) > 0
	maintained(s)
} else := bad(s, "high", "{zones} of {cluster} is isolated: its nodes take no part in the cluster.") if {
	count(isolated(s)) > 0
} else := lib.unknown("The zones of {cluster}, or their states, are not in what was read.", {"cluster": s.id}, [lib.evidence(s.facts.data.zone_count, "zones", "zones")], []) if {
	not clear(s)
} else := lib.passed("No zone of {cluster} is isolated.", {"cluster": s.id})

isolated(s) := [z | some z in s.facts.zones; state(z) == "ISOLATION"]

state(z) := upper(trim_space(object.get(z, "status", "")))

clear(s) if {
	count(s.facts.zones) > 0
	every z in s.facts.zones { state(z) == "NORMAL" }
}

name(z) := object.get(z, "id", "A zone")

window(s) := sprintf("%v to %v", [object.get(s.facts.data.maintenance.start, "value", "?"), object.get(s.facts.data.maintenance.end, "value", "?")])

bad(s, severity, message) := {
	"status": "fail", "severity": severity, "message": message,
	"args": {"cluster": s.id, "zones": concat(" and ", sort({name(z) | some z in isolated(s)})), "window": window(s)},
	"evidence": shown.once([lib.evidence({"at": z.at}, sprintf("%s is isolated", [name(z)]), name(z)) | some z in isolated(s)]),
}

# maintained: the account was read within the window, which may pass midnight.
maintained(s) if {
	start := minutes(s.facts.data.maintenance.start.value)
	end := minutes(s.facts.data.maintenance.end.value)
	within(start, end, now(s))
}

within(start, end, at) if {
	start < end
	start <= at
	at < end
}

within(start, end, at) if {
	start > end
	start <= at
}

within(start, end, at) if {
	start > end
	at < end
}

now(s) := (hours * 60) + mins if {
	s.taken_at != ""
	[hours, mins, _] := time.clock(time.parse_rfc3339_ns(s.taken_at))
}

# minutes of a day: "18:00Z".
minutes(text) := (to_number(hours) * 60) + to_number(mins) if {
	[_, hours, mins] := regex.find_all_string_submatch_n(`^\s*0*([0-9]{1,2}):0*([0-9]{1,2})(?::00)?\s*Z?\s*$`, text, 1)[0]
	to_number(hours) < 24
	to_number(mins) < 60
}
