# METADATA
# title: Snapshots are made automatically
# description: |
#   A snapshot is the only way back from an index that was deleted or overwritten.
#   The schedule counts too: one that runs once a month loses up to a month.
# custom:
#   id: ES-DAT-001
#   name: AutoSnapshotOff
#   severities: [medium, info]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Cloud Config elasticsearch-instance-snapshot-enabled"
#     - "Alibaba Cloud Elasticsearch, Create automatic snapshots"
#     - "Alibaba Cloud Elasticsearch API, DescribeSnapshotSetting"
#   avoid: "Auto Snapshot off; or on with `0 0 1 1 1 ? *`, once a year."
#   prefer: "Auto Snapshot on, daily: `0 0 01 ? * * *`."
#   console: "Elasticsearch Clusters > the cluster > Data Backup > Auto Snapshot: on, daily."
#   terraform: "`alicloud_elasticsearch_instance` has no field for it; set it in the console or with the API."
#   controls:
#     - "Cloud Config: elasticsearch-instance-snapshot-enabled"
#     - "infraguard: elasticsearch-instance-snapshot-enabled"
#     - "MLPS 2.0 L3: 8.1.4.9 (unverified)"
#     - "ISO 27001:2022: A.8.13 (unverified)"
#   parameters:
#     - {name: longest_hours, default: 168, text: "hours that may pass without an automatic snapshot"}
#   remediation: |
#     Switch automatic snapshots on, with a schedule that runs at least once a
#     week; the call needs the schedule too.
#   fix: enable-snapshots
#   api: [elasticsearch:UpdateSnapshotSetting]
#   tags: [backup, availability]
package esaudit.rules.es_dat_001

import data.esaudit.lib
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# longest_hours: how long nothing may run: seven days.
longest_hours := lib.parameter("ES-DAT-001", "longest_hours", 168)

verdict(s) := lib.unknown("Whether {cluster} makes snapshots was not read.", {"cluster": s.id}, [], lib.unread(calls(s), ["DescribeSnapshotSetting"])) if {
	not calls(s).DescribeSnapshotSetting.read
} else := {
	"status": "fail", "severity": "info",
	"message": "{cluster} makes no snapshots by itself; a shared repository suggests that somebody else does.", "args": {"cluster": s.id},
	"evidence": shown.once(array.concat([lib.evidence(snapshots(s).enabled, "off", "enabled")], [lib.evidence({"at": r.at}, "a shared repository", r.path) | some r in snapshots(s).repositories])),
} if {
	snapshots(s).enabled.value == false
	count(snapshots(s).repositories) > 0
} else := bad(s, "{cluster} makes no snapshots by itself.", snapshots(s).enabled, "off") if {
	snapshots(s).enabled.value == false
} else := bad(s, "{cluster} makes no snapshots by itself: its schedule is empty.", snapshots(s).schedule, "empty") if {
	trim_space(snapshots(s).schedule.value) == ""
} else := lib.unknown("{cluster} does not say whether it makes snapshots.", {"cluster": s.id}, [lib.evidence(snapshots(s).enabled, "no switch", "enabled")], []) if {
	not lib.known(snapshots(s).enabled)
} else := lib.unknown("When {cluster} makes snapshots cannot be read: {why}.", {"cluster": s.id, "why": why(s)}, [lib.evidence(snapshots(s).schedule, "the schedule", "schedule")], []) if {
	not snapshots(s).schedule.longest_hours
} else := bad(s, "{cluster} makes snapshots too rarely: up to {hours} hours pass between two of them.", snapshots(s).schedule, "too rarely") if {
	snapshots(s).schedule.longest_hours > longest_hours
} else := lib.passed("{cluster} makes a snapshot every {hours} hours at the latest.", args(s))

calls(s) := s.facts.data.calls

snapshots(s) := s.facts.data.snapshots

args(s) := {"cluster": s.id, "hours": object.get(snapshots(s).schedule, "longest_hours", 0)}

why(s) := snapshots(s).schedule.error if {
	snapshots(s).schedule.error != ""
} else := "no schedule is shown"

bad(s, message, ref, note) := {
	"status": "fail", "severity": "medium", "message": message, "args": args(s),
	"evidence": [lib.evidence(ref, note, note)],
}
