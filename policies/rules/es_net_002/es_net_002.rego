# METADATA
# title: Only ports 9200 and 9300 may lead to a cluster
# description: |
#   An instance serves 9200, and 9300 on versions below 6. A load balancer that
#   forwards to any other port of a cluster, to all its ports, or to 9300 where
#   the version closed it, is misrouted or opens what nobody watches; a reindex
#   whitelist that names a port no listener leads to 9200 from cannot work.
#   Kibana's port and 9300 seeds between connected clusters are none of it.
# custom:
#   id: ES-NET-002
#   name: UnexpectedClusterPort
#   severities: [high, medium]
#   kinds: [elasticsearch, clb, nlb, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, High security"
#     - "Alibaba Cloud Elasticsearch, View the basic information of a cluster"
#     - "Alibaba Cloud Elasticsearch, Basic Information (2019)"
#   avoid: "A listener on 9200 whose server group keeps port 5601, or a listener on all ports in front of a cluster."
#   prefer: "One listener on 9200 whose backends have port 9200."
#   console: "Network Load Balancer > Server Groups > the group > Backend Servers: change the port; Listeners: recreate the listener on 9200."
#   terraform: "`alicloud_nlb_listener`: `listener_port`; `alicloud_nlb_server_group_server_attachment`: `port`; `alicloud_slb_listener`: `backend_port`."
#   controls:
#     - "Cloud Config: slb-listener-risk-ports-check"
#     - "infraguard: slb-listener-risk-ports-check"
#     - "CIS Alibaba 2.0: 3.5 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.20 (unverified)"
#   remediation: |
#     Point the listener or its server group at port 9200 of the cluster and drop
#     port ranges and any-port groups; correct the port in the reindex whitelist.
#     The ports of an instance itself cannot be configured.
#   api: [nlb:UpdateListenerAttribute, slb:SetLoadBalancerTCPListenerAttribute, elasticsearch:UpdateInstanceSettings]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_net_002

import data.esaudit.lib

allowed := {9200, 9300}

results(s) := lib.unlisted(s, {"elasticsearch", "clb", "nlb"}) if s.kind == "region"

results(s) := {verdict(s, problems(s))} if s.kind == "elasticsearch"

# A load balancer is a subject when it leads to a cluster, or may.
results(s) := {verdict(s, problems(s)) | s.facts.serves_elasticsearch != "no"} if s.kind in {"clb", "nlb"}

verdict(s, wrong) := result("fail", "{count} of the ports that lead to Elasticsearch at {subject} are wrong: {list}.", s, now) if {
	now := {p | some p in wrong; p.active}
	count(now) > 0
} else := {
	"status": "unknown", "severity": "info",
	"message": "Which ports lead to Elasticsearch at {subject} is not decided: {list}.",
	"args": args(s, open),
	"evidence": [lib.evidence(gap, gap.note, gap.key) | some gap in open; gap.at != ""],
	"settle": [call | some gap in open; some call in gap.settle],
} if {
	open := gaps(s)
	count(open) > 0
} else := result("latent", "{count} of the ports configured at {subject} are wrong and have no effect now: {list}.", s, wrong) if {
	count(wrong) > 0
} else := object.union(
	lib.passed("{subject} serves 9300, which its version opens and which speaks plain TCP.", {"subject": s.id}),
	{"evidence": [lib.evidence(port, sprintf("%s is 9300", [name]), name) | some name in transport(s); port := s.facts.ports[name]]},
) if {
	count(transport(s)) > 0
} else := lib.passed("Only 9200, and 9300 where the version opens it, lead to Elasticsearch at {subject}.", {"subject": s.id})

# transport: the ports of an instance that are 9300.
transport(s) := {name | some name, port in object.get(s.facts, "ports", {}); port.value == 9300}

result(status, message, s, wrong) := {
	"status": status, "severity": lib.worst({p.severity | some p in wrong}), "message": message, "args": args(s, wrong),
	"evidence": [lib.evidence(p, p.note, p.key) | some p in wrong],
}

args(s, list) := {"subject": s.id, "count": count(list), "list": concat("; ", sort({item.note | some item in list}))}

# problems: wrong ports as {severity, active, at, value, note, key}.
problems(s) := instance_ports(s) | reindex_ports(s) if s.kind == "elasticsearch"

problems(s) := {p |
	some listener in s.facts.listeners
	some target in listener.targets
	target.cluster_match == "yes"
	p := target_problem(listener, target)
} if {
	s.kind in {"clb", "nlb"}
}

# port_severity: a port outside the allowed ones is high, 9300 on a version
# that closed it is medium; undefined for a port that is right.
port_severity(port, _) := "high" if not port in allowed

port_severity(9300, version) := "medium" if lib.closed_9300(version)

# --- the instance's own ports

instance_ports(s) := {p |
	some name, port in s.facts.ports
	severity := port_severity(port.value, s.facts.version)
	p := {
		"severity": severity, "active": served(s, name), "at": port.at, "value": port.value,
		"note": sprintf("%s is %d", [name, port.value]), "key": sprintf("%s/%d", [name, port.value]),
	}
}

# served: whether a port leads to the cluster now; undefined when the switch of
# public access is missing.
served(s, name) := false if {
	s.facts.status.value == "inactive"
} else := s.facts.switches.public.value if {
	name == "publicPort"
} else := true if {
	name == "port"
}

# --- reindex: the port in the configuration must be that of a running listener
# which leads to an open port of the cluster

reindex_ports(s) := {p |
	some d in s.facts.dependencies
	d.feature == "reindex"
	severity := reindex_severity(d)
	p := {
		"severity": severity, "active": served(s, "port"), "at": d.at, "value": d.text,
		"note": sprintf("reindex whitelist names %s, which no running listener leads to an open Elasticsearch port", [d.text]),
		"key": d.hostport,
	}
}

reindex_severity(d) := severity if {
	d.target.elasticsearch == "yes"
	d.target.complete
	every lead in leads(d) { wrong_lead(d, lead) }
	severity := worst_lead(d)
}

worst_lead(d) := "medium" if {
	count(leads(d)) > 0
	every lead in leads(d) { lead_port(d, lead) == 9300 }
} else := "high"

leads(d) := [lead | some lead in d.target.leads; lead.from <= d.port; d.port <= lead.to; lead.running != "no"]

lead_port(d, lead) := d.port if {
	lead.keeps_port
} else := lead.port

right_lead(d, lead) if {
	lead.running == "yes"
	right_port(lead_port(d, lead), lead.cluster_version)
}

right_port(port, _) if port in allowed - {9300}

right_port(9300, version) if lib.open_9300(version)

wrong_lead(d, lead) if port_severity(lead_port(d, lead), lead.cluster_version)

# --- a listener's backends

target_problem(listener, target) := problem("high", listener, target, listener.at, 0, "every port") if {
	listener.range
	listener.from == 0
} else := problem("high", listener, target, listener.at, 0, sprintf("the ports %d-%d", [listener.from, listener.to])) if {
	listener.from != listener.to
} else := problem("high", listener, target, target.any_port.at, true, "whatever port it listens on") if {
	target.any_port.value == "yes"
	not listener.range
} else := problem(severity, listener, target, target.at, object.get(target, "value", null), sprintf("port %d", [port])) if {
	port := forwarded(listener, target)
	severity := port_severity(port, target.cluster_version)
}

# forwarded: the port a backend is asked at. A listener for a range needs a
# group that keeps the port.
forwarded(listener, target) := listener.from if {
	target.any_port.value == "yes"
} else := target.port if {
	target.any_port.value != "yes"
}

problem(severity, listener, target, at, value, what) := {
	"severity": severity, "active": target.active, "at": at, "value": value,
	"note": sprintf("listener %s forwards %s to %s", [listener.name, what, target.cluster]),
	"key": sprintf("%s/%s/%s", [listener.name, what, target.address]),
}

# --- what is not known: {note, at, value, key, settle}

gap(note, ref, key, settle) := object.union(lib.evidence(ref, note, key), {"settle": settle})

gaps(s) := {gap("the instance's settings were not read", {"at": ""}, "DescribeInstance", lib.unread(s.facts.calls, ["DescribeInstance"]))} if {
	s.kind == "elasticsearch"
	not s.facts.calls.DescribeInstance.read
}

gaps(s) := (port_gaps(s) | reindex_gaps(s)) | settings_gaps(s) if {
	s.kind == "elasticsearch"
	s.facts.calls.DescribeInstance.read
}

gaps(s) := unread | undecided if {
	s.kind in {"clb", "nlb"}
	unread := {gap(sprintf("%s was not read", [call.call]), {"at": ""}, call.call, [call]) | some call in s.facts.unread}
	undecided := {g |
		some listener in s.facts.listeners
		some target in listener.targets
		g := target_gap(listener, target)
	}
}

port_gaps(s) := {g |
	some name, port in s.facts.ports
	why := port_gap(s, name, port)
	g := gap(sprintf("%s %s", [name, why]), port, name, [])
}

port_gap(s, name, port) := "cannot be read" if {
	not lib.known(port)
} else := "is not shown, and the cluster is in no state to be read" if {
	port.assumed
	not s.facts.status.value in {"active", "activating", "inactive"}
} else := "is 9300 on a version that was not read" if {
	port.value == 9300
	not s.facts.version.major
} else := sprintf("is %d, and whether public access is on is not shown", [port.value]) if {
	port_severity(port.value, s.facts.version)
	not decided(s, name)
}

decided(s, name) if is_boolean(served(s, name))

settings_gaps(s) := {gap("the settings cannot be read", s.facts.settings, "esConfig", []) | not s.facts.settings.readable}

reindex_gaps(s) := {g |
	some d in s.facts.dependencies
	d.feature == "reindex"
	why := reindex_gap(d)
	g := gap(sprintf(why, [d.text]), {"at": d.at, "value": d.text}, d.hostport, d.target.settle)
}

reindex_gap(d) := "what %s names cannot be read" if {
	d.error != ""
	not d.local
} else := "where %s leads is not decided" if {
	d.target.elasticsearch != "no"
	not usual(d)
	not reindex_severity(d)
	every lead in leads(d) { not right_lead(d, lead) }
}

# usual: an address that may be a cluster's, at the port a cluster has.
usual(d) if {
	d.target.elasticsearch == "unknown"
	not endswith(d.host, ".privatelink.aliyuncs.com")
	d.port == 9200
}

target_gap(listener, target) := gap(
	sprintf("whether %s behind listener %s is %s", [target.address, listener.name, target.cluster]),
	target, sprintf("%s/%s/%s", [listener.name, target.address, target.cluster]), target.settle,
) if {
	target.cluster_match == "unknown"
	may_be_wrong(listener, target)
} else := gap(
	sprintf("%s: listener %s in front of %s", [why, listener.name, target.cluster]),
	target, sprintf("%s/%s/%s/%s", [listener.name, target.address, target.cluster, why]), target.settle,
) if {
	not target_problem(listener, target)
	why := unclear(listener, target)
}

may_be_wrong(listener, target) if target_problem(listener, target)

may_be_wrong(listener, target) if unclear(listener, target)

unclear(listener, target) := "which ports it has" if {
	listener.from == 0
	not listener.range
} else := "whether the group keeps the port" if {
	target.any_port.value == "unknown"
} else := "which port is asked" if {
	not forwarded(listener, target)
} else := "the version behind port 9300" if {
	forwarded(listener, target) == 9300
	not target.cluster_version.major
}
