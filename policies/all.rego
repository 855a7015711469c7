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

all contains object.union(result, {"rule": "ES-NET-005", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_005.results(s)
}

silent contains {"rule": "ES-NET-005", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_005.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-006", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_006.results(s)
}

silent contains {"rule": "ES-NET-006", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_006.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-007", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_007.results(s)
}

silent contains {"rule": "ES-NET-007", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_007.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-008", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_008.results(s)
}

silent contains {"rule": "ES-NET-008", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_008.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-009", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_009.results(s)
}

silent contains {"rule": "ES-NET-009", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_009.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-010", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_010.results(s)
}

silent contains {"rule": "ES-NET-010", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_010.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-011", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_011.results(s)
}

silent contains {"rule": "ES-NET-011", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_011.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-012", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_012.results(s)
}

silent contains {"rule": "ES-NET-012", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_012.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-013", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_013.results(s)
}

silent contains {"rule": "ES-NET-013", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_013.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-014", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_014.results(s)
}

silent contains {"rule": "ES-NET-014", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_014.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-015", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_015.results(s)
}

silent contains {"rule": "ES-NET-015", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_015.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-016", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_016.results(s)
}

silent contains {"rule": "ES-NET-016", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_016.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-017", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_017.results(s)
}

silent contains {"rule": "ES-NET-017", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_017.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-018", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_018.results(s)
}

silent contains {"rule": "ES-NET-018", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_018.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-019", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_019.results(s)
}

silent contains {"rule": "ES-NET-019", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_019.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-NET-020", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_020.results(s)
}

silent contains {"rule": "ES-NET-020", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_net_020.results(s); is_set(set)]) == 0
}
