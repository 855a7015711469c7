# METADATA
# title: Every private connection is used by a setting
# description: |
#   A private connection that no setting names is a door that nobody watches: one
#   that was made for a migration still leads to the cluster that was migrated
#   from. Watches, single sign-on and plug-ins may use one without a setting that
#   shows it.
# custom:
#   id: ES-PVL-011
#   name: PrivateConnectionUnreferenced
#   optional: true
#   severities: [info]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#     - "The principle of least exposure (inference)"
#   avoid: "A connected endpoint that `reindex.remote.whitelist` does not name any more."
#   prefer: "Endpoints that a setting names, and no others."
#   console: "Elasticsearch > the cluster > Security > Private Connection: delete the endpoint, after asking its users."
#   terraform: "Endpoints of a cluster are not in the provider; delete them in the console or with the API."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.1 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Ask who uses the connection, and delete the endpoint when nobody does.
#   api: [elasticsearch:DeleteVpcEndpoint]
#   tags: [network, exposure]
package esaudit.rules.es_pvl_011

import data.esaudit.lib
import data.esaudit.lib.settings

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# hidden: features that may use a private connection which no setting names.
hidden := {"watcher", "saml", "oidc", "kerberos"}

# hinted: features whose use shows where all was read.
hinted := {"remote_dictionary", "remote_cluster"}

verdict(s) := lib.unknown("The private connections of {cluster} were not read.", args(s), [], lib.unread(s.facts.calls, ["ListVpcEndpoints"])) if {
	not s.facts.calls.ListVpcEndpoints.read
	count(unnamed(s, {"yes", "unknown"})) == 0
} else := lib.not_applicable("{cluster} has no private connection that is usable.", args(s)) if {
	count([e | some e in s.facts.endpoints; e.usable != "no"]) == 0
} else := lib.passed("A setting of {cluster} names each of its private connections.", args(s)) if {
	count(unnamed(s, {"yes", "unknown"})) == 0
} else := settings.unread(s) if {
	settings.unread(s)
} else := lib.passed("No setting of {cluster} names {endpoints}, but {features} may use it without one.", args(s)) if {
	some f in users(s)
	f.state == "on"
} else := lib.unknown(
	"No setting of {cluster} names {endpoints}; whether {features} uses it is not known.",
	args(s), array.concat(evidence(s, {"yes", "unknown"}), [lib.evidence(f, sprintf("%s: %s", [f.feature, f.state]), f.feature) | some f in users(s)]),
	[call | some f in users(s); some call in f.settle],
) if {
	count(users(s)) > 0
} else := {
	"status": "fail", "severity": "info",
	"message": "No setting of {cluster} names {endpoints}, which is connected{leads}.",
	"args": args(s), "evidence": evidence(s, {"yes"}),
} if {
	count(unnamed(s, {"yes"})) > 0
} else := lib.unknown("No setting of {cluster} names {endpoints}, and whether it is usable is not shown.", args(s), evidence(s, {"unknown"}), [])

named(s) := {n.endpoint | some n in s.facts.private_names}

unnamed(s, usable) := [e | some e in s.facts.endpoints; e.usable in usable; not e.id in named(s)]

evidence(s, usable) := [lib.evidence({"at": e.at, "value": e.id}, "no setting names it", e.id) | some e in unnamed(s, usable)]

users(s) := [f | some f in s.facts.features; may_use(f)]

may_use(f) if {
	f.feature in hidden
	f.state != "off"
}

may_use(f) if {
	f.feature in hinted
	f.state == "unknown"
}

args(s) := {
	"cluster": s.id, "endpoints": concat(", ", [e.id | some e in unnamed(s, {"yes", "unknown"})]),
	"features": concat(", ", [f.feature | some f in users(s)]), "leads": leads(s),
}

leads(s) := sprintf("; %s leads to a live cluster", [concat(", ", clusters)]) if {
	clusters := [e.id | some e in unnamed(s, {"yes"}); e.leads_to_cluster == "yes"]
	count(clusters) > 0
} else := ""
