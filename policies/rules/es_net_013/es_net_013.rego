# METADATA
# title: Public access to Kibana should be off
# description: |
#   Kibana's public address is a login page on the internet whose users can run
#   any request. Private access exists: over the VPC for basic control, over
#   PrivateLink for cloud-native clusters; a public address that stays on beside
#   it is forgotten first.
# custom:
#   id: ES-NET-013
#   name: KibanaPublicAccessOn
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Cloud Config elasticsearch-instance-enabled-kibana-public-check"
#     - "Alibaba Cloud Elasticsearch, Configure public or private access to Kibana"
#   avoid: "`enableKibanaPublicNetwork` is true, with or without private access beside it."
#   prefer: "`enableKibanaPublicNetwork` is false; people come to Kibana through the VPC."
#   console: "Elasticsearch Clusters > the cluster > Data Visualization > Kibana > Modify Configuration: switch Public Network Access off."
#   terraform: "`alicloud_elasticsearch_instance`: `enable_kibana_public_network = false`."
#   controls:
#     - "Cloud Config: elasticsearch-instance-enabled-kibana-public-check"
#     - "infraguard: elasticsearch-instance-enabled-kibana-public-check"
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.1 (unverified)"
#     - "PCI DSS 4.0: 1.4.4 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Switch Kibana's public access off (TriggerNetwork with nodeType KIBANA,
#     networkType PUBLIC, actionType CLOSE). The instance must be active.
#   fix: close-kibana-public
#   api: [elasticsearch:TriggerNetwork]
#   tags: [network, exposure, kibana, external/cwe/cwe-284]
package esaudit.rules.es_net_013

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether public access to the Kibana of {cluster} is on was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.not_applicable("{cluster} has no Kibana.", args(s)) if {
	s.facts.kibana.have.value == false
} else := lib.passed("Public access to the Kibana of {cluster} is off.", args(s)) if {
	access(s).value == false
} else := lib.unknown("{cluster} does not say whether public access to Kibana is on.", args(s), [lib.evidence(access(s), "the switch is missing", "enableKibanaPublicNetwork")], []) if {
	not lib.known(access(s))
} else := lib.unknown("{cluster} does not say whether it has a Kibana; public access to it is on.", args(s), [lib.evidence(s.facts.kibana.have, "the field is missing", "haveKibana")], []) if {
	not lib.known(s.facts.kibana.have)
} else := {
	"status": "latent", "severity": "medium",
	"message": "Public access to the Kibana of {cluster} is on; it has no effect while the cluster is frozen.",
	"args": args(s), "evidence": array.concat([lib.hinge(s, "kibana_public")], evidence(s)),
} if {
	lib.frozen(s)
} else := {
	"status": "fail", "severity": "medium",
	"message": "Public access to the Kibana of {cluster} is on beside its private access.",
	"args": args(s), "evidence": array.concat(evidence(s), [lib.evidence(s.facts.switches.kibana_private, "private access is on", "enableKibanaPrivateNetwork")]),
	"path": lib.hops(s, "kibana-public"),
} if {
	s.facts.switches.kibana_private.value == true
} else := {
	"status": "fail", "severity": "medium",
	"message": "Public access to the Kibana of {cluster} is on.",
	"args": args(s), "evidence": evidence(s), "path": lib.hops(s, "kibana-public"),
}

args(s) := {"cluster": s.id}

access(s) := s.facts.switches.kibana_public

evidence(s) := [lib.evidence(access(s), "public access to Kibana is on", "enableKibanaPublicNetwork")]
