package esaudit.lib

# on_path: whether an object is on a path to a cluster: yes, no, unknown.
on_path(s) := s.facts.scope.value

# off_path gives the result of an object of which it is not known whether it is
# on a path.
off_path(s) := unknown(
	"Whether {subject} is on a path to a cluster is not decided.", {"subject": s.id},
	[evidence(r, "it may be", relation(r)) | some r in s.facts.scope.because], s.facts.scope.settle,
)

# relation says what a relation means: the objects it is about.
relation(r) := concat("/", [object.get(r, field, "") | some field in ["by", "cluster", "endpoint", "service", "balancer", "host"]])

# gap is what is not known: evidence with the calls that would tell.
gap(note, ref, key, settle) := object.union(evidence(ref, note, key), {"settle": settle})

# undecided gives the result of a subject with gaps. message takes {subject} and
# {list}.
undecided(message, s, open) := {
	"status": "unknown", "severity": "info", "message": message,
	"args": {"subject": s.id, "list": notes(open)},
	"evidence": [evidence(g, g.note, g.key) | some g in open; g.at != ""],
	"settle": [call | some g in open; some call in g.settle],
}

# notes lists the notes of problems or gaps.
notes(list) := concat("; ", sort({item.note | some item in list}))

# unread_gaps are the gaps that calls which were not read leave.
unread_gaps(calls) := {gap(sprintf("%s was not read", [call.call]), {"at": ""}, call.call, [call]) | some call in calls}
