# METADATA
# title: IPv6 entries only where IPv6 access exists
# description: |
#   Public access by IPv6 is documented for some regions only. Elsewhere an IPv6
#   entry is dead, or it is IPv4 in disguise: ::ffff:0.0.0.0/96 is every IPv4
#   address. Both mislead whoever reads the list.
# custom:
#   id: ES-NET-007
#   name: IPv6WithoutAccess
#   severities: [low]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure a public or private IP address whitelist (IPv6 in China (Hangzhou) only)"
#     - "Alibaba Cloud Elasticsearch, Configure an IP address whitelist for access to the Kibana console"
#   avoid: "`2001:db8:1::/48` or `::ffff:203.0.113.7` in a list of a cluster in China (Shanghai)."
#   prefer: "The IPv4 egress addresses, and `::1` where IPv6 shall be closed."
#   console: "Elasticsearch Clusters > the cluster > Security > Public Network Whitelist, and Kibana's: remove the IPv6 entries."
#   terraform: "`alicloud_elasticsearch_instance`: `public_whitelist`, `kibana_whitelist`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   parameters:
#     - {name: ipv6_regions, default: ["cn-hangzhou"], text: "regions where clusters have IPv6 access"}
#   remediation: |
#     Remove the IPv6 entries from their groups, or write the IPv4 address that is
#     meant. Keep at least one entry in each group.
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, hygiene]
#   optional: true
package esaudit.rules.es_net_007

import data.esaudit.lib

# Regions with IPv6 access to clusters and Kibana, as the vendor documents it.
ipv6_regions := {item | some item in lib.parameter("ES-NET-007", "ipv6_regions", ["cn-hangzhou"])}

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Which addresses the lists of {cluster} hold was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.passed("{region} has access by IPv6, so that entries of {cluster} may be IPv6.", args(s)) if {
	s.region in ipv6_regions
} else := {
	"status": "fail", "severity": "low",
	"message": "Lists of {cluster} hold IPv6 entries, and {region} has no access by IPv6: {entries}.",
	"args": object.union(args(s), {"entries": concat(", ", sort({f.value | some f in foreign(s)}))}), "evidence": foreign(s),
} if {
	count(foreign(s)) > 0
} else := lib.unknown("Lists of {cluster} are missing or do not show all they hold: {lists}.", object.union(args(s), {"lists": concat(", ", sort(vague(s)))}), [lib.evidence({"at": s.facts.whitelists[type].at}, type, type) | some type in vague(s)], []) if {
	count(vague(s)) > 0
} else := lib.passed("No list of {cluster} that the internet or Kibana asks holds IPv6 entries.", args(s))

args(s) := {"cluster": s.id, "region": s.region}

lists(s) := {"PUBLIC_ES"} if {
	s.facts.kibana.have.value == false
} else := {"PUBLIC_ES", "PUBLIC_KIBANA", "PRIVATE_KIBANA"}

# foreign: what is written as IPv6, IPv4 in IPv6 writing included. ::1 admits
# nobody.
foreign(s) := lib.distinct([lib.evidence({"at": e.at, "value": e.text}, sprintf("%s group %s", [type, lib.group(e)]), sprintf("%s %s %s", [type, lib.group(e), e.cidr])) |
	some type in lists(s)
	some e in lib.own_entries(s.facts.whitelists[type])
	e.cidr != ""
	lib.is_ipv6(e.text)
])

vague(s) := {type |
	some type in lists(s)
	unclear(s.facts.whitelists[type])
}

unclear(list) if not list.present

unclear(list) if count(list.stray) > 0
