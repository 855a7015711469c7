package redact

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// redacted is what stands for a secret (CONTRACT 4).
const redacted = "[redacted]"

// Redactor makes pseudonyms by a key. It is not for several goroutines.
type Redactor struct {
	key      [sha256.Size]byte
	internet netset.Set
	forms    forms
	encodings
	words    map[string]string // by kind and text
	networks map[string]string // "" for what is none
}

// New returns a Redactor. Any bytes are a key; a good one is 32 random ones.
func New(key []byte) *Redactor {
	return &Redactor{
		key: sha256.Sum256(key), internet: netset.Internet(), forms: compile(), encodings: compileEncodings(), words: map[string]string{}, networks: map[string]string{},
	}
}

// KeyOf makes a key of a snapshot, for those who have none: the same snapshot
// has the same pseudonyms, another one has others. It is as hard to guess as the
// whole snapshot is.
func KeyOf(s *snapshot.Snapshot) []byte {
	sum := sha256.Sum256(append([]byte("esaudit redact "), s.Canonical()...))
	return sum[:]
}

// Snapshot returns a snapshot under pseudonyms.
func (r *Redactor) Snapshot(s *snapshot.Snapshot) (*snapshot.Snapshot, error) {
	fields := map[string]*snapshot.Node{"schema": snapshot.NewString(snapshot.Schema)}
	var accounts []*snapshot.Node
	for _, n := range s.Root().Get("accounts").Items() {
		accounts = append(accounts, r.account(n))
	}
	slices.SortFunc(accounts, func(a, b *snapshot.Node) int { return strings.Compare(a.Get("id").Text(), b.Get("id").Text()) })
	fields["accounts"] = snapshot.NewArray(accounts...)
	out, err := snapshot.New(snapshot.NewObject(fields))
	if err != nil {
		return nil, fmt.Errorf("redact snapshot: %w", err)
	}
	return out, nil
}

func (r *Redactor) account(n *snapshot.Node) *snapshot.Node {
	fields := map[string]*snapshot.Node{}
	for i, key := range n.Keys() {
		item := n.Items()[i]
		switch key {
		case "coverage":
			var calls []*snapshot.Node
			for _, c := range item.Items() {
				calls = append(calls, r.call(c))
			}
			fields[key] = snapshot.NewArray(calls...)
		case "objects":
			fields[key] = r.objects(item)
		default:
			fields[key] = r.value(item, place{})
		}
	}
	return snapshot.NewObject(fields)
}

// call replaces the subjects of a call, which are ids and names of objects.
func (r *Redactor) call(n *snapshot.Node) *snapshot.Node {
	operation := n.Get("product").Text() + "." + n.Get("operation").Text()
	subject := func(s string) string { return r.subject(operation, s) }
	fields := clones(n)
	states := map[string]*snapshot.Node{}
	for state, list := range n.Get("subjects").Fields() {
		var subjects []string
		for _, s := range list.Items() {
			subjects = append(subjects, subject(s.Text()))
		}
		slices.Sort(subjects)
		states[state] = snapshot.NewStrings(subjects...)
	}
	fields["subjects"] = snapshot.NewObject(states)
	if codes := n.Get("codes"); codes.Exists() {
		byCall := map[string]*snapshot.Node{}
		for s, code := range codes.Fields() {
			byCall[subject(s)] = snapshot.NewString(r.text(code.Text()))
		}
		fields["codes"] = snapshot.NewObject(byCall)
	}
	if asOf := n.Get("asOf"); asOf.Exists() {
		byCall := map[string]*snapshot.Node{}
		for s, at := range asOf.Fields() {
			byCall[subject(s)] = at.Clone(nil)
		}
		fields["asOf"] = snapshot.NewObject(byCall)
	}
	return snapshot.NewObject(fields)
}

func clones(n *snapshot.Node) map[string]*snapshot.Node {
	fields := map[string]*snapshot.Node{}
	for key, item := range n.Fields() {
		fields[key] = item.Clone(nil)
	}
	return fields
}

// subject replaces whom a call is of.
func (r *Redactor) subject(operation, s string) string {
	switch {
	case operation == "actiontrail.GetTrailStatus":
		return r.name(s)
	case !strings.HasPrefix(operation, "ram."):
		return r.text(s)
	case strings.Contains(operation, "Policy") && strings.Contains(s, "/"):
		return r.policy(s)
	}
	name, key, more := strings.Cut(s, "/")
	if more {
		return r.name(name) + "/" + r.text(key)
	}
	return r.name(s)
}

// policy replaces TYPE/NAME.
func (r *Redactor) policy(s string) string {
	kind, name, _ := strings.Cut(s, "/")
	if kind == "System" {
		return s
	}
	return kind + "/" + r.name(name)
}

func (r *Redactor) objects(n *snapshot.Node) *snapshot.Node {
	kinds := map[string]*snapshot.Node{}
	for i, kind := range n.Keys() {
		regions := map[string]*snapshot.Node{}
		for region, ids := range n.Items()[i].Fields() {
			objects := map[string]*snapshot.Node{}
			for id, o := range ids.Fields() {
				objects[r.id(snapshot.Kind(kind), id)] = r.value(o, place{kind: snapshot.Kind(kind)})
			}
			regions[region] = snapshot.NewObject(objects)
		}
		kinds[kind] = snapshot.NewObject(regions)
	}
	return snapshot.NewObject(kinds)
}

// id replaces the id of an object where it is a name.
func (r *Redactor) id(kind snapshot.Kind, id string) string {
	switch kind {
	case snapshot.RAMUser, snapshot.RAMGroup, snapshot.RAMRole, snapshot.Trail:
		return r.name(id)
	case snapshot.RAMPolicy:
		return r.policy(id)
	case snapshot.Event:
		return r.word("request", id)
	case snapshot.PolicyAttachment: // ResourceGroupId/PrincipalType/PrincipalName/PolicyType/PolicyName
		parts := strings.SplitN(id, "/", 4)
		if len(parts) == 4 {
			return r.text(parts[0]) + "/" + parts[1] + "/" + r.principal(parts[2]) + "/" + r.policy(parts[3])
		}
	}
	return r.text(id)
}

// principal replaces NAME@DOMAIN.
func (r *Redactor) principal(s string) string {
	name, domain, more := strings.Cut(s, "@")
	if !more {
		return r.name(s)
	}
	return r.name(name) + "@" + r.domain(domain)
}
