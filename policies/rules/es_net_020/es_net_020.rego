# METADATA
# title: Whitelists should be as their template says
# description: |
#   A whitelist template pushes its entries to every cluster that is linked with
#   it, at once. No call shows templates: what they should hold is declared. A
#   cluster whose list differs was edited by hand, or the template was.
# custom:
#   id: ES-NET-020
#   name: WhitelistTemplateDrift
#   severities: [info]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Manage whitelists for multiple clusters with a template (Singapore)"
#   avoid: "A template declared as `10.10.1.0/24`, and `0.0.0.0/0` in the lists of its clusters."
#   prefer: "Lists that hold what the template declares, and at most narrow entries of their own."
#   console: "Elasticsearch > IP Whitelist Template: compare it with what `whitelist_templates` declares, and apply it again."
#   terraform: "`alicloud_elasticsearch_instance`: `private_whitelist`, `public_whitelist`; templates have no resource."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   parameters:
#     - {name: narrow, default: 24, text: "IPv4 blocks with this prefix length or a longer one are no drift"}
#     - {name: narrow_ipv6, default: 64, text: "IPv6 blocks with this prefix length or a longer one are no drift"}
#   remediation: |
#     Correct the template, or the list, or `whitelist_templates` in esaudit.yaml:
#     whichever is not what was meant. Narrow entries that a cluster has on its own
#     are no difference.
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, hygiene]
#   optional: true
package esaudit.rules.es_net_020

import data.esaudit.lib

# An entry of a cluster's own that is this narrow, or narrower, was added on
# purpose.
narrow := lib.parameter("ES-NET-020", "narrow", 24)

narrow_ipv6 := lib.parameter("ES-NET-020", "narrow_ipv6", 64)

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("What the lists of {cluster} hold was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.not_applicable("No whitelist template is declared for {cluster}.", args(s)) if {
	count(templates(s)) == 0
} else := {
	"status": "fail", "severity": "info",
	"message": "Lists of {cluster} differ from their templates: {list}.",
	"args": object.union(args(s), {"list": concat("; ", sort({d.note | some d in drift(s)}))}), "evidence": drift(s),
} if {
	count(drift(s)) > 0
} else := lib.unknown("Lists of {cluster} that have a template are missing or do not show all they hold: {lists}.", object.union(args(s), {"lists": concat(", ", sort(vague(s)))}), [lib.evidence({"at": s.facts.whitelists[type].at}, type, type) | some type in vague(s)], []) if {
	count(vague(s)) > 0
} else := lib.passed("The lists of {cluster} hold what their {count} templates declare.", object.union(args(s), {"count": count(templates(s))}))

args(s) := {"cluster": s.id}

templates(s) := [t |
	some t in input.config.whitelist_templates
	s.id in t.clusters
]

types(s) := {t.list | some t in templates(s)}

# declared: what all templates of a list declare together.
declared(s, type) := net.cidr_merge([ip | some t in templates(s); t.list == type; some ip in t.ips])

drift(s) := lib.distinct(array.concat(missing(s), extra(s)))

missing(s) := [lib.evidence({"at": list.at}, sprintf("%s of template %s is not in %s", [ip, t.name, t.list]), sprintf("%s %s missing", [t.list, ip])) |
	some t in templates(s)
	list := s.facts.whitelists[t.list]
	list.present
	count(list.stray) == 0
	some ip in t.ips
	not lib.covers(list.cidrs, [ip])
]

extra(s) := [lib.entry_evidence(e, sprintf("%s of group %s is in %s and in no template", [e.text, lib.group(e), type])) |
	some type in types(s)
	some e in lib.own_entries(s.facts.whitelists[type])
	e.cidr != ""
	lib.bits(e.cidr) < limit(e.cidr)
	not lib.covers(declared(s, type), [e.cidr])
]

limit(cidr) := narrow_ipv6 if {
	lib.is_ipv6(cidr)
} else := narrow

vague(s) := {type |
	some type in types(s)
	unclear(s.facts.whitelists[type])
}

unclear(list) if not list.present

unclear(list) if count(list.stray) > 0
