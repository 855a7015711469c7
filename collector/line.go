package collector

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// line is one answer, read by its row of the catalogue.
type line struct {
	op *Op
	address
	region  string
	params  map[string]string
	state   snapshot.State // Read when it is well formed
	code    string         // why it is not: the vendor's error code, else words
	none    bool           // the vendor says "there is none"
	body    *snapshot.Node
	payload *snapshot.Node
	unnamed bool // an item without its id
}

// readLine judges one answer (SEMANTICS 2). ok is false for an operation that
// the catalogue does not have.
func readLine(ops map[string]*Op, a api.Answer) (*line, bool) {
	op := ops[a.Product+"."+a.Operation]
	if op == nil {
		return nil, false
	}
	l := &line{op: op, region: a.Region, params: a.Params}
	if l.region == "" || op.Global {
		l.region = snapshot.Global
	}
	l.address = op.address(l.region, a.Params)
	l.judge(a)
	if id := l.ownID(); l.state == snapshot.Read && l.object == "" && id != "" {
		l.object, l.ids, l.form = id, []string{id}, id
	}
	return l, true
}

// ownID is the id an answer about one object gives of itself.
func (l *line) ownID() string {
	if !l.op.Own || len(l.op.ID) == 0 || l.subject.Kind == "" {
		return ""
	}
	return l.op.itemID(l.payload, l.params)
}

// judge finds out what came of the call.
func (l *line) judge(a api.Answer) {
	var err error
	if len(a.Body) > 0 {
		l.body, err = snapshot.ParseJSON(a.Body)
	}
	if l.code = l.body.Get("Code").Text(); l.code == "" {
		l.code = l.body.Get("code").Text()
	}
	why := a.Err
	switch {
	case a.Status == -1:
		l.state = snapshot.Skipped
	case a.Status == 404 && l.op.None != "" && l.code == l.op.None:
		l.state, l.none = snapshot.Read, true
	case a.Status == 429 || a.Status >= 400 && strings.HasPrefix(l.code, "Throttling"):
		l.state = snapshot.Throttled
	case a.Status == 401 || a.Status == 403 || a.Status >= 400 && refusal(l.code):
		l.state = snapshot.Denied
	case a.Status != 200:
		l.state = snapshot.Failed
	case err != nil:
		l.state, why = snapshot.Failed, err.Error()
	default:
		why = l.decode()
		if l.state = snapshot.Read; why != "" {
			l.state = snapshot.Failed
			l.code = why
		}
	}
	switch {
	case l.state == snapshot.Read:
		l.code = ""
	case l.code == "":
		l.code = why
	}
}

// refusal reports whether a vendor's error code says that a permission is
// missing, whatever the HTTP status.
func refusal(code string) bool {
	for _, prefix := range []string{"Forbidden", "NoPermission", "NotAuthorized", "UnauthorizedOperation", "UserNotAuthorized"} {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// decode finds the payload and checks its documented type. It returns what is
// wrong; "" when nothing is.
func (l *line) decode() string {
	if l.body.Kind() != snapshot.Map || len(l.body.Keys()) == 0 {
		return "the body is no JSON object with content"
	}
	if l.payload = at(l.body, l.op.Payload.Path); l.payload.Kind() == snapshot.Map && len(l.fields()) == 0 {
		return fmt.Sprintf("field %s is empty", fieldName(l.op.Payload.Path))
	}
	for _, f := range append([]Field{l.op.Payload}, l.op.Must...) {
		if why := wrong(at(l.body, f.Path), f); why != "" {
			return why
		}
	}
	for _, p := range l.op.Parts {
		if n := at(l.body, p.Path); n.Exists() && wrong(n, p.Field) != "" {
			return wrong(n, p.Field)
		}
	}
	if l.op.itemized() || l.op.Owner != "" {
		for _, item := range l.payload.Items() {
			l.unnamed = l.unnamed || l.op.itemized() && l.op.itemID(item, l.params) == "" || l.op.Owner != "" && l.owner(item) == ""
		}
	}
	return ""
}

// itemized reports whether the payload's items are objects of their own.
func (o *Op) itemized() bool { return o.Kind != "" && o.Aspect == "" && !o.Own }

// wrong says how a value differs from its documented type; "" when it does not.
func wrong(n *snapshot.Node, f Field) string {
	want := f.Type.kind()
	if n.Kind() != want {
		return fmt.Sprintf("field %s is %s, not %s", fieldName(f.Path), kindName(n.Kind()), kindName(want))
	}
	if want != snapshot.Array {
		return ""
	}
	inner := snapshot.Map
	if f.Type == Strings {
		inner = snapshot.String
	}
	for i, item := range n.Items() {
		if item.Kind() != inner {
			return fmt.Sprintf("field %s/%d is %s, not %s", fieldName(f.Path), i, kindName(item.Kind()), kindName(inner))
		}
	}
	return ""
}

func (t Type) kind() snapshot.NodeKind {
	switch t {
	case Objects, Strings:
		return snapshot.Array
	case String:
		return snapshot.String
	}
	return snapshot.Map
}

func kindName(k snapshot.NodeKind) string {
	switch k {
	case snapshot.Null:
		return "null"
	case snapshot.Bool:
		return "a switch"
	case snapshot.Number:
		return "a number"
	case snapshot.String:
		return "a string"
	case snapshot.Array:
		return "an array"
	case snapshot.Map:
		return "an object"
	}
	return "missing"
}

func fieldName(path string) string {
	if path == "" {
		return "(body)"
	}
	return path
}

// at descends a body by a path of names separated by dots.
func at(n *snapshot.Node, path string) *snapshot.Node {
	if path == "" {
		return n
	}
	return n.Get(strings.Split(path, ".")...)
}

// fields returns the payload's fields without the envelope that every answer
// has.
func (l *line) fields() map[string]*snapshot.Node {
	f := l.payload.Fields()
	if l.op.Payload.Path == "" {
		maps.DeleteFunc(f, func(name string, _ *snapshot.Node) bool { return envelope(name) })
	}
	return f
}

func envelope(name string) bool {
	return slices.Contains([]string{
		"RequestId", "requestId", "Headers", "Success", "Code", "Message", "HttpStatusCode", "DynamicCode", "DynamicMessage",
		"NextToken", "MaxResults", "PageNumber", "PageSize", "TotalCount", "TotalAclEntry", "Count", "IsTruncated", "Marker",
	}, name)
}

// itemID returns the id of an item, "" when a part of it is missing. What the
// item does not say itself, its Stamp says. Of a policy's attachment the group
// may be empty: it is the account.
func (o *Op) itemID(item *snapshot.Node, params map[string]string) string {
	parts := make([]string, len(o.ID))
	for i, field := range o.ID {
		literal, fixed := strings.CutPrefix(field, "=")
		switch parts[i] = item.Get(field).Text(); {
		case fixed:
			parts[i] = literal
		case parts[i] == "":
			parts[i] = params[o.Stamp[field]]
		}
		if parts[i] == "" && field != "ResourceGroupId" {
			return ""
		}
	}
	return objectName(o.kind(), parts)
}

// owner returns the id of the object that an item is an aspect of: the one its
// field names, else the subject.
func (l *line) owner(item *snapshot.Node) string {
	if id := item.Get(l.op.Owner).Text(); id != "" {
		return id
	}
	if l.subject.Kind == l.op.Kind {
		return l.object
	}
	return ""
}

// kind is the kind of object that the operation's ID names.
func (o *Op) kind() snapshot.Kind {
	if o.Own && len(o.Subjects) > 0 {
		return o.Subjects[0].Kind
	}
	return o.Kind
}
