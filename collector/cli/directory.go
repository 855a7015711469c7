package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// directory answers the calls of a collection from files.
type directory struct {
	fsys    fs.FS
	date    string // of every answer, as HTTP writes it
	ops     map[string]*collector.Op
	regions []string
	calls   map[call]*answers
	err     error // what cannot be read
}

// call is what the files of one call have in common.
type call struct{ region, product, operation, asks string }

// answers are the files of one call.
type answers struct {
	request api.Request
	pages   map[int]*page
	given   int // the last page that was given
}

// page is an answer, and what the command said instead; "" for none.
type page struct{ answer, refusal string }

func newDirectory(fsys fs.FS) *directory {
	d := &directory{fsys: fsys, ops: map[string]*collector.Op{}, calls: map[call]*answers{}}
	for _, op := range collector.Catalogue() {
		d.ops[op.Product+"."+op.Operation] = &op
	}
	return d
}

// visit takes in a file or a directory, by its name.
func (d *directory) visit(name string, e fs.DirEntry, err error) error {
	top := !strings.Contains(name, "/")
	switch {
	case err != nil:
		return err
	case clutter(name) && e.IsDir():
		return fs.SkipDir
	case clutter(name), e.IsDir() && (!top || name == "." || name == "global"):
		return nil
	case e.IsDir() && collector.IsRegion(name):
		d.regions = append(d.regions, name)
		return nil
	case e.IsDir():
		return fmt.Errorf("%s: neither global nor the name of a region (cn-hangzhou)", name)
	case top && e.Type()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s: it is a link; answers are in directories and plain files", name)
	case top:
		return nil
	}
	f, err := parse(name, d.ops)
	if err != nil {
		return err
	}
	return d.add(f)
}

func (d *directory) add(f file) error {
	c := d.callOf(f.op, f.request)
	if d.calls[c] == nil {
		d.calls[c] = &answers{request: f.request, pages: map[int]*page{}}
	}
	pages := d.calls[c].pages
	if pages[f.page] == nil {
		pages[f.page] = &page{}
	}
	at := &pages[f.page].answer
	if f.failed {
		at = &pages[f.page].refusal
	}
	if *at != "" {
		return fmt.Errorf("%s: %s is of the same call; keep the right one", f.name, *at)
	}
	*at = f.name
	return nil
}

func (d *directory) callOf(op *collector.Op, q api.Request) call {
	return call{q.Region, q.Product, q.Operation, op.Asks(q.Params)}
}

// home is the region in which what is asked once was asked.
func (d *directory) home() string {
	for _, region := range d.regions {
		if d.calls[call{region, "elasticsearch", "DescribeRegions", d.ops["elasticsearch.DescribeRegions"].Asks(nil)}] != nil {
			return region
		}
	}
	return d.regions[0]
}

// Call answers a request of a collection: with the next page of the call, or with
// why it was not made.
func (d *directory) Call(_ context.Context, q api.Request) (api.Answer, error) {
	own := q
	own.Page = nil
	list := d.calls[d.callOf(d.ops[q.Product+"."+q.Operation], own)]
	if list == nil {
		return missing(own, paged(stem(own), 1)), nil
	}
	list.given++
	a, err := d.answer(list, list.given)
	if err != nil && d.err == nil {
		d.err = err
	}
	a.Request = own
	return a, err
}

// missing is a call that was not made, because its file is not there.
func missing(q api.Request, name string) api.Answer {
	return api.Answer{Request: q, Status: -1, Err: "skipped: " + name + " is missing"}
}

// rest are the answers that a collection does not ask for: of what no list names,
// and pages behind the last one. Pages that are missing between others are named.
func (d *directory) rest() ([]api.Answer, error) {
	var out []api.Answer
	for _, c := range slices.SortedFunc(maps.Keys(d.calls), func(a, b call) int {
		return strings.Compare(stem(d.calls[a].request), stem(d.calls[b].request))
	}) {
		list := d.calls[c]
		last := slices.Max(slices.Collect(maps.Keys(list.pages)))
		for n := list.given + 1; n <= last; n++ {
			a, err := d.answer(list, n)
			if err != nil {
				return nil, err
			}
			out = append(out, recording.NewEntry(a).Answer)
		}
	}
	return out, nil
}

// answer reads a page of a call. What the command said instead is a refused call
// with the vendor's code; with both there, the command was interrupted.
func (d *directory) answer(list *answers, number int) (api.Answer, error) {
	p := list.pages[number]
	if p == nil {
		return missing(list.request, paged(stem(list.request), number)), nil
	}
	a := api.Answer{Request: list.request, Status: http.StatusOK, Date: d.date, Source: p.answer}
	if p.refusal != "" {
		data, err := read(d.fsys, p.refusal)
		if err != nil {
			return a, err
		}
		a.Source = p.refusal
		switch a.Status, a.Body = refusal(string(data)); {
		case p.answer != "":
			a.Status, a.Body, a.Err = -1, nil, "skipped: "+p.answer+" and "+p.refusal+" are both there: the command was interrupted"
		case strings.TrimSpace(string(data)) == "":
			a.Status, a.Body, a.Err = 0, nil, p.refusal+" is empty"
		}
		return a, nil
	}
	data, err := read(d.fsys, p.answer)
	if err != nil {
		return a, err
	}
	switch status, body := refusedInstead(data); {
	case status != 0:
		a.Status, a.Body = status, body
	case !json.Valid(data):
		a.Status, a.Err = 0, p.answer+" is no whole JSON document"
	default:
		a.Body = data
	}
	return a, nil
}

// refusedInstead reads an answer's file that holds what the command said instead,
// or the vendor's error body; status 0 when it does not.
func refusedInstead(data []byte) (status int, body []byte) {
	n, err := snapshot.ParseJSON(data)
	switch code := n.Get("Code").Text(); {
	case err != nil && strings.Contains(string(data), "ErrorCode:"):
		return refusal(string(data))
	case err == nil && code != "" && code != "200" && n.Get("Message").Exists() && (n.Get("HostId").Exists() || n.Get("Recommend").Exists()):
		return statusOf(code), data
	}
	return 0, nil
}
