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

all contains object.union(result, {"rule": "ES-RAM-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-group", "ram-role", "account"}
	some result in data.esaudit.rules.es_ram_001.results(s)
}

silent contains {"rule": "ES-RAM-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-group", "ram-role", "account"}
	count([set | set := data.esaudit.rules.es_ram_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-RAM-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-group", "ram-role", "account"}
	some result in data.esaudit.rules.es_ram_002.results(s)
}

silent contains {"rule": "ES-RAM-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-group", "ram-role", "account"}
	count([set | set := data.esaudit.rules.es_ram_002.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-RAM-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-group", "ram-role", "account"}
	some result in data.esaudit.rules.es_ram_003.results(s)
}

silent contains {"rule": "ES-RAM-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-group", "ram-role", "account"}
	count([set | set := data.esaudit.rules.es_ram_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-RAM-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ram-user", "account"}
	some result in data.esaudit.rules.es_ram_004.results(s)
}

silent contains {"rule": "ES-RAM-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ram-user", "account"}
	count([set | set := data.esaudit.rules.es_ram_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-RAM-005", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ram-user", "account"}
	some result in data.esaudit.rules.es_ram_005.results(s)
}

silent contains {"rule": "ES-RAM-005", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ram-user", "account"}
	count([set | set := data.esaudit.rules.es_ram_005.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-RAM-006", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-group", "ram-role", "account"}
	some result in data.esaudit.rules.es_ram_006.results(s)
}

silent contains {"rule": "ES-RAM-006", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-group", "ram-role", "account"}
	count([set | set := data.esaudit.rules.es_ram_006.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-RAM-007", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ram-role", "account"}
	some result in data.esaudit.rules.es_ram_007.results(s)
}

silent contains {"rule": "ES-RAM-007", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ram-role", "account"}
	count([set | set := data.esaudit.rules.es_ram_007.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-RAM-008", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"account"}
	some result in data.esaudit.rules.es_ram_008.results(s)
}

silent contains {"rule": "ES-RAM-008", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"account"}
	count([set | set := data.esaudit.rules.es_ram_008.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-RAM-009", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-role", "account"}
	some result in data.esaudit.rules.es_ram_009.results(s)
}

silent contains {"rule": "ES-RAM-009", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"ram-user", "ram-role", "account"}
	count([set | set := data.esaudit.rules.es_ram_009.results(s); is_set(set)]) == 0
}
