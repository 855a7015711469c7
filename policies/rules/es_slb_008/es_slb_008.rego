# METADATA
# title: A listener's access control lets the path through
# description: |
#   A white list that is empty, or holds no address of the listener's family,
#   forwards nothing; a black list that holds every address refuses everybody.
#   Which address a load balancer sees through PrivateLink is not documented, so
#   that a list with some addresses decides nothing.
# custom:
#   id: ES-SLB-008
#   name: ListenerFilterBlocksPath
#   severities: [high]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Classic Load Balancer, Access control"
#     - "Classic Load Balancer, API DescribeLoadBalancerListeners"
#   avoid: "Access control on, type white, with an empty list."
#   prefer: "Access control off on a listener that only a private connection reaches."
#   console: "Classic Load Balancer > the instance > Listener > Access Control: disable, or add the entries."
#   terraform: "`alicloud_slb_listener`: `acl_status`, `acl_type`, `acl_id`; `alicloud_slb_acl_entry_attachment`."
#   controls:
#     - "Cloud Config: slb-all-listener-enabled-acl"
#     - "infraguard: slb-all-listener-enabled-acl"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Turn access control off on the listener behind a private connection (the
#     endpoint service's own white list says who may connect), or add the
#     entries that are missing.
#   api: [slb:SetLoadBalancerTCPListenerAttribute, slb:SetListenerAccessControlStatus, slb:AddAccessControlListEntry]
#   tags: [network, availability]
package esaudit.rules.es_slb_008

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
	"fail": "Listeners of {balancer} let nobody through: {list}.",
	"latent": "Listeners of {balancer} that are not running would let nobody through: {list}.",
	"unknown": "Whether the listeners of {balancer} let the path through is not decided: {list}.",
}

verdict(s) := balancer.judge(s, words, problems(s), gaps(s), otherwise(s))

otherwise(s) := lib.not_applicable("{balancer} has no listener on a path to a cluster whose access control could block it.", {"balancer": s.id}) if {
	count(judged(s)) == 0
} else := lib.passed("The access control of {balancer} blocks no listener on a path.", {"balancer": s.id})

# judged: an NLB's security groups are no matter of a private connection where
# there is none.
judged(s) := [l |
	some l in balancer.listeners(s)
	concerns(s)
]

concerns(s) if s.kind == "clb"

concerns(s) if balancer.offered(s)

concerns(s) if count(s.facts.connections_unread) > 0

problems(s) := {balancer.problem("high", l.running, {"at": l.filter.private.at}, l.filter.private.why, l.name) |
	some l in judged(s)
	l.filter.private.value == "no"
}

gaps(s) := balancer.unlisted(s) | {balancer.gap(l.filter.private.why, l.filter.private, l.name, l.filter.private.settle) |
	some l in judged(s)
	l.filter.private.value == "unknown"
	undecided(s, l)
}

# Where nobody comes through PrivateLink, a list that admits some admits those
# it is for.
undecided(s, _) if balancer.offered(s)

undecided(s, _) if count(s.facts.connections_unread) > 0

undecided(_, l) if count(l.filter.settle) > 0

undecided(_, l) if not lib.known(l.filter.status)

undecided(_, l) if not lib.known(l.filter.type)
