# METADATA
# title: What rules about load balancers share
# description: |
#   A load balancer is judged when it is on a path to a cluster: a listener that
#   carries connections, and that a private connection offers or a cluster or a
#   declared proxy stands behind. Problems are {severity, active, at, value, note,
#   key}; active is yes, no (no effect now) or unknown. Gaps are {at, value, note,
#   key, settle}.
package esaudit.lib.balancer

import data.esaudit.lib

# speaks: rules speak of a load balancer on a path.
speaks(s) if s.facts.scope.value == "yes"

# unsettled: what every rule says of a load balancer that is not known to be on a
# path: nothing, or that it may be.
unsettled(s) := {lib.unknown(
	"Whether {balancer} is on a path to a cluster was not read.", {"balancer": s.id},
	[lib.evidence({"at": r.at}, sprintf("may be on a path: %s", [r.by]), sprintf("scope/%d", [i])) | some i, r in s.facts.scope.because; r.at != ""],
	s.facts.scope.settle,
)} if {
	s.facts.scope.value == "unknown"
} else := set()

# offered: an endpoint service offers it to a cluster's endpoint.
offered(s) if {
	some r in s.facts.scope.because
	r.by == "service"
	r.match == "yes"
}

# leads: a cluster or a declared proxy stands, or may stand, behind a listener.
leads(l) if count(l.targets) > 0

leads(l) if {
	some x in l.group.servers
	x.proxy
}

# listeners of a load balancer that are part of a path. One for UDP carries no
# connection, and one that redirects HTTP has no servers.
listeners(s) := [l |
	some l in s.facts.listeners
	not udp(l)
	not l.redirect
	relevant(s, l)
]

udp(l) if lower(l.protocol.value) == "udp"

relevant(s, _) if offered(s)

relevant(_, l) if leads(l)

# A listener whose servers were not read may lead anywhere.
relevant(_, l) if not l.group.read

# unlisted: gaps of listeners that were not read, and of those that may be part
# of a path.
unlisted(s) := {gap(sprintf("%s was not read", [call.call]), {"at": ""}, call.call, [call]) | some call in s.facts.listeners_unread} | {gap(
	sprintf("whether listener %s is on a path was not read", [l.name]), {"at": l.at}, sprintf("%s/path", [l.name]), s.facts.scope.settle,
) |
	count(s.facts.scope.settle) > 0
	some l in s.facts.listeners
	not udp(l)
	not relevant(s, l)
}

# unserved: gaps of listeners whose servers were not read.
unserved(s) := {gap(sprintf("the servers of listener %s were not read", [l.name]), {"at": l.group.at}, sprintf("%s/servers", [l.name]), l.group.settle) |
	some l in listeners(s)
	not l.group.read
}

gap(note, ref, key, settle) := object.union(lib.evidence({"at": ref.at}, note, key), {"settle": settle})

problem(severity, active, ref, note, key) := object.union(lib.evidence(ref, note, key), {"severity": severity, "active": active})

# judge: what is wrong now, what is not known, what is wrong without an effect,
# else what the rule says of a load balancer in order. words are the messages.
judge(s, words, wrong, open, otherwise) := bad("fail", s, words.fail, [p | some p in wrong; p.active == "yes"]) if {
	some p in wrong
	p.active == "yes"
} else := lib.unknown(words.unknown, args(s, doubts), shown(doubts), [call | some d in doubts; some call in object.get(d, "settle", [])]) if {
	doubts := open | {p | some p in wrong; p.active == "unknown"}
	count(doubts) > 0
} else := bad("latent", s, words.latent, [p | some p in wrong]) if {
	count(wrong) > 0
} else := otherwise

bad(status, s, message, wrong) := {
	"status": status, "severity": lib.worst({p.severity | some p in wrong}), "message": message,
	"args": args(s, wrong), "evidence": shown(wrong),
}

args(s, items) := {"balancer": s.id, "list": concat("; ", few(sort({item.note | some item in items})))}

# few are the first of a list, and how many more there are; the evidence has all.
few(list) := list if {
	count(list) <= named
} else := array.concat(array.slice(list, 0, named), [sprintf("and %d more", [count(list) - named])])

# named is how many things a message names.
named := 5

# shown: one item of evidence for each key.
shown(items) := [{"at": item.at, "value": object.get(item, "value", null), "note": item.note, "key": item.key} |
	some key in {item.key | some item in items; item.at != ""}
	item := [item | some item in items; item.key == key; item.at != ""][0]
]

# migration: a tag says that it stands for a migration only.
migration(s) if {
	some tag in s.facts.settings.tags
	some text in [tag.key, tag.value]
	contains(lower(text), "migrat")
}

# faces: whether it has an address of the internet.
faces(s) := "yes" if {
	some way in s.facts.settings.internet
	way.value == "yes"
} else := "unknown" if {
	some way in s.facts.settings.internet
	way.value == "unknown"
} else := "no"

way_names := {"address": "its address", "ipv6_address": "its IPv6 address", "eip": "an elastic IP"}
