# METADATA
# title: Kibana in the internet asks for an account of Alibaba Cloud
# description: |
#   Kibana of a cloud-native cluster can ask for an account of Alibaba Cloud
#   before it shows its own login. In the internet that keeps guesses of passwords
#   away from it.
# custom:
#   id: ES-XPK-016
#   name: KibanaWithoutSSO
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   optional: true
#   basis:
#     - "Alibaba Cloud Elasticsearch API, UpdateKibanaSso"
#   avoid: "enableKibanaPublicNetwork true without enableKibanaPublicSSO."
#   prefer: "enableKibanaPublicSSO true; or Kibana not in the internet."
#   console: "Elasticsearch Clusters > the cluster > Data Visualization > Kibana > Modify Configuration: single sign-on on."
#   terraform: "`alicloud_elasticsearch_instance`: `enable_kibana_public_network = false`; there is no field for single sign-on."
#   controls:
#     - "Cloud Config: elasticsearch-instance-enabled-kibana-public-check"
#     - "MLPS 2.0 L3: 8.1.4.1 (unverified)"
#     - "ISO 27001:2022: A.8.5 (unverified)"
#   remediation: |
#     Switch single sign-on on for Kibana's public entry, or switch the entry off.
#   api: [elasticsearch:UpdateKibanaSso, elasticsearch:TriggerNetwork]
#   tags: [authentication, exposure]
package esaudit.rules.es_xpk_016

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("How Kibana of {cluster} logs people in was not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.not_applicable("{cluster} has no Kibana, or one of the basic control architecture, which has no single sign-on.", {"cluster": s.id}) if {
	other(s)
} else := lib.passed("Kibana of {cluster} is not in the internet.", {"cluster": s.id}) if {
	s.facts.switches.kibana_public.value == false
} else := lib.passed("Kibana of {cluster} asks for an account of Alibaba Cloud.", {"cluster": s.id}) if {
	login(s).public_sso.value == true
} else := lib.unknown("{cluster} does not say whether Kibana is in the internet.", {"cluster": s.id}, [lib.evidence(s.facts.switches.kibana_public, "no switch", "kibana_public")], []) if {
	not lib.known(s.facts.switches.kibana_public)
} else := lib.unknown("{cluster} does not say which control architecture it has.", {"cluster": s.id}, [lib.evidence(login(s).arch_type, "archType", "arch_type")], []) if {
	not login(s).arch_type.value == "public"
} else := {
	"status": "fail", "severity": "medium", "confidence": confidence(s),
	"message": "Kibana of {cluster} is in the internet and does not ask for an account of Alibaba Cloud.", "args": {"cluster": s.id},
	"evidence": [
		lib.evidence(s.facts.switches.kibana_public, "in the internet", "kibana_public"),
		lib.evidence(login(s).public_sso, "no single sign-on", "public_sso"),
	],
}

login(s) := s.facts.data.kibana_login

other(s) if login(s).kibana.value == false

other(s) if login(s).arch_type.value == "exclusive"

# The answers of clusters that never had single sign-on leave the field out.
confidence(s) := "high" if {
	lib.known(login(s).public_sso)
} else := "low"
