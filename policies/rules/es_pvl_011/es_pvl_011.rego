# METADATA
# title: No usable private connection stands unused
# description: |
#   A connection that no setting uses is an open way out of the cluster, left from a
#   migration or a trial. What stands behind it can still be reached.
# custom:
#   id: ES-PVL-011
#   name: UnreferencedConnection
#   severities: [info]
#   kinds: [elasticsearch, region]
#   optional: true
#   basis:
#     - "Least exposure: a way that nobody needs is closed"
#   avoid: "An endpoint to last year's reindex source, Connected, named by no setting."
#   prefer: "Endpoints that a setting names; others are deleted."
#   console: "Elasticsearch > the cluster > Security > Private Connection: delete the endpoint."
#   terraform: "Remove the endpoint from what manages it; the provider has no resource for it."
#   controls:
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Delete the endpoint when nothing uses it: Watcher, single sign-on and plug-ins of
#     one's own may use it without a setting.
#   api: [elasticsearch:DeleteVpcEndpoint]
#   tags: [network, exposure]
package esaudit.rules.es_pvl_011

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Which private connections {cluster} has was not read.", args(s), [], lib.unread(s.facts.calls, ["ListVpcEndpoints"])) if {
	not s.facts.calls.ListVpcEndpoints.read
} else := lib.passed("{cluster} has no private connection that is usable and unused.", args(s)) if {
	count(usable(s)) == 0
	count(doubtful(s)) == 0
} else := lib.unknown("Which settings of {cluster} use its private connections was not read.", args(s), [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.settings.readable
} else := lib.passed("{cluster} has features that may use its private connections without a setting.", args(s)) if {
	count(unused(s)) > 0
	count(hidden(s, "on")) > 0
} else := lib.unknown("Whether a feature of {cluster} uses its private connections without a setting is not known: {features}.",
	object.union(args(s), {"features": concat(", ", sort({f.feature | some f in hidden(s, "unknown")}))}), [lib.evidence({"at": e.at}, "usable, and named by no setting", e.id) | some e in unused(s)],
	[call | some f in hidden(s, "unknown"); some call in f.settle]) if {
	count(unused(s)) > 0
	count(hidden(s, "unknown")) > 0
} else := {
	"status": "fail", "severity": "info",
	"message": "{cluster} has private connections that no setting uses: {endpoints}.",
	"args": object.union(args(s), {"endpoints": concat(", ", sort({e.id | some e in unused(s)}))}),
	"evidence": [lib.evidence({"at": e.at}, "usable, and named by no setting", e.id) | some e in unused(s)],
} if {
	count(unused(s)) > 0
} else := lib.unknown("Whether the private connections of {cluster} are usable is not known: {endpoints}.",
	object.union(args(s), {"endpoints": concat(", ", sort({e.id | some e in doubtful(s)}))}), [lib.evidence({"at": e.at}, "not decided", e.id) | some e in doubtful(s)], []) if {
	count(doubtful(s)) > 0
} else := lib.passed("Settings of {cluster} use each of its private connections.", args(s))

args(s) := {"cluster": s.id}

named(s) := {h.endpoint | some h in s.facts.private_hosts}

usable(s) := [e | some e in s.facts.endpoints; e.usable == "yes"]

unused(s) := [e | some e in usable(s); not e.id in named(s)]

doubtful(s) := [e | some e in s.facts.endpoints; e.usable == "unknown"; not e.id in named(s)]

# hidden are the features that use a connection without a setting that names it.
hidden(s, state) := [f |
	some f in s.facts.features
	f.feature in {"watcher", "saml", "oidc", "remote_dictionary"}
	f.state == state
]
