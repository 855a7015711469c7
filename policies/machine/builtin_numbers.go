package machine

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// largest is how large whole numbers are at most that the machine reckons with;
// longest, how many there are in a range.
const (
	largest = 1 << 52
	longest = 1 << 10
)

// whole reckons with whole numbers.
func whole(of func(a, b int) int) builtin {
	return func(_ *Run, args []Value) Value {
		a, ok := args[0].(Int)
		b, too := args[1].(Int)
		if !ok || !too || max(a, b) > largest || min(a, b) < -largest {
			return nil
		}
		return Int(of(int(a), int(b)))
	}
}

// minus is the difference of whole numbers, or of sets.
func minus(r *Run, args []Value) Value {
	a, ok := args[0].(*Set)
	b, too := args[1].(*Set)
	if !ok || !too {
		return whole(func(a, b int) int { return a - b })(r, args)
	}
	out := r.room.sets.one()
	for _, item := range a.all() {
		if !b.has(item) {
			out.items = r.room.append(out.items, item)
		}
	}
	return out
}

// numbersRange are the whole numbers from one to another, either way.
func numbersRange(r *Run, args []Value) Value {
	a, ok := args[0].(Int)
	b, too := args[1].(Int)
	if !ok || !too || max(a, b) > largest || min(a, b) < -largest || max(a-b, b-a) > longest {
		return nil
	}
	step := Int(1)
	if b < a {
		step = -1
	}
	var out []Value
	for i := a; ; i += step {
		if out = r.room.append(out, i); i == b {
			return r.room.array(out)
		}
	}
}

// toNumber reads whole numbers that are written plainly.
func toNumber(_ *Run, args []Value) Value {
	switch v := args[0].(type) {
	case Int:
		return v
	case String:
		if read, whole := numeral(string(v)).(Int); whole {
			return read
		}
	}
	return nil
}

// floor is the whole part of numbers that are not negative and written with few digits and
// no exponent.
func floor(_ *Run, args []Value) Value {
	switch v := args[0].(type) {
	case Int:
		return v
	case Number:
		whole, rest, found := strings.Cut(string(v), ".")
		if read, ok := numeral(whole).(Int); ok && found && read >= 0 && len(v) < 16 && !strings.ContainsAny(rest, "eE") {
			return read
		}
	}
	return nil
}

// extreme is the item of a list or set that takes the place of all others.
func extreme(takes func(c int) bool) builtin {
	return func(_ *Run, args []Value) Value {
		var out Value
		each(args[0], func(_, item Value) int {
			if out == nil || takes(compare(out, item)) {
				out = item
			}
			return done
		})
		if _, keyed := args[0].(record); keyed {
			return nil
		}
		return out
	}
}

// many is how many answers about expressions a run keeps.
const many = 1 << 10

// expression is one that texts are compared with.
type expression struct {
	text    String
	quick   bool // no answer needs to be kept
	matches func(text string) bool
}

// matched is a text that was compared with an expression.
type matched struct {
	with *expression
	text String
}

// matching asks whether a text is as an expression says, and keeps the one that
// was asked for last: in a plan it is a constant. A run keeps answers: the names of
// settings, say, are the same ones for one subject after the other.
func matching() builtin {
	var last atomic.Pointer[expression]
	return func(r *Run, args []Value) Value {
		pattern, ok := args[0].(String)
		text, too := args[1].(String)
		if !ok || !too {
			return nil
		}
		of := last.Load()
		if of == nil || of.text != pattern {
			if of = expressed(pattern); of == nil {
				return nil
			}
			last.Store(of)
		}
		if of.quick {
			return Bool(of.matches(string(text)))
		}
		found, known := r.matches[matched{of, text}]
		if known {
			return Bool(found)
		}
		if r.matches == nil || len(r.matches) == many {
			r.matches = map[matched]bool{}
		}
		found = of.matches(string(text))
		r.matches[matched{of, text}] = found
		return Bool(found)
	}
}

// expressed says whether texts are as an expression says; nil for one that OPA has to
// read. One that is nothing but a class of characters needs no more than to look at each.
func expressed(pattern String) *expression {
	read, err := syntax.Parse(string(pattern), syntax.Perl)
	if err != nil {
		return nil
	}
	if read.Op == syntax.OpCharClass {
		return &expression{pattern, true, class(read.Rune)}
	}
	made, err := regexp.Compile(string(pattern))
	if err != nil {
		return nil
	}
	return &expression{pattern, false, made.MatchString}
}

// class says whether a character of a text is in one of some ranges.
func class(ranges []rune) func(text string) bool {
	among := func(c rune) bool {
		for i := 0; i < len(ranges) && ranges[i] <= c; i += 2 {
			if c <= ranges[i+1] {
				return true
			}
		}
		return false
	}
	var plain [utf8.RuneSelf]bool
	for c := range plain {
		plain[c] = among(rune(c))
	}
	return func(text string) bool {
		for i := range len(text) {
			if text[i] >= utf8.RuneSelf {
				return strings.ContainsFunc(text[i:], among)
			}
			if plain[text[i]] {
				return true
			}
		}
		return false
	}
}
