# METADATA
# title: Evidence that is shown once
# description: |
#   Two items of evidence with the same key mean the same; a finding shows the
#   first of them.
package esaudit.lib.shown

# once leaves out evidence whose key stands before.
once(list) := [e |
	some i, e in list
	not before(list, i, e.key)
]

before(list, i, key) if {
	some j, other in list
	j < i
	other.key == key
}
