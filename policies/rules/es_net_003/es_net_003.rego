# METADATA
# title: Cluster, load balancer and ECS of a private connection share region and zone
# description: |
#   A private connection of a cluster is one endpoint in one zone. The endpoint
#   service must offer a load balancer in that zone of the same region (a CLB by
#   its primary zone, an NLB by an attachment and a mapping of the zone), and the
#   zone must be one the cluster runs in, or the endpoint cannot connect. A
#   backend ECS in another zone works, and adds a zone the path depends on.
# custom:
#   id: ES-NET-003
#   name: PrivateConnectionZoneMismatch
#   severities: [high, medium]
#   kinds: [endpoint, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Create private connections with PrivateLink and SLB (same zone and region)"
#     - "Classic Load Balancer, Regions and zones"
#     - "PrivateLink, CreateVpcEndpoint"
#   controls: []
#   remediation: |
#     Attach a load balancer of the endpoint's zone to the service, or delete the
#     endpoint and create it again in a zone that has one. Moving an ECS to the
#     zone is manual.
#   api: [privatelink:AttachResourceToVpcEndpointService, elasticsearch:DeleteVpcEndpoint, elasticsearch:CreateVpcEndpoint]
#   tags: [network, availability]
package esaudit.rules.es_net_003

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

verdict(s) := {
	"status": "fail", "severity": lib.worst({p.severity | some p in wrong}),
	"message": "Endpoint {endpoint} of {cluster} is in zone {zone}: {list}.",
	"args": object.union(args(s), {"list": concat("; ", [p.note | some p in wrong])}),
	"evidence": array.concat(zone_evidence(s), [lib.evidence(p, p.note, p.key) | some p in wrong]),
} if {
	wrong := problems(s)
	count(wrong) > 0
} else := {
	"status": "unknown", "severity": "info",
	"message": "Whether endpoint {endpoint} of {cluster} shares region and zone with what it leads to is not decided: {list}.",
	"args": object.union(args(s), {"list": concat("; ", [gap.note | some gap in open])}),
	"evidence": [lib.evidence(gap, gap.note, gap.key) | some gap in open; gap.at != ""],
	"settle": [call | some gap in open; some call in gap.settle],
} if {
	open := gaps(s)
	count(open) > 0
} else := lib.passed("Endpoint {endpoint} of {cluster}, its service, load balancer and backends are in zone {zone}.", args(s))

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id, "zone": object.get(s.facts.zone, "value", "unknown")}

zone_evidence(s) := [lib.evidence(s.facts.zone, "the endpoint's zone", s.facts.zone.value)] if {
	lib.known(s.facts.zone)
} else := []

problems(s) := array.concat(array.concat(region_problems(s), cluster_zone_problems(s)), array.concat(resource_problems(s), backend_problems(s)))

# --- regions

region_problems(s) := array.concat(
	[{
		"severity": "high", "at": s.facts.service.at, "value": s.facts.service.region,
		"note": sprintf("its service is in region %s, the cluster in %s", [s.facts.service.region, s.region]), "key": "service-region",
	} |
		s.facts.service.region
		s.facts.service.region != s.region
	],
	[{
		"severity": "high", "at": r.lb.at, "value": r.lb.region,
		"note": sprintf("load balancer %s is in region %s, the cluster in %s", [r.id, r.lb.region, s.region]), "key": sprintf("%s/region", [r.id]),
	} |
		some r in s.facts.resources
		r.lb.region
		r.lb.region != s.region
	],
)

# --- the cluster's own zones

cluster_zone_problems(s) := [{
	"severity": "high", "at": s.facts.cluster.zones_at, "value": null,
	"note": sprintf("the cluster runs in %s", [concat(", ", sort({z.id | some z in s.facts.cluster.zones; z.status == "NORMAL"}))]), "key": "cluster-zones",
} |
	lib.known(s.facts.zone)
	count(s.facts.cluster.zones) > 0
	not s.facts.zone.value in {z.id | some z in s.facts.cluster.zones; z.status == "NORMAL"}
	not undecided_zone(s)
]

undecided_zone(s) if {
	some z in s.facts.cluster.zones
	z.id == s.facts.zone.value
	not z.status
}

# --- the load balancer

in_zone(s) := [r | some r in s.facts.resources; r.zone == s.facts.zone.value]

resource_problems(s) := [{
	"severity": "high", "at": s.facts.resources_at, "value": null,
	"note": sprintf("service %s offers %s", [s.facts.service.id, offer(s)]), "key": "resource-zone",
}] if {
	lib.known(s.facts.zone)
	s.facts.resources_read
	every r in s.facts.resources { r.zone }
	count(in_zone(s)) == 0
} else := [p |
	some r in in_zone(s)
	p := lb_problem(s, r)
]

offer(s) := "no load balancer" if {
	count(s.facts.resources) == 0
} else := concat(", ", sort({sprintf("%s in %s", [r.id, r.zone]) | some r in s.facts.resources}))

lb_problem(s, r) := {
	"severity": "high", "at": r.lb.master_zone.at, "value": r.lb.master_zone.value,
	"note": sprintf("CLB %s has its primary zone in %s%s", [r.id, r.lb.master_zone.value, slave(s, r)]), "key": sprintf("%s/%s", [r.id, r.lb.master_zone.value]),
} if {
	r.lb.kind == "clb"
	lib.known(r.lb.master_zone)
	r.lb.master_zone.value != s.facts.zone.value
}

lb_problem(s, r) := {
	"severity": "high", "at": r.lb.zones_at, "value": null,
	"note": sprintf("NLB %s is mapped to %s", [r.id, concat(", ", sort(r.lb.zones))]), "key": sprintf("%s/zones", [r.id]),
} if {
	r.lb.kind == "nlb"
	r.lb.zones_known
	not s.facts.zone.value in r.lb.zones
}

slave(s, r) := ", only its standby zone here" if {
	r.lb.slave_zone.value == s.facts.zone.value
} else := ""

# --- the backends of a CLB

backend_problems(s) := [{
	"severity": "medium", "at": b.at, "value": b.zone,
	"note": sprintf("backend %s of CLB %s is in %s", [b.id, r.id, b.zone]), "key": sprintf("%s/%s", [r.id, b.id]),
} |
	some r in in_zone(s)
	r.lb.kind == "clb"
	some b in r.lb.backends
	b.weight != 0
	b.zone != s.facts.zone.value
]

# --- what is not known

gaps(s) := [{
	"note": "its zone is shown by no answer", "at": s.facts.zone.at, "key": "zone", "settle": s.facts.zone.settle,
}] if {
	not lib.known(s.facts.zone)
} else := array.concat(service_gaps(s), array.concat(cluster_gaps(s), lb_gaps(s)))

service_gaps(s) := [{
	"note": sprintf("the resources of service %s were not read", [s.facts.service.id]), "at": "", "key": "resources",
	"settle": s.facts.service.settle,
} |
	not s.facts.resources_read
]

cluster_gaps(s) := [{
	"note": "the zones the cluster runs in are not shown", "at": s.facts.cluster.zones_at, "key": "cluster-zones",
	"settle": s.facts.cluster.settle,
} |
	zones_unclear(s)
]

zones_unclear(s) if count(s.facts.cluster.zones) == 0

zones_unclear(s) if undecided_zone(s)

lb_gaps(s) := [gap |
	some r in s.facts.resources
	may_be_used(s, r)
	some gap in lb_gap(r)
]

may_be_used(s, r) if r.zone == s.facts.zone.value

may_be_used(_, r) if not r.zone

lb_gap(r) := array.concat(
	[{"note": sprintf("%s was not read", [call.call]), "at": "", "key": call.call, "settle": [call]} | some call in r.lb.unread],
	[{"note": note, "at": r.at, "value": r.id, "key": sprintf("%s/unclear", [r.id]), "settle": []} | some note in unclear(r)],
)

unclear(r) := {note |
	some note in {sprintf("%s shows no zone", [r.id]) | not r.zone}
} | {note |
	some note in {sprintf("%s is neither CLB nor NLB", [r.id]) | not r.lb.kind in {"clb", "nlb"}}
} | {note |
	some note in {sprintf("CLB %s shows no primary zone", [r.id]) | r.lb.kind == "clb"; count(r.lb.unread) == 0; not lib.known(r.lb.master_zone)}
} | {note |
	some note in {sprintf("NLB %s shows no zones", [r.id]) | r.lb.kind == "nlb"; count(r.lb.unread) == 0; not r.lb.zones_known}
} | {note |
	some b in r.lb.backends
	r.lb.kind == "clb"
	b.weight != 0
	not b.zone
	note := sprintf("the zone of backend %s is not shown", [b.id])
}
