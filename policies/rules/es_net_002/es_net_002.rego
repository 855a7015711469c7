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
#   controls: []
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

results(s) := {verdict(s, problems(s), gaps(s))} if s.kind == "elasticsearch"

# A load balancer is a subject when it leads to a cluster, or may.
results(s) := {verdict(s, problems(s), gaps(s)) | s.facts.serves_elasticsearch != "no"} if s.kind in {"clb", "nlb"}

verdict(s, wrong, _) := {
	"status": "fail", "severity": lib.worst({p.severity | some p in wrong; p.active}),
	"message": "{count} of the ports that lead to Elasticsearch at {subject} are wrong: {list}.",
	"args": args(s, [p | some p in wrong; p.active]),
	"evidence": [lib.evidence(p, p.note, p.key) | some p in wrong; p.active],
} if {
	some p in wrong
	p.active
} else := {
	"status": "latent", "severity": lib.worst({p.severity | some p in wrong}),
	"message": "{count} of the ports configured at {subject} are wrong and have no effect now: {list}.",
	"args": args(s, wrong),
	"evidence": [lib.evidence(p, p.note, p.key) | some p in wrong],
} if {
	count(wrong) > 0
	every gap in gaps(s) { gap.harmless }
}

else := {
	"status": "unknown", "severity": "info",
	"message": "Which ports lead to Elasticsearch at {subject} is not decided: {list}.",
	"args": {"subject": s.id, "list": concat("; ", sort({gap.note | some gap in open})), "count": count(open)},
	"evidence": [lib.evidence(gap, gap.note, gap.key) | some gap in open; gap.at != ""],
	"settle": [call | some gap in open; some call in gap.settle],
} if {
	open := [gap | some gap in gaps(s); not gap.harmless]
	count(open) > 0
} else := lib.passed("Only 9200, and 9300 where the version opens it, lead to Elasticsearch at {subject}.", {"subject": s.id})

args(s, list) := {"subject": s.id, "count": count(list), "list": concat("; ", sort({p.note | some p in list}))}

# problems: wrong ports as [{severity, active, at, value, note, key}].
problems(s) := array.concat(instance_ports(s), reindex_ports(s)) if s.kind == "elasticsearch"

problems(s) := [p |
	some listener in s.facts.listeners
	some target in listener.targets
	target.cluster_match == "yes"
	p := target_problem(listener, target)
] if {
	s.kind in {"clb", "nlb"}
}

# --- the instance's own ports

instance_ports(s) := [p |
	some name, port in s.facts.ports
	name in {"port", "publicPort"}
	severity := port_severity(port.value, s.facts.version)
	p := {
		"severity": severity, "active": port_active(s, name), "at": port.at, "value": port.value,
		"note": sprintf("%s is %d", [name, port.value]), "key": sprintf("%s/%d", [name, port.value]),
	}
]

port_active(s, "port") if s

port_active(s, "publicPort") := s.facts.switches.public.value != false

# port_severity: a port outside the allowed ones is high, 9300 on a version
# that closed it is medium; undefined for a port that is right.
port_severity(port, _) := "high" if not port in allowed

port_severity(9300, version) := "medium" if lib.closed_9300(version)

# --- reindex: the port in the configuration

reindex_ports(s) := [p |
	some d in s.facts.dependencies
	reindexes(d)
	d.target.elasticsearch == "yes"
	severity := reindex_severity(d)
	p := {
		"severity": severity, "active": true, "at": d.at, "value": d.text,
		"note": sprintf("reindex whitelist names %s, which no running listener leads to an open Elasticsearch port", [d.text]),
		"key": d.hostport,
	}
]

reindexes(d) if {
	d.feature == "reindex"
	not d.wildcard
	not d.local
	d.error == ""
}

reindex_severity(d) := "high" if {
	count(leads(d)) == 0
} else := "medium" if {
	every target in leads(d) {
		target.port == 9300
		lib.closed_9300(target.cluster_version)
	}
} else := "high" if {
	every target in leads(d) { not right(target) }
}

leads(d) := [target | some target in d.target.leads; target.from <= d.port; d.port <= target.to; target.running != "no"]

right(target) if target.port == 9200

right(target) if {
	target.port == 9300
	lib.open_9300(target.cluster_version)
}

# --- a listener's backends

target_problem(listener, target) := problem("high", listener, target, "all ports") if {
	target.any_port
} else := problem("high", listener, target, sprintf("ports %d-%d", [listener.from, listener.to])) if {
	target.follows_listener
	some port in numbers.range(listener.from, min([listener.to, listener.from + 2]))
	not port in allowed
} else := problem(severity, listener, target, sprintf("port %d", [target.port])) if {
	not target.follows_listener
	severity := port_severity(target.port, target.cluster_version)
} else := problem("medium", listener, target, "port 9300") if {
	target.follows_listener
	listener.from <= 9300
	listener.to >= 9300
	lib.closed_9300(target.cluster_version)
}

problem(severity, listener, target, what) := {
	"severity": severity, "active": target.active, "at": target.at, "value": target.value,
	"note": sprintf("listener %s forwards to %s of %s", [listener.name, what, target.cluster]),
	"key": sprintf("%s/%s/%s", [listener.name, what, target.cluster]),
}

# --- what is not known: [{note, at, key, settle, harmless}]

gaps(s) := [{
	"note": "the instance's settings were not read", "at": "", "key": "DescribeInstance",
	"settle": lib.unread(s.facts.calls, ["DescribeInstance"]), "harmless": false,
}] if {
	s.kind == "elasticsearch"
	not s.facts.calls.DescribeInstance.read
}

gaps(s) := array.concat(port_gaps(s), reindex_gaps(s)) if {
	s.kind == "elasticsearch"
	s.facts.calls.DescribeInstance.read
}

gaps(s) := array.concat(
	[{"note": sprintf("%s was not read", [call.call]), "at": "", "key": call.call, "settle": [call], "harmless": false} | some call in s.facts.unread],
	[gap |
		some listener in s.facts.listeners
		some target in listener.targets
		gap := target_gap(listener, target)
	],
) if {
	s.kind in {"clb", "nlb"}
}

port_gaps(s) := [{
	"note": sprintf("%s %s", [name, why]), "at": port.at, "value": object.get(port, "value", null), "key": name, "settle": [],
	"harmless": not_served(s, name),
} |
	some name, port in s.facts.ports
	name in {"port", "publicPort"}
	why := port_gap(port, s.facts.version)
]

port_gap(port, _) := "cannot be read" if not lib.known(port)

port_gap(port, version) := "is 9300 on a version that was not read" if {
	port.value == 9300
	not version.major
}

not_served(s, name) if {
	name == "publicPort"
	s.facts.switches.public.value == false
} else := false

reindex_gaps(s) := [{
	"note": sprintf("where %s leads was not read", [d.text]), "at": d.at, "value": d.text, "key": d.hostport,
	"settle": d.target.settle, "harmless": false,
} |
	some d in s.facts.dependencies
	reindexes(d)
	reindex_unknown(d)
]

reindex_unknown(d) if {
	d.target.elasticsearch == "unknown"
	count(d.target.settle) > 0
}

# Nobody shows what stands behind another account's service: the usual port is
# all that can be asked for.
reindex_unknown(d) if {
	d.target.elasticsearch == "unknown"
	d.port != 9200
}

target_gap(listener, target) := {
	"note": sprintf("whether %s behind listener %s is %s", [target.address, listener.name, target.cluster]),
	"at": target.at, "value": target.value, "key": sprintf("%s/%s", [listener.name, target.address]),
	"settle": target.settle, "harmless": false,
} if {
	target.cluster_match == "unknown"
	target_problem(listener, target)
} else := {
	"note": sprintf("the version of %s behind port 9300", [target.cluster]),
	"at": target.at, "value": target.value, "key": sprintf("%s/%s/version", [listener.name, target.cluster]),
	"settle": target.settle, "harmless": false,
} if {
	target.cluster_match == "yes"
	target.port == 9300
	not target.cluster_version.major
} else := {
	"note": sprintf("the port of a backend of listener %s", [listener.name]),
	"at": target.at, "value": target.value, "key": sprintf("%s/%s/port", [listener.name, target.address]),
	"settle": [], "harmless": false,
} if {
	target.cluster_match != "no"
	not target.any_port
	not target.follows_listener
	not target.port
}
