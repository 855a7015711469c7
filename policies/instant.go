package policies

import (
	"slices"
	"strings"
)

// OfInstant returns the ids of the selected rules that read when an account was
// read (taken_at): they may say something else of the same facts at another
// instant. A library that reads it makes it all rules.
func (sel Selection) OfInstant() ([]string, error) {
	rules, modules, err := all(sel.User)
	if err != nil {
		return nil, err
	}
	if rules, err = sel.pick(rules); err != nil {
		return nil, err
	}
	reads := func(m module) bool { return strings.Contains(m.source, "taken_at") }
	library := slices.ContainsFunc(modules, func(m module) bool {
		return reads(m) && !slices.ContainsFunc(rules, func(r rule) bool { return r.file == m.file })
	})
	var out []string
	for _, r := range rules {
		if library || slices.ContainsFunc(modules, func(m module) bool { return m.file == r.file && reads(m) }) {
			out = append(out, r.ID)
		}
	}
	return out, nil
}
