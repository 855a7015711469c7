# METADATA
# title: The load balancer is active and not locked
# description: |
#   A load balancer that is inactive, locked or in arrears forwards nothing, and
#   neither does one whose listeners are all stopped. An NLB that is Configuring
#   goes on working while a change is applied.
# custom:
#   id: ES-SLB-007
#   name: LoadBalancerNotActive
#   severities: [high]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Classic Load Balancer, API DescribeLoadBalancers"
#     - "Network Load Balancer, API ListLoadBalancers"
#   avoid: "An active CLB whose listeners are all stopped."
#   prefer: "Status active (CLB) or Active (NLB), business status Normal, and a running listener."
#   console: "Server Load Balancer > Instances > the instance: start it, pay what is due, start its listeners."
#   terraform: "`alicloud_slb_load_balancer`: `status = \"active\"`; `alicloud_nlb_listener`: `status`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Start the load balancer or its listeners; settle the account's arrears
#     when it is locked. This is manual.
#   api: [slb:SetLoadBalancerStatus, slb:StartLoadBalancerListener, nlb:StartListener]
#   tags: [availability]
package esaudit.rules.es_slb_007

import data.esaudit.lib
import data.esaudit.lib.balancer

results(s) := lib.unlisted(s, {"clb", "nlb"}) if s.kind == "region"

results(s) := balancer.unsettled(s) if {
	s.kind != "region"
	not balancer.speaks(s)
}

results(s) := {verdict(s)} if {
	s.kind != "region"
	balancer.speaks(s)
}

words := {
	"fail": "{balancer} forwards nothing: {list}.",
	"unknown": "Whether {balancer} forwards anything is not decided: {list}.",
}

good := {"clb": {"active"}, "nlb": {"Active", "Configuring"}}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), lib.passed("{balancer} is active and not locked.", {"balancer": s.id}))

problems(s) := (status(s) | business(s)) | (locks(s) | stopped(s))

status(s) := {balancer.problem("high", "yes", s.facts.settings.status, sprintf("its status is %s", [s.facts.settings.status.value]), sprintf("status/%s", [s.facts.settings.status.value])) |
	lib.known(s.facts.settings.status)
	not s.facts.settings.status.value in good[s.kind]
}

business(s) := {balancer.problem("high", "yes", s.facts.settings.business_status, sprintf("its business status is %s", [s.facts.settings.business_status.value]), sprintf("business/%s", [s.facts.settings.business_status.value])) |
	lib.known(s.facts.settings.business_status)
	s.facts.settings.business_status.value != "Normal"
}

locks(s) := {balancer.problem("high", "yes", lock, sprintf("it is locked (%s)", [object.get(lock, "value", "no type shown")]), sprintf("lock/%d", [i])) | some i, lock in s.facts.settings.locks}

stopped(s) := {balancer.problem("high", "yes", s.facts.settings.status, "it has no listener", "listeners") |
	count(s.facts.listeners) == 0
	count(s.facts.listeners_unread) == 0
} | {balancer.problem("high", "yes", l.status, sprintf("listener %s is %s", [l.name, l.status.value]), sprintf("listener/%s", [l.name])) |
	count(s.facts.listeners_unread) == 0
	every l in s.facts.listeners { l.running == "no" }
	some l in s.facts.listeners
}

gaps(s) := settings(s) | ({g | some g in balancer.unlisted(s); not runs(s)} | listeners(s))

settings(s) := {balancer.gap(sprintf("its %s is not shown", [name]), ref, name, s.facts.settings.settle) |
	some name, ref in {"status": s.facts.settings.status, "business status": s.facts.settings.business_status}
	not lib.known(ref)
}

runs(s) if {
	some l in s.facts.listeners
	l.running == "yes"
}

listeners(s) := {balancer.gap(sprintf("the status of listener %s is not shown", [l.name]), l.status, sprintf("listener/%s", [l.name]), []) |
	not runs(s)
	some l in s.facts.listeners
	l.running == "unknown"
}
