package ram

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Statement is one statement of a policy document.
type Statement struct {
	Node      *snapshot.Node
	Allow     bool // else it denies
	actions   patterns
	resources patterns
	condition *snapshot.Node
	// vague says that the statement cannot be read whole, so that it might match
	// anything.
	vague bool
}

// Actions and Resources return what the statement is for, as written; not says
// that it is for everything else (NotAction, NotResource).
func (s Statement) Actions() (texts []string, not bool)   { return s.actions.texts, s.actions.not }
func (s Statement) Resources() (texts []string, not bool) { return s.resources.texts, s.resources.not }

// patterns are what a statement names, or with not everything else.
type patterns struct {
	texts  []string
	folded []string // the same in lower case
	not    bool
}

// Statements reads a policy document. ok is false when it is none.
func Statements(document *snapshot.Node) (list []Statement, ok bool) {
	if document.Kind() != snapshot.Map {
		return nil, false
	}
	for _, n := range oneOrMore(document.Get("Statement")) {
		list = append(list, statement(n))
	}
	return list, document.Get("Statement").Exists()
}

// oneOrMore returns the items of an array, or a value that stands for one.
func oneOrMore(n *snapshot.Node) []*snapshot.Node {
	switch n.Kind() {
	case snapshot.Absent, snapshot.Null:
		return nil
	case snapshot.Array:
		return n.Items()
	}
	return []*snapshot.Node{n}
}

func statement(n *snapshot.Node) Statement {
	s := Statement{Node: n, condition: n.Get("Condition")}
	switch effect := n.Get("Effect").Text(); {
	case strings.EqualFold(effect, "allow"):
		s.Allow = true
	case !strings.EqualFold(effect, "deny"):
		s.Allow, s.vague = true, true
	}
	var ok bool
	if s.actions, ok = pair(n, "Action", "NotAction"); !ok {
		s.vague = true
	}
	if s.resources, ok = pair(n, "Resource", "NotResource"); !ok {
		s.vague = true
	}
	return s
}

// pair reads one of two fields of which a statement has just one. ok is false
// when it has neither or both, or what it has is no text.
func pair(n *snapshot.Node, is, not string) (patterns, bool) {
	p := patterns{not: n.Get(not).Exists()}
	field := n.Get(is)
	if p.not {
		field = n.Get(not)
	}
	for _, item := range oneOrMore(field) {
		text, ok := item.Str()
		if !ok {
			return p, false
		}
		p.texts, p.folded = append(p.texts, text), append(p.folded, strings.ToLower(text))
	}
	return p, len(p.texts) > 0 && n.Get(is).Exists() != n.Get(not).Exists()
}

// matches reports whether the patterns are for a text, case and all.
func (p *patterns) matches(text string) bool {
	return slices.ContainsFunc(p.texts, func(pattern string) bool { return Glob(pattern, text) }) != p.not
}

// matchesFolded reports the same in any case; text is in lower case.
func (p *patterns) matchesFolded(text string) bool {
	return slices.ContainsFunc(p.folded, func(pattern string) bool { return Glob(pattern, text) }) != p.not
}

// isFor reports whether a statement is for an action, in lower case.
func (s *Statement) isFor(action string) bool { return s.actions.matchesFolded(action) }

// isOn reports whether a statement is for a resource. Names of users and roles
// are the same in any case.
func (s *Statement) isOn(arn string) bool {
	if strings.HasPrefix(arn, "acs:ram:") {
		return s.resources.matchesFolded(strings.ToLower(arn))
	}
	return s.resources.matches(arn)
}

// Glob reports whether a pattern with * (any text) and ? (one character) is for
// a text.
func Glob(pattern, text string) bool {
	// The last * seen, and what of the text it has taken: on a mismatch it takes
	// one more.
	star, taken := -1, 0
	i, j := 0, 0
	for j < len(text) {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, taken = i, j
			i++
		case i < len(pattern) && (pattern[i] == '?' || pattern[i] == text[j]):
			i, j = i+1, j+1
		case star >= 0:
			taken++
			i, j = star+1, taken
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "*") == ""
}
