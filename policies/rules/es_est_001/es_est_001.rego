# METADATA
# title: The estate holds together
# description: |
#   A value that does not parse, a reference to an object that is not there,
#   blocks that overlap or lie outside their network, an address taken twice,
#   routes that send traffic in a circle or the same traffic two ways, or answers
#   that contradict each other: what depends on them is not what its owner
#   believes, and verdicts about it rest on less.
# custom:
#   id: ES-EST-001
#   name: EstateInconsistent
#   severities: [low]
#   kinds: [clb, ecs, elasticsearch, endpoint-service, nat, nlb, object, region, vpc, vswitch]
#   basis:
#     - "Alibaba Cloud VPC, Limits: CIDR blocks of vSwitches lie in their VPC and do not overlap"
#   avoid: "A route to a peering connection whose other side routes the same block back; a security group rule for `10.0.0.0/33`."
#   prefer: "Every reference leads to an object, every block lies in its network, every value parses."
#   console: "The object's own page: correct the value, or remove the reference to what is gone."
#   terraform: "The resource of the object: refer to other resources by their attributes instead of writing ids."
#   controls:
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Correct the value or remove what refers to something that is gone. Where the
#     vendor's answer itself is wrong, open a ticket with it.
#   api: []
#   tags: [hygiene]
package esaudit.rules.es_est_001

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch", "vpc", "vswitch", "ecs"}) if s.kind == "region"

results(s) := {verdict(s) | found(s)} if s.kind != "region"

found(s) if {
	is_array(s.inconsistencies)
	count(s.inconsistencies) > 0
}

verdict(s) := {
	"status": "fail", "severity": "low",
	"message": "{subject} does not hold together: {list}.",
	"args": {"subject": s.id, "list": concat("; ", sort({said(i) | some i in s.inconsistencies; not repeats(s, i)}))},
	"evidence": [lib.evidence({"at": i.at, "value": i.value}, said(i), sprintf("%s %s %v %s", [i.what, i.field, i.value, i.other])) | some i in s.inconsistencies],
}

# Each reading of a contradiction names the others: one of them is told.
repeats(s, i) if {
	i.what == "contradiction"
	some j in s.inconsistencies
	j.what == i.what
	split(j.at, "/contradiction/")[0] == split(i.at, "/contradiction/")[0]
	j.at < i.at
}

said(i) := sprintf("%s %v does not parse", [i.field, i.value]) if {
	i.what == "unparsable"
} else := sprintf("%s names %v, and no %s is listed under that id", [i.field, i.value, i.other]) if {
	i.what == "dangling"
} else := sprintf("%s %v lies outside %s", [i.field, i.value, i.other]) if {
	i.what == "outside"
} else := sprintf("%s %v overlaps %s", [i.field, i.value, i.other]) if {
	i.what == "overlap"
} else := sprintf("%s %v is that of %s too", [i.field, i.value, i.other]) if {
	i.what == "taken"
} else := sprintf("%s %v is routed back by %s", [i.field, i.value, i.other]) if {
	i.what == "loop"
} else := sprintf("%s %v has another route too, to %s", [i.field, i.value, i.other]) if {
	i.what == "ambiguous"
} else := sprintf("%s is %v in one answer and %s in another", [i.field, i.value, i.other]) if {
	i.what == "contradiction"
}
