package finding

import (
	"slices"
	"strings"
)

// Scope is what an audit was asked to judge of an estate, where that is not all of
// it. A list that is empty leaves nothing out.
type Scope struct {
	Regions  []string `json:"regions,omitempty"`
	Clusters []string `json:"clusters,omitempty"`
	Groups   []string `json:"resourceGroups,omitempty"`
	Tags     []string `json:"tags,omitempty"`   // KEY or KEY=VALUE
	Owners   []string `json:"owners,omitempty"` // "" stands for nobody's
}

// Part is one list of a scope: what its names are of, and the names, sorted.
type Part struct {
	Noun  string
	Names []string
}

// Parts are the lists that leave something out. nil is the scope of everything,
// and has none.
func (s *Scope) Parts() []Part {
	if s == nil {
		return nil
	}
	var out []Part
	for _, p := range []Part{{"cluster", s.Clusters}, {"region", s.Regions}, {"resource group", s.Groups}, {"tag", s.Tags}, {"owner", s.Owners}} {
		if len(p.Names) > 0 {
			p.Names = slices.Compact(slices.Sorted(slices.Values(p.Names)))
			if p.Noun == "owner" && p.Names[0] == "" {
				p.Names[0] = "nobody"
			}
			out = append(out, p)
		}
	}
	return out
}

// String says what was judged: "cluster es-cn-1, es-cn-2; region cn-hangzhou", or
// "everything". Scopes of the same meaning have the same text.
func (s *Scope) String() string {
	var parts []string
	for _, p := range s.Parts() {
		parts = append(parts, p.Noun+" "+strings.Join(p.Names, ", "))
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, "; ")
}

// Of is the part of a scope that an owner has.
func (s *Scope) Of(owner string) *Scope {
	var out Scope
	if s != nil {
		out = *s
	}
	out.Owners = []string{owner}
	return &out
}
