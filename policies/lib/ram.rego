# METADATA
# title: What rules about identities use
# description: |
#   What a principal may do, by which statements, and who is spoken of. The facts
#   say what each statement allows and what is not known; which actions matter,
#   and whether a condition counts, the rules say.
package esaudit.lib.ram

import data.esaudit.lib

principals := {"ram-user", "ram-group", "ram-role"}

# everything: all actions of all products.
everything := "*:*"

unlisted(s) := lib.unlisted(s, principals)

# who names a principal in a message.
who(s) := sprintf("%s %s", [{"ram-user": "User", "ram-group": "Group", "ram-role": "Role"}[s.kind], s.id])

# admin: declared as expected to have full control, itself or a group it is in.
admin(s) if {
	some name in input.config.admins
	some mine in array.concat([s.id], s.facts.groups)
	lower(name) == lower(mine)
}

# exempt says why nothing is to be said of a principal.
exempt(s) := "it is a service-linked role, which only a service of the vendor's assumes" if {
	s.facts.service_linked
} else := "what it grants is told of each of its users" if {
	s.kind == "ram-group"
	count(s.facts.members.names) > 0
}

exempted(s) := lib.not_applicable("{who} is not judged: {why}.", {"who": who(s), "why": exempt(s)})

# memberless: a group of which it is not known whether it has users.
open_members(s) if {
	s.kind == "ram-group"
	count(s.facts.members.settle) > 0
}

# power: what the facts decide of an action; where is everywhere or somewhere.
power(s, action, where) := decision[where] if {
	some decision in s.facts.decisions
	action in decision.actions
} else := {"known": false, "by": [], "unless": []}

# granted: the actions of a set that are granted, whatever of a condition.
granted(s, actions, where) := {action |
	some decision in s.facts.decisions
	decision[where].known
	count(decision[where].by) > 0
	some action in actions
	action in decision.actions
}

# open: the actions of a set of which it is not known.
open(s, actions, where) := actions - {action |
	some decision in s.facts.decisions
	decision[where].known
	some action in actions
	action in decision.actions
}

# names of actions of Elasticsearch, for a message.
names(actions) := concat(", ", sort({trim_prefix(action, "elasticsearch:") | some action in actions}))

# statements that grant actions, by their index.
statements(s, actions, where) := {i | some action in actions; some i in power(s, action, where).by}

# through names the policies of statements, and how the principal has them.
through(s, indices) := concat(", ", sort({text | some i in indices; text := sprintf("%s%s%s%s", origin(s.facts.grants[i]))}))

origin(g) := [g.policy, via(g), scope(g), under(g)]

via(g) := sprintf(" through group %s", [g.via]) if {
	g.via != ""
} else := ""

scope(g) := sprintf(" in resource group %s", [g.scope]) if {
	g.scope != ""
} else := ""

under(g) := " under a condition" if {
	g.condition == "unknown"
} else := ""

# proof shows statements. One that stands in a policy twice is shown once.
proof(s, indices) := [{"at": min(places), "value": null, "note": said(g), "key": key} |
	some key in {meaning(s.facts.grants[i]) | some i in indices}
	places := {s.facts.grants[i].at | some i in indices; meaning(s.facts.grants[i]) == key}
	g := [grant | some grant in s.facts.grants; grant.at == min(places)][0]
]

# meaning of a statement, whatever the order of what it lists.
meaning(g) := sprintf("%s %s %s on %s", [g.policy, g.effect, actions_of(g), resources_of(g)])

said(g) := sprintf("%s %ss %s on %s", [g.policy, g.effect, actions_of(g), resources_of(g)])

actions_of(g) := concat(", ", sort(g.actions)) if {
	count(g.not_actions) == 0
} else := sprintf("everything but %s", [concat(", ", sort(g.not_actions))])

resources_of(g) := concat(", ", sort(g.resources)) if {
	count(g.not_resources) == 0
} else := sprintf("everything but %s", [concat(", ", sort(g.not_resources))])

# rights: anything at all of Elasticsearch.
elasticsearch(s) := {action |
	some decision in s.facts.decisions
	some action in decision.actions
	startswith(lower(action), "elasticsearch:")
}

# requires_mfa: a condition that nobody meets without a second factor.
requires_mfa(conditions) if {
	some c in conditions
	lower(c.operator) == "bool"
	lower(c.key) == "acs:mfapresent"
	every value in c.values { lower(value) == "true" }
}

undecided(s, message, args, settle) := lib.unknown(message, object.union({"who": who(s)}, args), [], settle)
