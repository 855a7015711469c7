# METADATA
# title: HTTPS is on where access is public
# description: |
#   A cluster with public access that speaks HTTP sends passwords and documents
#   in clear text over the internet. A public list that admits nobody keeps them
#   inside for now: one entry is enough to let them out.
# custom:
#   id: ES-TLS-001
#   name: PublicAccessWithoutHTTPS
#   severities: [high, medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Enable HTTPS"
#     - "Cloud Config, the Elasticsearch instance uses the HTTPS transport protocol"
#   avoid: "Public access on and HTTPS off: `http://es-cn-....public.elasticsearch.aliyuncs.com:9200`."
#   prefer: "HTTPS on, and clients that use `https://`; or public access off."
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
#     cluster refuses http. Or switch public access off.
#   fix: open-https
#   api: [elasticsearch:OpenHttps, elasticsearch:TriggerNetwork]
#   tags: [tls, exposure, external/cwe/cwe-319]
package esaudit.rules.es_tls_001

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether {cluster} has public access without HTTPS was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.passed("{cluster} speaks HTTPS.", args(s)) if {
	speaks(s) == "HTTPS"
} else := lib.passed("Public access to {cluster} is off.", args(s)) if {
	access(s).value == false
} else := lib.unknown("{cluster} does not say whether it speaks HTTPS.", args(s), [lib.evidence(s.facts.protocol, "HTTP or HTTPS is expected here", "protocol")], []) if {
	not plainly_http(s)
} else := lib.unknown("{cluster} speaks HTTP and does not say whether public access is on.", args(s), array.concat(plain(s), [lib.evidence(access(s), "the switch is missing", "enablePublic")]), []) if {
	not access(s).value
} else := {
	"status": "latent", "severity": severity(s),
	"message": "Public access to {cluster} is on and it speaks HTTP; it takes effect when the cluster runs again.",
	"args": args(s), "evidence": array.concat(plain(s), [lib.evidence(s.facts.status, "no effect now", "status")]),
} if {
	s.facts.status.value == "inactive"
} else := {
	"status": "fail", "severity": "medium",
	"message": "Public access to {cluster} is on and it speaks HTTP; its public whitelist admits nobody for now.",
	"args": args(s), "evidence": opened(s),
} if {
	admits_nobody(s)
} else := {
	"status": "fail", "severity": "high",
	"message": "Public access to {cluster} is on and it speaks HTTP: passwords and documents cross the internet in clear text.",
	"args": args(s), "evidence": opened(s), "path": lib.hops(s, "es-public"),
}

args(s) := {"cluster": s.id}

speaks(s) := upper(trim_space(s.facts.protocol.value))

access(s) := s.facts.switches.public

plainly_http(s) if speaks(s) == "HTTP"

plain(s) := [lib.evidence(s.facts.protocol, "the cluster speaks HTTP", "protocol")]

opened(s) := array.concat(plain(s), [lib.evidence(access(s), "public access is on", "enablePublic")])

severity(s) := "medium" if {
	admits_nobody(s)
} else := "high"

admits_nobody(s) if {
	list := s.facts.whitelists.PUBLIC_ES
	list.present
	count(list.cidrs) == 0
	count(list.stray) == 0
}
