# METADATA
# title: No indirect way from the internet to a cluster
# description: |
#   A cluster without public access is public all the same when a NAT gateway
#   forwards to one of its addresses or its Kibana, on whatever external port, or
#   when a host that forwards to it is reached from the internet through an
#   elastic IP, a public load balancer or a DNAT entry.
# custom:
#   id: ES-VPC-003
#   name: IndirectPublicPath
#   severities: [critical, high]
#   kinds: [nat, ecs, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, High security"
#     - "Alibaba Cloud Elasticsearch, Manage IP address whitelists"
#     - "Alibaba Cloud Elasticsearch, Configure a DingTalk robot to receive X-Pack Watcher alerts (NGINX proxy)"
#   avoid: "A DNAT entry 19200 -> 9200 of a node; an NGINX proxy with an elastic IP and an inbound rule for everybody."
#   prefer: "SNAT alone; a VPN or a bastion for people; a proxy that a few addresses reach and that asks who they are."
#   console: "NAT Gateway > the gateway > DNAT: delete the entry; Elastic IP Addresses: unbind it from the proxy; ECS > Security Groups: narrow the inbound rule of the proxy's port."
#   terraform: "`alicloud_forward_entry`; `alicloud_eip_association`; `alicloud_security_group_rule`."
#   controls:
#     - "CIS Alibaba 2.0: 6.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.3.1 (unverified)"
#     - "PCI DSS 4.0: 1.4.4 (unverified)"
#     - "ISO 27001:2022: A.8.22 (unverified)"
#   remediation: |
#     Delete the forward entry, or take the public address from the proxy; where it
#     has to be reached, admit the addresses of those who need it alone and let the
#     proxy ask for credentials.
#   api: [vpc:DeleteForwardEntry, vpc:UnassociateEipAddress, ecs:RevokeSecurityGroup]
#   tags: [network, exposure, external/cwe/cwe-284]
package esaudit.rules.es_vpc_003

import data.esaudit.lib

results(s) := lib.unlisted(s, {"nat", "ecs"}) if s.kind == "region"

results(s) := {verdict(s, ways(s)) | lib.on_path(s) != "no"} if s.kind == "nat"

results(s) := {verdict(s, ways(s)) | count(s.facts.proxies) > 0} if s.kind == "ecs"

verdict(s, found) := result("fail", "The internet gets through {subject} to a cluster: {list}.", s, now) if {
	now := {w | some w in found; w.state == "yes"}
	count(now) > 0
} else := lib.off_path(s) if {
	lib.on_path(s) == "unknown"
} else := lib.undecided("Whether the internet gets through {subject} to a cluster is not decided: {list}.", s, open) if {
	open := {w | some w in found; w.state == "unknown"} | more(s)
	count(open) > 0
} else := result("latent", "The internet would get through {subject} to a cluster, and does not now: {list}.", s, found) if {
	count(found) > 0
} else := lib.passed("The internet does not get through {subject} to a cluster.", {"subject": s.id})

result(status, message, s, list) := {
	"status": status, "severity": lib.worst({w.severity | some w in list}), "message": message,
	"args": {"subject": s.id, "list": lib.notes(list)},
	"evidence": [lib.evidence(w, w.note, w.key) | some w in list],
}

more(s) := {lib.gap("other entries may lead to one", {"at": ""}, "scope", s.facts.scope.settle) |
	s.kind == "nat"
	not s.facts.scope.complete
}

# ways from the internet, as evidence with {severity, state}. state says whether
# anybody gets in now: yes, no, unknown.
ways(s) := forwarded(s) | {w |
	some p in s.facts.proxies
	some f in p.fronts
	here(s, f)
	w := proxied(s, p, f)
}

# --- a NAT gateway that forwards to a cluster

forwarded(s) := {object.union(
	lib.gap(sprintf("%s leads to %s of %s", [f.text, what[t.by], t.cluster]), {"at": f.at}, f.text, t.settle),
	{"severity": "high", "state": forward_state(f, t)},
) |
	s.kind == "nat"
	some f in s.facts.forwards
	f.tcp != "no"
	some t in f.targets
}

what := {"cluster": "an address", "node": "Kibana"}

forward_state(f, t) := "no" if {
	f.available == "no"
} else := "unknown" if {
	"unknown" in {f.available, f.tcp, t.match}
} else := "yes"

# --- a proxy

# A DNAT entry is the gateway's finding; a list that was not read may hold
# anything.
here(s, f) if {
	s.kind == "nat"
	f.by == "dnat"
}

here(s, f) if {
	s.kind == "ecs"
	f.by != "dnat"
}

proxied(s, p, f) := object.union(
	lib.gap(note(p, f), {"at": place(s)}, sprintf("%s/%s/%d", [p.host, object.get(f, "id", ""), p.listen]), array.concat(f.settle, p.reaches.settle)),
	{"severity": severity(f), "state": proxy_state(p, f)},
) if {
	proxy_reaches(p)
}

proxy_reaches(p) if p.reaches.verdict_when_active != "blocked"

place(s) := s.facts.scope.because[0].at if {
	count(s.facts.scope.because) > 0
} else := ""

note(p, f) := sprintf("%s gets to port %d of proxy %s through %s, which leads to %s", [who(f), p.listen, p.host, front(f), p.cluster])

who(f) := "everybody" if {
	severity(f) == "critical"
} else := concat(", ", array.slice(f.open, 0, 3)) if {
	count(f.open) > 0
} else := "somebody, perhaps,"

front(f) := sprintf("%s %s", [names[f.by], f.id]) if {
	names[f.by]
} else := "what was not read"

names := {"eip": "the public address of", "lb": "load balancer", "dnat": "NAT gateway"}

severity(f) := "critical" if {
	"IPv4" in lib.open_families(f.open)
} else := "high"

proxy_state(p, f) := "unknown" if {
	count(f.open) == 0
} else := "no" if {
	p.reaches.verdict == "blocked"
} else := "unknown" if {
	p.reaches.verdict == "unknown"
} else := "yes"
