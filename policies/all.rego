# Generated from the rules' METADATA; make update writes it.
# METADATA
# title: Every rule applied to every subject of the input
# entrypoint: true
package esaudit

all contains object.union(result, {"rule": "ES-NET-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_001.results(s)
}

all contains object.union(result, {"rule": "ES-NET-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "clb", "nlb", "region"}
	some result in data.esaudit.rules.es_net_002.results(s)
}

all contains object.union(result, {"rule": "ES-NET-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	some result in data.esaudit.rules.es_net_003.results(s)
}

all contains object.union(result, {"rule": "ES-NET-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_net_004.results(s)
}
