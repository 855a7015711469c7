package report

import (
	"strings"

	"esaudit/finding"
	"esaudit/lang"
)

// mostMakers is how many changes of a finding people are told; JSON has all.
const mostMakers = 3

// makers tells who made the values that a finding rests on, and when: a sentence
// for each change. Names in them are strangers' and not yet fit to show.
func makers(t *lang.Texts, f finding.Finding) []string {
	var out []string
	for i, a := range f.Attribution {
		if i == mostMakers {
			out = append(out, t.F("and %d more changes", len(f.Attribution)-i))
			break
		}
		out = append(out, maker(t, a))
	}
	return out
}

func maker(t *lang.Texts, a finding.Attribution) string {
	if a.Time == "" {
		return t.T(a.Note)
	}
	who := flat(a.Actor)
	switch {
	case who == "":
		who = t.T("somebody")
	case a.ActorType != "":
		who += " (" + flat(a.ActorType) + ")"
	}
	said := []string{t.F("%s by %s at %s", flat(a.Action), who, a.Time)}
	if a.Source != "" {
		said = append(said, t.F("from %s", flat(a.Source)))
	}
	if a.RequestID != "" {
		said = append(said, t.F("request %s", flat(a.RequestID)))
	}
	text := strings.Join(said, ", ")
	if a.Note != "" {
		text += "; " + t.T(a.Note)
	}
	return text
}
