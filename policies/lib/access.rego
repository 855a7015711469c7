package esaudit.lib

# frozen: a cluster that serves nobody now, whatever its settings say.
frozen(s) if s.facts.status.value == "inactive"

# stands: how what is behind a switch stands: on, off (it has no effect now), or
# unknown.
stands(s, switch) := "off" if {
	frozen(s)
} else := "on" if {
	s.facts.switches[switch].value == true
} else := "off" if {
	s.facts.switches[switch].value == false
} else := "unknown"

# hinge: the value that says how it stands.
hinge(s, switch) := evidence(s.facts.status, "the cluster is frozen", "status") if {
	frozen(s)
} else := evidence(s.facts.switches[switch], hinge_notes[stands(s, switch)], switch)

hinge_notes := {"on": "the switch is on", "off": "the switch is off: no effect now", "unknown": "the switch is missing"}

# closed: the list is there, wholly readable, and admits nobody.
closed(list) if {
	list.present
	count(list.cidrs) == 0
	count(list.stray) == 0
}

# plainly_closed: both forms of the list are there and hold nothing.
plainly_closed(list) if {
	closed(list)
	list.flat
	list.groups
}

# own_entries of a list: an entry of the flat list that stands in group default
# too is its mirror, not another entry.
own_entries(list) := [e |
	mirror := {d.cidr | some d in list.entries; d.group == "default"; d.cidr != ""}
	some e in list.entries
	not mirrored(e, mirror)
]

mirrored(e, mirror) if {
	e.group == ""
	e.cidr in mirror
}

# entries_in: the entries that make a CIDR of the list what it is. One inside
# another adds nothing.
entries_in(list, cidr) := [e |
	some e in own_entries(list)
	e.cidr != ""
	not e.inside
	net.cidr_contains(cidr, e.cidr)
]

# opening: the entries that open a list to whole families of addresses.
opening(list) := distinct([entry_evidence(e, sprintf("group %s admits %s", [group(e), e.cidr])) |
	open := open_families(list.cidrs)
	some e in own_entries(list)
	e.cidr != ""
	not e.inside
	family(e.cidr) in open
])

entry_evidence(e, note) := evidence({"at": e.at, "value": e.text}, note, sprintf("%s %s", [group(e), entry_key(e)]))

entry_key(e) := e.text if {
	object.get(e, "cidr", "") == ""
} else := e.cidr

# distinct keeps the first of several items of evidence that mean the same.
distinct(items) := [items[i] | some i in sort(firsts)] if {
	ordered := sort([[item.key, i] | some i, item in items])
	firsts := [place[1] |
		some n, place in ordered
		not ordered[n - 1][0] == place[0]
	]
}

# strays: what keeps a list from being known wholly.
strays(list) := [evidence({"at": e.at, "value": e.text}, e.why, e.at) | some e in list.stray]

family(cidr) := "IPv6" if is_ipv6(cidr) else := "IPv4"

group(e) := "default" if e.group == "" else := e.group

# bits: the length of a CIDR's prefix.
bits(cidr) := to_number(split(cidr, "/")[1])
