# METADATA
# title: Private connections
# description: |
#   What rules about VPC endpoints and endpoint services share.
package esaudit.lib.privatelink

import data.esaudit.lib

# text of a reference; "" when it is not shown.
text(ref) := ref.value if {
	is_string(ref.value)
} else := ""

# names: the settings that name an endpoint and have an effect, or may.
names(s) := [n | some n in s.facts.named_by.names; n.effect != "no"]

# name_evidence shows the settings that name something.
name_evidence(list) := [lib.evidence({"at": n.at, "value": n.host}, sprintf("%s names it", [n.key]), sprintf("%s=%s", [n.key, n.host])) | some n in list]

# judged: whether an endpoint service is judged: an endpoint of a cluster of the
# account is connected to it, or may be.
judged(s) := "yes" if {
	count(s.facts.connected) > 0
} else := "unknown" if {
	count(s.facts.connected_settle) > 0
} else := "no"

# unconnected: the result for a service of which nobody knows whether a cluster
# uses it.
unconnected(s) := lib.unknown(
	"Whether a cluster of the account is connected to endpoint service {service} was not read.",
	{"service": s.id}, [lib.evidence({"at": s.facts.at}, "no endpoint that was read names it", "connected")], s.facts.connected_settle,
)

# used_by names the clusters that are connected to a service.
used_by(s) := concat(", ", sort({c.cluster | some c in s.facts.connected}))

# unread: the calls about a service that were not read, of the named ones.
unread(s, names) := lib.unread(s.facts.calls, names)

# notes joins what several problems say.
notes(list) := concat("; ", sort({p.note | some p in list}))

# shown gives problems as evidence, in the order of their notes.
shown(list) := [lib.evidence(p, p.note, p.key) | some p in sort(list)]

# settle of several gaps.
settle(gaps) := [call | some gap in gaps; some call in gap.settle]

# gap is something that is not known, and the calls that would tell.
gap(note, ref, key, calls) := object.union(lib.evidence(ref, note, key), {"settle": calls})
