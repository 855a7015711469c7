package collector

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"esaudit/snapshot"
)

// address is whom an answer speaks of, by the parameters of its request.
type address struct {
	subject Subject
	ids     []string // coverage subjects; "" is the list of the region
	object  string   // the id of the object that ids[0] names; "" when it is none
	split   string   // the part of a divided list; "" is all of it
	narrow  bool     // restricted to some objects
	form    string   // the subjects together: lines of one form are pages of one answer
}

// address finds the subject of a request (SEMANTICS 2).
func (o *Op) address(region string, params map[string]string) address {
	rest := maps.Clone(params)
	maps.DeleteFunc(rest, func(_, value string) bool { return value == "" })
	a := address{}
	if o.Split.Param != "" {
		if a.split = params[o.Split.Param]; a.split == o.Split.All {
			a.split = ""
		}
		delete(rest, o.Split.Param)
	}
	a.subject, a.ids = o.match(rest)
	a.object = a.objectID(region, params)
	maps.DeleteFunc(rest, func(name, _ string) bool { return harmless(name) || slices.Contains(o.Harmless, name) })
	a.narrow = len(rest) > 0 && o.list()
	a.form = strings.Join(a.ids, ",")
	return a
}

// Asks says what a request asks for: those with one text have the same answer,
// whatever harmless parameters they have besides.
func (o *Op) Asks(params map[string]string) string {
	a := o.address("", params)
	if a.narrow {
		return "\x00" + paramText(params)
	}
	return a.form + "\x00" + a.split
}

// list reports whether the payload is a list, of which a request can select a
// part.
func (o *Op) list() bool {
	return o.Payload.Type == Objects || o.Payload.Type == Strings || slices.ContainsFunc(o.Parts, func(p Part) bool { return p.Type == Objects })
}

// match takes the first of the ways to name a subject whose parameters are all
// there, and removes these from the request. When there is none, the answer is
// of the first way, with the names that are missing left empty.
func (o *Op) match(params map[string]string) (Subject, []string) {
	for _, s := range o.Subjects {
		if ids := s.take(params, false); ids != nil {
			return s, ids
		}
	}
	if len(o.Subjects) == 0 || o.Subjects[0].Each {
		return Subject{}, []string{""}
	}
	return o.Subjects[0], o.Subjects[0].take(params, true)
}

// take returns the ids that the parameters give, nil when one is missing and
// that is not allowed.
func (s Subject) take(params map[string]string, missing bool) []string {
	if s.Each {
		return takeEach(s.ID, params)
	}
	parts := make([]string, len(s.ID))
	for i, name := range s.ID {
		if literal, ok := strings.CutPrefix(name, "="); ok {
			parts[i] = literal
		} else if parts[i] = params[name]; parts[i] == "" && !missing {
			return nil
		}
	}
	for _, name := range s.ID {
		delete(params, name)
	}
	if !slices.ContainsFunc(parts, func(p string) bool { return p != "" }) {
		return []string{""}
	}
	return []string{objectName(s.Kind, parts)}
}

// takeEach reads NAME.1, NAME.2, ... and NAME itself, of each of the names a
// parameter goes by.
func takeEach(bases []string, params map[string]string) []string {
	var ids []string
	for name, value := range params {
		head, number, numbered := strings.Cut(name, ".")
		if _, err := strconv.Atoi(number); !slices.Contains(bases, head) || numbered && err != nil {
			continue
		}
		if list := splitIDs(value); len(list) > 0 {
			ids = append(ids, list...)
			delete(params, name)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// splitIDs reads ids written as one, with commas, or as a JSON list.
func splitIDs(text string) []string {
	if n, err := snapshot.ParseJSON([]byte(text)); err == nil && n.Kind() == snapshot.Array {
		var ids []string
		for _, item := range n.Items() {
			if id := item.Text(); id != "" {
				ids = append(ids, id)
			}
		}
		return ids
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// objectName joins the parts of an object's id.
func objectName(kind snapshot.Kind, parts []string) string {
	if kind == snapshot.CLBListener && len(parts) == 3 {
		parts[1] = strings.ToLower(parts[1])
	}
	return strings.Join(parts, "/")
}

// objectID returns the id of the object an answer is of.
func (a address) objectID(region string, params map[string]string) string {
	literal, fixed := strings.CutPrefix(a.subject.Object, "=")
	switch {
	case a.subject.Object == ".":
		return region
	case fixed:
		return literal
	case a.subject.Object != "":
		return params[a.subject.Object]
	case a.subject.Kind == "" || a.subject.Each || nameless(a.ids[0]):
		return ""
	}
	return a.ids[0]
}

// nameless reports whether a part of an object's id is missing.
func nameless(id string) bool {
	return id == "" || id[0] == '/' || id[len(id)-1] == '/' || strings.Contains(id, "//")
}

// harmless reports whether a parameter selects no objects: paging, the form of
// the answer, who asks. Any other one restricts a list.
func harmless(name string) bool {
	switch strings.ToLower(name) {
	case "page", "size", "pagenumber", "pagesize", "maxresults", "maxresult", "nexttoken", "marker", "maxitems",
		"extended", "direction", "nictype", "isqueryecscount", "regionid", "ownerid", "owneraccount",
		"resourceownerid", "resourceowneraccount", "acceptlanguage", "lang", "language", "clienttoken", "dryrun", "format",
		"version", "timestamp", "action", "needsalecycle", "securitytoken", "accesskeyid":
		return true
	}
	lower := strings.ToLower(name)
	for _, prefix := range []string{"signature", "additionalattributes", "include"} {
		if strings.HasPrefix(lower, prefix) {
			return true
		}
	}
	return false
}
