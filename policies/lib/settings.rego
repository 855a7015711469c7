# METADATA
# title: Settings of elasticsearch.yml
# description: |
#   Reads single keys of the settings. A key that is absent has the vendor's
#   default; settings that were not read have none.
package esaudit.lib.settings

import data.esaudit.lib
import data.esaudit.lib.shown

# unread: the result for a cluster whose settings were not read; undefined when
# they were.
unread(s) := lib.unknown("The settings of {cluster} were not read.", {"cluster": s.id}, [], lib.unread(s.facts.calls, ["DescribeInstance"])) if {
	not s.facts.calls.DescribeInstance.read
} else := lib.unknown("The settings of {cluster} are not in what was read.", {"cluster": s.id}, [lib.evidence(s.facts.settings, "no map of settings", "esConfig")], []) if {
	not s.facts.settings.readable
}

# entries of a key; more than one when it stands twice.
entries(s, key) := [e | some e in s.facts.settings.entries; e.key == key]

# items of a key that holds a list.
items(s, key) := [item | some e in entries(s, key); some item in e.items]

# toggle reads a switch: on, off, absent, or unclear when the value is no switch
# or two values differ.
toggle(s, key) := word({lower(trim_space(e.text)) | some e in entries(s, key)})

word(set()) := "absent"

word({"true"}) := "on"

word({"false"}) := "off"

word(words) := "unclear" if {
	count(words) > 0
	not words in {{"true"}, {"false"}}
}

# evidence shows the values of a key.
evidence(s, key, note) := shown.once([proof(e, note) | some e in entries(s, key)])

# proof shows one value.
proof(e, note) := lib.evidence({"at": e.at, "value": e.text}, note, sprintf("%s=%s", [e.key, e.text]))

# absent shows that a key is not there.
absent(s, key, note) := [lib.evidence({"at": s.facts.settings.at}, note, key)]

# state: the values of a key, or where it is missing.
state(s, key, note, missing) := evidence(s, key, note) if {
	count(entries(s, key)) > 0
} else := absent(s, key, missing)

# community: whether a cluster is of the edition without X-Pack. The category
# wins over the suffix of the version.
community(s) := "yes" if {
	category(s) == "community"
} else := "no" if {
	category(s) in {"x-pack", "advanced", "is"}
} else := "no" if {
	category(s) == ""
	endswith(lower(s.facts.version.value), "_with_x-pack")
} else := "unknown"

category(s) := lower(trim_space(object.get(s.facts.data.category, "value", "")))
