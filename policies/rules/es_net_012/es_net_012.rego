# METADATA
# title: The public whitelist of Kibana must not be open
# description: |
#   Kibana on the internet is the whole API: its Dev Tools send any request to
#   the cluster, whatever the cluster's own public list says. Clusters of 2018 and
#   2019 were made with a list that admits everybody, and keep it.
# custom:
#   id: ES-NET-012
#   name: KibanaWhitelistOpen
#   severities: [critical, medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure an IP address whitelist for access to the Kibana console (warning)"
#     - "Alibaba Cloud Elasticsearch, Security settings of 2019 (the old default admits every public address)"
#   avoid: "`0.0.0.0/0,::/0` in Kibana's public list with public access on."
#   prefer: "Kibana's public access off; or `127.0.0.1,::1` with the office's addresses in a group of their own."
#   console: "Elasticsearch Clusters > the cluster > Data Visualization > Kibana > Modify Configuration: edit the public whitelist, or switch public access off."
#   terraform: "`alicloud_elasticsearch_instance`: `kibana_whitelist`, `enable_kibana_public_network = false`."
#   controls:
#     - "Cloud Config: elasticsearch-instance-enabled-kibana-public-check"
#     - "infraguard: elasticsearch-instance-enabled-kibana-public-check"
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.1 (unverified)"
#     - "PCI DSS 4.0: 1.3.1 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Remove the entries that open the list from their groups (ModifyWhiteIps with
#     nodeType KIBANA, networkType PUBLIC) and keep the addresses that need it, or
#     switch Kibana's public access off.
#   fix: narrow-whitelist
#   api: [elasticsearch:ModifyWhiteIps, elasticsearch:TriggerNetwork]
#   tags: [network, exposure, kibana, external/cwe/cwe-284]
package esaudit.rules.es_net_012

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether Kibana's public whitelist of {cluster} is open was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.not_applicable("{cluster} has no Kibana.", args(s)) if {
	s.facts.kibana.have.value == false
} else := lib.unknown("{cluster} shows no public whitelist of Kibana, so nobody can say whom it admits.", args(s), [lib.evidence(list(s), "no public whitelist of Kibana here", "whitelist")], []) if {
	not list(s).present
} else := {
	"status": "fail", "severity": "critical",
	"message": "Kibana's public whitelist of {cluster} admits every {families} address and its public access is on.",
	"args": args(s), "evidence": array.concat(lib.opening(list(s)), [lib.hinge(s, "kibana_public")]),
	"path": lib.hops(s, "kibana-public"),
} if {
	opened(s)
	lib.stands(s, "kibana_public") == "on"
	s.facts.kibana.have.value == true
} else := {
	"status": "latent", "severity": "medium",
	"message": "Kibana's public whitelist of {cluster} admits every {families} address; it takes effect the moment its public access is on and the cluster runs.",
	"args": args(s), "evidence": array.concat(lib.opening(list(s)), [lib.hinge(s, "kibana_public")]),
} if {
	opened(s)
	lib.stands(s, "kibana_public") == "off"
} else := lib.unknown("{cluster} does not say whether public access to Kibana is on; its list admits every {families} address.", args(s), array.concat(lib.opening(list(s)), hinges(s)), []) if {
	opened(s)
} else := lib.unknown("Groups of {cluster} may belong to Kibana's public whitelist and do not show what they admit.", args(s), lib.strays(list(s)), []) if {
	count(list(s).stray) > 0
} else := lib.unknown("{cluster} does not say whether public access to Kibana is on.", args(s), hinges(s), []) if {
	lib.stands(s, "kibana_public") == "unknown"
	not lib.plainly_closed(list(s))
} else := lib.passed("Kibana's public whitelist of {cluster} admits {count} ranges, not every address.", args(s))

args(s) := {"cluster": s.id, "families": concat(" and ", sort(lib.open_families(list(s).cidrs))), "count": count(list(s).cidrs)}

list(s) := s.facts.whitelists.PUBLIC_KIBANA

opened(s) if count(lib.open_families(list(s).cidrs)) > 0

hinges(s) := [lib.hinge(s, "kibana_public"), lib.evidence(s.facts.kibana.have, "whether there is a Kibana", "haveKibana")]
