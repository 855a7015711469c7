package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/report/plain"
)

// proven is a value that a finding rests on, with all the places it stands at.
type proven struct {
	value  any
	told   string // in place of a value that is too long to show; "" otherwise
	note   string // "" when the message says it already, or told does
	places []finding.Evidence
}

// proofs joins a finding's evidence: what has the same value and means the same
// is one proof that stands at several places. Their order is that of the first
// places.
func proofs(f finding.Finding) []proven {
	said := flat(f.Message)
	index := map[string]int{}
	var out []proven
	for _, e := range f.Evidence {
		note := flat(e.Note)
		key := valueText(e.Value, true) + "\x00" + note
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			if strings.Contains(said, note) {
				note = ""
			}
			p := proven{value: e.Value, note: note, told: told(e.Value, note)}
			if p.told == note {
				p.note = ""
			}
			out = append(out, p)
		}
		out[i].places = append(out[i].places, e)
	}
	return out
}

// How much of a finding's evidence is for people to read; JSON has all.
const (
	mostProofs   = 8   // values of a finding
	mostPlaces   = 6   // lines of a value
	longestValue = 160 // characters of a value
)

// text is a value's text, or how it begins, and what is told in its place.
func (p proven) text(t *lang.Texts, wide bool, more string) string {
	if p.told != "" {
		return plain.Text(t.T(p.told), wide)
	}
	return brief(t, valueText(p.value, wide), more)
}

// brief is a value's text, or how it begins.
func brief(t *lang.Texts, text, more string) string {
	n := utf8.RuneCountInString(text)
	if n <= longestValue {
		return text
	}
	return t.F("%s%s (%s characters)", string([]rune(text)[:longestValue]), more, number(n))
}

// lineNumbers tells the lines a value stands on: "line 7", "lines 7, 9 and 12
// more", or "" when nobody knows them.
func (p proven) lineNumbers(t *lang.Texts) string {
	var numbers []string
	for _, e := range p.places {
		if e.Line > 0 {
			numbers = append(numbers, fmt.Sprint(e.Line))
		}
	}
	if len(numbers) == 0 {
		return ""
	}
	if len(numbers) == 1 {
		return t.F("line %s", numbers[0])
	}
	return t.F("lines %s", firstOf(t, numbers, mostPlaces))
}

// firstOf names the first few of a list and counts the others.
func firstOf(t *lang.Texts, names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return t.F("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// pointer tells in short where a value stands: without what the reader knows
// (the account, the subject), and with * where several places differ.
func (p proven) pointer(s finding.Subject) string {
	var pattern []string
	same := true // as many tokens
	for i, e := range p.places {
		tokens := strings.Split(shortPointer(e.Pointer, s), "/")
		if i == 0 {
			pattern = tokens
			continue
		}
		same = same && len(tokens) == len(pattern)
		pattern = pattern[:min(len(pattern), len(tokens))]
		for j := range pattern {
			if tokens[j] != pattern[j] {
				pattern[j] = "*"
			}
		}
	}
	if !same {
		pattern = append(pattern[:len(pattern)-1], "*")
	}
	return strings.Join(pattern, "/")
}

// shortPointer shortens /accounts/0/objects/KIND/REGION/ID/attributes/FIELD to
// FIELD for the subject itself, and to KIND/ID/FIELD for another object.
func shortPointer(pointer string, s finding.Subject) string {
	tokens := strings.SplitN(pointer, "/", 8)
	if len(tokens) < 7 || tokens[1] != "accounts" || tokens[3] != "objects" {
		return pointer
	}
	object, rest := tokens[4]+"/"+tokens[6], ""
	if len(tokens) == 8 {
		rest = strings.TrimPrefix(tokens[7], "attributes/")
	}
	switch {
	case rest == "":
		return object
	case pointerText(tokens[6]) == s.ID && tokens[4] == string(objectKind(s.Kind)):
		return rest
	}
	return object + "/" + rest
}

func pointerText(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}
