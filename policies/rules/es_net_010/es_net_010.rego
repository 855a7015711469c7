# METADATA
# title: Public lists hold public addresses, private lists private ones
# description: |
#   A client on the internet never arrives with a private address, and one in the
#   VPC never with that of its NAT gateway. An entry of the wrong kind has no
#   effect, and its owner believes that somebody is admitted, or kept out.
# custom:
#   id: ES-NET-010
#   name: WhitelistEntryOfWrongKind
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch API, ModifyWhiteIps (a public list holds no private addresses, a private list no public ones)"
#   avoid: "`10.0.0.0/8` in the public list; `203.0.113.7` in the private one."
#   prefer: "Egress addresses in public lists, vSwitch ranges in private ones."
#   console: "Elasticsearch Clusters > the cluster > Security: edit the whitelist; for Kibana, Cluster > Kibana > Configure Kibana."
#   terraform: "`alicloud_elasticsearch_instance`: `public_whitelist`, `private_whitelist`, `kibana_whitelist`, `kibana_private_whitelist`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Replace the entry by the address that the client arrives with: its address in
#     the VPC for private lists, the address of its NAT gateway or office for public
#     ones.
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, hygiene]
package esaudit.rules.es_net_010

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Which addresses the lists of {cluster} hold was not read.", args(s, []), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := finding(s, "fail", "Lists of {cluster} hold addresses that nobody arrives with: {entries}.", wrong(s, "on")) if {
	count(wrong(s, "on")) > 0
} else := lib.unknown(
	"{cluster} does not say whether what its lists are for is on; they hold addresses that nobody arrives with: {entries}.",
	args(s, wrong(s, "unknown")), array.concat(proof(wrong(s, "unknown")), hinges(s)), [],
) if {
	count(wrong(s, "unknown")) > 0
} else := lib.unknown("Which addresses the networks of {cluster} use was not read completely, so that {entries} cannot be judged.", args(s, doubtful(s)), proof(doubtful(s)), around(s).settle) if {
	count(doubtful(s)) > 0
} else := lib.unknown("Lists of {cluster} are missing or do not show all they hold: {lists}.", object.union(args(s, []), {"lists": concat(", ", sort(vague(s)))}), [lib.evidence({"at": s.facts.whitelists[type].at}, type, type) | some type in vague(s)], []) if {
	count(vague(s)) > 0
} else := finding(s, "latent", "Lists of {cluster} hold addresses that nobody arrives with, without effect now: {entries}.", wrong(s, "off")) if {
	count(wrong(s, "off")) > 0
} else := lib.unknown("{cluster} does not say whether what its lists are for is on.", args(s, []), hinges(s), []) if {
	count(hinges(s)) > 0
} else := lib.passed("The lists of {cluster} hold the kind of addresses that arrive there.", args(s, []))

finding(s, status, message, entries) := {
	"status": status, "severity": "medium", "message": message, "args": args(s, entries), "evidence": proof(entries),
}

args(s, entries) := {"cluster": s.id, "entries": concat(", ", sort({sprintf("%s in %s", [e.text, e.list]) | some e in entries}))}

proof(entries) := lib.distinct([lib.evidence({"at": e.at, "value": e.text}, e.why, sprintf("%s %s %s", [e.list, lib.group(e), e.cidr])) | some e in entries])

around(s) := s.facts.network.around

# state: how a list stands. none is a list that nothing asks.
state(_, s) := "off" if {
	lib.frozen(s)
}

state("PRIVATE_ES", s) := "on" if not lib.frozen(s)

state("PUBLIC_ES", s) := lib.stands(s, "public") if not lib.frozen(s)

state("PUBLIC_KIBANA", s) := lib.stands(s, "kibana_public") if not lib.frozen(s)

# Cloud-native clusters do not ask the private list of Kibana: security groups
# control it there (ES-NET-014).
state("PRIVATE_KIBANA", s) := kibana_private(s) if not lib.frozen(s)

kibana_private(s) := "off" if {
	s.facts.network.arch_type.value == "public"
} else := "unknown" if {
	lib.stands(s, "kibana_private") == "on"
	not lib.known(s.facts.network.arch_type)
} else := lib.stands(s, "kibana_private")

types(s) := {"PUBLIC_ES", "PRIVATE_ES"} if {
	s.facts.kibana.have.value == false
} else := {"PUBLIC_ES", "PRIVATE_ES", "PUBLIC_KIBANA", "PRIVATE_KIBANA"}

# wrong: entries that nobody arrives with, of the lists that stand so.
wrong(s, how) := [e | some e in strangers(s); state(e.list, s) == how]

strangers(s) := [object.union(e, {"list": type, "why": why}) |
	some type in types(s)
	public := startswith(type, "PUBLIC_")
	some e in lib.own_entries(s.facts.whitelists[type])
	e.cidr != ""
	why := misplaced(s, public, e)
]

# misplaced says why nobody arrives at a list, public or not, with an entry.
misplaced(_, true, e) := "a private address in a public list" if {
	e.space == "private"
} else := "an address of the VPC itself in a public list" if {
	e.space == "internet"
	own(e)
}

misplaced(s, false, e) := "an address of the internet in a private list" if {
	foreign(e)
	count(around(s).settle) == 0
	around(s).vpc_known
}

own(e) if object.get(e, "own", false)

foreign(e) if {
	e.space == "internet"
	not object.get(e, "near", false)
}

# doubtful: entries that may be of a network that was not read. VPCs may use
# addresses that look public (user CIDRs).
doubtful(s) := [] if {
	around(s).vpc_known
	count(around(s).settle) == 0
} else := [object.union(e, {"list": type, "why": "may be of a network that was not read"}) |
	some type in types(s)
	public := startswith(type, "PUBLIC_")
	some e in lib.own_entries(s.facts.whitelists[type])
	e.cidr != ""
	unplaced(s, public, e)
]

unplaced(s, false, e) if {
	foreign(e)
	count(around(s).settle) > 0
}

unplaced(s, false, e) if {
	foreign(e)
	not around(s).vpc_known
}

unplaced(s, true, e) if {
	e.space == "internet"
	not around(s).vpc_known
}

vague(s) := {type |
	some type in types(s)
	unclear(s.facts.whitelists[type])
}

unclear(list) if not list.present

unclear(list) if count(list.stray) > 0

# hinges: switches that do not say how a list stands that is not plainly closed.
hinges(s) := [lib.hinge(s, switches[type]) |
	some type in types(s)
	switches[type]
	state(type, s) == "unknown"
	not lib.plainly_closed(s.facts.whitelists[type])
]

switches := {"PUBLIC_ES": "public", "PUBLIC_KIBANA": "kibana_public", "PRIVATE_KIBANA": "kibana_private"}
