package change

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"esaudit/netset"
)

// Verb is what an edit does.
type Verb uint8

// The verbs.
const (
	Set Verb = iota
	Remove
	Add
)

func (v Verb) String() string { return [...]string{"set", "remove", "add"}[v] }

// Edit is one change of one setting. String gives its text back.
type Edit struct {
	Verb Verb
	text string

	kind          string // of a place: whitelist, sg, acl, ...; "" for set
	cluster       string // whitelist: "" is every cluster
	holder, entry string // what holds the entry, and the entry
	list          string // whitelist: its type
}

// String returns the edit as it is written.
func (e Edit) String() string { return e.text }

// The forms of places, for messages.
const placeForms = "LIST:GROUP:ENTRY with or without CLUSTER/ in front, sg:GROUP:RULE-ID, acl:ACL:ENTRY, listener:LB:PORT, dnat:GATEWAY:ENTRY-ID, user:SERVICE:ACCOUNT, connection:SERVICE:ENDPOINT, server:GROUP:SERVER:PORT, endpoint:CLUSTER:ENDPOINT, kibana:CLUSTER:GROUP or yml:CLUSTER:KEY"

func placeKinds() []string {
	return []string{"sg", "acl", "listener", "dnat", "user", "connection", "server", "endpoint", "kibana", "yml"}
}

func listTypes() []string {
	return []string{"PUBLIC_ES", "PRIVATE_ES", "PUBLIC_KIBANA", "PRIVATE_KIBANA"}
}

// Parse reads an edit. Whether the estate has what it names shows when it is
// applied.
func Parse(verb Verb, text string) (Edit, error) {
	e := Edit{Verb: verb, text: text}
	if verb == Set {
		if field, _, ok := strings.Cut(text, "="); !ok || !strings.Contains(field, ".") {
			return e, fmt.Errorf("%s %q: not ID.field=value", verb, text)
		}
		return e, nil
	}
	place := text
	if cluster, rest, ok := strings.Cut(text, "/"); ok && !strings.Contains(cluster, ":") {
		e.cluster, place = cluster, rest
		if cluster == "" {
			return e, fmt.Errorf("%s %q: no cluster stands before the /", verb, text)
		}
	}
	parts := strings.SplitN(place, ":", 3)
	if len(parts) != 3 || parts[1] == "" || parts[2] == "" {
		return e, fmt.Errorf("%s %q: not %s", verb, text, placeForms)
	}
	e.holder, e.entry = parts[1], parts[2]
	switch word := parts[0]; {
	case slices.Contains(listTypes(), word):
		e.kind, e.list = "whitelist", word
	case e.cluster != "" || !slices.Contains(placeKinds(), word):
		return e, fmt.Errorf("%s %q: %q is no list of a cluster (one of %s)", verb, text, word, strings.Join(listTypes(), ", "))
	default:
		e.kind = word
	}
	return e, e.check()
}

// check says what of a well-formed edit can be seen to be wrong without an
// estate.
func (e Edit) check() error {
	pieces := netset.ParseWhitelist(e.entry)
	switch {
	case e.kind == "whitelist" && len(pieces) != 1:
		return fmt.Errorf("%s %q: %q is not one entry", e.Verb, e.text, e.entry)
	case e.kind == "whitelist" && e.Verb == Add && pieces[0].Err != nil:
		return fmt.Errorf("%s %q: %w", e.Verb, e.text, pieces[0].Err)
	case e.kind == "listener":
		if n, err := strconv.Atoi(e.entry); err != nil || n < 0 || n > 65535 || strconv.Itoa(n) != e.entry {
			return fmt.Errorf("%s %q: %q is no port", e.Verb, e.text, e.entry)
		}
	}
	if e.Verb == Add && !slices.Contains([]string{"whitelist", "acl", "user", "kibana", "endpoint"}, e.kind) {
		return fmt.Errorf("add %q: only entries of whitelists and of listener ACLs, users, endpoints and groups of a Kibana can be added", e.text)
	}
	if service, zone, _ := strings.Cut(e.entry, "@"); e.Verb == Add && e.kind == "endpoint" && (service == "" || zone == "") {
		return fmt.Errorf("add %q: not endpoint:CLUSTER:SERVICE@ZONE", e.text)
	}
	if e.Verb == Add && e.kind == "acl" {
		if _, err := netset.ParseCIDR(e.entry); err != nil {
			return fmt.Errorf("add %q: %w", e.text, err)
		}
	}
	return nil
}

// TurnOff is the edit that sets a switch of an object to false.
func TurnOff(id, field string) Edit {
	return Edit{Verb: Set, text: id + "." + field + "=false"}
}

// RemoveEntry is the edit that takes an entry out of a group of a cluster's
// list.
func RemoveEntry(cluster, list, group, entry string) Edit {
	return Edit{
		Verb: Remove, text: cluster + "/" + list + ":" + group + ":" + entry,
		kind: "whitelist", cluster: cluster, list: list, holder: group, entry: entry,
	}
}

// AddEntry is the edit that puts an entry into a group of a cluster's list.
func AddEntry(cluster, list, group, entry string) Edit {
	e := RemoveEntry(cluster, list, group, entry)
	e.Verb = Add
	return e
}

// SetField is the edit that sets a field of an object.
func SetField(id, field, value string) Edit {
	return Edit{Verb: Set, text: id + "." + field + "=" + value}
}

// Place says what an edit is about: the kind of place (whitelist, sg, acl, ...;
// "" for set), the whitelist's type and cluster, what holds the entry, and the
// entry.
func (e Edit) Place() (kind, list, cluster, holder, entry string) {
	return e.kind, e.list, e.cluster, e.holder, e.entry
}

// RemovePart is the edit that takes something out of what holds it: kind is sg,
// acl, listener or dnat, or one of the others that have a holder and an entry.
func RemovePart(kind, holder, entry string) Edit {
	return Edit{Verb: Remove, text: kind + ":" + holder + ":" + entry, kind: kind, holder: holder, entry: entry}
}
