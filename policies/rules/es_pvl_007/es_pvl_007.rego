# METADATA
# title: Settings name endpoint domains of the cluster's own
# description: |
#   The domain of an endpoint works for the cluster it belongs to. One of another
#   cluster, or of an endpoint that was deleted and created again, leads nowhere;
#   the old and the new id often differ in one character.
# custom:
#   id: ES-PVL-007
#   name: ForeignEndpointDomain
#   severities: [high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB"
#   avoid: "The domain of an endpoint that was deleted, or of another cluster, in `reindex.remote.whitelist`."
#   prefer: "The domain that Private Connection shows for this cluster, plain or of one zone."
#   console: "Elasticsearch > the cluster > Security > Private Connection: copy the domain; Cluster Configuration > YML File: replace it."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.21 (unverified)"
#   remediation: |
#     Put the domain of one of the cluster's own endpoints into the setting. The
#     settings are replaced as a whole and the cluster restarts.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [network, availability]
package esaudit.rules.es_pvl_007

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := {
	"status": "fail", "severity": "high",
	"message": "Settings of {cluster} name endpoint domains that are none of its own: {hosts}.",
	"args": {"cluster": s.id, "hosts": concat(", ", sort({h.host | some h in foreign(s)}))},
	"evidence": [lib.evidence({"at": h.at}, sprintf("%s names %s", [h.key, h.host]), sprintf("%s %s", [h.key, h.host])) | some h in distinct(foreign(s))],
} if {
	s.facts.calls.ListVpcEndpoints.read
	count(foreign(s)) > 0
} else := lib.unknown("Which domains the settings of {cluster} name was not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.settings.readable
} else := lib.unknown("Whether the endpoint domains in the settings of {cluster} are its own was not read: {hosts}.",
	{"cluster": s.id, "hosts": concat(", ", sort({h.host | some h in foreign(s)}))}, [], lib.unread(s.facts.calls, ["ListVpcEndpoints"])) if {
	count(foreign(s)) > 0
} else := lib.unknown("An endpoint of {cluster} does not show its domain.", {"cluster": s.id}, [lib.evidence({"at": e.at}, "no domain", e.id) | some e in nameless(s)], []) if {
	count(nameless(s)) > 0
} else := lib.passed("Every endpoint domain in the settings of {cluster} is its own.", {"cluster": s.id})

# foreign hosts belong to no endpoint of the cluster.
foreign(s) := [h |
	some h in s.facts.private_hosts
	not own(s, h)
]

own(s, h) if {
	some e in s.facts.endpoints
	e.id == h.endpoint
	e.domain == ""
}

own(s, h) if {
	some e in s.facts.endpoints
	e.id == h.endpoint
	trim_suffix(lower(e.domain), ".") == sprintf("%s.%s", [h.endpoint, h.rest])
}

nameless(s) := [e |
	some e in s.facts.endpoints
	e.domain == ""
	some h in s.facts.private_hosts
	h.endpoint == e.id
]

distinct(list) := [h | some i, h in list; not before(list, i, h)]

before(list, i, h) if {
	some j, other in list
	j < i
	other.key == h.key
	other.host == h.host
}
