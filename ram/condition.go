package ram

import (
	"maps"
	"slices"
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

// Condition is one key of one operator of a statement's condition.
type Condition struct {
	Operator, Key string
	Values        []string
	Met           Truth
}

// Conditions returns the parts of a statement's condition, each with whether it
// is met; readable is false for what is no condition.
func (s Statement) Conditions(r Request) (list []Condition, readable bool) {
	return conditions(s.condition, s.Allow, r)
}

func conditions(n *snapshot.Node, allow bool, r Request) (list []Condition, readable bool) {
	if n.Kind() == snapshot.Absent || n.Kind() == snapshot.Null {
		return nil, true
	}
	if n.Kind() != snapshot.Map {
		return nil, false
	}
	readable = true
	for i, operator := range n.Keys() {
		keys := n.Items()[i]
		readable = readable && keys.Kind() == snapshot.Map
		for j, key := range keys.Keys() {
			values := texts(keys.Items()[j])
			list = append(list, Condition{operator, key, values, test(operator, key, values, allow, r)})
		}
	}
	return list, readable
}

// texts are the values of a key as text.
func texts(n *snapshot.Node) []string {
	var out []string
	for _, v := range oneOrMore(n) {
		out = append(out, v.Text())
	}
	return out
}

// holds says whether a condition is met: every key of every operator (AND), by
// any of its values (OR).
func (s Statement) holds(r Request) Truth { return all(s.Conditions(r)) }

// all is Yes when every part is met. What cannot be read may be.
func all(list []Condition, readable bool) Truth {
	out := Yes
	if !readable {
		out = Unknown
	}
	for _, c := range list {
		out = out.and(c.Met)
	}
	return out
}

// test is one key of one operator. Of an operator that says "not", no value may
// be met. allow tells what the statement does with it: whoever makes a request
// chooses TLS or not, as it suits.
func test(operator, key string, values []string, allow bool, r Request) Truth {
	name := strings.ToLower(operator)
	if name == "bool" && strings.EqualFold(key, "acs:SecureTransport") {
		return truth(allow && slices.ContainsFunc(values, isBool))
	}
	positive, negated := strings.CutPrefix(name, "not")
	if !negated {
		positive, negated = negative(name)
	}
	out := No
	for _, v := range values {
		out = out.or(compare(positive, key, v, r))
	}
	if negated {
		return out.not()
	}
	return out
}

func isBool(text string) bool {
	return strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
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

// with adds a key that is known of the request.
func (r Request) with(key, value string) Request {
	keys := maps.Clone(r.Keys)
	if keys == nil {
		keys = map[string]string{}
	}
	keys[key] = value
	return Request{Now: r.Now, Keys: keys}
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
