# METADATA
# title: Listeners that end TLS in front of a cluster ask for TLS 1.2
# description: |
#   A listener that ends TLS (TCPSSL of an NLB, HTTPS of a CLB) decides which
#   versions a client may use. The policies that the vendor gives by default allow
#   TLS 1.0 and 1.1, whatever the cluster behind them speaks. A custom policy does
#   not show its versions here.
# custom:
#   id: ES-TLS-005
#   name: OldTLSPolicy
#   optional: true
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Network Load Balancer API, UpdateListenerAttribute (SecurityPolicyId)"
#     - "Classic Load Balancer API, SetLoadBalancerHTTPSListenerAttribute (TLSCipherPolicy)"
#     - "Cloud Config slb-all-listenter-tls-policy-check"
#   avoid: "A TCPSSL listener with `tls_cipher_policy_1_0`, the default."
#   prefer: "`tls_cipher_policy_1_2_strict_with_1_3`; or a TCP listener that passes the cluster's own TLS through."
#   console: "Network Load Balancer > Listeners > the listener > Modify TLS Security Policy; Classic Load Balancer > the HTTPS listener > TLS Security Policy."
#   terraform: "`alicloud_nlb_listener`: `security_policy_id`; `alicloud_slb_listener`: `tls_cipher_policy`."
#   controls:
#     - "Cloud Config: slb-all-listenter-tls-policy-check"
#     - "infraguard: slb-all-listenter-tls-policy-check"
#     - "CIS Alibaba 2.0: 6.1 (nearest)"
#     - "MLPS 2.0 L3: 8.1.2.2 (unverified)"
#     - "PCI DSS 4.0: 4.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.24 (unverified)"
#   remediation: |
#     Choose a policy of TLS 1.2 or newer for the listener, when no client is older.
#   api: [nlb:UpdateListenerAttribute, slb:SetLoadBalancerHTTPSListenerAttribute]
#   tags: [tls, external/cwe/cwe-326]
package esaudit.rules.es_tls_005

import data.esaudit.lib

# The vendor's own policies, by the oldest version they allow.
old := {"tls_cipher_policy_1_0", "tls_cipher_policy_1_1"}

good := {"tls_cipher_policy_1_2", "tls_cipher_policy_1_2_strict", "tls_cipher_policy_1_2_strict_with_1_3"}

ends_tls := {"TCPSSL", "HTTPS"}

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := result("fail", "{count} listeners in front of {cluster} allow TLS 1.0 or 1.1: {list}.", s, now) if {
	now := {l | some l in weak(s); l.serves == "yes"; l.running != "no"}
	count(now) > 0
} else := {
	"status": "unknown", "severity": "info",
	"message": "Which TLS versions the listeners in front of {cluster} allow is not decided: {list}.",
	"args": args(s, open),
	"evidence": [lib.evidence(gap, gap.note, gap.key) | some gap in open; gap.at != ""],
	"settle": [call | some gap in open; some call in gap.settle],
} if {
	open := gaps(s)
	count(open) > 0
} else := result("latent", "{count} listeners in front of {cluster} would allow TLS 1.0 or 1.1, and are not running: {list}.", s, weak(s)) if {
	count(weak(s)) > 0
} else := lib.not_applicable("No load balancer leads to {cluster}.", {"cluster": s.id}) if {
	count(s.facts.listeners) == 0
} else := lib.passed("The listeners in front of {cluster} pass TLS through or ask for TLS 1.2.", {"cluster": s.id})

result(status, message, s, list) := {
	"status": status, "severity": "medium", "message": message, "args": args(s, list),
	"evidence": [lib.evidence(l, l.note, l.key) | some l in list],
}

args(s, list) := {"cluster": s.id, "count": count(list), "list": concat("; ", sort({item.note | some item in list}))}

# weak: listeners with an old policy, as {serves, running, at, value, note, key}.
weak(s) := {object.union(
	lib.evidence(l.tls_policy, sprintf("listener %s of %s has policy %s", [l.name, l.balancer, l.tls_policy.value]), key(l)),
	{"serves": serves(l), "running": l.running, "settle": doubts(l)},
) |
	some l in s.facts.listeners
	l.protocol in ends_tls
	l.tls_policy.value in old
}

key(l) := sprintf("%s/%s", [l.balancer, l.name])

# serves: whether the listener leads to the cluster or its proxy.
serves(l) := "yes" if {
	count(l.proxies) > 0
} else := "yes" if {
	some target in l.targets
	target.cluster_match == "yes"
} else := "unknown"

doubts(l) := array.concat(l.settle, [call | some target in l.targets; some call in target.settle])

gap(note, ref, key, settle) := object.union(lib.evidence(ref, note, key), {"settle": settle})

gaps(s) := ({gap(sprintf("%s was not read", [call.call]), {"at": ""}, call.call, [call]) | some call in unread(s)} | {gap(l.note, l, l.key, l.settle) |
	some l in weak(s)
	l.serves == "unknown"
}) | {g |
	some l in s.facts.listeners
	g := policy_gap(l)
}

unread(s) := array.concat(lib.unread(s.facts.calls, ["DescribeInstance"]), s.facts.listeners_unread)

policy_gap(l) := gap(sprintf("the protocol of listener %s of %s is not shown", [l.name, l.balancer]), l, key(l), doubts(l)) if {
	l.protocol == ""
} else := gap(sprintf("the TLS policy of listener %s of %s is not shown", [l.name, l.balancer]), l.tls_policy, key(l), doubts(l)) if {
	l.protocol in ends_tls
	not lib.known(l.tls_policy)
} else := gap(sprintf("which versions policy %s of listener %s of %s allows is not shown", [l.tls_policy.value, l.name, l.balancer]), l.tls_policy, key(l), doubts(l)) if {
	l.protocol in ends_tls
	not l.tls_policy.value in old | good
}
