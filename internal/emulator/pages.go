package emulator

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// window is the part of a list that a request asks for.
type window struct {
	offset, size int
	number       int  // of the page, from 1; 0 when asked for by token
	further      bool // asked for with a token: not the first page
}

// window reads the paging parameters of a request. of tells lists apart, so that
// a token of one is none of another.
func (l listing) window(page map[string]string, of string) (window, *refusal) {
	byNumber := l.number != "" && page[l.token] == "" && page[l.limit] == ""
	switch {
	case l.number == "" && l.token == "":
		return window{size: -1}, nil
	case byNumber:
		most := l.most
		if l.mostNumbered > 0 {
			most = l.mostNumbered
		}
		size, bad := l.pageSize(page, l.size, most)
		if bad != nil {
			return window{}, bad
		}
		number, bad := positive(page, l.number, 1)
		return window{offset: (number - 1) * size, size: size, number: number}, bad
	}
	size, bad := l.pageSize(page, l.limit, l.most)
	if bad != nil || page[l.token] == "" {
		return window{size: size}, bad
	}
	offset, ok := readToken(page[l.token], of)
	if !ok {
		return window{}, invalid(l.token, "not a token that this list gave")
	}
	return window{offset: offset, size: size, further: true}, nil
}

// pageSize is the number of items a request wants on a page.
func (l listing) pageSize(page map[string]string, param string, most int) (int, *refusal) {
	size, bad := positive(page, param, l.usual)
	switch {
	case bad != nil:
		return 0, bad
	case size > most && !l.lenient:
		return 0, invalid(param, fmt.Sprintf("1 to %d", most))
	}
	return min(max(size, l.least), most), nil
}

// positive reads a number from 1 up.
func positive(page map[string]string, param string, usual int) (int, *refusal) {
	text := page[param]
	if text == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(text, 10, 31)
	if err != nil || n < 1 {
		return 0, invalid(param, "a number from 1 up")
	}
	return int(n), nil
}

// token names the place in a list where the next page begins.
func token(offset int, of string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%s", offset, checksum(of)))
}

func readToken(text, of string) (offset int, ok bool) {
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, false
	}
	head, sum, _ := strings.Cut(string(plain), ".")
	n, err := strconv.ParseUint(head, 10, 31)
	return int(n), err == nil && sum == checksum(of)
}

func checksum(of string) string {
	h := fnv.New64a()
	h.Write([]byte(of))
	return strconv.FormatUint(h.Sum64(), 36)
}

// twist is what a fault does to a page.
type twist struct {
	endless bool // every page promises another one
	shrink  bool // the first item is gone when further pages are asked for
}

// promised is the total that an endless list tells.
const promised = 1 << 30

// page cuts a page. ok is false when the recording does not tell what stands
// there.
func (j *joined) page(w window, of string, t twist) (body []byte, ok bool) {
	items, total := j.items, j.total
	if t.shrink && w.offset > 0 && len(items) > 0 {
		items, total = items[1:], max(total-1, 0)
	}
	if w.size < 0 {
		w.size = len(items)
	}
	beyond := w.offset >= len(items) && (w.offset > 0 || w.further)
	if beyond && !t.endless && !j.complete() && j.unknownBeyond(w) {
		return nil, false
	}
	from := min(w.offset, len(items))
	if t.endless && beyond {
		from = max(len(items)-w.size, 0)
	}
	to := min(from+w.size, len(items))
	next := ""
	switch {
	case t.endless:
		total, next = promised, token(w.offset+max(w.size, 1), of)
	case to < len(items), !beyond && (!j.last || j.after != nil):
		next = token(to, of)
	}
	return j.describe(j.fill(items[from:to]), w, to-from, total, next).bytes(), true
}

// unknownBeyond reports whether a page beyond the recorded items might hold
// more of them.
func (j *joined) unknownBeyond(w window) bool {
	return w.further || j.after != nil || j.total > int64(len(j.items))
}

// fill puts items into the answer that the first of them stood in, or the last
// one.
func (j *joined) fill(items []item) object {
	out := j.pages[len(j.pages)-1]
	if len(items) > 0 {
		out = j.pages[items[0].page]
	}
	for i, path := range j.list.paths {
		elements := [][]byte{}
		for _, it := range items {
			if it.path == i {
				elements = append(elements, it.raw)
			}
		}
		if len(elements) > 0 || out.get(path) != nil {
			out = out.with(path, array(elements))
		}
	}
	return out
}

// describe writes what the vendor says of paging: totals and numbers where the
// recorded answer has them, tokens where a page follows.
func (j *joined) describe(out object, w window, count int, total int64, next string) object {
	for _, path := range totals() {
		out = out.setCount(path, total)
	}
	if w.number > 0 {
		return j.numbers(out.setCount("Count", int64(count)), w, total)
	}
	if j.list.token == "" {
		return out
	}
	out = out.setCount("MaxResults", int64(w.size))
	if out.get("IsTruncated") != nil {
		out = out.with("IsTruncated", strconv.AppendBool(nil, next != ""))
	}
	switch {
	case next != "":
		out = out.with(j.list.token, quote(next))
	case j.list.token == "Marker":
		out = out.without("Marker")
	case out.get(j.list.token) != nil:
		out = out.with(j.list.token, quote(""))
	}
	return out
}

// numbers describes a numbered page. A list that was recorded by token and is
// asked for by number gets the fields of that way.
func (j *joined) numbers(out object, w window, total int64) object {
	if j.list.token != "" {
		out = out.without("NextToken").without("MaxResults")
		n := strconv.AppendInt(nil, max(total, int64(len(j.items))), 10)
		out = out.with("TotalCount", n).with("PageNumber", []byte("0")).with("PageSize", []byte("0"))
	}
	return out.setCount("PageNumber", int64(w.number)).setCount("PageSize", int64(w.size))
}
