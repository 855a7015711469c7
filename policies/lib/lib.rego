# METADATA
# title: What every rule uses
# description: |
#   Results, calls that were not read, and address sets. A rule gets one subject
#   at a time and gives a set of results; no rule negates a raw fact without
#   asking first whether it is known.
package esaudit.lib

# INTERNET4 of SEMANTICS 3 as minimal CIDRs.
internet4 := [
	"1.0.0.0/8", "2.0.0.0/7", "4.0.0.0/6", "8.0.0.0/7", "11.0.0.0/8",
	"12.0.0.0/6", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/3", "96.0.0.0/6",
	"100.0.0.0/10", "100.128.0.0/9", "101.0.0.0/8", "102.0.0.0/7", "104.0.0.0/5",
	"112.0.0.0/5", "120.0.0.0/6", "124.0.0.0/7", "126.0.0.0/8", "128.0.0.0/3",
	"160.0.0.0/5", "168.0.0.0/8", "169.0.0.0/9", "169.128.0.0/10", "169.192.0.0/11",
	"169.224.0.0/12", "169.240.0.0/13", "169.248.0.0/14", "169.252.0.0/15", "169.255.0.0/16",
	"170.0.0.0/7", "172.0.0.0/12", "172.32.0.0/11", "172.64.0.0/10", "172.128.0.0/9",
	"173.0.0.0/8", "174.0.0.0/7", "176.0.0.0/4", "192.0.0.0/9", "192.128.0.0/11",
	"192.160.0.0/13", "192.169.0.0/16", "192.170.0.0/15", "192.172.0.0/14", "192.176.0.0/12",
	"192.192.0.0/10", "193.0.0.0/8", "194.0.0.0/7", "196.0.0.0/6", "200.0.0.0/5",
	"208.0.0.0/4",
]

# INTERNET6 of SEMANTICS 3.
internet6 := ["2000::/3"]

# covers: every block lies inside one of the CIDRs. Both lists are minimal, so
# that a block inside their union lies inside one member of it.
covers(cidrs, blocks) if {
	every block in blocks {
		holds(cidrs, block)
	}
}

# holds: a block is one of the CIDRs, or lies inside one.
holds(cidrs, block) if {
	block in cidrs
} else if {
	some cidr in cidrs
	net.cidr_contains(cidr, block)
}

# families that a list of CIDRs opens to the whole internet.
open_families(cidrs) := {family |
	some family, blocks in {"IPv4": internet4, "IPv6": internet6}
	covers(cidrs, blocks)
}

is_ipv6(cidr) if contains(cidr, ":")

# parameter is a threshold of a rule: what the configuration says of it under
# parameters, or its default, which the rule's METADATA names too.
parameter(rule, name, default_value) := object.get(object.get(declared_parameters, rule, {}), name, default_value)

declared_parameters := input.config.parameters if {
	is_object(input.config.parameters)
} else := {}

known(ref) if ref.value != null

# unread: the calls of a subject that were not read, of the named ones.
unread(calls, names) := [calls[name] | some name in names; not calls[name].read]

# unlisted: a region whose lists of a kind of object were not read gives one
# unknown, because nobody knows what it does not show.
unlisted(s, kinds) := {result |
	missing := [list | some list in unread_lists(s); list.kind in kinds]
	count(missing) > 0
	result := unknown(
		"Which objects {region} has was not read: {calls}.",
		{"region": s.id, "calls": concat(", ", sort({list.call | some list in missing}))},
		[], [object.remove(list, {"kind"}) | some list in missing],
	)
}

unread_lists(s) := [list | some list in s.facts.lists; not list.read]

# unknown gives the result of a subject that cannot be decided. settle are the
# calls that would, as facts; none when no call can.
unknown(message, args, evidence, settle) := {
	"status": "unknown", "severity": "info", "message": message, "args": args,
	"evidence": evidence, "settle": settle,
}

passed(message, args) := {
	"status": "pass", "severity": "info", "message": message, "args": args, "evidence": [],
}

not_applicable(message, args) := {
	"status": "na", "severity": "info", "message": message, "args": args, "evidence": [],
}

# evidence shows a value: where it stands, what it is, and the key that makes
# its fingerprint (a canonical CIDR, a port, a pair).
evidence(ref, note, key) := {"at": ref.at, "value": object.get(ref, "value", null), "note": note, "key": key}

severity_rank := {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}

# worst of a set of severities.
worst(severities) := [name | some name in ["critical", "high", "medium", "low", "info"]; name in severities][0]

# closed_9300: from version 6 on an instance does not serve the transport port
# (SEMANTICS 4).
closed_9300(version) if version.major >= 6

open_9300(version) if version.major < 6

# hops: the way from the internet through an entry of a cluster; none when
# nobody gets in.
hops(s, entry) := object.get(object.get(s.facts.exposure, entry, {}), "hops", [])
