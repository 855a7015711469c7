# METADATA
# title: The private whitelist of Kibana must not be open
# description: |
#   With basic control, Kibana's private address is asked for by whoever is in the
#   VPC or joined with it, and its whitelist is the only thing that says who. A
#   list for everybody leaves a password before the whole API.
# custom:
#   id: ES-NET-015
#   name: KibanaPrivateWhitelistOpen
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure an IP address whitelist for access to the Kibana console"
#   avoid: "`0.0.0.0/0` in Kibana's private list with private access on."
#   prefer: "The vSwitch of the people who use Kibana: `10.10.1.0/24`."
#   console: "Elasticsearch Clusters > the cluster > Data Visualization > Kibana > Modify Configuration: edit the private whitelist."
#   terraform: "`alicloud_elasticsearch_instance`: `kibana_private_whitelist`."
#   controls:
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Remove the entries that open the list and keep the ranges of those who use
#     Kibana (ModifyWhiteIps with nodeType KIBANA, networkType PRIVATE).
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, exposure, kibana]
package esaudit.rules.es_net_015

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether Kibana's private whitelist of {cluster} is open was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.not_applicable("{cluster} is cloud-native: security groups control its private Kibana, which ES-NET-014 judges.", args(s)) if {
	arch(s).value == "public"
} else := lib.not_applicable("{cluster} has no Kibana.", args(s)) if {
	s.facts.kibana.have.value == false
} else := lib.unknown("{cluster} shows no private whitelist of Kibana, so nobody can say whom it admits.", args(s), [lib.evidence(list(s), "no private whitelist of Kibana here", "whitelist")], []) if {
	not list(s).present
} else := {
	"status": "fail", "severity": "medium",
	"message": "Kibana's private whitelist of {cluster} admits every {families} address and its private access is on.",
	"args": args(s), "evidence": array.concat(lib.opening(list(s)), [lib.hinge(s, "kibana_private")]),
} if {
	opened(s)
	lib.stands(s, "kibana_private") == "on"
	s.facts.kibana.have.value == true
	arch(s).value == "exclusive"
} else := {
	"status": "latent", "severity": "medium",
	"message": "Kibana's private whitelist of {cluster} admits every {families} address; it takes effect the moment its private access is on and the cluster runs.",
	"args": args(s), "evidence": array.concat(lib.opening(list(s)), [lib.hinge(s, "kibana_private")]),
} if {
	opened(s)
	lib.stands(s, "kibana_private") == "off"
} else := lib.unknown("{cluster} does not show whether its private Kibana is on and behind a whitelist; the list admits every {families} address.", args(s), array.concat(lib.opening(list(s)), hinges(s)), []) if {
	opened(s)
} else := lib.unknown("Groups of {cluster} may belong to Kibana's private whitelist and do not show what they admit.", args(s), lib.strays(list(s)), []) if {
	count(list(s).stray) > 0
} else := lib.unknown("{cluster} does not say whether private access to Kibana is on.", args(s), hinges(s), []) if {
	lib.stands(s, "kibana_private") == "unknown"
	not lib.plainly_closed(list(s))
} else := lib.unknown("{cluster} does not say whether a whitelist controls its private Kibana.", args(s), hinges(s), []) if {
	not lib.known(arch(s))
	not lib.plainly_closed(list(s))
} else := lib.passed("Kibana's private whitelist of {cluster} admits {count} ranges, not every address.", args(s))

args(s) := {"cluster": s.id, "families": concat(" and ", sort(lib.open_families(list(s).cidrs))), "count": count(list(s).cidrs)}

list(s) := s.facts.whitelists.PRIVATE_KIBANA

arch(s) := s.facts.network.arch_type

opened(s) if count(lib.open_families(list(s).cidrs)) > 0

hinges(s) := [
	lib.hinge(s, "kibana_private"), lib.evidence(s.facts.kibana.have, "whether there is a Kibana", "haveKibana"),
	lib.evidence(arch(s), "how it is controlled", "archType"),
]
