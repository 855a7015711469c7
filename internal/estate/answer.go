package estate

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/collector/api"
)

// recorder collects the answers of one account.
type recorder struct {
	account string
	page    int  // items a page; 0 is the size the collector asks for
	forms   bool // ask the same in other ways too
	out     []api.Answer
}

// request is a question with its parameters as name, value pairs.
func request(region, product, operation string, params ...string) api.Request {
	p := map[string]string{}
	for i := 0; i < len(params); i += 2 {
		p[params[i]] = params[i+1]
	}
	return api.Request{Region: region, Product: product, Operation: operation, Params: p}
}

// one records a call that has one answer.
func (r *recorder) one(q api.Request, b Body) { r.answer(q, 0, 200, b) }

// none records the vendor's 404 that means "there is none".
func (r *recorder) none(q api.Request, code, message string) {
	r.answer(q, 0, 404, Body{"Code": code, "Message": message, "HostId": q.Product + ".aliyuncs.com"})
}

func (r *recorder) answer(q api.Request, page, status int, b Body) {
	full := Body{}
	maps.Copy(full, b)
	full["RequestId"] = requestID(r.account, q, page)
	r.out = append(r.out, api.Answer{Request: q, Status: status, Body: encode(full)})
}

// list records all pages of a list: items under a path, with what the vendor
// says of paging, and the answer's other fields.
func (r *recorder) list(q api.Request, p paging, items []Body, rest Body) {
	size := p.size
	if r.page > 0 {
		size = r.page
	}
	chunks := pagesOf(items, size, p.style == pagesToShort)
	for i, chunk := range chunks {
		b := Body{}
		maps.Copy(b, rest)
		put(b, p.path, chunk)
		p.describe(b, i, size, len(items), i == len(chunks)-1)
		r.answer(q, i, 200, b)
	}
}

// pagesOf cuts a list. A list without any total ends with a page shorter than
// its size, even an empty one.
func pagesOf(items []Body, size int, short bool) [][]Body {
	if len(items) == 0 {
		return [][]Body{{}}
	}
	if size <= 0 {
		return [][]Body{items}
	}
	chunks := slices.Collect(slices.Chunk(items, size))
	if short && len(items)%size == 0 {
		chunks = append(chunks, []Body{})
	}
	return chunks
}

// put stores a list under "A/B".
func put(b Body, path string, items []Body) {
	if items == nil {
		items = []Body{}
	}
	keys := strings.Split(path, "/")
	for _, k := range keys[:len(keys)-1] {
		inner := Body{}
		b[k] = inner
		b = inner
	}
	b[keys[len(keys)-1]] = items
}

func encode(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("encode body: %v", err))
	}
	return bytes.TrimRight(buf.Bytes(), "\n")
}

// requestID is a UUID made of the question.
func requestID(account string, q api.Request, page int) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %s %s %d", account, q.Region, q.Product, q.Operation, page)
	for _, k := range slices.Sorted(maps.Keys(q.Params)) {
		fmt.Fprintf(h, " %s=%s", k, q.Params[k])
	}
	s := fmt.Sprintf("%X", h.Sum(nil))
	return strings.Join([]string{s[:8], s[8:12], "5" + s[13:16], "A" + s[17:20], s[20:32]}, "-")
}
