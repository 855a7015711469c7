package estate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// Edit changes some answers of a recording: a case of a rule is a base estate
// and a few edits. Exactly one kind of change stands in an edit, except that
// Set, Remove and Add go together (in this order).
type Edit struct {
	// Call names the answers: "elasticsearch.DescribeInstance es-cn-1". The
	// first word is product and operation, a pattern of path.Match. The second
	// is a value of the call's parameters or its region; "*" is any call made
	// for one object; none is every call of the name. A call that matches no
	// answer is an error.
	Call string `json:"call"`

	// Set puts values at JSON pointers of the body, creating objects on the way.
	Set map[string]any `json:"set,omitempty"`
	// Remove takes away what stands at JSON pointers of the body.
	Remove []string `json:"remove,omitempty"`
	// Add appends values to the arrays at JSON pointers of the body.
	Add map[string]any `json:"add,omitempty"`

	// Deny refuses the call with the vendor's 403.
	Deny bool `json:"deny,omitempty"`
	// Fail takes the HTTP answer away: timeout, refused, reset, tls, canceled.
	Fail string `json:"fail,omitempty"`
	// Drop takes the answer out of the recording: the call was never made.
	Drop bool `json:"drop,omitempty"`
	// Cut loses the end of a list: its last page or, where there is one page,
	// an item its total counts or its token leads to.
	Cut bool `json:"cut,omitempty"`
}

// Apply gives the recording with the edits made one after the other. The part
// given is not changed. In pointers, a token NAME=VALUE stands for the array
// element whose field NAME is VALUE. Errors name the edit's call and the pointer.
func Apply(p recording.Part, edits []Edit) (recording.Part, error) {
	p.Answers = slices.Clone(p.Answers)
	for _, e := range edits {
		if err := e.apply(&p); err != nil {
			return recording.Part{}, fmt.Errorf("edit %q: %w", e.Call, err)
		}
	}
	return p, nil
}

func (e Edit) apply(p *recording.Part) error {
	name, subject, _ := strings.Cut(e.Call, " ")
	var hits []int
	for i, a := range p.Answers {
		ok, err := path.Match(name, a.Product+"."+a.Operation)
		if err != nil {
			return err
		}
		if ok && names(a.Request, subject) {
			hits = append(hits, i)
		}
	}
	if len(hits) == 0 {
		return fmt.Errorf("no such call in the recording")
	}
	switch {
	case e.Drop:
		p.Answers = without(p.Answers, hits)
		return nil
	case e.Cut:
		return cut(p, hits)
	}
	for _, i := range hits {
		if err := e.change(&p.Answers[i]); err != nil {
			return err
		}
	}
	return nil
}

// names reports whether a request is about the subject.
func names(q api.Request, subject string) bool {
	switch subject {
	case "":
		return true
	case "*":
		return slices.ContainsFunc(slices.Collect(maps.Keys(q.Params)), identifies)
	}
	return q.Region == subject || slices.Contains(slices.Collect(maps.Values(q.Params)), subject)
}

// identifies reports whether a parameter says which object is asked for; the
// others say how.
func identifies(param string) bool {
	return !slices.Contains([]string{"Direction", "extended", "IncludeListener", "PolicyType", "ServiceResourceType"}, param)
}

func without(answers []api.Answer, hits []int) []api.Answer {
	out := answers[:0]
	for i, a := range answers {
		if !slices.Contains(hits, i) {
			out = append(out, a)
		}
	}
	return out
}

func (e Edit) change(a *api.Answer) error {
	switch {
	case e.Deny:
		a.Status = 403
		a.Body = encode(Body{
			"Code": "Forbidden.RAM", "HostId": a.Product + ".aliyuncs.com", "Recommend": "https://api.aliyun.com/troubleshoot?q=Forbidden.RAM",
			"Message":   "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
			"RequestId": requestID("denied", a.Request, len(a.Body)),
		})
		return nil
	case e.Fail != "":
		a.Status, a.Body, a.Err = 0, nil, e.Fail
		return nil
	}
	body, err := decode(a.Body)
	if err != nil {
		return err
	}
	for _, pointer := range slices.Sorted(maps.Keys(e.Set)) {
		if err := at(body, pointer, func(any) (any, error) { return e.Set[pointer], nil }); err != nil {
			return fmt.Errorf("set %s: %w", pointer, err)
		}
	}
	for _, pointer := range e.Remove {
		if err := at(body, pointer, removed); err != nil {
			return fmt.Errorf("remove %s: %w", pointer, err)
		}
	}
	for _, pointer := range slices.Sorted(maps.Keys(e.Add)) {
		if err := at(body, pointer, appending(e.Add[pointer])); err != nil {
			return fmt.Errorf("add to %s: %w", pointer, err)
		}
	}
	a.Body = encode(body)
	return nil
}

func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("decode body: %w", err)
	}
	return v, nil
}

// gone stands for a value to be taken away, and for one that is not there.
type gone struct{}

func removed(old any) (any, error) {
	if old == (gone{}) {
		return nil, fmt.Errorf("nothing is there")
	}
	return gone{}, nil
}

func appending(item any) func(any) (any, error) {
	return func(old any) (any, error) {
		list, ok := old.([]any)
		if !ok {
			return nil, fmt.Errorf("no array is there")
		}
		return append(list, item), nil
	}
}

// at replaces the value a pointer names inside a body, which is an object.
func at(body any, pointer string, f func(any) (any, error)) error {
	if !strings.HasPrefix(pointer, "/") {
		return fmt.Errorf("no JSON pointer")
	}
	_, err := replace(body, strings.Split(pointer[1:], "/"), f)
	return err
}

func replace(v any, tokens []string, f func(any) (any, error)) (any, error) {
	if len(tokens) == 0 {
		return f(v)
	}
	token := strings.NewReplacer("~1", "/", "~0", "~").Replace(tokens[0])
	switch v := v.(type) {
	case gone:
		return replace(Body{}, tokens, f)
	case Body:
		old, ok := v[token]
		if !ok {
			old = gone{}
		}
		value, err := replace(old, tokens[1:], f)
		if err != nil {
			return nil, err
		}
		v[token] = value
		if value == (gone{}) {
			delete(v, token)
		}
		return v, nil
	case []any:
		i, err := index(v, token)
		if err != nil {
			return nil, err
		}
		if v[i], err = replace(v[i], tokens[1:], f); err != nil {
			return nil, err
		}
		if v[i] == (gone{}) {
			return slices.Delete(v, i, i+1), nil
		}
		return v, nil
	}
	return nil, fmt.Errorf("%q stands under a value that is neither object nor array", token)
}

func index(list []any, token string) (int, error) {
	if field, value, ok := strings.Cut(token, "="); ok {
		i := slices.IndexFunc(list, func(v any) bool {
			b, ok := v.(Body)
			return ok && b[field] != nil && fmt.Sprint(b[field]) == value
		})
		if i < 0 {
			return 0, fmt.Errorf("no element with %s", token)
		}
		return i, nil
	}
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i >= len(list) {
		return 0, fmt.Errorf("no element %s", token)
	}
	return i, nil
}

// cut loses the last page of every list among the hits.
func cut(p *recording.Part, hits []int) error {
	pages := map[string][]int{}
	for _, i := range hits {
		key := requestID("", p.Answers[i].Request, 0)
		pages[key] = append(pages[key], i)
	}
	var lost []int
	for _, list := range pages {
		if len(list) > 1 {
			lost = append(lost, list[len(list)-1])
			continue
		}
		a := &p.Answers[list[0]]
		body, err := decode(a.Body)
		if err != nil {
			return err
		}
		if err := promiseMore(body.(Body)); err != nil {
			return err
		}
		a.Body = encode(body)
	}
	p.Answers = without(p.Answers, lost)
	return nil
}

// promiseMore makes the only page of a list say that another one follows.
func promiseMore(b Body) error {
	switch {
	case b["IsTruncated"] != nil:
		b["IsTruncated"], b["Marker"] = true, token(0)
	case b["MaxResults"] != nil:
		b["NextToken"] = token(0)
	case b["TotalCount"] != nil:
		b["TotalCount"] = oneMore(b["TotalCount"])
	case b["TotalAclEntry"] != nil:
		b["TotalAclEntry"] = oneMore(b["TotalAclEntry"])
	default:
		h, ok := b["Headers"].(Body)
		if !ok {
			return fmt.Errorf("its only page says nothing of paging, so that a cut would not show")
		}
		h["X-Total-Count"] = oneMore(h["X-Total-Count"])
	}
	return nil
}

func oneMore(total any) any {
	n, _ := strconv.Atoi(fmt.Sprint(total))
	if _, text := total.(string); text {
		return strconv.Itoa(n + 1)
	}
	return n + 1
}
