# METADATA
# title: Security events are recorded
# description: |
#   Without audit logging nobody can say afterwards who tried to get in and what
#   was refused. It is off by default. Switched on, it has to record failed logins
#   and refused requests; from version 7 on only the log file is an output, and
#   settings of the former index output do nothing.
# custom:
#   id: ES-XPK-004
#   name: AuditOff
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure the YML file"
#     - "Elastic, Auditing security events and Audit event types"
#     - "GB/T 22239-2019 (MLPS 2.0), security audit"
#   avoid: "xpack.security.audit.enabled: false, or events.include: tampered_request alone."
#   prefer: "xpack.security.audit.enabled: true, with the default events, or with authentication_failed and access_denied among them."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: `xpack.security.audit.enabled` is `true`. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config = { \"xpack.security.audit.enabled\" = \"true\" }`."
#   controls:
#     - "CIS Alibaba 2.0: 6.3 (nearest)"
#     - "MLPS 2.0 L3: 8.1.4.3 (unverified)"
#     - "PCI DSS 4.0: 10.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.15 (unverified)"
#   remediation: |
#     Set xpack.security.audit.enabled to true, and keep authentication_failed and
#     access_denied among the events. The settings are replaced as a whole, the
#     cluster restarts, and the log needs disk.
#   fix: edit-settings
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [logging, external/cwe/cwe-778]
package esaudit.rules.es_xpk_004

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# needed: the events without which an attack leaves no trace.
needed := {"access_denied", "authentication_failed"}

verdict(s) := lib.not_applicable("{cluster} is of the community edition, which has no audit log.", {"cluster": s.id}) if {
	s.facts.calls.DescribeInstance.read
	settings.community(s) == "yes"
} else := gap if {
	gap := settings.unread(s)
} else := lib.unknown("{cluster} does not say whether its edition has an audit log.", {"cluster": s.id}, [lib.evidence(s.facts.data.category, "no category", "category")], []) if {
	settings.community(s) == "unknown"
} else := lib.unknown("Whether {cluster} records security events is not clear.", {"cluster": s.id}, settings.evidence(s, enabled, "no switch"), []) if {
	settings.toggle(s, enabled) == "unclear"
} else := {
	"status": "fail", "severity": "medium", "message": "{cluster} records no security events.", "args": {"cluster": s.id},
	"evidence": settings.state(s, enabled, "the audit log is off", "off by default"),
} if {
	settings.toggle(s, enabled) != "on"
} else := {
	"status": "fail", "severity": "medium",
	"message": "The audit log of {cluster} is set up for an index, which version {version} no longer writes.",
	"args": {"cluster": s.id, "version": s.facts.version.value},
	"evidence": shown.once([settings.proof(e, "has no effect from version 7 on") | some e in of_index(s)]),
} if {
	modern(s)
	count(of_index(s)) > 0
	count(of_file(s)) == 0
} else := lib.unknown("Which output the audit log of {cluster} has depends on its version, which is not known.", {"cluster": s.id}, shown.once([settings.proof(e, "counts up to version 6") | some e in of_index(s)]), []) if {
	not s.facts.version.major
	count(of_index(s)) > 0
} else := {
	"status": "fail", "severity": "medium",
	"message": "The audit log of {cluster} leaves out {events}.",
	"args": {"cluster": s.id, "events": concat(", ", sort(lost(s)))},
	"evidence": shown.once([settings.proof(e, "decides what is recorded") | some e in deciding(s)]),
} if {
	count(lost(s)) > 0
} else := lib.passed("{cluster} records failed logins and refused requests.", {"cluster": s.id})

enabled := "xpack.security.audit.enabled"

prefix := "xpack.security.audit."

modern(s) if s.facts.version.major >= 7

of_index(s) := [e | some e in s.facts.settings.entries; startswith(e.key, "xpack.security.audit.index.")]

of_file(s) := [e | some e in s.facts.settings.entries; startswith(e.key, "xpack.security.audit.logfile.")]

# outputs that decide: the log file from version 7 on; before, those that are
# named, else those that have settings of events.
outputs(s) := {"logfile"} if {
	not old(s)
} else := {lower(item) | some item in settings.items(s, "xpack.security.audit.outputs")} if {
	count(settings.items(s, "xpack.security.audit.outputs")) > 0
} else := {output |
	some output in ["index", "logfile"]
	count(events(s, output)) > 0
}

old(s) if s.facts.version.major < 7

events(s, output) := [e |
	some e in s.facts.settings.entries
	some name in ["include", "exclude"]
	e.key == sprintf("%s%s.events.%s", [prefix, output, name])
]

# lost: the needed events that no output records. Without any setting of events
# the default set has them.
lost(s) := {event |
	some event in needed
	count(outputs(s)) > 0
	every output in outputs(s) {
		not records(s, output, event)
	}
}

records(s, output, event) if {
	included(s, output, event)
	not named(s, output, "exclude", event)
}

included(s, output, _) if count(settings.entries(s, sprintf("%s%s.events.include", [prefix, output]))) == 0

included(s, output, event) if named(s, output, "include", event)

named(s, output, list, event) if {
	some item in settings.items(s, sprintf("%s%s.events.%s", [prefix, output, list]))
	lower(item) in {event, "_all"}
}

deciding(s) := [e | some output in outputs(s); some e in events(s, output)]
