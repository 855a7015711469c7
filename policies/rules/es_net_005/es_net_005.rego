# METADATA
# title: Public access should be off
# description: |
#   A cluster with public access on has an address on the internet, and one edit
#   of its list decides who gets in. Clients inside the VPC, or joined with it,
#   do not need it; the vendor recommends the VPC for stability and security.
# custom:
#   id: ES-NET-005
#   name: PublicAccessOn
#   severities: [medium, info]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Manage IP address whitelists"
#     - "Cloud Config elasticsearch-instance-enabled-public-check"
#   avoid: "`enablePublic` is true, whatever the public whitelist holds."
#   prefer: "`enablePublic` is false; clients come through the VPC, a peering, VPN or PrivateLink."
#   console: "Elasticsearch Clusters > the cluster > Security > Public Network Access: switch it off."
#   terraform: "`alicloud_elasticsearch_instance`: `enable_public = false`."
#   controls:
#     - "Cloud Config: elasticsearch-instance-enabled-public-check"
#     - "infraguard: elasticsearch-instance-enabled-public-check"
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.1 (unverified)"
#     - "PCI DSS 4.0: 1.4.4 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Move the clients that use the public address to the private one, then switch
#     public access off (TriggerNetwork with nodeType WORKER, networkType PUBLIC,
#     actionType CLOSE). The instance must be active.
#   fix: close-public-access
#   api: [elasticsearch:TriggerNetwork]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_net_005

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether public access to {cluster} is on was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.passed("Public access to {cluster} is off.", args(s)) if {
	access(s).value == false
} else := lib.unknown("{cluster} does not say whether public access is on.", args(s), [lib.hinge(s, "public")], []) if {
	not lib.known(access(s))
} else := {
	"status": "latent", "severity": severity(s),
	"message": "Public access to {cluster} is on; it has no effect while the cluster is frozen.",
	"args": args(s), "evidence": array.concat([lib.hinge(s, "public")], evidence(s)),
} if {
	lib.frozen(s)
} else := {
	"status": "fail", "severity": "info",
	"message": "Public access to {cluster} is on and its list admits nobody: one edit of the list opens it.",
	"args": args(s), "evidence": array.concat(evidence(s), [lib.evidence({"at": list(s).at}, "the public whitelist admits nobody", "whitelist")]),
} if {
	lib.closed(list(s))
} else := {
	"status": "fail", "severity": "medium",
	"message": "Public access to {cluster} is on.",
	"args": args(s), "evidence": evidence(s), "path": lib.hops(s, "es-public"),
}

args(s) := {"cluster": s.id}

access(s) := s.facts.switches.public

list(s) := s.facts.whitelists.PUBLIC_ES

evidence(s) := [lib.evidence(access(s), "public access is on", "enablePublic")]

severity(s) := "info" if {
	lib.closed(list(s))
} else := "medium"
