package fix

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// Digest returns the digest of a JSON value, "sha256:" and 64 hexadecimal digits:
// of its canonical text, with keys sorted and secrets redacted, as a snapshot
// keeps it. So neither a plan nor a journal says anything about a secret, and a
// secret that changes does not change the digest. set says that the order of
// lists, at any depth, does not count. No value at all is null.
func Digest(value json.RawMessage, set bool) (string, error) {
	if len(value) == 0 {
		return digest(nil, set), nil
	}
	n, err := snapshot.ParseJSON(value)
	if err != nil {
		return "", fmt.Errorf("digest value: %w", err)
	}
	return digest(n, set), nil
}

func digest(n *snapshot.Node, set bool) string {
	n = recording.Redact(n)
	if set {
		n = unordered(n)
	}
	sum := sha256.Sum256(n.AppendCompact(nil))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// unordered copies a value with its lists sorted.
func unordered(n *snapshot.Node) *snapshot.Node {
	items := make([]*snapshot.Node, len(n.Items()))
	for i, item := range n.Items() {
		items[i] = unordered(item)
	}
	switch n.Kind() {
	case snapshot.Array:
		return snapshot.Sorted(items)
	case snapshot.Map:
		fields := map[string]*snapshot.Node{}
		for i, key := range n.Keys() {
			fields[key] = items[i]
		}
		return snapshot.NewObject(fields)
	}
	return n.Clone(nil)
}

// reading is a live value.
type reading struct {
	value  *snapshot.Node   // as the vendor gave it, secrets included; nil: the way ends nowhere
	items  []*snapshot.Node // of the list that the way goes through last: those that it goes on from
	digest string
	date   string // the HTTP Date of the answer: the API's own clock
}

// text returns a value for people, without secrets and of a bounded length.
func (r reading) text() string {
	const most = 200
	text := string(recording.Redact(r.value).AppendCompact(nil))
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}

// read reads the live value of a probe, from all pages of its call.
func (p Probe) read(ctx context.Context, reader *collector.Reader) (reading, error) {
	answers, err := reader.Read(ctx, api.Request{Region: p.Region, Product: p.Product, Operation: p.Operation, Params: maps.Clone(p.Params)})
	if err != nil {
		return reading{}, err
	}
	var found []ending
	r := reading{}
	for _, a := range answers {
		r.date = a.Date
		body, err := snapshot.ParseJSON(a.Body)
		if err != nil {
			return reading{}, fmt.Errorf("%s: %w", p, err)
		}
		places, err := follow(body, p.Path)
		if err != nil {
			return reading{}, fmt.Errorf("%s: %w", p, err)
		}
		found = append(found, places...)
	}
	last, err := joined(found)
	if err != nil {
		return reading{}, fmt.Errorf("%s: %w", p, err)
	}
	r.value, r.items = last.value, last.items
	r.digest = digest(last.value, p.Set)
	return r, nil
}

// String says for people where a value is read.
func (p Probe) String() string {
	subject := slices.Sorted(maps.Values(p.Params))
	return fmt.Sprintf("%s:%s %s in %s: %s", p.Product, p.Operation, strings.Join(subject, " "), p.Region, strings.Join(p.Path, "/"))
}

// ending is where a way ends.
type ending struct {
	value *snapshot.Node
	items []*snapshot.Node
}

// follow goes a way through one page; nothing when it ends nowhere.
func follow(body *snapshot.Node, path []string) ([]ending, error) {
	at := ending{value: body}
	for i, step := range path {
		if at.value.Kind() != snapshot.Array {
			at.value = at.value.Get(step)
			continue
		}
		which, all := strings.CutPrefix(step, "*")
		match, err := choose(at.value.Items(), which)
		switch {
		case err != nil:
			return nil, err
		case all:
			return project(match, path[i+1:])
		case len(match) > 1:
			return nil, fmt.Errorf("%d items are %s: it is not clear which is meant", len(match), step)
		case len(match) == 0:
			return nil, nil
		}
		at = ending{match[0], match}
	}
	if !at.value.Exists() {
		return nil, nil
	}
	return []ending{at}, nil
}

// choose returns the items that a step selects; "" selects all.
func choose(items []*snapshot.Node, step string) ([]*snapshot.Node, error) {
	if step == "" {
		return items, nil
	}
	wants, err := selector(step)
	if err != nil {
		return nil, err
	}
	var match []*snapshot.Node
	for _, item := range items {
		if wants.of(item) {
			match = append(match, item)
		}
	}
	return match, nil
}

// project goes on from each of several items, and makes a list of the ends.
func project(items []*snapshot.Node, path []string) ([]ending, error) {
	values := []*snapshot.Node{}
	for _, item := range items {
		ends, err := follow(item, path)
		if err != nil {
			return nil, err
		}
		for _, end := range ends {
			values = append(values, end.value.Clone(nil))
		}
	}
	return []ending{{snapshot.NewArray(values...), items}}, nil
}

// fields are those that an item must have.
type fields map[string]string

// selector reads "NAME=TEXT,NAME=TEXT". A piece without = belongs to the text
// before it, which has a comma.
func selector(step string) (fields, error) {
	wants, last := fields{}, ""
	for _, piece := range strings.Split(step, ",") {
		name, text, ok := strings.Cut(piece, "=")
		switch {
		case ok:
			wants[name], last = text, name
		case last == "":
			return nil, fmt.Errorf("%q names no item of a list: NAME=TEXT does", step)
		default:
			wants[last] += "," + piece
		}
	}
	return wants, nil
}

func (f fields) of(item *snapshot.Node) bool {
	for name, text := range f {
		if item.Get(name).Text() != text {
			return false
		}
	}
	return true
}

// joined makes one value of those of several pages: lists go on; anything else
// must be the same on each page.
func joined(found []ending) (ending, error) {
	if len(found) == 0 {
		return ending{}, nil
	}
	var items, through []*snapshot.Node
	same, lists := true, true
	for _, p := range found {
		same = same && p.value.Equal(found[0].value)
		lists = lists && p.value.Kind() == snapshot.Array
		through = append(through, p.items...)
		for _, item := range p.value.Items() {
			items = append(items, item.Clone(nil))
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case lists:
		return ending{snapshot.NewArray(items...), through}, nil
	case same:
		return found[0], nil
	}
	return ending{}, errors.New("its pages give different values")
}
