package collector

import (
	"strings"

	"esaudit/snapshot"
)

// IsRegion reports whether a name is written as the vendor writes regions: a
// country of two letters, a dash, and more (cn-hangzhou).
func IsRegion(name string) bool {
	country, rest, ok := strings.Cut(name, "-")
	return ok && len(country) == 2 && rest != "" && strings.Trim(country+rest, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// Type is the documented type of a value in an answer.
type Type uint8

// The types of payloads. Objects is an array of objects, Strings one of
// strings.
const (
	Object Type = iota
	Objects
	Strings
	String
)

// Field is a value in an answer's body: its path, names separated by dots, ""
// for the body itself; and its type.
type Field struct {
	Path string
	Type Type
}

// Subject is one way in which parameters say what an answer is of. ID names
// parameters, whose values are joined by "/"; a name that begins with "=" stands
// for the rest of itself. Kind is the kind of object that has this id, "" when it
// is none. An empty Subject is the whole region.
type Subject struct {
	Kind snapshot.Kind
	ID   []string
	// Each: the parameter, by any of its names in ID, is a list (NAME.1, NAME.2,
	// ..., a JSON list, commas) and the answer covers every object it names.
	Each bool
	// Object is the id of the object where ID does not give it: "." is the region's
	// name, "=" begins the id itself, anything else is a parameter.
	Object string
}

// Split is a parameter that divides a list: the answers for all Values
// together, or one for the value All or without the parameter, are complete.
type Split struct {
	Param  string
	Values []string
	All    string
}

// Part is a value of the body that becomes an aspect of its own. It may be
// absent unless it is the payload.
type Part struct {
	Field
	Aspect snapshot.Aspect
	Keys   []string // fields that tell the items of a list apart; none: the whole item
}

// Op is one read operation: what its answers hold, and what becomes of it. What
// its payload is: with Kind, an array of objects of that kind; with Own, the
// fields of the subject itself; with Aspect, that aspect of the subject, or of
// the object of kind Kind whose id each item has in Owner. Without any of these
// only the state of the call is kept.
type Op struct {
	Product, Operation string
	Global             bool // the service has no regions

	Subjects []Subject // the first whose parameters are there; none: the whole region
	Split    Split     // the parameter that divides the list, if any
	Harmless []string  // further parameters that do not select objects

	Payload Field
	Must    []Field // what a well-formed body holds besides
	Total   string  // path of the number of items; "" when there is none
	// None is the vendor's code of a 404 that means "there is none": the aspect is
	// null.
	None string

	// Needs are paths of an item besides its id without which nothing can be made
	// of it: what joins it to other objects. One that lacks it leaves its list
	// incomplete.
	Needs []string

	Kind   snapshot.Kind
	ID     []string // fields of an item (Kind) or of the payload (Own) that give its id, joined by "/"
	Own    bool
	Aspect snapshot.Aspect
	Keys   []string          // fields that tell the items of an aspect apart; none: the whole item
	Owner  string            // field of an item that gives the id of the object it is an aspect of
	Keyed  bool              // the aspect holds a list for each subject
	Empty  bool              // the payload, an object, may hold nothing
	Parts  []Part            // further aspects in the same body
	Omit   []string          // paths that are not kept
	Stamp  map[string]string // fields added to each item: field -> parameter
	Change Change            // what tells that an answer about one object is still what it was
	Unless string            // a switch of the payload: when it is off, the answer is of something else

	// Keep returns what is kept of an item, nil for nothing; no Keep: all of it.
	Keep func(item *snapshot.Node) *snapshot.Node
}

// Change is how the list of a kind tells that nothing of an answer about one of its
// objects has changed: the documented instant of the last change of everything in
// the answer. The zero value is that of an operation for which the vendor documents
// none.
type Change struct {
	Time   string            // field of the list's items and of the answer
	Steady map[string]string // fields of both that have these values while no change is under way
}

// Catalogue returns the operations that esaudit reads, by product.
func Catalogue() []Op {
	var all []Op
	for _, ops := range [][]Op{
		product("actiontrail", actiontrail()), product("alb", alb()), product("cbn", cbn()), product("ecs", ecs()),
		product("elasticsearch", elasticsearch()), product("nlb", nlb()), product("privatelink", privatelink()),
		product("ram", ram()), product("resourcemanager", resourcemanager()), product("slb", slb()),
		product("sts", sts()), product("vpc", vpc()), product("vpcpeer", vpcpeer()),
	} {
		all = append(all, ops...)
	}
	return all
}

func product(name string, ops []Op) []Op {
	for i := range ops {
		ops[i].Product = name
	}
	return ops
}

// kept returns what is kept of items.
func (o *Op) kept(items []*snapshot.Node) []*snapshot.Node {
	if o.Keep == nil {
		return items
	}
	var out []*snapshot.Node
	for _, item := range items {
		if n := o.Keep(item); n != nil {
			out = append(out, n)
		}
	}
	return out
}

// each is the objects that one parameter names, by any of its names.
func each(kind snapshot.Kind, params ...string) Subject {
	return Subject{Kind: kind, ID: params, Each: true}
}

// of is the subject that one parameter gives, or several joined.
func of(kind snapshot.Kind, params ...string) []Subject {
	return []Subject{{Kind: kind, ID: params}}
}
