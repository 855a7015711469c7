# METADATA
# title: Whitelists must admit the declared clients
# description: |
#   A client that was declared has to get in. The cluster sees the address after
#   translation: hosts of the VPC with their own, everybody else with that of a
#   NAT gateway or an office. A list that holds the address of a LAN locks it out.
# custom:
#   id: ES-NET-019
#   name: DeclaredClientLockedOut
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Manage IP address whitelists (how to obtain your IP address)"
#   avoid: "`192.168.1.0/24`, the LAN of an office, in the public list instead of the office's egress address."
#   prefer: "The address that the client arrives with: `203.0.113.9` of the office, `10.10.1.0/24` of the vSwitch."
#   console: "Elasticsearch Clusters > the cluster > Security: add the address to a group of the private or public list."
#   terraform: "`alicloud_elasticsearch_instance`: `private_whitelist`, `public_whitelist`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.21 (unverified)"
#   remediation: |
#     Add the address that the client arrives with to a group of the list
#     (ModifyWhiteIps with modifyMode Append), or correct what is declared under
#     `clients` in esaudit.yaml.
#   api: [elasticsearch:ModifyWhiteIps]
#   tags: [network, availability]
#   optional: true
package esaudit.rules.es_net_019

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whom the lists of {cluster} admit was not read.", args(s, []), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.not_applicable("No client of {cluster} is declared that uses more than Kibana.", args(s, [])) if {
	count(sources(s)) == 0
} else := {
	"status": status(s), "severity": "medium",
	"message": message(s),
	"args": args(s, locked(s)), "evidence": proof(locked(s)),
} if {
	count(locked(s)) > 0
} else := lib.unknown("Whether the lists of {cluster} admit its declared clients is not known: {clients}.", args(s, open(s)), proof(open(s)), [call | some c in open(s); some call in c.settle]) if {
	count(open(s)) > 0
} else := lib.passed("The lists of {cluster} admit the {count} sources of its declared clients.", object.union(args(s, []), {"count": count(sources(s))}))

args(s, clients) := {"cluster": s.id, "clients": concat("; ", sort({c.note | some c in clients}))}

# A frozen cluster serves nobody, whoever is declared.
status(s) := "latent" if {
	lib.frozen(s)
} else := "fail"

message(s) := "{cluster} would lock out declared clients if it ran: {clients}." if {
	lib.frozen(s)
} else := "{cluster} locks out declared clients: {clients}."

proof(clients) := lib.distinct([lib.evidence({"at": c.at}, c.note, sprintf("%s %s", [c.name, c.from])) | some c in clients])

# sources: where the declared clients come from, and how each stands.
sources(s) := [object.union(source, {"name": client.name, "note": sprintf("%s (%s) %s%s", [client.name, source.from, source.why, note(s, source)])}) |
	some client in s.facts.network.clients
	not client.kibana
	some source in client.sources
]

locked(s) := [c | some c in sources(s); stands(s, c) == "out"]

open(s) := [c | some c in sources(s); stands(s, c) == "unknown"]

stands(s, source) := "out" if {
	source.admitted in {"no", "partly"}
} else := "out" if {
	source.list == "PUBLIC_ES"
	s.facts.switches.public.value == false
} else := "unknown" if {
	source.list == "PUBLIC_ES"
	not lib.known(s.facts.switches.public)
} else := "in" if {
	source.admitted == "yes"
} else := "unknown"

note(s, source) := "" if {
	source.list == ""
} else := sprintf(", and public access is off (%s)", [concat(", ", source.cidrs)]) if {
	source.list == "PUBLIC_ES"
	s.facts.switches.public.value == false
} else := sprintf(", and %s holds %s of %s", [source.list, {"yes": "all", "partly": "a part", "no": "nothing", "unknown": "an unknown part"}[source.admitted], concat(", ", source.cidrs)])
