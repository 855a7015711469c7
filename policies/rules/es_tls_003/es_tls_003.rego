# METADATA
# title: Directory traffic uses TLS
# description: |
#   A realm with an ldap:// url sends the passwords of those who log in to the
#   directory in clear text, and an Active Directory realm without a url does so
#   by default. ldaps:// on the clear port cannot work, and a realm that verifies
#   no certificate gives the passwords to whoever answers.
# custom:
#   id: ES-TLS-003
#   name: DirectoryWithoutTLS
#   severities: [high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Use X-Pack to configure LDAP authentication"
#     - "Elasticsearch Guide, LDAP realm settings"
#     - "Elasticsearch Guide, Active Directory realm settings"
#   avoid: "`xpack.security.authc.realms.ldap.corp.url: ldap://ep-....privatelink.aliyuncs.com:389`, or `ssl.verification_mode: none`."
#   prefer: "`xpack.security.authc.realms.ldap.corp.url: ldaps://ep-....privatelink.aliyuncs.com:636`, with the certificate verified."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration: change the realm's url; it restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config`."
#   controls:
#     - "CIS Alibaba 2.0: 6.1 (nearest)"
#     - "MLPS 2.0 L3: 8.1.2.2 (unverified)"
#     - "PCI DSS 4.0: 4.2.1 (unverified)"
#     - "ISO 27001:2022: A.8.24 (unverified)"
#   remediation: |
#     Let the endpoint's load balancer listen on 636, set the realm's url to
#     ldaps://HOST:636 and verify the directory's certificate. UpdateInstanceSettings
#     takes the whole map of settings and restarts the cluster.
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [tls, directory, external/cwe/cwe-319]
package esaudit.rules.es_tls_003

import data.esaudit.lib

# Ports at which a directory speaks clear text: LDAP, and the global catalogue.
clear_ports := {389, 3268}

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s, problems(s))} if s.kind == "elasticsearch"

verdict(s, wrong) := lib.unknown("The realms of {cluster} were not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("The settings of {cluster} cannot be read, nor whether its realms use TLS.", {"cluster": s.id}, [lib.evidence(s.facts.settings, "a map of settings is expected here", "esConfig")], []) if {
	not s.facts.settings.readable
} else := result("fail", "{count} realm settings of {cluster} send directory traffic without protection: {list}.", s, now) if {
	now := {p | some p in wrong; p.enabled == "on"; not inactive(s)}
	count(now) > 0
} else := lib.unknown(
	"Whether directory traffic of {cluster} uses TLS is not decided: {list}.", args(s, open),
	[lib.evidence(gap, gap.note, gap.key) | some gap in open], [],
) if {
	open := gaps(s) | {p | some p in wrong; p.enabled == "unknown"}
	count(open) > 0
} else := result("latent", "{count} realm settings of {cluster} would send directory traffic without protection and have no effect now: {list}.", s, wrong) if {
	count(wrong) > 0
} else := lib.passed("No realm of {cluster} sends directory traffic without TLS.", {"cluster": s.id})

inactive(s) if s.facts.status.value == "inactive"

result(status, message, s, wrong) := {
	"status": status, "severity": "high", "message": message, "args": args(s, wrong),
	"evidence": [lib.evidence(p, p.note, p.key) | some p in wrong],
}

args(s, list) := {"cluster": s.id, "count": count(list), "list": concat("; ", sort({item.note | some item in list}))}

# problems: wrong settings as {enabled, at, value, note, key}.
problems(s) := {problem(realm, p) |
	some realm in s.facts.realms
	some p in (urls(realm) | defaults(realm)) | unverified(realm)
}

problem(realm, p) := object.union(p, {"enabled": realm.enabled.state})

urls(realm) := {p |
	some url in realm.urls
	why := insecure(url)
	p := {
		"at": url.at, "value": url.text, "key": sprintf("%s/%s", [realm.name, url.text]),
		"note": sprintf("realm %s asks %s, %s", [realm.name, url.text, why]),
	}
}

insecure(url) := "which is clear text" if {
	url.scheme == "ldap"
} else := sprintf("TLS at port %d, which is the one for clear text", [url.port]) if {
	url.scheme == "ldaps"
	url.error == ""
	url.port in clear_ports
}

# The default of an Active Directory realm is ldap://DOMAIN:389.
defaults(realm) := {{
	"at": realm.at, "value": null, "key": sprintf("%s/url", [realm.name]),
	"note": sprintf("Active Directory realm %s names no url, which means ldap://", [realm.name]),
} |
	realm.type == "active_directory"
	count(realm.urls) == 0
}

unverified(realm) := {{
	"at": mode.at, "value": mode.value, "key": sprintf("%s/verification_mode", [realm.name]),
	"note": sprintf("realm %s verifies no certificate", [realm.name]),
} |
	some mode in realm.verification
	lower(mode.value) == "none"
}

# gaps: what is not known of realms that may be on.
gaps(s) := {gap |
	some realm in s.facts.realms
	realm.enabled.state != "off"
	some gap in unclear(realm)
}

unclear(realm) := {{"at": url.at, "value": url.text, "key": sprintf("%s/%s", [realm.name, url.text]), "note": sprintf("the url of realm %s cannot be read", [realm.name])} |
	some url in realm.urls
	unreadable(url)
} | {{"at": realm.at, "key": sprintf("%s/url", [realm.name]), "note": sprintf("realm %s names no url", [realm.name])} |
	realm.type != "active_directory"
	count(realm.urls) == 0
}

unreadable(url) if {
	url.scheme == "ldaps"
	url.error != ""
}

unreadable(url) if not url.scheme in {"ldap", "ldaps"}
