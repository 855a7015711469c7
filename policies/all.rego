# Generated from the rules' METADATA; make update writes it.
# METADATA
# title: Every rule applied to every subject of the input
# description: |
#   all holds what the rules say. silent holds the subjects for which a rule gave
#   no set of results: it is broken, and its silence says nothing.
# entrypoint: true
package esaudit

all contains object.union(result, {"rule": "ES-NET-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_001.results(s)
}

silent contains {"rule": "ES-NET-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "clb", "nlb", "region"}
	some result in data.esaudit.rules.es_net_002.results(s)
}

silent contains {"rule": "ES-NET-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_net_002.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	some result in data.esaudit.rules.es_net_003.results(s)
}

silent contains {"rule": "ES-NET-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	count([set | set := data.esaudit.rules.es_net_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_004.results(s)
}

silent contains {"rule": "ES-NET-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SG-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ecs", "region"}
	some result in data.esaudit.rules.es_sg_001.results(s)
}

silent contains {"rule": "ES-SG-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ecs", "region"}
	count([set | set := data.esaudit.rules.es_sg_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SG-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ecs", "region"}
	some result in data.esaudit.rules.es_sg_002.results(s)
}

silent contains {"rule": "ES-SG-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ecs", "region"}
	count([set | set := data.esaudit.rules.es_sg_002.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SG-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ecs", "region"}
	some result in data.esaudit.rules.es_sg_003.results(s)
}

silent contains {"rule": "ES-SG-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ecs", "region"}
	count([set | set := data.esaudit.rules.es_sg_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SG-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ecs", "region"}
	some result in data.esaudit.rules.es_sg_004.results(s)
}

silent contains {"rule": "ES-SG-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ecs", "region"}
	count([set | set := data.esaudit.rules.es_sg_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-TLS-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_tls_001.results(s)
}

silent contains {"rule": "ES-TLS-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_tls_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-TLS-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_tls_002.results(s)
}

silent contains {"rule": "ES-TLS-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_tls_002.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-TLS-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_tls_003.results(s)
}

silent contains {"rule": "ES-TLS-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_tls_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-TLS-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_tls_004.results(s)
}

silent contains {"rule": "ES-TLS-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_tls_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-TLS-005", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_tls_005.results(s)
}

silent contains {"rule": "ES-TLS-005", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_tls_005.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-VPC-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"vswitch", "region"}
	some result in data.esaudit.rules.es_vpc_001.results(s)
}

silent contains {"rule": "ES-VPC-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"vswitch", "region"}
	count([set | set := data.esaudit.rules.es_vpc_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-VPC-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"nat", "ecs", "region"}
	some result in data.esaudit.rules.es_vpc_003.results(s)
}

silent contains {"rule": "ES-VPC-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"nat", "ecs", "region"}
	count([set | set := data.esaudit.rules.es_vpc_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-VPC-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"vpc", "region"}
	some result in data.esaudit.rules.es_vpc_004.results(s)
}

silent contains {"rule": "ES-VPC-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"vpc", "region"}
	count([set | set := data.esaudit.rules.es_vpc_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-VPC-005", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"vpc", "region"}
	some result in data.esaudit.rules.es_vpc_005.results(s)
}

silent contains {"rule": "ES-VPC-005", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"vpc", "region"}
	count([set | set := data.esaudit.rules.es_vpc_005.results(s); is_set(set)]) == 0
}
