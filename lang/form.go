package lang

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// form is a format with what it is in the other language. Texts that were made
// with it are taken apart between its literals.
type form struct {
	english  string
	literals []string // one more than there are verbs
	verbs    []string
	weight   int // characters of the literals
	other    []piece
}

// piece is a literal, or with arg > 0 the argument of that number.
type piece struct {
	literal string
	arg     int
}

// verb is a verb of package fmt, or two percent signs.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([sdqv%])`)

func newForm(english, other string) form {
	f := form{english: english, other: pieces(other)}
	literal := ""
	for _, p := range pieces(english) {
		if p.arg == 0 {
			literal += p.literal
			continue
		}
		f.literals = append(f.literals, literal)
		f.weight += len(literal)
		literal = ""
	}
	f.literals = append(f.literals, literal)
	f.weight += len(literal)
	for _, v := range verb.FindAllStringSubmatch(english, -1) {
		if v[2] != "%" {
			f.verbs = append(f.verbs, v[2])
		}
	}
	return f
}

// pieces parts a format.
func pieces(format string) []piece {
	var out []piece
	at, arg := 0, 0
	for _, m := range verb.FindAllStringSubmatchIndex(format, -1) {
		out = append(out, piece{literal: format[at:m[0]]})
		at = m[1]
		if format[m[4]:m[5]] == "%" {
			out = append(out, piece{literal: "%"})
			continue
		}
		if arg++; m[2] >= 0 {
			arg = number(format[m[2]:m[3]])
		}
		out = append(out, piece{arg: arg})
	}
	return append(out, piece{literal: format[at:]})
}

func number(digits string) int {
	n := 0
	for _, r := range digits {
		n = n*10 + int(r-'0')
	}
	return n
}

// deepest is how many formats may stand in one another.
const deepest = 3

// Made returns a text that was made with a format in the language: the format
// that says most of it is found, and its arguments are filled into the other. A
// text that no format made is what it was.
func (t *Texts) Made(text string) string {
	if t == nil {
		return text
	}
	return t.made(text, deepest)
}

func (t *Texts) made(text string, depth int) string {
	if other, ok := t.texts[text]; ok && !strings.Contains(text, "%") {
		return other
	}
	if depth == 0 {
		return text
	}
	for _, f := range t.forms {
		if len(f.verbs) == 0 || f.weight == 0 || f.weight > len(text) {
			continue
		}
		args, ok := f.match(text)
		if !ok {
			continue
		}
		var b strings.Builder
		for _, p := range f.other {
			switch {
			case p.arg == 0:
				b.WriteString(p.literal)
			case p.arg <= len(args):
				b.WriteString(t.made(args[p.arg-1], depth-1))
			}
		}
		return b.String()
	}
	return text
}

// match takes a text apart. No argument is empty.
func (f form) match(text string) ([]string, bool) {
	rest, ok := strings.CutPrefix(text, f.literals[0])
	if !ok || !strings.HasSuffix(rest, f.literals[len(f.literals)-1]) {
		return nil, false
	}
	args := make([]string, len(f.verbs))
	return args, f.split(rest, 0, args)
}

// split finds the arguments from the i-th, the shortest that let the rest match.
func (f form) split(text string, i int, args []string) bool {
	literal, last := f.literals[i+1], i+1 == len(f.verbs)
	if last {
		arg, ok := strings.CutSuffix(text, literal)
		args[i] = arg
		return ok && f.takes(i, arg)
	}
	for at := 1; at < len(text); at++ {
		next := strings.Index(text[at:], literal)
		if next < 0 {
			return false
		}
		at += next
		args[i] = text[:at]
		if f.takes(i, args[i]) && f.split(text[at+len(literal):], i+1, args) {
			return true
		}
	}
	return false
}

// takes reports whether a verb writes such an argument.
func (f form) takes(i int, arg string) bool {
	switch f.verbs[i] {
	case "d":
		return arg != "" && strings.Trim(arg, "0123456789") == ""
	case "q":
		return strings.HasPrefix(arg, `"`) && strings.HasSuffix(arg, `"`)
	}
	return arg != ""
}

// named is a placeholder of a rule's message.
var named = regexp.MustCompile(`\{[a-z_]+\}`)

// Agree says how a text and its translation differ in what they leave room for:
// verbs with their arguments, and names in braces.
func Agree(english, other string) error {
	if want, got := slots(english), slots(other); !slices.Equal(want, got) {
		return fmt.Errorf("%q has the placeholders %s, %q has %s", english, want, other, got)
	}
	if strings.TrimSpace(other) == "" && strings.TrimSpace(english) != "" {
		return errors.New("the translation of " + english + " is empty")
	}
	return nil
}

// slots are the placeholders of a text, sorted.
func slots(text string) []string {
	out := named.FindAllString(text, -1)
	arg := 0
	for _, v := range verb.FindAllStringSubmatch(text, -1) {
		if v[2] == "%" {
			continue
		}
		if arg++; v[1] != "" {
			arg = number(v[1])
		}
		out = append(out, fmt.Sprintf("%%[%d]%s", arg, v[2]))
	}
	slices.Sort(out)
	return out
}
