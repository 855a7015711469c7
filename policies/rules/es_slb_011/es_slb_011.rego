# METADATA
# title: The load balancer is protected against deletion and changes
# description: |
#   Releasing or changing the load balancer of a private connection cuts the
#   cluster off from its directory or its archive. Deletion protection refuses
#   the release, modification protection the change in the console; the latter
#   alone does not stop the API.
# custom:
#   id: ES-SLB-011
#   name: LoadBalancerUnprotected
#   optional: true
#   severities: [low]
#   kinds: [clb, nlb, region]
#   basis:
#     - "Cloud Config, slb-delete-protection-enabled"
#     - "Classic Load Balancer, API SetLoadBalancerDeleteProtection"
#     - "Network Load Balancer, API UpdateLoadBalancerProtection"
#   avoid: "Deletion protection off, modification protection ConsoleProtection."
#   prefer: "Deletion protection on and modification protection ConsoleProtection."
#   console: "Server Load Balancer > the instance > Instance Details: Deletion Protection, Configuration Read-only Mode."
#   terraform: "`alicloud_slb_load_balancer`: `delete_protection`, `modification_protection_status`; `alicloud_nlb_load_balancer`: `deletion_protection_enabled`, `modification_protection_status`."
#   controls:
#     - "Cloud Config: slb-delete-protection-enabled"
#     - "infraguard: slb-delete-protection-enabled"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Turn on deletion protection and modification protection. A load balancer
#     for a migration says so in a tag that holds the word migration.
#   fix: protect-load-balancer
#   api: [slb:SetLoadBalancerDeleteProtection, slb:SetLoadBalancerModificationProtection, nlb:UpdateLoadBalancerProtection]
#   tags: [availability]
package esaudit.rules.es_slb_011

import data.esaudit.lib
import data.esaudit.lib.balancer

results(s) := lib.unlisted(s, {"clb", "nlb"}) if s.kind == "region"

results(s) := balancer.unsettled(s) if {
	s.kind != "region"
	not balancer.speaks(s)
}

results(s) := {verdict(s)} if {
	s.kind != "region"
	balancer.speaks(s)
}

words := {
	"fail": "{balancer} is not protected: {list}.",
	"unknown": "Whether {balancer} is protected is not decided: {list}.",
}

verdict(s) := lib.not_applicable("{balancer} stands for a migration, as its tag says.", {"balancer": s.id}) if {
	balancer.migration(s)
} else := balancer.judge(s, words, problems(s), gaps(s), lib.passed("{balancer} is protected against deletion and changes in the console.", {"balancer": s.id}))

problems(s) := {balancer.problem("low", "yes", {"at": s.facts.settings.deletion_protection.at}, "deletion protection is off", "deletion") |
	s.facts.settings.deletion_protection.value == false
} | {balancer.problem("low", "yes", s.facts.settings.modification_protection, "modification protection is off", "modification") |
	s.facts.settings.modification_protection.value == "NonProtection"
}

gaps(s) := {balancer.gap(sprintf("%s is not shown", [name]), ref, name, s.facts.settings.settle) |
	some name, ref in {
		"deletion protection": s.facts.settings.deletion_protection,
		"modification protection": s.facts.settings.modification_protection,
	}
	not lib.known(ref)
}
