# Generated from the rules' METADATA; make update writes it.
# METADATA
# title: Every rule applied to every subject of the input
# description: |
#   all holds what the rules say. silent holds the subjects for which a rule gave
#   no set of results: it is broken, and its silence says nothing.
# entrypoint: true
package esaudit

all contains object.union(result, {"rule": "ES-AST-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_ast_001.results(s)
}

silent contains {"rule": "ES-AST-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_ast_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-DAT-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_dat_001.results(s)
}

silent contains {"rule": "ES-DAT-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_dat_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-DAT-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_dat_002.results(s)
}

silent contains {"rule": "ES-DAT-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_dat_002.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-DAT-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_dat_003.results(s)
}

silent contains {"rule": "ES-DAT-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_dat_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-DAT-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_dat_004.results(s)
}

silent contains {"rule": "ES-DAT-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_dat_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-DAT-005", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_dat_005.results(s)
}

silent contains {"rule": "ES-DAT-005", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_dat_005.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-DRF-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"account", "clb", "ecs", "elasticsearch", "endpoint-service", "nat", "nlb", "ram-group", "ram-role", "ram-user", "region", "vpc", "vswitch"}
	some result in data.esaudit.rules.es_drf_001.results(s)
}

silent contains {"rule": "ES-DRF-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"account", "clb", "ecs", "elasticsearch", "endpoint-service", "nat", "nlb", "ram-group", "ram-role", "ram-user", "region", "vpc", "vswitch"}
	count([set | set := data.esaudit.rules.es_drf_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-EST-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"clb", "ecs", "elasticsearch", "endpoint-service", "nat", "nlb", "object", "region", "vpc", "vswitch"}
	some result in data.esaudit.rules.es_est_001.results(s)
}

silent contains {"rule": "ES-EST-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"clb", "ecs", "elasticsearch", "endpoint-service", "nat", "nlb", "object", "region", "vpc", "vswitch"}
	count([set | set := data.esaudit.rules.es_est_001.results(s); is_set(set)]) == 0
}

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

all contains object.union(result, {"rule": "ES-PVL-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	some result in data.esaudit.rules.es_pvl_001.results(s)
}

silent contains {"rule": "ES-PVL-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	count([set | set := data.esaudit.rules.es_pvl_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint", "endpoint-service", "region"}
	some result in data.esaudit.rules.es_pvl_002.results(s)
}

silent contains {"rule": "ES-PVL-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint", "endpoint-service", "region"}
	count([set | set := data.esaudit.rules.es_pvl_002.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint-service", "region"}
	some result in data.esaudit.rules.es_pvl_003.results(s)
}

silent contains {"rule": "ES-PVL-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint-service", "region"}
	count([set | set := data.esaudit.rules.es_pvl_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint-service", "region"}
	some result in data.esaudit.rules.es_pvl_004.results(s)
}

silent contains {"rule": "ES-PVL-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint-service", "region"}
	count([set | set := data.esaudit.rules.es_pvl_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-005", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	some result in data.esaudit.rules.es_pvl_005.results(s)
}

silent contains {"rule": "ES-PVL-005", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	count([set | set := data.esaudit.rules.es_pvl_005.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-006", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_pvl_006.results(s)
}

silent contains {"rule": "ES-PVL-006", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_pvl_006.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-007", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_pvl_007.results(s)
}

silent contains {"rule": "ES-PVL-007", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_pvl_007.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-008", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	some result in data.esaudit.rules.es_pvl_008.results(s)
}

silent contains {"rule": "ES-PVL-008", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	count([set | set := data.esaudit.rules.es_pvl_008.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-009", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint-service", "region"}
	some result in data.esaudit.rules.es_pvl_009.results(s)
}

silent contains {"rule": "ES-PVL-009", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint-service", "region"}
	count([set | set := data.esaudit.rules.es_pvl_009.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-010", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	some result in data.esaudit.rules.es_pvl_010.results(s)
}

silent contains {"rule": "ES-PVL-010", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"endpoint", "region"}
	count([set | set := data.esaudit.rules.es_pvl_010.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-PVL-011", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_pvl_011.results(s)
}

silent contains {"rule": "ES-PVL-011", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_pvl_011.results(s); is_set(set)]) == 0
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

all contains object.union(result, {"rule": "ES-XPK-001", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_001.results(s)
}

silent contains {"rule": "ES-XPK-001", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_001.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-002", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_002.results(s)
}

silent contains {"rule": "ES-XPK-002", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_002.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-003", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_003.results(s)
}

silent contains {"rule": "ES-XPK-003", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_003.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-004", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_004.results(s)
}

silent contains {"rule": "ES-XPK-004", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_004.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-005", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_005.results(s)
}

silent contains {"rule": "ES-XPK-005", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_005.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-006", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_006.results(s)
}

silent contains {"rule": "ES-XPK-006", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_006.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-007", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_007.results(s)
}

silent contains {"rule": "ES-XPK-007", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_007.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-008", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_008.results(s)
}

silent contains {"rule": "ES-XPK-008", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_008.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-009", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_009.results(s)
}

silent contains {"rule": "ES-XPK-009", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_009.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-010", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_010.results(s)
}

silent contains {"rule": "ES-XPK-010", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_010.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-011", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_011.results(s)
}

silent contains {"rule": "ES-XPK-011", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_011.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-012", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_012.results(s)
}

silent contains {"rule": "ES-XPK-012", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_012.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-013", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_013.results(s)
}

silent contains {"rule": "ES-XPK-013", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_013.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-014", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_014.results(s)
}

silent contains {"rule": "ES-XPK-014", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_014.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-015", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_015.results(s)
}

silent contains {"rule": "ES-XPK-015", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_015.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-016", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_016.results(s)
}

silent contains {"rule": "ES-XPK-016", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_016.results(s); is_set(set)]) == 0
}

all contains object.union(result, {"rule": "ES-XPK-017", "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	some result in data.esaudit.rules.es_xpk_017.results(s)
}

silent contains {"rule": "ES-XPK-017", "subject": s.arn} if {
	some s in input.subjects
	s.kind in {"elasticsearch", "region"}
	count([set | set := data.esaudit.rules.es_xpk_017.results(s); is_set(set)]) == 0
}
