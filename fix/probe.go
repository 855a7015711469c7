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
	value  *snapshot.Node // as the vendor gave it, secrets included; nil: the way ends nowhere
	around *snapshot.Node // the item of a list that the way goes through last; nil: none
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
	r.value, r.around = last.value, last.around
	r.digest = digest(last.value, p.Set)
	return r, nil
}

// String says for people where a value is read.
func (p Probe) String() string {
	subject := slices.Sorted(maps.Values(p.Params))
	return fmt.Sprintf("%s:%s %s in %s: %s", p.Product, p.Operation, strings.Join(subject, " "), p.Region, strings.Join(p.Path, "/"))
}

// ending is where a way ends.
type ending struct{ value, around *snapshot.Node }

// follow goes a way through one page; nothing when it ends nowhere.
func follow(body *snapshot.Node, path []string) ([]ending, error) {
	at := ending{value: body}
	for _, step := range path {
		if at.value.Kind() != snapshot.Array {
			at.value = at.value.Get(step)
			continue
		}
		wants, err := selector(step)
		if err != nil {
			return nil, err
		}
		var match []*snapshot.Node
		for _, item := range at.value.Items() {
			if wants.of(item) {
				match = append(match, item)
			}
		}
		if len(match) > 1 {
			return nil, fmt.Errorf("%d items are %s: it is not clear which is meant", len(match), step)
		}
		if len(match) == 0 {
			return nil, nil
		}
		at = ending{match[0], match[0]}
	}
	if !at.value.Exists() {
		return nil, nil
	}
	return []ending{at}, nil
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
	var items []*snapshot.Node
	same, lists := true, true
	for _, p := range found {
		same = same && p.value.Equal(found[0].value)
		lists = lists && p.value.Kind() == snapshot.Array
		for _, item := range p.value.Items() {
			items = append(items, item.Clone(nil))
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case lists:
		return ending{value: snapshot.NewArray(items...), around: found[0].around}, nil
	case same:
		return found[0], nil
	}
	return ending{}, errors.New("its pages give different values")
}
