package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector/api"
)

// directory is a resource directory: pages of at most so many accounts, whatever is
// asked for; accounts that come or go between pages are listed twice or not at all.
type directory struct {
	ids      []string
	statuses []string
	most     int
	untold   bool // no total
	repeats  int  // of the page before, which a page begins with
	asked    int
}

func (d *directory) Call(_ context.Context, q api.Request) (api.Answer, error) {
	d.asked++
	var page int
	if _, err := fmt.Sscan(q.Page["PageNumber"], &page); err != nil || d.asked > len(d.ids)+3 {
		return api.Answer{}, fmt.Errorf("asked too often: %v", q.Page)
	}
	from := max(0, (page-1)*d.most-d.repeats)
	to := min(len(d.ids), page*d.most)
	var items []string
	for i := from; i < to; i++ {
		items = append(items, fmt.Sprintf(`{"AccountId":%q,"Status":%q,"FolderId":"fd-%d"}`, d.ids[i], d.statuses[i], i%3))
	}
	total := fmt.Sprintf(`"TotalCount":%d,`, len(d.ids))
	if d.untold {
		total = ""
	}
	return api.Answer{Status: 200, Body: []byte(`{"Accounts":{"Account":[` + strings.Join(items, ",") + `]},` + total + `"RequestId":"0"}`)}, nil
}

// Every account of a directory is found once, however it is paged; those that are
// none are told.
func TestOrganisation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &directory{most: rapid.SampledFrom([]int{1, 2, 7, 100}).Draw(rt, "page"), untold: rapid.Bool().Draw(rt, "untold")}
		var want, gone []string
		for i := range rapid.IntRange(0, 30).Draw(rt, "accounts") {
			id, status := fmt.Sprintf("1%015d", i), rapid.SampledFrom([]string{"CreateSuccess", "InviteSuccess", "PromoteSuccess", "CreateFailed", "CreateVerifying", "Odd"}).Draw(rt, "status")
			d.ids, d.statuses = append(d.ids, id), append(d.statuses, status)
			switch {
			case i == 0: // the directory's own
			case status == "CreateFailed" || status == "CreateVerifying":
				gone = append(gone, id+" ("+status+")")
			default:
				want = append(want, "acs:ram::"+id+":role/audit")
			}
		}
		d.repeats = rapid.IntRange(0, d.most-1).Draw(rt, "repeats")
		got, left, err := organisation(t.Context(), d, fmt.Sprintf("1%015d", 0), "audit")
		if err != nil || !slices.Equal(got, want) || !slices.Equal(left, gone) {
			rt.Fatalf("%v\ngot  %v %v\nwant %v %v", err, got, left, want, gone)
		}
	})
}

// Who is named is asked as it is named, not as the directory would.
func TestNamedBeforeListed(t *testing.T) {
	found := []string{"acs:ram::1:role/audit", "acs:ram::2:role/audit", "acs:ram::3:role/audit"}
	if got := besides(found, []string{"acs:ram::2:role/special"}); !slices.Equal(got, []string{"acs:ram::1:role/audit", "acs:ram::3:role/audit"}) {
		t.Errorf("%v", got)
	}
}
