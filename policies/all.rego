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

all contains object.union(result, {"rule": "ES-SLB-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_001.results(s)
}

silent contains {"rule": "ES-SLB-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_002.results(s)
}

silent contains {"rule": "ES-SLB-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_002.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_003.results(s)
}

silent contains {"rule": "ES-SLB-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_004.results(s)
}

silent contains {"rule": "ES-SLB-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-005", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"nlb", "region"}
	some result in data.esaudit.rules.es_slb_005.results(s)
}

silent contains {"rule": "ES-SLB-005", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_005.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-006", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_006.results(s)
}

silent contains {"rule": "ES-SLB-006", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_006.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-007", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_007.results(s)
}

silent contains {"rule": "ES-SLB-007", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_007.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-008", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_008.results(s)
}

silent contains {"rule": "ES-SLB-008", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_008.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-009", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_009.results(s)
}

silent contains {"rule": "ES-SLB-009", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_009.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-010", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "region"}
	some result in data.esaudit.rules.es_slb_010.results(s)
}

silent contains {"rule": "ES-SLB-010", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "region"}
	count([set | set := data.esaudit.rules.es_slb_010.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-011", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	some result in data.esaudit.rules.es_slb_011.results(s)
}

silent contains {"rule": "ES-SLB-011", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_011.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-SLB-012", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"nlb", "region"}
	some result in data.esaudit.rules.es_slb_012.results(s)
}

silent contains {"rule": "ES-SLB-012", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"nlb", "region"}
	count([set | set := data.esaudit.rules.es_slb_012.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-VPC-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"nlb", "region"}
	some result in data.esaudit.rules.es_vpc_002.results(s)
}

silent contains {"rule": "ES-VPC-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"nlb", "region"}
	count([set | set := data.esaudit.rules.es_vpc_002.results(s); is_set(set)]) == 0
}
