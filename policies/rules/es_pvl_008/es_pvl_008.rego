# METADATA
# title: The name of a private connection fits the zones behind it
# description: |
#   The zonal name of an endpoint is bound to one zone: a cluster and a service in
#   several zones lose the path with it. The plain name is answered with the
#   addresses of all zones, so that one whose connection ended fails some of the
#   time.
# custom:
#   id: ES-PVL-008
#   name: ZonalDomainPinned
#   optional: true
#   severities: [low]
#   kinds: [endpoint, region]
#   basis:
#     - "PrivateLink, ListVpcEndpointZones (zone domain names)"
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB (endpoint domain name)"
#   avoid: "`ep-…-cn-hangzhou-h.epsrv-….cn-hangzhou.privatelink.aliyuncs.com` in a cluster of two zones, to a service of two zones."
#   prefer: "The plain name, `ep-….epsrv-….cn-hangzhou.privatelink.aliyuncs.com`, and all zones connected."
#   console: "Elasticsearch > the cluster > Cluster Configuration > YML File: use the endpoint's plain domain; PrivateLink > Endpoint Services > the service > Endpoint Connections: connect the zone."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config`."
#   controls:
#     - "Cloud Config: privatelink-servier-endpoint-multi-zone"
#     - "infraguard: privatelink-servier-endpoint-multi-zone"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Use the plain name of the endpoint in the settings, and connect every zone
#     it has.
#   api: [elasticsearch:UpdateInstanceSettings, privatelink:EnableVpcEndpointZoneConnection]
#   tags: [network, availability]
package esaudit.rules.es_pvl_008

import data.esaudit.lib
import data.esaudit.lib.privatelink

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

# several: from how many zones on a name of one zone is a limit.
several := 2

# ended: states of a zone in which nothing gets through any more.
ended := {"Disconnecting", "Disconnected", "Deleting"}

verdict(s) := {
	"status": "fail", "severity": "low",
	"message": "The name that settings of {cluster} have for endpoint {endpoint} does not fit its zones: {list}.",
	"args": object.union(args(s), {"list": privatelink.notes(wrong)}),
	"evidence": privatelink.shown(wrong),
} if {
	wrong := pinned(s) | halved(s)
	count(wrong) > 0
} else := lib.unknown("The settings of {cluster}, which may name endpoint {endpoint}, were not read.", args(s), [], s.facts.named_by.settle) if {
	not s.facts.named_by.readable
} else := lib.not_applicable("No setting of {cluster} names endpoint {endpoint}.", args(s)) if {
	count(privatelink.names(s)) == 0
} else := lib.unknown(
	"Whether the name of endpoint {endpoint} in settings of {cluster} fits its zones is not decided: {list}.",
	object.union(args(s), {"list": privatelink.notes(open)}), [lib.evidence(gap, gap.note, gap.key) | some gap in sort(open)], privatelink.settle(open),
) if {
	open := gaps(s)
	count(open) > 0
} else := lib.passed("The name of endpoint {endpoint} in settings of {cluster} fits its zones.", args(s))

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id}

zonal(s) := [n | some n in privatelink.names(s); n.zone != ""]

plain(s) := [n | some n in privatelink.names(s); n.zone == ""]

offered(s) := {r.zone | some r in s.facts.resources; r.zone != ""}

cluster_zones(s) := {z.id | some z in s.facts.cluster.zones; z.id != ""}

pinned(s) := {lib.evidence({"at": n.at, "value": n.host}, sprintf("%s names it in zone %s alone, the service is in %s and the cluster in %s", [n.key, n.zone, text(offered(s)), text(cluster_zones(s))]), n.host) |
	count(offered(s)) >= several
	count(cluster_zones(s)) >= several
	some n in zonal(s)
}

text(zones) := concat(", ", sort(zones))

halved(s) := {lib.evidence(z.status, sprintf("its plain name leads to zone %s too, which is %s", [z.zone, z.status.value]), z.zone) |
	count(plain(s)) > 0
	some z in s.facts.provider.zones
	privatelink.text(z.status) in ended
}

gaps(s) := {gap | some gap in pin_gaps(s); count(zonal(s)) > 0} | {gap | some gap in half_gaps(s); count(plain(s)) > 0}

pin_gaps(s) := {gap |
	some gap in service_gaps(s) | cluster_gaps(s)
	not one_zone(s)
}

# one_zone: the service or the cluster is known to have one zone, so that its
# name is no limit.
one_zone(s) if {
	count(service_gaps(s)) == 0
	count(offered(s)) < several
}

one_zone(s) if {
	count(cluster_gaps(s)) == 0
	count(cluster_zones(s)) < several
}

service_gaps(s) := {privatelink.gap("not every resource of the service is known", {"at": s.facts.resources_at}, "resources", array.concat(s.facts.service.settle, s.facts.provider.settle)) |
	not complete(s)
	count(offered(s)) < several
}

complete(s) if {
	s.facts.resources_read
	every r in s.facts.resources { r.zone != "" }
}

cluster_gaps(s) := {privatelink.gap("the zones of the cluster are not shown", {"at": s.facts.cluster.zones_at}, "cluster-zones", s.facts.cluster.settle) |
	not zones_shown(s)
	count(cluster_zones(s)) < several
}

zones_shown(s) if {
	count(s.facts.cluster.settle) == 0
	count(s.facts.cluster.zones) > 0
	every z in s.facts.cluster.zones { z.id != "" }
}

half_gaps(s) := {privatelink.gap("the connections of the service were not read", {"at": s.facts.provider.at}, "connections", array.concat(s.facts.provider.connection_settle, s.facts.provider.settle)) |
	connections_open(s)
} | {privatelink.gap(sprintf("the state of zone %s is not shown", [z.zone]), z.status, sprintf("zone %s", [z.zone]), []) |
	some z in s.facts.provider.zones
	privatelink.text(z.status) == ""
}

connections_open(s) if count(s.facts.provider.zones) == 0

connections_open(s) if count(s.facts.provider.connection_settle) > 0
