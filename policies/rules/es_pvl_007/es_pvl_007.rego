# METADATA
# title: Settings name endpoints that the cluster has
# description: |
#   The domain of a private connection holds the ids of the endpoint and of the
#   service. An endpoint that was created again has another id; one character or
#   another region makes a name that leads nowhere, or to somebody else's endpoint.
# custom:
#   id: ES-PVL-007
#   name: ForeignEndpointDomain
#   severities: [high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB (endpoint domain name)"
#   avoid: "`reindex.remote.whitelist` with the domain of an endpoint that was deleted, or that another cluster has."
#   prefer: "The endpoint domain as the cluster's page of private connections shows it, plain or of one zone."
#   console: "Elasticsearch > the cluster > Security > Private Connection: copy the endpoint domain name; then Cluster Configuration > YML File."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Put the domain of one of the cluster's own endpoints into the setting. The
#     settings are replaced as a whole and the cluster restarts.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [network, availability]
package esaudit.rules.es_pvl_007

import data.esaudit.lib
import data.esaudit.lib.privatelink
import data.esaudit.lib.settings

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := bad("fail", "Settings of {cluster} name private connections that it does not have: {list}.", s, now) if {
	now := [n | some n in wrong(s); active(s, n)]
	count(now) > 0
} else := lib.unknown(
	"Whether {cluster} has the private connections its settings name was not read: {list}.",
	{"cluster": s.id, "list": listed(s, open)}, privatelink.name_evidence(open), lib.unread(s.facts.calls, ["ListVpcEndpoints"]),
) if {
	open := undecided(s)
	count(open) > 0
} else := settings.unread(s) if {
	settings.unread(s)
} else := bad("latent", "Settings of {cluster} that have no effect now name private connections that it does not have: {list}.", s, wrong(s)) if {
	count(wrong(s)) > 0
} else := lib.not_applicable("No setting of {cluster} names a private connection.", {"cluster": s.id}) if {
	count(s.facts.private_names) == 0
} else := lib.passed("The {count} private connections that settings of {cluster} name are its own.", {"cluster": s.id, "count": count({n.host | some n in s.facts.private_names})})

bad(status, message, s, names) := {
	"status": status, "severity": "high", "message": message,
	"args": {"cluster": s.id, "list": listed(s, names)},
	"evidence": [lib.evidence({"at": n.at, "value": n.host}, fault(s, n), sprintf("%s=%s", [n.key, n.host])) | some n in names],
}

listed(s, names) := concat("; ", sort({sprintf("%s (%s: %s)", [n.host, n.key, fault(s, n)]) | some n in names}))

# active: the setting does something now.
active(s, n) if {
	n.effect != "no"
	not s.facts.status.value == "inactive"
}

wrong(s) := [n | some n in s.facts.private_names; fault(s, n); not n in undecided(s)]

# undecided: names of an endpoint that a list which was not read may hold, or of
# one that does not show what its name is made of.
undecided(s) := [n | some n in s.facts.private_names; unsure(s, n)]

unsure(s, n) if {
	n.endpoint != ""
	not own(s, n)
	not s.facts.calls.ListVpcEndpoints.read
}

unsure(s, n) if {
	e := own(s, n)
	service(e) == ""
	n.service != ""
	n.region_label == s.region
}

own(s, n) := [e | some e in s.facts.endpoints; e.id == n.endpoint][0] if n.endpoint != ""

# service that the endpoint belongs to, by its own field or by its domain.
service(e) := privatelink.text(e.service) if {
	privatelink.text(e.service) != ""
} else := split(e.domain, ".")[1] if {
	e.domain != ""
} else := ""

# fault says why a name is wrong; undefined for one that is right.
fault(s, n) := "it names no endpoint" if {
	n.endpoint == ""
} else := sprintf("%s is no endpoint of the cluster", [n.endpoint]) if {
	not own(s, n)
} else := sprintf("the service of %s is %s", [n.endpoint, service(own(s, n))]) if {
	service(own(s, n)) != n.service
} else := sprintf("its region is %s, the cluster's %s", [n.region_label, s.region]) if {
	not placed(s, n)
}

placed(s, n) if n.region_label == s.region

# The vendor's SDK also shows the zonal form with the zone as the last label.
placed(s, n) if {
	n.zone != ""
	startswith(n.region_label, concat("", [s.region, "-"]))
}
