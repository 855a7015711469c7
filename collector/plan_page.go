package collector

import (
	"crypto/sha256"
	"fmt"
	"strconv"

	"esaudit/snapshot"
)

// paging is how an operation is asked for the pages of a list: by their number,
// or by the token that the page before gives in the field of the parameter's
// name. The zero value is one answer without pages.
type paging struct {
	number, token string // parameters; one of them
	limit         string // parameter: items a page
	size          int    // the most items a page that the vendor allows
}

// The vendor's styles, each with the most items a page that the operation's
// documentation allows.

func whole() paging               { return paging{} }
func numbered(size int) paging    { return paging{number: "PageNumber", limit: "PageSize", size: size} }
func pageOf(size int) paging      { return paging{number: "Page", limit: "PageSize", size: size} }
func plainPage(size int) paging   { return paging{number: "page", limit: "size", size: size} }
func tokens(size int) paging      { return paging{token: "NextToken", limit: "MaxResults", size: size} }
func routeTokens(size int) paging { return paging{token: "NextToken", limit: "MaxResult", size: size} }
func markers(size int) paging     { return paging{token: "Marker", limit: "MaxItems", size: size} }

// Bounds that end a list which never does.
const (
	maxPages = 2000 // of one list
	maxBlank = 20   // of them without items
)

// first returns the parameters of a page: the first one's.
func (p paging) first() map[string]string {
	if p.limit == "" {
		return nil
	}
	params := map[string]string{p.limit: strconv.Itoa(p.size)}
	if p.number != "" {
		params[p.number] = "1"
	}
	return params
}

// pager follows the pages of one list.
type pager struct {
	paging
	pages, blank int   // pages so far, and those without items
	items, total int64 // on these pages, and the most that one of them told
	told         bool  // one of them told a total
	seen         map[[sha256.Size]byte]bool
	tokens       map[string]bool
}

// next takes in a page and returns the parameters of the following one; nil when
// there is none, or none that could bring anything new. cut says why a list is
// left before its end, where its pages do not show by themselves that they are
// not all.
func (p *pager) next(l *line) (params map[string]string, cut string) {
	if l.state != snapshot.Read || l.none || p.limit == "" {
		return nil, ""
	}
	items := listed(l)
	p.pages++
	p.items += int64(len(items))
	if n, ok := at(l.body, l.op.Total).Int(); ok {
		p.told, p.total = true, max(p.total, n)
	}
	stuck := p.stuck(items)
	params = p.first()
	if p.token != "" {
		token := l.body.Get(p.token).Text()
		if l.more() == "" || token == "" || p.tokens[token] || stuck != "" {
			return nil, ""
		}
		remember(&p.tokens, token)
		params[p.token] = token
		return params, ""
	}
	switch {
	case len(items) == 0, p.told && p.items >= p.total, !p.told && len(items) < p.size:
		return nil, ""
	case stuck != "" && p.told:
		return nil, ""
	case stuck != "":
		return nil, stuck
	}
	params[p.number] = strconv.Itoa(p.pages + 1)
	return params, ""
}

// stuck says why no further page is asked for although there may be one: this
// page brings nothing new, or there are too many.
func (p *pager) stuck(items []*snapshot.Node) string {
	if p.pages >= maxPages {
		return fmt.Sprintf("it has more than %d pages", maxPages)
	}
	if len(items) == 0 {
		if p.blank++; p.blank > maxBlank {
			return "its pages are empty"
		}
		return ""
	}
	var content []byte
	for _, item := range items {
		content = append(item.AppendCompact(content), '\n')
	}
	if !remember(&p.seen, sha256.Sum256(content)) {
		return fmt.Sprintf("page %d repeats an earlier one", p.pages)
	}
	return ""
}

// remember adds to a set. It reports whether that is new.
func remember[K comparable](set *map[K]bool, key K) bool {
	if *set == nil {
		*set = map[K]bool{}
	}
	known := (*set)[key]
	(*set)[key] = true
	return !known
}

// listed returns the items of a page: those of the payload, and of the lists
// beside it.
func listed(l *line) []*snapshot.Node {
	var items []*snapshot.Node
	if l.payload.Kind() == snapshot.Array {
		items = l.payload.Items()
	}
	for _, p := range l.op.Parts {
		if n := at(l.body, p.Path); n.Kind() == snapshot.Array {
			items = append(items[:len(items):len(items)], n.Items()...)
		}
	}
	return items
}
