# METADATA
# title: Public entries should belong to somebody known
# description: |
#   An address that was released is given to the next customer, and the list still
#   admits it. A single public address in a list should be one of the account's
#   own, or be declared.
# custom:
#   id: ES-NET-017
#   name: PublicEntryUnowned
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Manage IP address whitelists (regular review)"
#   avoid: "The address of an EIP that was released last year, in the public list."
#   prefer: "Addresses of the account's EIPs and NAT gateways; partners and offices declared under `clients` or `public_ranges`."
#   console: "Elasticsearch Clusters > the cluster > Security > Public Network Whitelist: remove the entry."
#   terraform: "`alicloud_elasticsearch_instance`: `public_whitelist`, `kibana_whitelist`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.4.2 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Find out whose address it is. Declare it under `clients` (with cidrs) or
#     `public_ranges` of esaudit.yaml, or remove it from its group (ModifyWhiteIps
#     with modifyMode Delete; one entry must stay).
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, exposure]
#   optional: true
package esaudit.rules.es_net_017

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Which addresses the public lists of {cluster} hold was not read.", args(s, []), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("Whose {entries} in public lists of {cluster} are was not read completely.", args(s, strangers(s)), proof(strangers(s)), s.facts.network.owners_settle) if {
	count(strangers(s)) > 0
	count(s.facts.network.owners_settle) > 0
} else := finding(s, "fail", "Public lists of {cluster} hold addresses that are nobody's here and are not declared: {entries}.", at(s, "on")) if {
	count(at(s, "on")) > 0
} else := lib.unknown("{cluster} does not say whether public access is on; its lists hold addresses that are nobody's here: {entries}.", args(s, at(s, "unknown")), array.concat(proof(at(s, "unknown")), hinges(s)), []) if {
	count(at(s, "unknown")) > 0
} else := lib.unknown("Public lists of {cluster} are missing or do not show all they hold: {lists}.", object.union(args(s, []), {"lists": concat(", ", sort(vague(s)))}), [lib.evidence({"at": s.facts.whitelists[type].at}, type, type) | some type in vague(s)], []) if {
	count(vague(s)) > 0
} else := finding(s, "latent", "Public lists of {cluster} hold addresses that are nobody's here, without effect now: {entries}.", at(s, "off")) if {
	count(at(s, "off")) > 0
} else := lib.passed("Every single address in the public lists of {cluster} belongs to somebody known.", args(s, []))

finding(s, status, message, entries) := {
	"status": status, "severity": "medium", "message": message, "args": args(s, entries), "evidence": proof(entries),
}

args(s, entries) := {"cluster": s.id, "entries": concat(", ", sort({e.address | some e in entries}))}

proof(entries) := [lib.evidence({"at": e.at, "value": e.text}, sprintf("%s: nobody's that is known", [e.list]), sprintf("%s %s", [e.list, e.address])) | some e in entries]

switches(s) := {"PUBLIC_ES": "public"} if {
	s.facts.kibana.have.value == false
} else := {"PUBLIC_ES": "public", "PUBLIC_KIBANA": "kibana_public"}

# strangers: single addresses of which no answer and no declaration says whose
# they are.
strangers(s) := [e |
	some e in s.facts.network.singles
	switches(s)[e.list]
	e.owner.kind == ""
]

at(s, how) := [e |
	some e in strangers(s)
	lib.stands(s, switches(s)[e.list]) == how
]

hinges(s) := [lib.hinge(s, switch) | some switch in switches(s); lib.stands(s, switch) == "unknown"]

vague(s) := {type |
	some type, _ in switches(s)
	unclear(s.facts.whitelists[type])
}

unclear(list) if not list.present

unclear(list) if count(list.stray) > 0
