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
#   avoid: "An endpoint in zone i whose service offers a CLB of zone h alone."
#   prefer: "An endpoint, the load balancer that serves it and the backends in one zone of the cluster."
#   console: "PrivateLink > Endpoint Services > the service > Service Resources: add a load balancer of the endpoint's zone; or Elasticsearch > the cluster > Security > Private Connection: delete and create the endpoint in the right zone."
#   terraform: "`alicloud_privatelink_vpc_endpoint_service_resource`: `zone_id`; `alicloud_nlb_load_balancer`: `zone_mappings`."
#   controls:
#     - "Cloud Config: privatelink-server-endpoint-multi-zone"
#     - "infraguard: privatelink-server-endpoint-multi-zone"
#     - "MLPS 2.0 L3: 8.1.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.14 (unverified)"
#   remediation: |
#     Attach a load balancer of the endpoint's zone to the service, or delete the
#     endpoint and create it again in a zone that has one. Moving an ECS to the
#     zone is manual.
#   fix: replace-endpoint
#   api: [privatelink:AttachResourceToVpcEndpointService, elasticsearch:DeleteVpcEndpoint, elasticsearch:CreateVpcEndpoint]
#   tags: [network, availability]
package esaudit.rules.es_net_003

import data.esaudit.lib

results(s) := lib.unlisted(s, {"endpoint"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "endpoint"

verdict(s) := {
	"status": "fail", "severity": lib.worst({p.severity | some p in wrong}),
	"message": "Endpoint {endpoint} of {cluster} is in zone {zone}: {list}.",
	"args": object.union(args(s), {"list": concat("; ", sort({p.note | some p in wrong}))}),
	"evidence": array.concat(
		[lib.evidence(zone, "the endpoint's zone", zone.value) | some zone in s.facts.zones],
		[lib.evidence(p, p.note, p.key) | some p in wrong],
	),
} if {
	wrong := problems(s)
	count(wrong) > 0
} else := {
	"status": "unknown", "severity": "info",
	"message": "Whether endpoint {endpoint} of {cluster} shares region and zone with what it leads to is not decided: {list}.",
	"args": object.union(args(s), {"list": concat("; ", sort({gap.note | some gap in open}))}),
	"evidence": [lib.evidence(gap, gap.note, gap.key) | some gap in open; gap.at != ""],
	"settle": [call | some gap in open; some call in gap.settle],
} if {
	open := gaps(s)
	count(open) > 0
} else := lib.passed("Endpoint {endpoint} of {cluster}, its service, load balancer and backends are in zone {zone}.", args(s))

args(s) := {"endpoint": s.id, "cluster": s.facts.cluster.id, "zone": zone_list(s)}

zone_list(s) := concat(", ", sort(zones(s))) if {
	count(zones(s)) > 0
} else := "unknown"

zones(s) := {zone.value | some zone in s.facts.zones}

# problems: {severity, at, value, note, key}.
problems(s) := (region_problems(s) | cluster_problems(s)) | (resource_problems(s) | backend_problems(s))

# --- regions

region_problems(s) := service | balancers if {
	service := {{
		"severity": "high", "at": s.facts.service.at, "value": s.facts.service.region, "key": "service-region",
		"note": sprintf("its service is in region %s, the cluster in %s", [s.facts.service.region, s.region]),
	} |
		s.facts.service.region != s.region
	}
	balancers := {{
		"severity": "high", "at": r.lb.at, "value": r.lb.region, "key": sprintf("%s/region", [r.id]),
		"note": sprintf("load balancer %s is in region %s, the cluster in %s", [r.id, r.lb.region, s.region]),
	} |
		some r in s.facts.resources
		r.lb.region != s.region
	}
}

# --- the cluster's own zones, as DescribeInstance shows them

described(s) if count(s.facts.cluster.settle) == 0

normal(s) := {z.id | some z in s.facts.cluster.zones; z.status == "NORMAL"}

cluster_problems(s) := {{
	"severity": "high", "at": s.facts.cluster.zones_at, "value": null, "key": sprintf("cluster/%s", [zone]),
	"note": sprintf("zone %s is not among those the cluster runs in: %s", [zone, concat(", ", sort(normal(s)))]),
} |
	described(s)
	count(s.facts.cluster.zones) > 0
	some zone in zones(s)
	not zone in normal(s)
	not undecided_zone(s, zone)
}

undecided_zone(s, _) if {
	some z in s.facts.cluster.zones
	not z.id
}

undecided_zone(s, zone) if {
	some z in s.facts.cluster.zones
	z.id == zone
	not z.status
}

# --- the load balancer

in_zone(s, zone) := [r | some r in s.facts.resources; r.zone == zone]

resource_problems(s) := {p |
	some zone in zones(s)
	some p in zone_problems(s, zone)
}

zone_problems(s, zone) := {{
	"severity": "high", "at": s.facts.resources_at, "value": null, "key": sprintf("resource/%s", [zone]),
	"note": sprintf("service %s offers %s in zone %s", [s.facts.service.id, offer(s), zone]),
}} if {
	s.facts.resources_read
	every r in s.facts.resources { r.zone }
	count(in_zone(s, zone)) == 0
} else := {p |
	some r in in_zone(s, zone)
	p := lb_problem(r, zone)
}

offer(s) := "no load balancer" if {
	count(s.facts.resources) == 0
} else := sprintf("only %s and none", [concat(", ", sort({sprintf("%s in %s", [r.id, r.zone]) | some r in s.facts.resources}))])

lb_problem(r, zone) := {
	"severity": "high", "at": r.lb.master_zone.at, "value": r.lb.master_zone.value, "key": sprintf("%s/%s", [r.id, r.lb.master_zone.value]),
	"note": sprintf("CLB %s has its primary zone in %s%s", [r.id, r.lb.master_zone.value, standby(r, zone)]),
} if {
	r.lb.kind == "clb"
	lib.known(r.lb.master_zone)
	r.lb.master_zone.value != zone
}

lb_problem(r, zone) := {
	"severity": "high", "at": r.lb.zones_at, "value": null, "key": sprintf("%s/zones", [r.id]),
	"note": sprintf("NLB %s is mapped to %s", [r.id, concat(", ", sort(r.lb.zones))]),
} if {
	r.lb.kind == "nlb"
	r.lb.zones_known
	not zone in r.lb.zones
	not "" in r.lb.zones
}

standby(r, zone) := sprintf(", only its standby in %s", [zone]) if {
	r.lb.slave_zone.value == zone
} else := ""

# --- the backends of a CLB

backend_problems(s) := {{
	"severity": "medium", "at": b.at, "value": b.id, "key": sprintf("%s/%s", [r.id, b.id]),
	"note": sprintf("backend %s of CLB %s is in %s", [b.id, r.id, b.zone]),
} |
	some zone in zones(s)
	some r in in_zone(s, zone)
	r.lb.kind == "clb"
	some b in r.lb.backends
	b.weight > 0
	b.zone != zone
}

# --- what is not known: {note, at, value, key, settle}

gap(note, ref, key, settle) := object.union(lib.evidence(ref, note, key), {"settle": settle})

gaps(s) := zone_gaps(s) if {
	count(zones(s)) == 0
} else := (zone_gaps(s) | service_gaps(s)) | (cluster_gaps(s) | lb_gaps(s))

zone_gaps(s) := {gap("its zone is shown by no answer", {"at": s.facts.at}, "zone", s.facts.zones_settle)} if {
	count(zones(s)) == 0
} else := {gap("not all of its zones were read", {"at": ""}, "zone", s.facts.zones_settle) | count(s.facts.zones_settle) > 0}

service_gaps(s) := {gap(sprintf("the resources of service %s were not read", [s.facts.service.id]), {"at": ""}, "resources", s.facts.service.settle) |
	not s.facts.resources_read
} | {gap("the region of its service is not shown", {"at": s.facts.service.at}, "service-region", s.facts.service.settle) |
	not s.facts.service.region
}

cluster_gaps(s) := {gap("the zones the cluster runs in are not shown", {"at": s.facts.cluster.zones_at}, "cluster-zones", s.facts.cluster.settle) |
	zones_unclear(s)
}

zones_unclear(s) if not described(s)

zones_unclear(s) if count(s.facts.cluster.zones) == 0

zones_unclear(s) if {
	some zone in zones(s)
	not zone in normal(s)
	undecided_zone(s, zone)
}

lb_gaps(s) := {g |
	some r in s.facts.resources
	may_be_used(s, r)
	some g in lb_gap(s, r)
}

may_be_used(s, r) if r.zone in zones(s)

may_be_used(_, r) if not r.zone

lb_gap(s, r) := unread | unshown if {
	unread := {gap(sprintf("%s was not read", [call.call]), {"at": ""}, call.call, [call]) | some call in r.lb.unread}
	unshown := {gap(note, {"at": r.at, "value": r.id}, sprintf("%s/unclear", [r.id]), []) | some note in unclear(s, r)}
}

unclear(s, r) := notes | (of_clb(s, r) | of_nlb(r)) if {
	notes := {note |
		some note, holds in {
			sprintf("%s shows no zone", [r.id]): object.get(r, "zone", "") == "",
			sprintf("%s is neither CLB nor NLB", [r.id]): not_evaluated(r.lb.kind),
		}
		holds
	}
}

not_evaluated(kind) := (kind in {"clb", "nlb"}) == false

of_clb(s, r) := set() if {
	r.lb.kind != "clb"
} else := set() if {
	count(r.lb.unread) > 0
} else := {sprintf("CLB %s shows no primary zone", [r.id]) | not lib.known(r.lb.master_zone)} | {note |
	some b in r.lb.backends
	note := backend_unclear(s, b)
}

of_nlb(r) := set() if {
	r.lb.kind != "nlb"
} else := set() if {
	count(r.lb.unread) > 0
} else := {sprintf("NLB %s does not show its zones", [r.id]) | not r.lb.zones_known} | {sprintf("NLB %s does not show all of its zones", [r.id]) |
	"" in r.lb.zones
}

backend_unclear(s, b) := sprintf("the zone of backend %s is not shown", [b.id]) if {
	not b.zone
	object.get(b, "weight", 1) > 0
} else := sprintf("the weight of backend %s is not shown", [b.id]) if {
	not b.weight
	some zone in zones(s)
	b.zone != zone
}
