package collector

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	stories "esaudit/internal/estate"
	"esaudit/snapshot"
)

// fakeAPI answers what a recording holds, as the vendor would: a list comes in
// the pages that were asked for, whatever they were when it was recorded. What
// the recording does not have is an empty list, or an object that is not there.
type fakeAPI struct {
	ops   map[string]*Op
	held  map[string][]api.Answer // by call key
	most  int                     // items a page that it gives at most; 0: what is asked for
	date  string
	fault func(ctx context.Context, q api.Request, n int) (api.Answer, bool, error) // of the nth request; false: none

	mu    sync.Mutex
	asked []api.Request
}

func newFake(p recording.Part) *fakeAPI {
	f := &fakeAPI{ops: operations(), held: map[string][]api.Answer{}, date: p.TakenAt.Format("Mon, 02 Jan 2006 15:04:05 GMT")}
	for _, a := range p.Answers {
		key := callKey(a.Request)
		f.held[key] = append(f.held[key], a)
	}
	return f
}

func operations() map[string]*Op {
	ops := map[string]*Op{}
	for _, op := range Catalogue() {
		ops[op.Product+"."+op.Operation] = &op
	}
	return ops
}

func (f *fakeAPI) Call(ctx context.Context, q api.Request) (api.Answer, error) {
	f.mu.Lock()
	n := len(f.asked)
	f.asked = append(f.asked, q)
	f.mu.Unlock()
	if f.fault != nil {
		if a, ok, err := f.fault(ctx, q, n); ok || err != nil {
			if a.Date == "" {
				a.Date = f.date
			}
			return a, err
		}
	}
	if err := ctx.Err(); err != nil {
		return api.Answer{Err: "canceled"}, err
	}
	a := f.answer(q)
	a.Date = f.date
	return a, nil
}

func (f *fakeAPI) answer(q api.Request) api.Answer {
	op, held := f.ops[q.Product+"."+q.Operation], f.held[callKey(q)]
	if len(held) == 0 {
		if !op.list() {
			return api.Answer{Status: 404, Body: []byte(`{"Code":"NotFound","Message":"it is not there","RequestId":"0"}`)}
		}
		held = []api.Answer{{Status: 200, Body: nobody(op)}}
	}
	for _, a := range held {
		if a.Status != 200 {
			return a
		}
	}
	return api.Answer{Status: 200, Body: f.page(op, held, q.Page)}
}

// nobody is the body of an empty list.
func nobody(op *Op) []byte {
	fields := map[string]*snapshot.Node{"RequestId": snapshot.NewString("0")}
	for _, path := range listPaths(op) {
		place(fields, path, snapshot.NewArray())
	}
	return snapshot.NewObject(fields).AppendCompact(nil)
}

// listPaths are the paths of the lists in a body.
func listPaths(op *Op) []string {
	var paths []string
	if op.Payload.Type == Objects || op.Payload.Type == Strings {
		paths = append(paths, op.Payload.Path)
	}
	for _, p := range op.Parts {
		if p.Type == Objects {
			paths = append(paths, p.Path)
		}
	}
	return paths
}

// page cuts the page that is asked for out of the recorded ones.
func (f *fakeAPI) page(op *Op, held []api.Answer, ask map[string]string) []byte {
	first := parse(held[0].Body)
	size, from := 1<<30, 0
	for _, name := range []string{"PageSize", "size", "MaxResults", "MaxResult", "MaxItems"} {
		if ask[name] != "" {
			size = atoi(ask[name])
			if f.most > 0 {
				size = min(size, f.most)
			}
		}
	}
	for _, name := range []string{"PageNumber", "Page", "page"} {
		if ask[name] != "" {
			from = (atoi(ask[name]) - 1) * size
		}
	}
	for _, name := range []string{"NextToken", "Marker"} {
		if ask[name] != "" {
			from = atoi(strings.TrimPrefix(ask[name], "from-"))
		}
	}
	fields, more := first.Fields(), false
	for _, path := range listPaths(op) {
		var items []*snapshot.Node
		for _, a := range held {
			items = append(items, at(parse(a.Body), path).Items()...)
		}
		end := min(from+size, len(items))
		more = more || end < len(items)
		place(fields, path, snapshot.NewArray(clonesOf(items[min(from, end):end])...))
	}
	_, marked := ask["MaxItems"]
	_, counted := fields["IsTruncated"]
	delete(fields, "NextToken")
	delete(fields, "Marker")
	switch next := snapshot.NewString(fmt.Sprintf("from-%d", from+size)); {
	case marked || counted:
		fields["IsTruncated"] = snapshot.NewBool(more)
		if more {
			fields["Marker"] = next
		}
	case more && (ask["MaxResults"] != "" || ask["MaxResult"] != ""):
		fields["NextToken"] = next
	}
	return snapshot.NewObject(cloneAll(fields)).AppendCompact(nil)
}

func parse(body []byte) *snapshot.Node {
	n, err := snapshot.ParseJSON(body)
	if err != nil {
		panic(err)
	}
	return n
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func clonesOf(items []*snapshot.Node) []*snapshot.Node {
	out := make([]*snapshot.Node, len(items))
	for i, n := range items {
		out[i] = n.Clone(nil)
	}
	return out
}

func cloneAll(fields map[string]*snapshot.Node) map[string]*snapshot.Node {
	out := map[string]*snapshot.Node{}
	for name, n := range fields {
		out[name] = n.Clone(nil)
	}
	return out
}

// place puts a value at a path of names separated by dots.
func place(fields map[string]*snapshot.Node, path string, value *snapshot.Node) {
	head, rest, deep := strings.Cut(path, ".")
	if !deep {
		fields[head] = value
		return
	}
	inner := cloneAll(fields[head].Fields())
	place(inner, rest, value)
	fields[head] = snapshot.NewObject(inner)
}

// parts are the recordings of the stories, by name.
func parts(t testing.TB) map[string]recording.Part {
	t.Helper()
	all := map[string]recording.Part{}
	for _, s := range stories.Stories() {
		for i, e := range s.Accounts {
			all[s.Name+strings.Repeat("+", i)] = e.Part()
		}
	}
	if len(all) < 40 {
		t.Fatalf("only %d stories", len(all))
	}
	return all
}

func demo() recording.Part { return partOf("demo") }

func partOf(name string) recording.Part {
	for _, s := range stories.Stories() {
		if s.Name == name {
			return s.Accounts[0].Part()
		}
	}
	panic("no story " + name)
}

// optionsFor are the options of a run over a part's account.
func optionsFor(p recording.Part, only ...string) Options {
	return Options{Account: p.Account, Home: p.Regions[0], Regions: p.Regions, Only: only}
}

func collected(t testing.TB, caller api.Caller, o Options) recording.Part {
	t.Helper()
	p, err := Collect(t.Context(), caller, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// canonical is the snapshot of a recording.
func canonical(t testing.TB, p recording.Part) []byte {
	t.Helper()
	s, err := Assemble([]recording.Part{p})
	if err != nil {
		t.Fatal(err)
	}
	return s.Canonical()
}

// accountOf is the only account of a recording's snapshot.
func accountOf(t testing.TB, p recording.Part) *snapshot.Account {
	t.Helper()
	s, err := Assemble([]recording.Part{p})
	if err != nil {
		t.Fatal(err)
	}
	return s.Accounts()[0]
}

// keys are the calls of a recording.
func keys(p recording.Part) map[string]bool {
	out := map[string]bool{}
	for _, a := range p.Answers {
		out[callKey(a.Request)] = true
	}
	return out
}

// narrowed leaves out the answers to other calls.
func narrowed(p recording.Part, calls map[string]bool) recording.Part {
	out := p
	out.Answers = nil
	for _, a := range p.Answers {
		if calls[callKey(a.Request)] {
			out.Answers = append(out.Answers, a)
		}
	}
	return out
}

func both(a, b map[string]bool) map[string]bool {
	out := maps.Clone(a)
	maps.DeleteFunc(out, func(key string, _ bool) bool { return !b[key] })
	return out
}

// short says a call key for people.
func short(key string) string {
	return strings.TrimSpace(strings.ReplaceAll(key, "\x00", " "))
}
