package shapes

import "strings"

// library is what the rules share, as package esaudit.lib is for the real ones.
const library = `package esaudit.lib

allowed := {9200, 9300}

halves := ["1.0.0.0/8", "8.0.0.0/7", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/3", "128.0.0.0/3", "193.0.0.0/8", "208.0.0.0/4"]

open(cidrs) if {
	every block in halves {
		some cidr in cidrs
		net.cidr_contains(cidr, block)
	}
}

prefix(cidr) := to_number(split(cidr, "/")[1])

known(ref) if ref.value != null

evidence(ref, note, key) := {"at": ref.at, "value": object.get(ref, "value", null), "note": note, "key": key}

entries(list) := [evidence({"at": e.at, "value": e.text}, sprintf("group %s admits %s", [e.group, e.cidr]), e.cidr) | some e in list.entries]
`

// samples are twenty rules of the sizes that package policies has: whitelists,
// switches, ports, zones, nodes, settings, paths, load balancers, RAM users.
var samples = []sample{
	{"t01", "elasticsearch", whitelist("PUBLIC_ES"), openList("public")},
	{"t02", "elasticsearch", whitelist("PRIVATE_ES") + `
wide(SUBJECT) := [e | some e in list(SUBJECT).entries; lib.prefix(e.cidr) < 16]
`, []clause{
		{"fail", "medium", "The private whitelist of {cluster} holds {count} wide ranges.", `{"cluster": SUBJECT.id, "count": count(found)}`,
			`[lib.evidence({"at": e.at, "value": e.text}, "a wide range", e.cidr) | some e in found]`, "found := wide(SUBJECT)\ncount(found) > 0"},
		unread("list(SUBJECT).present", "count(wide(SUBJECT)) == 0"),
		passed("list(SUBJECT).present\ncount(wide(SUBJECT)) == 0"),
	}},
	{"t03", "elasticsearch", whitelist("PUBLIC_KIBANA"), openList("kibana_public")},
	{"t04", "elasticsearch", `
wrong(SUBJECT) := [name | some name, port in SUBJECT.facts.ports; lib.known(port); not port.value in lib.allowed]

complete(SUBJECT) if {
	every port in SUBJECT.facts.ports { lib.known(port) }
}
`, []clause{
		{"fail", "high", "{cluster} serves {list}.", `{"cluster": SUBJECT.id, "list": concat(", ", wrong(SUBJECT))}`,
			`[lib.evidence(SUBJECT.facts.ports[name], sprintf("%s is wrong", [name]), name) | some name in wrong(SUBJECT)]`, "count(wrong(SUBJECT)) > 0"},
		unread("complete(SUBJECT)", "count(wrong(SUBJECT)) == 0"),
		passed("complete(SUBJECT)\ncount(wrong(SUBJECT)) == 0"),
	}},
	{"t05", "elasticsearch", switches("https"), offIsWrong},
	{"t06", "elasticsearch", "", []clause{
		{"fail", "medium", "{cluster} runs {version}, which is no longer maintained.", `{"cluster": SUBJECT.id, "version": SUBJECT.facts.version.text}`,
			`[lib.evidence({"at": SUBJECT.facts.version.at, "value": SUBJECT.facts.version.text}, "the version", "version")]`, "SUBJECT.facts.version.major < 7"},
		unread("SUBJECT.facts.version.major"),
		passed("SUBJECT.facts.version.major >= 7"),
	}},
	{"t07", "elasticsearch", `
normal(SUBJECT) := {z.id | some z in SUBJECT.facts.zones; z.status == "NORMAL"}
`, []clause{
		{"fail", "low", "{cluster} runs in {zones} alone.", `{"cluster": SUBJECT.id, "zones": concat(", ", sort(normal(SUBJECT)))}`,
			`[lib.evidence({"at": z.at, "value": z.id}, "a zone", z.id) | some z in SUBJECT.facts.zones]`, "count(SUBJECT.facts.zones) > 0\ncount(normal(SUBJECT)) < 2"},
		unread("count(SUBJECT.facts.zones) > 0"),
		passed("count(normal(SUBJECT)) >= 2"),
	}},
	{"t08", "elasticsearch", `
plain(SUBJECT) := [n | some n in SUBJECT.facts.nodes; n.disk.encrypted == false]

silent(SUBJECT) := [n | some n in SUBJECT.facts.nodes; object.get(n.disk, "encrypted", null) == null]
`, []clause{
		{"fail", "medium", "{count} nodes of {cluster} have disks that are not encrypted.", `{"cluster": SUBJECT.id, "count": count(plain(SUBJECT))}`,
			`[lib.evidence({"at": n.at, "value": false}, sprintf("%s in %s", [n.host, n.zone]), n.host) | some n in plain(SUBJECT)]`, "count(plain(SUBJECT)) > 0"},
		unread("count(silent(SUBJECT)) == 0", "count(plain(SUBJECT)) == 0"),
		passed("count(plain(SUBJECT)) == 0\ncount(silent(SUBJECT)) == 0"),
	}},
	{"t09", "elasticsearch", dependencies("watcher"), pathsWork},
	{"t10", "elasticsearch", dependencies("reindex"), pathsWork},
	{"t11", "elasticsearch", setting("action.destructive_requires_name"), settingIs("true")},
	{"t12", "elasticsearch", setting("http.cors.enabled"), settingIs("false")},
	{"t13", "elasticsearch", switches("snapshot"), offIsWrong},
	{"t14", "endpoint", `
running(SUBJECT) := {z.id | some z in SUBJECT.facts.cluster.zones; z.status == "NORMAL"}
`, []clause{
		{"fail", "high", "Endpoint {endpoint} is in {zone}, its cluster in {zones}.", `{"endpoint": SUBJECT.id, "zone": SUBJECT.facts.zone.value, "zones": concat(", ", sort(running(SUBJECT)))}`,
			`[lib.evidence(SUBJECT.facts.zone, "the endpoint's zone", SUBJECT.facts.zone.value)]`,
			"lib.known(SUBJECT.facts.zone)\nnot SUBJECT.facts.zone.value in running(SUBJECT)"},
		unread("lib.known(SUBJECT.facts.zone)"),
		passed("SUBJECT.facts.zone.value in running(SUBJECT)"),
	}},
	{"t15", "endpoint", `
offered(SUBJECT) := [r | some r in SUBJECT.facts.resources; r.zone == SUBJECT.facts.zone.value; SUBJECT.facts.zone.value in r.lb.zones]
`, []clause{
		{"fail", "high", "No load balancer serves endpoint {endpoint} in its zone.", `{"endpoint": SUBJECT.id, "count": count(SUBJECT.facts.resources)}`,
			`[lib.evidence({"at": r.at, "value": r.id}, sprintf("in %s", [r.zone]), r.id) | some r in SUBJECT.facts.resources]`,
			"lib.known(SUBJECT.facts.zone)\ncount(offered(SUBJECT)) == 0"},
		unread("lib.known(SUBJECT.facts.zone)"),
		passed("count(offered(SUBJECT)) > 0"),
	}},
	{"t16", "nlb", targets("target.port\nnot target.port in lib.allowed", "not target.port"), targetsRight},
	{"t17", "nlb", `
exposed(SUBJECT) := [l | some l in SUBJECT.facts.listeners; some cidr in l.acl; lib.prefix(cidr) < 8]

silent(SUBJECT) := [l | some l in SUBJECT.facts.listeners; not l.acl]
`, []clause{
		{"fail", "high", "{count} listeners of {lb} admit everyone.", `{"lb": SUBJECT.id, "count": count(exposed(SUBJECT))}`,
			`[lib.evidence({"at": l.at, "value": l.acl}, sprintf("listener %s", [l.name]), l.name) | some l in exposed(SUBJECT)]`, "count(exposed(SUBJECT)) > 0"},
		unread("count(silent(SUBJECT)) == 0", "count(exposed(SUBJECT)) == 0"),
		passed("count(exposed(SUBJECT)) == 0\ncount(silent(SUBJECT)) == 0"),
	}},
	{"t18", "nlb", targets(`target.health == "Unhealthy"`, `target.health == "Unknown"`), targetsRight},
	{"t19", "user", switches("mfa"), offIsWrong},
	{"t20", "user", `
everything(SUBJECT) := [st |
	some policy in SUBJECT.facts.policies
	some st in policy.statements
	st.effect == "Allow"
	some action in st.actions
	glob.match("elasticsearch:*", [], action)
	"*" in st.resources
]

complete(SUBJECT) if {
	every policy in SUBJECT.facts.policies { policy.read }
}
`, []clause{
		{"fail", "high", "User {user} may do everything to every cluster.", `{"user": SUBJECT.id, "count": count(everything(SUBJECT))}`,
			`[lib.evidence({"at": st.at, "value": st.actions}, "allows everything", st.at) | some st in everything(SUBJECT)]`, "count(everything(SUBJECT)) > 0"},
		unread("complete(SUBJECT)", "count(everything(SUBJECT)) == 0"),
		passed("complete(SUBJECT)\ncount(everything(SUBJECT)) == 0"),
	}},
}

// unread is the outcome when something is not known and nothing else is wrong.
func unread(known string, otherwise ...string) clause {
	return clause{"unknown", "info", "What {subject} is like was not read.", `{"subject": SUBJECT.id}`,
		`[lib.evidence({"at": call.at}, call.call, name) | some name, call in SUBJECT.facts.calls; not call.read]`,
		"not " + known + "\n" + strings.Join(otherwise, "\n")}
}

func passed(body string) clause {
	return clause{"pass", "info", "Nothing is wrong with {subject}.", `{"subject": SUBJECT.id}`, "[]", body}
}

func whitelist(name string) string {
	return "list(SUBJECT) := SUBJECT.facts.whitelists." + name + "\n"
}

func openList(access string) []clause {
	access = "SUBJECT.facts.switches." + access
	return []clause{
		{"fail", "critical", "A public whitelist of {cluster} admits everyone.", `{"cluster": SUBJECT.id, "count": count(list(SUBJECT).cidrs)}`,
			`lib.entries(list(SUBJECT))`, "lib.open(list(SUBJECT).cidrs)\n" + access + ".value == true"},
		{"latent", "medium", "A public whitelist of {cluster} admits everyone; access is off.", `{"cluster": SUBJECT.id, "count": count(list(SUBJECT).cidrs)}`,
			`array.concat(lib.entries(list(SUBJECT)), [lib.evidence(` + access + `, "no effect now", "switch")])`, "lib.open(list(SUBJECT).cidrs)\n" + access + ".value == false"},
		unread("lib.known(" + access + ")"),
		passed("lib.known(" + access + ")\nnot lib.open(list(SUBJECT).cidrs)"),
	}
}

func switches(name string) string {
	return "toggle(SUBJECT) := SUBJECT.facts.switches." + name + "\n"
}

var offIsWrong = []clause{
	{"fail", "medium", "{subject} has it off.", `{"subject": SUBJECT.id}`, `[lib.evidence(toggle(SUBJECT), "off", "switch")]`, "toggle(SUBJECT).value == false"},
	unread("lib.known(toggle(SUBJECT))"),
	passed("toggle(SUBJECT).value == true"),
}

func dependencies(feature string) string {
	return `
broken(SUBJECT) := [d | some d in SUBJECT.facts.dependencies; d.feature == "` + feature + `"; d.path.verdict == "blocked"]

undecided(SUBJECT) := [d | some d in SUBJECT.facts.dependencies; d.feature == "` + feature + `"; d.path.verdict == "unknown"]
`
}

var pathsWork = []clause{
	{"fail", "high", "{count} dependencies of {cluster} do not work: {list}.", `{"cluster": SUBJECT.id, "count": count(broken(SUBJECT)), "list": concat("; ", [d.hostport | some d in broken(SUBJECT)])}`,
		`[lib.evidence({"at": d.at, "value": d.text}, concat(", ", [hop.why | some hop in d.path.hops]), d.hostport) | some d in broken(SUBJECT)]`, "count(broken(SUBJECT)) > 0"},
	unread("count(undecided(SUBJECT)) == 0", "count(broken(SUBJECT)) == 0"),
	passed("count(broken(SUBJECT)) == 0\ncount(undecided(SUBJECT)) == 0"),
}

func setting(key string) string {
	return "value(SUBJECT) := SUBJECT.facts.settings.values[\"" + key + "\"]\n"
}

func settingIs(want string) []clause {
	return []clause{
		{"fail", "low", "A setting of {cluster} is {value}.", `{"cluster": SUBJECT.id, "value": value(SUBJECT).value}`,
			`[lib.evidence(value(SUBJECT), "the setting", "yml")]`, "SUBJECT.facts.settings.readable\nvalue(SUBJECT).value != " + want},
		unread("SUBJECT.facts.settings.readable"),
		passed("SUBJECT.facts.settings.readable\nvalue(SUBJECT).value == " + want),
	}
}

func targets(wrong, silent string) string {
	return `
wrong(SUBJECT) := [target |
	some listener in SUBJECT.facts.listeners
	some target in listener.targets
	` + wrong + `
]

silent(SUBJECT) := [target |
	some listener in SUBJECT.facts.listeners
	some target in listener.targets
	` + silent + `
]
`
}

var targetsRight = []clause{
	{"fail", "high", "{count} targets of {lb} are wrong.", `{"lb": SUBJECT.id, "count": count(wrong(SUBJECT))}`,
		`[lib.evidence({"at": x.at, "value": x.address}, sprintf("backend %s", [x.address]), x.address) | some x in wrong(SUBJECT)]`, "count(wrong(SUBJECT)) > 0"},
	unread("count(silent(SUBJECT)) == 0", "count(wrong(SUBJECT)) == 0"),
	passed("count(wrong(SUBJECT)) == 0\ncount(silent(SUBJECT)) == 0"),
}
