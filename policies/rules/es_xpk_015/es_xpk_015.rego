# METADATA
# title: Dictionaries do not come from a public bucket
# description: |
#   A dictionary of source OSS is fetched from a bucket that the vendor wants
#   publicly readable. Everything else in the bucket is readable by everybody too.
#   Whether it still is public cannot be read from here.
# custom:
#   id: ES-XPK-015
#   name: PublicDictionary
#   severities: [low]
#   kinds: [elasticsearch, region]
#   optional: true
#   basis:
#     - "Alibaba Cloud Elasticsearch API, UpdateDict (sourceType)"
#     - "Alibaba Cloud Elasticsearch, Use the analysis-ik plug-in"
#   avoid: "A dictionary with sourceType OSS."
#   prefer: "A dictionary with sourceType ORIGIN or UPLOAD; a private bucket."
#   console: "Elasticsearch Clusters > the cluster > Plug-ins > analysis-ik > Rolling Update: upload the file; then OSS > the bucket > Permission Control: private."
#   terraform: "`alicloud_elasticsearch_instance` has no field for it; `alicloud_oss_bucket_acl`: `acl = \"private\"`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.8 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Upload the dictionary again as a file, list every other one as ORIGIN in the
#     same call (what is left out is deleted), and make the bucket private.
#   api: [elasticsearch:UpdateDict, elasticsearch:UpdateHotIkDicts, elasticsearch:UpdateSynonymsDicts, elasticsearch:UpdateAliwsDict]
#   tags: [exposure, external/cwe/cwe-732]
package esaudit.rules.es_xpk_015

import data.esaudit.lib
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

verdict(s) := lib.unknown("The dictionaries of {cluster} were not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := {
	"status": "fail", "severity": "low", "confidence": "low",
	"message": "{cluster} fetches dictionaries from a bucket that has to be public: {names}.",
	"args": {"cluster": s.id, "names": concat(", ", sort({d.name | some d in fetched(s)}))},
	"evidence": shown.once([lib.evidence(d.source, sprintf("%s in %s", [d.name, d.list]), sprintf("%s/%s", [d.list, d.name])) | some d in fetched(s)]),
} if {
	count(fetched(s)) > 0
} else := lib.unknown("Where the dictionaries of {cluster} come from is not in what was read.", {"cluster": s.id}, [lib.evidence({"at": dictionaries(s).at}, "dictionaries", "dictionaries")], []) if {
	doubtful(s)
} else := lib.passed("{cluster} fetches no dictionary from a bucket.", {"cluster": s.id})

dictionaries(s) := s.facts.data.dictionaries

fetched(s) := [d | some d in dictionaries(s).entries; upper(trim_space(d.source.value)) == "OSS"]

doubtful(s) if count(dictionaries(s).missing) > 0

doubtful(s) if {
	some d in dictionaries(s).entries
	not upper(trim_space(d.source.value)) in {"ORIGIN", "UPLOAD", "OSS"}
}

doubtful(s) if {
	some d in dictionaries(s).entries
	not lib.known(d.source)
}
