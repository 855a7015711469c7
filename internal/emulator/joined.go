package emulator

import (
	"cmp"
	"slices"
	"strings"

	"esaudit/collector/api"
)

// joined is a list whose recorded pages are put together again.
type joined struct {
	list  listing
	pages []object // the good answers, in order
	items []item
	after *api.Answer // what came instead of a further page: a refusal, a failure
	last  bool        // a page says that none follows
	total int64       // the greatest that a page tells; 0 when none does
}

// item is one element of the list.
type item struct {
	raw  []byte
	page int // the answer it stood in
	path int // which of the operation's arrays
}

// join puts the pages of a list together.
func (f *form) join(l listing) *joined {
	f.once.Do(func() { f.pages = join(l, f.lines) })
	return f.pages
}

func join(l listing, lines []*api.Answer) *joined {
	j := &joined{list: l}
	for _, line := range lines {
		if page, ok := goodPage(l, line); ok {
			j.pages = append(j.pages, page)
		} else if j.after == nil {
			j.after = line
		}
	}
	slices.SortStableFunc(j.pages, func(a, b object) int {
		x, _ := a.count("PageNumber")
		y, _ := b.count("PageNumber")
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(rank(lastPage(a)), rank(lastPage(b))))
	})
	seen := map[string]bool{}
	for i, page := range j.pages {
		j.last = j.last || lastPage(page)
		for _, path := range totals() {
			n, _ := page.count(path)
			j.total = max(j.total, n)
		}
		content := page.content(l)
		if len(content) > 0 && seen[content] {
			continue // one page, recorded twice
		}
		seen[content] = true
		j.take(page, i)
	}
	slices.SortStableFunc(j.items, func(a, b item) int { return a.path - b.path })
	return j
}

func rank(last bool) int {
	if last {
		return 1
	}
	return 0
}

// totals are the paths at which an answer may tell the number of all items.
func totals() []string { return []string{"TotalCount", "TotalAclEntry", "Headers.X-Total-Count"} }

// goodPage reports whether an answer holds the operation's list.
func goodPage(l listing, line *api.Answer) (object, bool) {
	if line.Status != 200 {
		return nil, false
	}
	page, err := parseObject(line.Body)
	if err != nil || len(l.paths) == 0 {
		return nil, false
	}
	for i, path := range l.paths {
		value := page.get(path)
		if value == nil && i > 0 {
			continue
		}
		if _, err := parseArray(value); err != nil {
			return nil, false
		}
	}
	return page, true
}

// lastPage reports whether a page says that no other follows.
func lastPage(page object) bool {
	if truncated := page.get("IsTruncated"); truncated != nil {
		return scalar(truncated) == "false"
	}
	for _, name := range []string{"NextToken", "Marker"} {
		if token := page.get(name); token != nil && string(token) != `""` {
			return false
		}
	}
	return true
}

// content is what stands in a page's arrays; "" when they are empty.
func (o object) content(l listing) string {
	var b strings.Builder
	for _, path := range l.paths {
		if value := o.get(path); len(value) > 2 {
			b.Write(value)
		}
	}
	return b.String()
}

func (j *joined) take(page object, at int) {
	for i, path := range j.list.paths {
		elements, _ := parseArray(page.get(path)) // absent: no items
		for _, raw := range elements {
			j.items = append(j.items, item{raw, at, i})
		}
	}
}

// complete reports whether all of the list was recorded.
func (j *joined) complete() bool {
	return len(j.pages) > 0 && j.after == nil && j.last && j.total <= int64(len(j.items))
}

// concat is the list of all items of several complete lists, each item once.
func concat(lists []*joined) *joined {
	out := &joined{list: lists[0].list, last: true}
	seen := map[string]bool{}
	for _, j := range lists {
		base := len(out.pages)
		out.pages = append(out.pages, j.pages...)
		for _, it := range j.items {
			if !seen[string(it.raw)] {
				seen[string(it.raw)] = true
				out.items = append(out.items, item{it.raw, base + it.page, it.path})
			}
		}
	}
	slices.SortStableFunc(out.items, func(a, b item) int { return a.path - b.path })
	out.total = int64(len(out.items))
	return out
}

// only is the list of the items whose field has one of the values; nil when an
// item does not have the field.
func (j *joined) only(base string, values []string) *joined {
	out := &joined{list: j.list, pages: j.pages, last: true}
	for _, it := range j.items {
		fields, err := parseObject(it.raw)
		if err != nil {
			return nil
		}
		value, ok := fields.field(base)
		if !ok {
			return nil
		}
		if slices.Contains(values, value) {
			out.items = append(out.items, it)
		}
	}
	out.total = int64(len(out.items))
	return out
}
