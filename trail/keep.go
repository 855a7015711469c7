package trail

import (
	"regexp"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Reads reports whether a call is made for attribution only: no verdict rests on
// what it answers.
func Reads(product, operation string) bool {
	return product == "actiontrail" && operation == "LookupEvents" || product == "elasticsearch" && operation == "ListActionRecords"
}

// KeepEvent returns what a snapshot keeps of an event of LookupEvents: when, who,
// from where, what, on what; of its parameters those of an allow-list, with all the
// values that each has, and the ids that the answer gave. nil: nothing, because it
// changed no setting that findings speak of, or did not succeed. Its fields are the
// vendor's ("Structure of an event" in the documents of ActionTrail), but for
// resources, request and response.
func KeepEvent(event *snapshot.Node) *snapshot.Node {
	if event.Get("errorCode").Text() != "" || !known(event.Get("serviceName").Text(), event.Get("eventName").Text()) {
		return nil
	}
	fields := texts(event, "eventId", "eventName", "eventTime", "serviceName", "sourceIpAddress", "requestId")
	if who := texts(event.Get("userIdentity"), "type", "principalId", "userName"); len(who) > 0 {
		fields["userIdentity"] = snapshot.NewObject(who)
	}
	fields["resources"] = snapshot.NewStrings(resources(event)...)
	fields["request"] = asked(event).node()
	if response := answered(event); len(response) > 0 {
		fields["response"] = response.node()
	}
	return snapshot.NewObject(fields)
}

// node is an object with a list of texts under each name.
func (r request) node() *snapshot.Node {
	fields := map[string]*snapshot.Node{}
	for name, values := range r {
		fields[name] = snapshot.NewStrings(values...)
	}
	return snapshot.NewObject(fields)
}

// KeepRecord returns what a snapshot keeps of an action record of a cluster; nil:
// nothing. The parameters and states of a record hold whole configurations, and
// are not kept.
func KeepRecord(record *snapshot.Node) *snapshot.Node {
	if !known("elasticsearch", record.Get("actionName").Text()) {
		return nil
	}
	fields := texts(record, "actionName", "requestId", "stateType", "userId", "userType")
	for _, name := range []string{"startTime", "endTime"} {
		if n, ok := record.Get(name).Int(); ok {
			fields[name] = snapshot.NewInt(n)
		}
	}
	return snapshot.NewObject(fields)
}

// known reports whether the table has an operation.
func known(service, name string) bool {
	return slices.ContainsFunc(operations(), func(o operation) bool {
		return strings.EqualFold(o.service, service) && strings.EqualFold(o.name, name)
	})
}

func texts(n *snapshot.Node, names ...string) map[string]*snapshot.Node {
	fields := map[string]*snapshot.Node{}
	for _, name := range names {
		if text := n.Get(name).Text(); text != "" {
			fields[name] = snapshot.NewString(text)
		}
	}
	return fields
}

// resources are the ids of what an event is about, sorted: of resourceName, where
// commas stand between them, and of referencedResources, by type.
func resources(event *snapshot.Node) []string {
	ids := strings.FieldsFunc(event.Get("resourceName").Text(), func(c rune) bool { return c == ',' || c == ';' })
	for _, list := range event.Get("referencedResources").Items() {
		for _, id := range list.Items() {
			ids = append(ids, id.Text())
		}
	}
	for i := range ids {
		ids[i] = strings.TrimSpace(ids[i])
	}
	return distinct(ids)
}

func distinct(list []string) []string {
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	slices.Sort(list)
	return slices.Compact(list)
}

// asked returns the parameters of an event's request that are kept, by name in
// lower case, each with its values, sorted. They are an object, or a text that
// holds one; bodies and lists in them are texts as well.
func asked(event *snapshot.Node) request {
	r := request{}
	for _, from := range []string{"requestParameters", "requestParameterJson"} {
		if len(r) == 0 {
			r.gather(parameters(), "", event.Get(from), maxDepth)
		}
	}
	return r.distinct()
}

// answered returns the ids that an answer gave to what a request made, as asked
// returns the parameters.
func answered(event *snapshot.Node) request {
	r := request{}
	r.gather(given(), "", event.Get("responseElements"), maxDepth)
	return r.distinct()
}

func (r request) distinct() request {
	for name := range r {
		r[name] = distinct(r[name])
	}
	return r
}

// Bounds of what strangers write into a request.
const (
	maxDepth  = 8
	maxLength = 256 // bytes of a value
)

// unkept stands for values of a parameter that were too long to keep, or too deep.
const unkept = "..."

// numbered is the name of a parameter in the form of lists: Permissions.1.Policy,
// ServerIds.1.
var numbered = regexp.MustCompile(`^([A-Za-z]+)\.[0-9]+(?:\.([A-Za-z]+))?$`)

// gather puts the values of the names that are kept.
func (r request) gather(keep []string, name string, n *snapshot.Node, depth int) {
	if depth < 0 {
		return
	}
	switch n.Kind() {
	case snapshot.Map:
		for i, key := range n.Keys() {
			if m := numbered.FindStringSubmatch(key); m != nil {
				if key = m[1]; m[2] != "" {
					key = m[2]
				}
			}
			if name := strings.ToLower(key); name == settingsOf {
				r.configure("", n.Items()[i], depth-1)
			} else {
				r.gather(keep, name, n.Items()[i], depth-1)
			}
		}
	case snapshot.Array:
		for _, item := range n.Items() {
			r.gather(keep, name, item, depth-1)
		}
	case snapshot.String:
		if text := strings.TrimSpace(n.Text()); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
			if inner, err := snapshot.ParseJSON([]byte(text)); err == nil {
				r.gather(keep, name, inner, depth-1)
				return
			}
		}
		r.put(keep, name, n.Text())
	case snapshot.Bool, snapshot.Number:
		r.put(keep, name, string(n.AppendCompact(nil)))
	}
}

func (r request) put(keep []string, name, text string) {
	if !slices.Contains(keep, name) {
		return
	}
	for _, value := range strings.Split(text, ",") {
		if value = strings.TrimSpace(value); len(value) > maxLength {
			value = unkept
		}
		if value != "" {
			r[name] = append(r[name], value)
		}
	}
}

// settingsOf is the parameter that holds what is written into elasticsearch.yml.
const settingsOf = "esconfig"

// configure puts the names of settings, and the values of switches. Another value
// may be a secret, or as long as it likes.
func (r request) configure(name string, n *snapshot.Node, depth int) {
	if n.Kind() == snapshot.String && name == "" {
		if inner, err := snapshot.ParseJSON([]byte(n.Text())); err == nil {
			n = inner
		}
	}
	switch {
	case depth < 0 || len(name) > maxLength:
		r[settingsOf] = append(r[settingsOf], unkept)
	case n.Kind() == snapshot.Map:
		for i, key := range n.Keys() {
			r.configure(strings.TrimPrefix(name+"."+key, "."), n.Items()[i], depth-1)
		}
	case name == "":
	default:
		text := n.Text()
		if n.Kind() == snapshot.Bool {
			text = string(n.AppendCompact(nil))
		}
		if text = strings.ToLower(text); text == "true" || text == "false" {
			name += "=" + text
		}
		r[settingsOf] = append(r[settingsOf], name)
	}
}
