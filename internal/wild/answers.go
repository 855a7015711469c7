package wild

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/collector/api"
)

// call is one answer: a list, or one object.
type call struct {
	region, product, operation string
	params                     map[string]string
	path                       string // keys to the list; "" when the body is an object
	items                      []body
	rest                       body
	total                      string // the field with the number of items: "TotalCount", ..., "" for none
	tokens                     bool   // pages lead on by NextToken
}

// describe records one object.
func (m *maker) describe(region, name string, params map[string]string, b body) {
	product, operation, _ := strings.Cut(name, ".")
	m.calls = append(m.calls, &call{region: region, product: product, operation: operation, params: params, rest: b})
}

// list records the items of a list, or adds to them.
func (m *maker) list(region, name string, params map[string]string, path, total string, items ...body) {
	product, operation, _ := strings.Cut(name, ".")
	key := region + name + fmt.Sprint(params)
	if m.lists == nil {
		m.lists = map[string]*call{}
	}
	c := m.lists[key]
	if c == nil {
		c = &call{region: region, product: product, operation: operation, params: params, path: path, total: total, rest: body{}}
		c.tokens = slices.Contains([]string{"nlb", "privatelink", "vpcpeer"}, product) || operation == "DescribeInstances" || operation == "DescribeNetworkInterfaces"
		m.lists[key] = c
		m.calls = append(m.calls, c)
	}
	c.items = append(c.items, items...)
}

// answers writes all calls, each as the seed's eyes see it, in any order.
func (m *maker) answers() []api.Answer {
	var out []api.Answer
	for _, c := range m.calls {
		m.r.Shuffle(len(c.items), func(i, j int) { c.items[i], c.items[j] = c.items[j], c.items[i] })
		out = append(out, m.tears.torn(c)...)
		if !m.chance(m.blind) {
			out = append(out, m.whole(c)...)
			continue
		}
		out = append(out, m.damaged(c)...)
	}
	m.r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// damaged is an answer that was not read completely.
func (m *maker) damaged(c *call) []api.Answer {
	pages := m.whole(c)
	switch m.r.IntN(7) {
	case 0: // never made
		return nil
	case 1: // some pages were refused
		at := m.r.IntN(len(pages))
		pages[at] = c.answer(403, body{"Code": "Forbidden.RAM", "Message": "no"})
		return pages
	case 2:
		return []api.Answer{{Request: c.request(), Status: 0, Err: "timeout"}}
	case 3:
		return []api.Answer{{Request: c.request(), Status: 200, Text: "<html>"}}
	case 4: // well-formed, without its payload
		return []api.Answer{c.answer(200, body{"RequestId": "1"})}
	case 5:
		if c.path != "" { // the list is something else
			return []api.Answer{c.answer(200, c.page(one[any](m, nil, "", body{}), 0, true))}
		}
		return nil
	}
	return m.cut(c)
}

// cut loses some items of a list.
func (m *maker) cut(c *call) []api.Answer {
	if c.path == "" || c.total == "" && !c.tokens {
		return []api.Answer{c.answer(500, body{"Code": "InternalError"})}
	}
	kept := c.items
	if len(kept) > 0 {
		kept = kept[:m.r.IntN(len(kept))]
	}
	if c.tokens && (c.total == "" || m.chance(0.5)) {
		return []api.Answer{c.answer(200, c.page(anys(kept), len(kept), false))}
	}
	return []api.Answer{c.answer(200, c.page(anys(kept), len(c.items)+1, true))}
}

// whole is an answer that was read completely, in one of its forms.
func (m *maker) whole(c *call) []api.Answer {
	if c.path == "" {
		out := []api.Answer{c.answer(200, c.rest)}
		if m.chance(0.03) {
			out = append(out, out[0])
		}
		return out
	}
	out := m.pages(c, c.items)
	if len(c.items) == 0 || !narrows(c) {
		return out
	}
	if m.chance(0.05) { // some of it was asked for apart, and says less
		apart := *c
		apart.params = maps.Clone(c.params)
		if apart.params == nil {
			apart.params = map[string]string{}
		}
		apart.params[one(m, "VpcId", "ZoneId", "Tag.1.Key", "ResourceGroupId")] = "some"
		item := maps.Clone(one(m, c.items...))
		for _, key := range slices.Sorted(maps.Keys(item)) {
			if !identifies(key) && m.chance(0.4) {
				delete(item, key)
			}
		}
		out = append(out, apart.answer(200, apart.page(anys([]body{item}), 1, true)))
	}
	return out
}

// identifies tells fields that say which object it is.
func identifies(key string) bool {
	return strings.HasSuffix(key, "Id") || strings.HasSuffix(key, "Port") || strings.HasSuffix(key, "Protocol")
}

// narrows tells lists of objects with ids, that can be asked for by a filter.
func narrows(c *call) bool { return len(c.params) == 0 && c.operation != "ListInstance" }

// pages cuts a list into one or several answers.
func (m *maker) pages(c *call, items []body) []api.Answer {
	size := len(items)
	if len(items) > 1 && (c.tokens || c.total != "") && m.chance(0.2) {
		size = 1 + m.r.IntN(len(items)-1)
	}
	if size == 0 {
		return []api.Answer{c.answer(200, c.page([]any{}, 0, true))}
	}
	var out []api.Answer
	for chunk := range slices.Chunk(items, size) {
		last := (len(out)+1)*size >= len(items)
		out = append(out, c.answer(200, c.page(anys(chunk), len(items), last)))
	}
	return out
}

func anys(items []body) any {
	out := []any{}
	for _, b := range items {
		out = append(out, b)
	}
	return out
}

// page is the body of one page.
func (c *call) page(list any, total int, last bool) body {
	b := maps.Clone(c.rest)
	at := b
	keys := strings.Split(c.path, ".")
	for _, key := range keys[:len(keys)-1] {
		inner, there := at[key].(body)
		if inner = maps.Clone(inner); !there {
			inner = body{}
		}
		at[key] = inner
		at = inner
	}
	at[keys[len(keys)-1]] = list
	switch c.total {
	case "":
	case "X-Total-Count":
		b["Headers"] = body{c.total: total}
	default:
		b[c.total] = total
	}
	if c.tokens && !last {
		b["NextToken"] = "more"
	}
	return b
}

func (c *call) request() api.Request {
	params := maps.Clone(c.params)
	if params == nil {
		params = map[string]string{}
	}
	return api.Request{Region: c.region, Product: c.product, Operation: c.operation, Params: params}
}

func (c *call) answer(status int, b body) api.Answer {
	raw, err := json.Marshal(b)
	if err != nil {
		panic(fmt.Sprintf("encode %s: %v", c.operation, err))
	}
	return api.Answer{Request: c.request(), Status: status, Body: raw}
}
