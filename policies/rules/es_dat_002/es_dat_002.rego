# METADATA
# title: Disks that hold data are encrypted
# description: |
#   Disks of data nodes that are not encrypted hold the documents in clear, in
#   their snapshots and after they are given back too. Encryption is chosen when
#   the cluster is created, for each role of nodes by itself.
# custom:
#   id: ES-DAT-002
#   name: DiskEncryptionOff
#   severities: [medium]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Cloud Config elasticsearch-instance-enabled-data-node-encryption"
#     - "Cloud Config elasticsearch-instance-enabled-node-config-disk-encryption"
#     - "Alibaba Cloud Elasticsearch API, DescribeInstance (nodeSpec, warmNodeConfiguration, elasticDataNodeConfiguration)"
#   avoid: "diskEncryption false on warm nodes, while the hot ones have it."
#   prefer: "diskEncryption true on data, warm and elastic data nodes."
#   console: "Elasticsearch Clusters > Create: disk encryption on, for data and warm nodes; move the data."
#   terraform: "`alicloud_elasticsearch_instance`: `data_node_disk_encrypted = true` (a change makes a new instance)."
#   controls:
#     - "Cloud Config: elasticsearch-instance-enabled-data-node-encryption"
#     - "Cloud Config: elasticsearch-instance-enabled-node-config-disk-encryption"
#     - "infraguard: elasticsearch-instance-enabled-data-node-encryption"
#     - "CIS Alibaba 2.0: 4.2 (nearest)"
#     - "MLPS 2.0 L3: 8.1.4.8 (unverified)"
#     - "PCI DSS 4.0: 3.5.1 (unverified)"
#     - "ISO 27001:2022: A.8.24 (unverified)"
#   remediation: |
#     Create a cluster with encrypted disks for every role and move the data:
#     encryption cannot be switched on afterwards.
#   api: [elasticsearch:createInstance]
#   tags: [encryption, external/cwe/cwe-311]
package esaudit.rules.es_dat_002

import data.esaudit.lib

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("Whether the disks of {cluster} are encrypted was not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := {
	"status": "fail", "severity": "medium",
	"message": "Disks of {cluster} are not encrypted: {roles} nodes.",
	"args": {"cluster": s.id, "roles": concat(", ", [r.role | some r in plain])},
	"evidence": [lib.evidence(r.encrypted, sprintf("%s nodes", [r.role]), r.role) | some r in plain],
} if {
	plain := [r | some r in roles(s); r.present == "yes"; r.encrypted.value == false]
	count(plain) > 0
} else := lib.unknown("Whether the disks of the {roles} nodes of {cluster} are encrypted is not shown.", {"cluster": s.id, "roles": concat(", ", [r.role | some r in open])}, [lib.evidence({"at": r.at}, sprintf("%s nodes", [r.role]), r.role) | some r in open], []) if {
	open := [r | some r in roles(s); doubtful(r)]
	count(open) > 0
} else := lib.passed("The disks of {cluster} that hold data are encrypted.", {"cluster": s.id}) if {
	some r in roles(s)
	r.encrypted.value == true
} else := lib.not_applicable("{cluster} has no disks that could be encrypted: local ones cannot.", {"cluster": s.id})

# local_families: specifications with disks of their own.
local_families := {"d1", "d2c", "i2", "i2g", "i3"}

# roles: those whose disks could be encrypted.
roles(s) := [r | some r in s.facts.data.roles; not local(r)]

local(r) if startswith(lower(r.disk_type.value), "local_")

local(r) if lower(split(r.spec.value, ".")[1]) in local_families

doubtful(r) if {
	r.present == "yes"
	not lib.known(r.encrypted)
}

# Whether there are such nodes is not shown; encrypted ones are fine anyhow.
doubtful(r) if {
	r.present == "unknown"
	not r.encrypted.value == true
}
