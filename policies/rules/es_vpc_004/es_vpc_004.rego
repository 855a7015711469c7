# METADATA
# title: Flow logs record the networks of clusters
# description: |
#   A flow log of a cluster's VPC, or of each of its vSwitches, shows who connected
#   to what after the fact. One that was made and is not active records nothing.
# custom:
#   id: ES-VPC-004
#   name: FlowLogsOff
#   optional: true
#   severities: [low]
#   kinds: [vpc, region]
#   basis:
#     - "CIS Alibaba Cloud Foundations Benchmark 2.0, 2.5 and 3.3"
#     - "Cloud Config vpc-flow-logs-enabled"
#   avoid: "A VPC with a cluster and no flow log, or one whose status is Inactive."
#   prefer: "An active flow log of the VPC."
#   console: "VPC > Flow Log: create one for the VPC, or start the one there is."
#   terraform: "`alicloud_vpc_flow_log`: `resource_type = \"VPC\"`, `status = \"Active\"`."
#   controls:
#     - "Cloud Config: vpc-flow-logs-enabled"
#     - "infraguard: vpc-flow-logs-enabled"
#     - "CIS Alibaba 2.0: 2.5 (nearest)"
#     - "CIS Alibaba 2.0: 3.3 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.5 (unverified)"
#     - "PCI DSS 4.0: 10.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.15 (unverified)"
#   remediation: |
#     Create a flow log of the VPC, or activate the one there is.
#   api: [vpc:CreateFlowLog, vpc:ActiveFlowLog]
#   tags: [network, logging]
package esaudit.rules.es_vpc_004

import data.esaudit.lib

results(s) := lib.unlisted(s, {"vpc"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "vpc"

verdict(s) := lib.passed("A flow log records {vpc}, where {clusters} stand.", args(s)) if {
	some log in s.facts.flow_logs
	whole(s, log)
	log.status.value == "Active"
	some c in s.facts.clusters
	c.described.read
} else := lib.undecided("Whether a flow log records {subject} is not decided: {list}.", s, open) if {
	open := gaps(s)
	count(open) > 0
} else := lib.passed("Flow logs record the vSwitches of {clusters} in {vpc}.", args(s)) if {
	count(uncovered(s)) == 0
} else := {
	"status": "fail", "severity": "low",
	"message": "No active flow log records {list} in {vpc}.",
	"args": object.union(args(s), {"list": concat(", ", sort(uncovered(s)))}),
	"evidence": array.concat(
		[lib.evidence(log.status, sprintf("flow log %s is not active", [log.id]), log.id) | some log in s.facts.flow_logs; log.status.value != "Active"],
		[lib.evidence({"at": c.at}, sprintf("%s stands here", [c.id]), c.id) | some c in s.facts.clusters],
	),
}

args(s) := {"vpc": s.id, "clusters": concat(", ", sort({c.id | some c in s.facts.clusters}))}

whole(s, log) if log.resource == s.id

# uncovered: the vSwitches of clusters that no active flow log records; the
# cluster itself where no answer names its vSwitches.
uncovered(s) := {v |
	some c in s.facts.clusters
	some v in c.vswitches
	not v in recorded(s)
} | {c.id | some c in s.facts.clusters; count(c.vswitches) == 0}

recorded(s) := {log.resource | some log in s.facts.flow_logs; log.status.value == "Active"}

gaps(s) := (lib.unread_gaps(lib.unread(s.facts.calls, ["DescribeFlowLogs"])) | others(s)) | {lib.gap(sprintf("flow log %s does not show its status", [log.id]), log.status, log.id, []) |
	some log in s.facts.flow_logs
	not lib.known(log.status)
}

# What stands in the VPC, and in which of its vSwitches, is known when the
# clusters were described.
others(s) := lib.unread_gaps(array.concat(lib.unread(s.facts.calls, ["ListInstance"]), [c.described | some c in s.facts.clusters; not c.described.read])) if {
	count(recorded(s)) > 0
} else := set()
