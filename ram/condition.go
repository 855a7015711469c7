package ram

import (
	"strconv"
	"strings"
	"time"

	"esaudit/netset"
	"esaudit/snapshot"
)

// Request is what is known of a request. Keys that are not there are not known.
type Request struct {
	Now  time.Time
	Keys map[string]string // acs:PrincipalARN, ...
}

// holds says whether a condition is met: every key of every operator (AND), by
// any of its values (OR).
func (s Statement) holds(r Request) Truth {
	out := Yes
	if s.condition.Kind() == snapshot.Absent || s.condition.Kind() == snapshot.Null {
		return Yes
	}
	if s.condition.Kind() != snapshot.Map {
		return Unknown
	}
	for i, operator := range s.condition.Keys() {
		keys := s.condition.Items()[i]
		if keys.Kind() != snapshot.Map {
			return Unknown
		}
		for j, key := range keys.Keys() {
			out = out.and(test(operator, key, oneOrMore(keys.Items()[j]), r))
		}
	}
	return out
}

// test is one key of one operator. Of an operator that says "not", no value may
// be met.
func test(operator, key string, values []*snapshot.Node, r Request) Truth {
	name := strings.ToLower(operator)
	positive, negated := strings.CutPrefix(name, "not")
	if !negated {
		positive, negated = negative(name)
	}
	out := No
	for _, v := range values {
		text, ok := v.Str()
		if !ok {
			text = v.Text()
		}
		out = out.or(compare(positive, key, text, r))
	}
	if negated {
		return out.not()
	}
	return out
}

// negative turns StringNotEquals and its like into StringEquals.
func negative(name string) (positive string, negated bool) {
	for _, kind := range []string{"string", "numeric", "date"} {
		if rest, ok := strings.CutPrefix(name, kind+"not"); ok {
			return kind + rest, true
		}
	}
	return name, false
}

// compare is one value of one key. What is not known of the request is
// undecidable, except where every request meets it, or none.
func compare(operator, key, value string, r Request) Truth {
	switch strings.ToLower(key) {
	case "acs:currenttime":
		return compareTime(operator, value, r.Now)
	case "acs:securetransport":
		if operator == "bool" {
			return truth(strings.EqualFold(value, "true"))
		}
	case "acs:sourceip", "acs:vpcsourceip":
		if p, err := netset.ParseCIDR(value); operator == "ipaddress" && err == nil && p.Bits() == 0 && p.Addr().Is4() {
			return Yes
		}
	}
	known, ok := r.known(key)
	if !ok {
		return Unknown
	}
	switch operator {
	case "stringequals":
		return truth(known == value)
	case "stringequalsignorecase":
		return truth(strings.EqualFold(known, value))
	case "stringlike":
		return truth(Glob(value, known))
	case "bool":
		return truth(strings.EqualFold(known, value))
	case "numericequals", "numericlessthan", "numericlessthanequals", "numericgreaterthan", "numericgreaterthanequals":
		return compareNumber(strings.TrimPrefix(operator, "numeric"), known, value)
	}
	return Unknown
}

func (r Request) known(key string) (string, bool) {
	for name, value := range r.Keys {
		if strings.EqualFold(name, key) {
			return value, true
		}
	}
	return "", false
}

func compareNumber(operator, a, b string) Truth {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return Unknown
	}
	return ordered(operator, x == y, x < y)
}

func compareTime(operator, value string, now time.Time) Truth {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil || now.IsZero() || !strings.HasPrefix(operator, "date") {
		return Unknown
	}
	return ordered(strings.TrimPrefix(operator, "date"), now.Equal(t), now.Before(t))
}

func ordered(operator string, equal, less bool) Truth {
	switch operator {
	case "equals":
		return truth(equal)
	case "lessthan":
		return truth(less)
	case "lessthanequals":
		return truth(less || equal)
	case "greaterthan":
		return truth(!less && !equal)
	case "greaterthanequals":
		return truth(!less)
	}
	return Unknown
}
