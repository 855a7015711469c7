# METADATA
# title: HTTPS is on inside the VPC too
# description: |
#   A cluster that speaks HTTP shows passwords and documents to whoever reads the
#   network it is reached over: its VPC, peered ones, a load balancer. TLS that a
#   load balancer ends in front of it leaves the last part of the way in clear
#   text.
# custom:
#   id: ES-TLS-002
#   name: PrivateAccessWithoutHTTPS
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Enable HTTPS"
#     - "Cloud Config, the Elasticsearch instance uses the HTTPS transport protocol"
#   avoid: "HTTPS off, the default: `http://es-cn-....elasticsearch.aliyuncs.com:9200`."
#   prefer: "HTTPS on, and clients that use `https://`."
#   console: "Elasticsearch Clusters > the cluster > Security > HTTPS: on, after the clients were changed."
#   terraform: "`alicloud_elasticsearch_instance`: `protocol = \"HTTPS\"`."
#   controls:
#     - "Cloud Config: elasticsearch-instance-used-https-protocol"
#     - "infraguard: elasticsearch-instance-used-https-protocol"
#     - "CIS Alibaba 2.0: 6.1 (nearest)"
#     - "MLPS 2.0 L3: 8.1.2.2 (unverified)"
#     - "PCI DSS 4.0: 4.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.24 (unverified)"
#   remediation: |
#     Change the clients to https first, then switch HTTPS on: from then on the
#     cluster refuses http.
#   fix: open-https
#   api: [elasticsearch:OpenHttps]
#   tags: [tls, external/cwe/cwe-319]
package esaudit.rules.es_tls_002

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether {cluster} speaks HTTPS was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.passed("{cluster} speaks HTTPS.", args(s)) if {
	speaks(s) == "HTTPS"
} else := {
	"status": "latent", "severity": "medium",
	"message": "{cluster} speaks HTTP; it takes effect when the cluster runs again.",
	"args": args(s), "evidence": array.concat(plain(s), [lib.evidence(s.facts.status, "no effect now", "status")]),
} if {
	speaks(s) == "HTTP"
	s.facts.status.value == "inactive"
} else := {
	"status": "fail", "severity": "medium",
	"message": "{cluster} speaks HTTP: passwords and documents cross the network in clear text.",
	"args": args(s), "evidence": plain(s),
} if {
	speaks(s) == "HTTP"
} else := lib.unknown("{cluster} does not say whether it speaks HTTPS.", args(s), [lib.evidence(s.facts.protocol, "HTTP or HTTPS is expected here", "protocol")], [])

args(s) := {"cluster": s.id}

speaks(s) := upper(trim_space(s.facts.protocol.value))

plain(s) := [lib.evidence(s.facts.protocol, "the cluster speaks HTTP", "protocol")]
