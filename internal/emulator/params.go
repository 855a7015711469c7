package emulator

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// question is what a request asks for, whatever its form: by parameter, in lower
// case and without the plural of ids, the set of its values. LoadBalancerId.1,
// LoadBalancerId.2 are the values of one parameter, as are the elements of a JSON
// array and ids between commas.
type question map[string][]string

// ask reads the parameters of a request or of a recorded line. What no answer
// depends on is left out: paging, signature, region, format, client tokens, empty
// values, and the value of a divided list that means all of it.
func ask(params map[string]string, l listing) question {
	q := question{}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		value := params[name]
		base := strings.ToLower(name)
		if head, number, dotted := strings.Cut(base, "."); dotted && isNumber(number) {
			base = head
		}
		if strings.HasSuffix(base, "ids") {
			base = strings.TrimSuffix(base, "s")
		}
		if value == "" || envelope(base) || base == strings.ToLower(l.split.param) && value == l.split.all {
			continue
		}
		q[base] = append(q[base], values(base, value)...)
	}
	for base := range q {
		slices.Sort(q[base])
		q[base] = slices.Compact(q[base])
	}
	return q
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 31)
	return err == nil
}

// values are the values that one text holds.
func values(base, text string) []string {
	if strings.HasPrefix(text, "[") {
		var list []string
		if json.Unmarshal([]byte(text), &list) == nil {
			return list
		}
	}
	if strings.HasSuffix(base, "id") {
		return strings.Split(text, ",")
	}
	return []string{text}
}

// envelope reports whether a parameter, in lower case, says nothing of what is
// asked for.
func envelope(base string) bool {
	switch base {
	case "action", "version", "format", "timestamp", "accesskeyid", "securitytoken", "bearertoken", "regionid", "clienttoken",
		"ownerid", "owneraccount", "resourceownerid", "resourceowneraccount":
		return true
	}
	return strings.HasPrefix(base, "signature") || pagingParam(base)
}

// pagingParam reports whether a parameter, in lower case, asks for a page.
func pagingParam(base string) bool {
	return slices.Contains([]string{
		"page", "size", "pagenumber", "pagesize", "nexttoken", "maxresults", "maxresult", "marker", "maxitems",
	}, base)
}

// harmless reports whether a parameter, in lower case, changes how much an
// answer tells of its objects, not of which.
func harmless(base string) bool {
	switch base {
	case "extended", "needsalecycle", "acceptlanguage", "lang", "language", "dryrun":
		return true
	}
	return strings.HasPrefix(base, "include") || strings.HasPrefix(base, "additionalattributes")
}

// key tells questions apart.
func (q question) key() string {
	var b strings.Builder
	for _, base := range slices.Sorted(maps.Keys(q)) {
		b.WriteString(strconv.Quote(base))
		for _, value := range q[base] {
			b.WriteByte(' ')
			b.WriteString(strconv.Quote(value))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// less returns the question without some parameters.
func (q question) less(unwanted func(base string) bool) question {
	out := maps.Clone(q)
	maps.DeleteFunc(out, func(base string, _ []string) bool { return unwanted(base) })
	return out
}
