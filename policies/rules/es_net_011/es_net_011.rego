# METADATA
# title: Whitelists should be in order
# description: |
#   An entry that is no address, a list written with full-width commas or spaces,
#   127.0.0.1 beside other entries, duplicates and entries inside others: nothing
#   of it does what its author meant, and whoever reviews the list does not see
#   what it admits.
# custom:
#   id: ES-NET-011
#   name: WhitelistUntidy
#   severities: [low]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure a public or private IP address whitelist (300 entries, commas without spaces)"
#     - "Alibaba Cloud Elasticsearch, Manage whitelists for multiple clusters with a template (127.0.0.1 has no effect beside others)"
#   avoid: "`203.0.113.7，203.0.113.8`, `10.0.1.0/24 10.0.2.0/24`, `127.0.0.1` beside `203.0.113.7`, `10.0.1.5` beside `10.0.1.0/24`."
#   prefer: "One address or CIDR an element, each once, the widest of those that overlap."
#   console: "Elasticsearch Clusters > the cluster > Security: edit the group; for Kibana, Cluster > Kibana > Configure Kibana."
#   terraform: "`alicloud_elasticsearch_instance`: `public_whitelist`, `private_whitelist`, `kibana_whitelist`, `kibana_private_whitelist`: one element an entry."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   parameters:
#     - {name: most, default: 300, text: "entries that a list may hold"}
#   remediation: |
#     Write the group anew with its normalised entries (ModifyWhiteIps with
#     modifyMode Cover): one address or CIDR an element, without duplicates and
#     without entries that another one holds. Cover with an empty list deletes a
#     group, which is what an empty one needs.
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, hygiene]
package esaudit.rules.es_net_011

import data.esaudit.lib

# So many entries fit into a list.
most := lib.parameter("ES-NET-011", "most", 300)

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("What the lists of {cluster} hold was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := {
	"status": "fail", "severity": "low",
	"message": "Whitelists of {cluster} are not in order: {list}.",
	"args": object.union(args(s), {"list": concat("; ", sort({f.note | some f in faults(s)}))}), "evidence": faults(s),
} if {
	count(faults(s)) > 0
} else := lib.unknown("Lists of {cluster} are missing or do not show all they hold: {lists}.", object.union(args(s), {"lists": concat(", ", sort(vague(s)))}), [lib.evidence({"at": s.facts.whitelists[type].at}, type, type) | some type in vague(s)], []) if {
	count(vague(s)) > 0
} else := lib.passed("The whitelists of {cluster} are in order.", args(s))

args(s) := {"cluster": s.id}

# types: Kibana's lists count where there is one, or may be.
types(s) := {"PUBLIC_ES", "PRIVATE_ES"} if {
	s.facts.kibana.have.value == false
} else := {"PUBLIC_ES", "PRIVATE_ES", "PUBLIC_KIBANA", "PRIVATE_KIBANA"}

faults(s) := lib.distinct([fault |
	some type in types(s)
	some fault in faults_of(type, s.facts.whitelists[type])
])

faults_of(type, list) := array.concat(
	array.concat(array.concat(unreadable(type, list), spaced(type, list)), array.concat(idle(type, list), repeated(type, list))),
	array.concat(array.concat(inside(type, list), empty(type, list)), full(type, list)),
)

unreadable(type, list) := [item(type, e, "is no address or CIDR", "unreadable") | some e in list.unread]

# The vendor separates entries by commas without spaces. Reachability splits at
# white space too.
spaced(type, list) := array.concat(
	[item(type, e, "holds white space", "spaced") | some e in list.elements; regex.match(`[\s\p{Z}]`, e.text)],
	[item(type, e, "is empty", "blank") | some e in list.elements; e.text == ""],
)

# idle: 127.0.0.1 (and ::1 of IPv6) beside other entries of one group: it denies
# nobody then.
idle(type, list) := [item(type, e, "has no effect beside other entries", "idle") |
	local := [e | some e in list.entries; e.cidr == ""]
	count(local) > 0
	busy := {[lib.group(o), lib.family(o.cidr), o.group] | some o in list.entries; o.cidr != ""}
	some e in local
	[lib.group(e), lib.family(e.text), e.group] in busy
]

# repeated: the same addresses twice in one list. What the flat list has in
# common with group default is one entry.
repeated(type, list) := [item(type, e, "stands twice", "twice") |
	own := [e | some e in lib.own_entries(list); e.cidr != ""]
	count({e.cidr | some e in own}) < count(own)
	places := sort([[e.cidr, i] | some i, e in own])
	later := {place[1] | some n, place in places; places[n - 1][0] == place[0]}
	some i, e in own
	i in later
]

inside(type, list) := [item(type, e, "lies inside another entry", "inside") | some e in lib.own_entries(list); e.inside; e.cidr != ""]

empty(type, list) := [lib.evidence({"at": g.at}, sprintf("%s group %s holds nothing", [type, g.group]), sprintf("%s %s empty", [type, g.group])) |
	some g in list.named
	g.size == 0
]

full(type, list) := [lib.evidence({"at": list.at}, sprintf("%s holds %d entries, more than %d", [type, size, most]), sprintf("%s full", [type])) |
	size := count(lib.own_entries(list)) + count({[e.group, e.text] | some e in list.unread})
	size > most
]

item(type, e, fault, key) := lib.evidence(
	{"at": e.at, "value": e.text}, sprintf("%s group %s: %s %s", [type, lib.group(e), json.marshal(e.text), fault]),
	sprintf("%s %s %s %s", [type, lib.group(e), lib.entry_key(e), key]),
)

vague(s) := {type |
	some type in types(s)
	unclear(s.facts.whitelists[type])
}

unclear(list) if not list.present

unclear(list) if count(list.stray) > 0
