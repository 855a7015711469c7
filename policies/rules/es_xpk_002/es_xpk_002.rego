# METADATA
# title: Cross-origin requests must not be open to every site
# description: |
#   With http.cors.enabled and an origin of * or a regular expression that matches
#   every site, any page a user of the cluster opens can send requests to it from
#   that user's browser and network; with http.cors.allow-credentials it sends
#   them with the user's login and reads the answers.
# custom:
#   id: ES-XPK-002
#   name: CorsOpen
#   severities: [critical, high]
#   kinds: [elasticsearch, region]
#   basis:
#     - "Alibaba Cloud Elasticsearch, Configure the YML file"
#     - "Elastic, Networking, HTTP CORS settings"
#   avoid: "http.cors.enabled: true with http.cors.allow-origin: `*`, or `/https?:\\/\\/.*/`."
#   prefer: "The origins that need it: http.cors.allow-origin: \"https://kibana.example.com\"; or http.cors.enabled: false."
#   console: "Elasticsearch Clusters > the cluster > Cluster Configuration > YML File Configuration > Modify Configuration: `http.cors.allow-origin` names the origins, or `http.cors.enabled` is `false`. Saving restarts the cluster."
#   terraform: "`alicloud_elasticsearch_instance`: `setting_config = { \"http.cors.enabled\" = \"false\" }`."
#   controls:
#     - "MLPS 2.0 L3: 8.1.4.2 (unverified)"
#     - "PCI DSS 4.0: 1.2.5 (unverified)"
#     - "ISO 27001:2022: A.8.9 (unverified)"
#   remediation: |
#     Name the origins that need cross-origin requests in http.cors.allow-origin,
#     switch http.cors.allow-credentials off, or switch http.cors.enabled off. The
#     settings are replaced as a whole, and the cluster restarts.
#   fix: edit-settings
#   api: [elasticsearch:UpdateInstanceSettings]
#   tags: [configuration, external/cwe/cwe-942]
package esaudit.rules.es_xpk_002

import data.esaudit.lib
import data.esaudit.lib.settings
import data.esaudit.lib.shown

results(s) := lib.unlisted(s, {"elasticsearch"}) if s.kind == "region"

results(s) := {verdict(s)} if s.kind == "elasticsearch"

# Origins of sites that no organisation lists: an expression that matches all of
# one scheme admits everybody.
strangers := {
	"http": ["http://kq3.example.net", "http://zw-9.test:8080", "http://203.0.113.77"],
	"https": ["https://kq3.example.net", "https://zw-9.test:8443", "https://203.0.113.77"],
}

verdict(s) := gap if {
	gap := settings.unread(s)
} else := bad("fail", "Cross-origin requests to {cluster} are open to every site: {origins}{credentials}.", s) if {
	count(open(s)) > 0
	cors(s) == "on"
} else := bad("latent", "Cross-origin requests to {cluster} would be open to every site if they were on: {origins}{credentials}.", s) if {
	count(open(s)) > 0
	cors(s) in {"off", "absent"}
} else := lib.unknown("Whether {cluster} allows cross-origin requests from every site is not clear.", {"cluster": s.id}, array.concat(settings.evidence(s, origin, "the origins"), settings.evidence(s, "http.cors.enabled", "whether it is on")), []) if {
	doubtful(s)
} else := lib.passed("{cluster} allows cross-origin requests from no site, or from those it names.", {"cluster": s.id})

origin := "http.cors.allow-origin"

cors(s) := settings.toggle(s, "http.cors.enabled")

credentials(s) := settings.toggle(s, "http.cors.allow-credentials")

bad(status, message, s) := {
	"status": status, "severity": severity(s), "message": message,
	"args": {
		"cluster": s.id, "origins": concat(", ", sort({e.text | some e in open(s)})),
		"credentials": {true: " with credentials", false: ""}[credentials(s) == "on"],
	},
	"evidence": array.concat(
		shown.once([settings.proof(e, "matches every site") | some e in open(s)]),
		array.concat(
			settings.state(s, "http.cors.enabled", "whether it is on", "off by default"),
			settings.evidence(s, "http.cors.allow-credentials", "whether logins are sent"),
		),
	),
}

severity(s) := "critical" if {
	credentials(s) == "on"
} else := "high"

open(s) := [e |
	some e in settings.entries(s, origin)
	some text in origins(e)
	everybody(text)
]

# origins: a regular expression between slashes is one, whatever commas it has.
origins(e) := [trim_space(e.text)] if {
	expression(trim_space(e.text))
} else := e.items

expression(text) if regex.match(`^/.*/$`, text)

everybody("*")

everybody(text) if {
	expression(text)
	readable(text)
	some _, sites in strangers
	every site in sites {
		regex.match(sprintf("^(?:%s)$", [body(text)]), site)
	}
}

body(text) := replace(trim_suffix(trim_prefix(text, "/"), "/"), `\/`, "/")

readable(text) if not expression(text)

readable(text) if regex.is_valid(sprintf("^(?:%s)$", [body(text)]))

doubtful(s) if {
	count(open(s)) > 0
	cors(s) == "unclear"
}

doubtful(s) if {
	some e in settings.entries(s, origin)
	some text in origins(e)
	not readable(text)
}

doubtful(s) if {
	cors(s) in {"on", "unclear"}
	some text in settings.items(s, origin)
	text == "[redacted]"
}
