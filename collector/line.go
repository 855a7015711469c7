package collector

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// line is one answer, read by its row of the catalogue.
type line struct {
	op *Op
	address
	region  string
	params  map[string]string
	state   snapshot.State // Read when it is well formed
	asOf    string         // when an earlier run read it; "" for now
	code    string         // why it is not: the vendor's error code, else words
	none    bool           // the vendor says "there is none"
	body    *snapshot.Node
	payload *snapshot.Node
	given   []given
	size    *extent // nil until it is asked for
	absent  bool    // an emulator does not hold the call: it was never made
	unnamed string  // an item without its id or what joins it to others, if any: the field
}

// readLine judges one answer (SEMANTICS 2). ok is false for an operation that
// the catalogue does not have.
func readLine(ops map[string]*Op, a api.Answer) (*line, bool) {
	op := ops[a.Product+"."+a.Operation]
	if op == nil {
		return nil, false
	}
	l := &line{op: op, region: a.Region, params: redacted(a.Params), asOf: a.AsOf}
	if l.region == "" || op.Global {
		l.region = snapshot.Global
	}
	l.address = op.address(l.region, l.params)
	l.judge(a)
	l.absent = a.Status == 404 && l.code == notRecorded && !l.unmade()
	l.code = recording.RedactText(l.code)
	if id := l.ownID(); l.state == snapshot.Read && l.object == "" && id != "" {
		l.object, l.ids, l.form = id, []string{id}, id
	}
	return l, true
}

// notRecorded is what an emulator answers to a call that its recording does not
// hold: the call was never made (CONTRACT 1).
const notRecorded = "NotRecorded"

// unmade reports whether the recording says why the call was not made.
func (l *line) unmade() bool {
	why := l.body.Get("Message").Text()
	if !strings.HasPrefix(why, "skipped: ") {
		return false
	}
	l.state, l.code = snapshot.Skipped, why
	return true
}

// redacted returns the parameters without secrets: ids come from them.
func redacted(params map[string]string) map[string]string {
	out := make(map[string]string, len(params))
	for name, value := range params {
		out[name] = recording.RedactText(value)
	}
	return out
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
		if l.body, err = snapshot.ParseJSON(a.Body); err == nil && tooDeep(l.body, maxDepth) {
			l.body, err = nil, fmt.Errorf("the body is nested deeper than %d", maxDepth)
		}
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
	case a.Status == 429 || a.Status >= 400 && throttling(l.code, l.body.Get("Message").Text()):
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
		l.code = cmp.Or(why, statusName(a.Status))
	}
}

// statusName says what came back when nothing else does.
func statusName(status int) string {
	switch status {
	case -1:
		return "not made"
	case 0:
		return "no answer"
	}
	return "HTTP " + strconv.Itoa(status)
}

// throttling reports whether the vendor refused a call for its rate. The
// Elasticsearch service says so in words only (rate limits of its API).
func throttling(code, message string) bool {
	const words = "QPS Limit Exceeded"
	return strings.Contains(code, "Throttling") || strings.Contains(code, words) || strings.Contains(message, words)
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
	if l.payload = at(l.body, l.op.Payload.Path); l.payload.Kind() == snapshot.Map && l.bare() && !l.op.Empty {
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
	if l.op.itemized() || l.op.Owner != "" || len(l.op.Needs) > 0 {
		for i, item := range l.payload.Items() {
			if field := l.unnamedBy(item); field != "" && l.unnamed == "" {
				l.unnamed = fmt.Sprintf("field %s/%d/%s is missing", fieldName(l.op.Payload.Path), i, field)
			}
		}
	}
	return ""
}

// unnamedBy returns the field that an item lacks to be of use: of its id, of its
// owner's, or one that its operation needs; "" when it lacks none.
func (l *line) unnamedBy(item *snapshot.Node) string {
	if l.op.Owner != "" && l.owner(item) == "" {
		return l.op.Owner
	}
	if l.op.itemized() {
		if _, missing := l.op.identify(item, l.params); missing != "" {
			return missing
		}
	}
	for _, path := range l.op.Needs {
		if at(item, path).Text() == "" {
			return path
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

// bare reports whether the payload has no field but those of the envelope that every
// answer has.
func (l *line) bare() bool {
	return !slices.ContainsFunc(l.payload.Keys(), func(name string) bool { return l.op.Payload.Path != "" || !envelope(name) })
}

func envelope(name string) bool {
	return slices.Contains([]string{
		"RequestId", "requestId", "Headers", "Success", "Code", "Message", "HttpStatusCode", "DynamicCode", "DynamicMessage",
		"NextToken", "MaxResults", "PageNumber", "PageSize", "TotalCount", "TotalAclEntry", "Count", "IsTruncated", "Marker",
	}, name)
}

// itemID returns the id of an item, "" when a part of it is missing.
func (o *Op) itemID(item *snapshot.Node, params map[string]string) string {
	id, _ := o.identify(item, params)
	return id
}

// identify returns the id of an item, or the field of it that is missing. What
// the item does not say itself, its Stamp says. Of a policy's attachment the
// group may be empty: it is the account.
func (o *Op) identify(item *snapshot.Node, params map[string]string) (id, missing string) {
	parts := make([]string, len(o.ID))
	for i, field := range o.ID {
		literal, fixed := strings.CutPrefix(field, "=")
		switch parts[i] = recording.RedactText(item.Get(field).Text()); {
		case fixed:
			parts[i] = literal
		case parts[i] == "":
			parts[i] = params[o.Stamp[field]]
		}
		if parts[i] == "" && field != "ResourceGroupId" {
			return "", field
		}
	}
	return objectName(o.kind(), parts), ""
}

// owner returns the id of the object that an item is an aspect of: the one its
// field names, else the subject.
func (l *line) owner(item *snapshot.Node) string {
	if id := item.Get(l.op.Owner).Text(); id != "" {
		return recording.RedactText(id)
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
