# METADATA
# title: A white list of a listener does not admit every address
# description: |
#   Access control of type white that holds 0.0.0.0/0, or its two halves, looks
#   like a filter and is none. A black list with 0.0.0.0/0 refuses everybody.
# custom:
#   id: ES-SLB-010
#   name: AccessControlAdmitsEveryone
#   optional: true
#   severities: [high]
#   kinds: [clb, region]
#   basis:
#     - "Cloud Config, slb-acl-public-access-check"
#     - "Classic Load Balancer, Access control"
#   avoid: "Access control on, type white, with 0.0.0.0/1 and 128.0.0.0/1."
#   prefer: "A white list with the addresses that need the listener."
#   console: "Classic Load Balancer > Access Control > the list: remove the entry."
#   terraform: "`alicloud_slb_acl_entry_attachment`: `entry`."
#   controls:
#     - "Cloud Config: slb-acl-public-access-check"
#     - "infraguard: slb-acl-public-access-check"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.3.1 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Remove the entries that hold the whole internet, and add the addresses
#     that need the listener.
#   fix: remove-acl-entries
#   api: [slb:RemoveAccessControlListEntry, slb:AddAccessControlListEntry]
#   tags: [network, exposure]
package esaudit.rules.es_slb_010

import data.esaudit.lib
import data.esaudit.lib.balancer

results(s) := lib.unlisted(s, {"clb"}) if s.kind == "region"

results(s) := balancer.unsettled(s) if {
	s.kind != "region"
	not balancer.speaks(s)
}

results(s) := {verdict(s)} if {
	s.kind != "region"
	balancer.speaks(s)
}

words := {
	"fail": "White lists of {balancer} admit every address: {list}.",
	"latent": "White lists bound to {balancer} admit every address and are not in force: {list}.",
	"unknown": "Whether white lists of {balancer} admit every address is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), lib.passed("No white list of {balancer} admits every address.", {"balancer": s.id}))

problems(s) := {balancer.problem(
	"high", active(l), l.filter.type,
	sprintf("the list of listener %s holds all of %s", [l.name, concat(" and ", sort(lib.open_families(l.filter.cidrs)))]), l.name,
) |
	some l in balancer.listeners(s)
	count(lib.open_families(l.filter.cidrs)) > 0
	white(l)
}

white(l) if lower(l.filter.type.value) == "white"

white(l) if {
	not lib.known(l.filter.type)
	l.filter.status.value == true
}

active(l) := "no" if {
	l.filter.status.value == false
} else := "unknown" if {
	not lib.known(l.filter.status)
} else := "unknown" if {
	not lib.known(l.filter.type)
} else := l.running

gaps(s) := balancer.unlisted(s) | {balancer.gap(
	sprintf("the access control of listener %s is not known", [l.name]), l.filter.status, sprintf("%s/filter", [l.name]), l.filter.settle,
) |
	some l in balancer.listeners(s)
	open(l)
}

open(l) if not lib.known(l.filter.status)

open(l) if {
	l.filter.status.value == true
	not lib.known(l.filter.type)
}

open(l) if {
	l.filter.status.value == true
	white(l)
	count(l.filter.settle) > 0
}
