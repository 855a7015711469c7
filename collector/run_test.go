package collector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// A run over an account sees what a recording of the account holds: the calls
// that both made have the same answers, and so the same objects.
func TestRunSeesTheEstate(t *testing.T) {
	never, asked := map[string]bool{}, map[string]bool{}
	for name, p := range parts(t) {
		if name == "paged" { // recorded in other forms of the same questions
			continue
		}
		run := collected(t, newFake(p), optionsFor(p))
		ours, theirs := keys(run), keys(p)
		shared := both(ours, theirs)
		left, right := canonical(t, narrowed(run, shared)), canonical(t, narrowed(p, shared))
		if !bytes.Equal(left, right) {
			t.Errorf("%s: the run differs from the estate (-estate +run):\n%s", name, cmp.Diff(string(right), string(left)))
		}
		for key := range ours {
			asked[operationOf(key)] = true
		}
		for key := range theirs {
			if !ours[key] {
				never[operationOf(key)] = true
			}
		}
		if len(shared)*10 < len(ours)*8 {
			t.Errorf("%s: only %d of %d calls are in the estate", name, len(shared), len(ours))
		}
	}
	// Policies are asked for when somebody has them.
	for _, name := range []string{"ram.GetPolicy", "ram.ListEntitiesForPolicy"} {
		delete(never, name)
	}
	for name := range never {
		// What needs an answer that was refused is asked in other estates.
		if unplanned()[name] == "" && !asked[name] {
			t.Errorf("%s is recorded in estates, and not asked", name)
		}
	}
}

func operationOf(key string) string { return strings.Split(key, "\x00")[1] }

// What a run returns is what its recording holds, and both are the same
// snapshot.
func TestRunRecords(t *testing.T) {
	for name, p := range parts(t) {
		o := optionsFor(p)
		o.Record = filepath.Join(t.TempDir(), "recording")
		run := collected(t, newFake(p), o)
		read, err := recording.Open(o.Record)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again := read.Parts[0]
		for i := range again.Answers {
			again.Answers[i].Source = ""
		}
		sameRun(t, again, run)
		if !bytes.Equal(canonical(t, run), canonical(t, again)) {
			t.Errorf("%s: the recording gives another snapshot", name)
		}
		if run.Account != p.Account || !run.TakenAt.Equal(p.TakenAt) || !slices.Equal(run.Regions, p.Regions) {
			t.Errorf("%s: %s at %v in %v", name, run.Account, run.TakenAt, run.Regions)
		}
	}
}

// Pages smaller than asked for change nothing but their number.
func TestRunFollowsSmallPages(t *testing.T) {
	p := demo()
	want := canonical(t, collected(t, newFake(p), optionsFor(p)))
	for _, most := range []int{1, 2, 3} {
		fake := newFake(p)
		fake.most = most
		run := collected(t, fake, optionsFor(p))
		if got := canonical(t, run); !bytes.Equal(got, want) {
			t.Errorf("pages of %d: another snapshot:\n%s", most, cmp.Diff(string(want), string(got)))
		}
		if len(run.Answers) != len(fake.asked) {
			t.Errorf("pages of %d: %d requests, %d answers", most, len(fake.asked), len(run.Answers))
		}
	}
}

// The order in which answers come changes no byte.
func TestRunInAnyOrder(t *testing.T) {
	p := demo()
	want := collected(t, newFake(p), optionsFor(p))
	for seed := range 20 {
		gated(t, uint64(seed), func(t *testing.T, g *gate) {
			fake := newFake(p)
			fake.fault = g.hold
			o := optionsFor(p)
			o.Workers = 1 + 3*seed
			sameRun(t, collected(t, fake, o), want)
		})
	}
}

// No more requests are under way than there are workers, nor of one operation
// than perAPI; and so many are, when there is enough to ask.
func TestRunIsBounded(t *testing.T) {
	var users []string
	for i := range 60 {
		users = append(users, fmt.Sprintf(`{"UserName":"u%d"}`, i))
	}
	list := api.Answer{Status: 200, Body: []byte(`{"RequestId":"0","IsTruncated":false,"Users":{"User":[` + strings.Join(users, ",") + `]}}`)}
	for _, workers := range []int{1, 12, 32, 1000} {
		gated(t, 7, func(t *testing.T, g *gate) {
			fake := newFake(demo())
			fake.fault = func(ctx context.Context, q api.Request, n int) (api.Answer, bool, error) {
				if _, _, err := g.hold(ctx, q, n); err != nil {
					return api.Answer{}, false, err
				}
				return list, q.Operation == "ListUsers", nil
			}
			o := optionsFor(demo())
			o.Workers = workers
			collected(t, fake, o)
			if g.most > workers || workers < 1000 && g.most < workers {
				t.Errorf("%d requests at a time, of %d", g.most, workers)
			}
			if got := g.ofOne[" ram.GetUser"]; got > perAPI || workers == 1000 && got < perAPI {
				t.Errorf("%d requests of one operation at a time, of %d", got, perAPI)
			}
		})
	}
}

// Products that do not answer are failed calls, when others do.
func TestRunSilentProducts(t *testing.T) {
	fake := newFake(demo())
	fake.fault = func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
		return api.Answer{Err: "timeout"}, slices.Contains([]string{"slb", "nlb", "alb", "vpcpeer", "cbn"}, q.Product), nil
	}
	run := collected(t, fake, optionsFor(demo()))
	wantState(t, run, "nlb.ListLoadBalancers", "", snapshot.Failed)
	wantState(t, run, "vpc.DescribeVpcs", "", snapshot.Read)
}

// One bad answer is one bad call and no end of the run. It names nothing: what
// hangs on it is not asked.
func TestRunFaults(t *testing.T) {
	for name, c := range map[string]struct {
		answer api.Answer
		err    error
		want   snapshot.State
	}{
		"refused":     {answer: denial(), want: snapshot.Denied},
		"broken":      {answer: api.Answer{Status: 500, Body: []byte(`{"Code":"InternalError","RequestId":"0"}`)}, want: snapshot.Failed},
		"throttled":   {answer: api.Answer{Status: 429, Body: []byte(`{"Code":"Throttling.User","RequestId":"0"}`)}, want: snapshot.Throttled},
		"no body":     {answer: api.Answer{Status: 200}, want: snapshot.Failed},
		"empty":       {answer: api.Answer{Status: 200, Body: []byte(`{}`)}, want: snapshot.Failed},
		"cut":         {answer: api.Answer{Status: 200, Body: []byte(`{"RequestId":"0","Result":[{"instanceId"`)}, want: snapshot.Failed},
		"a page":      {answer: api.Answer{Status: 502, Text: "<html>Bad gateway</html>"}, want: snapshot.Failed},
		"timeout":     {answer: api.Answer{Err: "timeout"}, want: snapshot.Failed},
		"odd":         {answer: api.Answer{Status: 999}, want: snapshot.Failed},
		"cannot ask":  {err: errors.New("call elasticsearch ListInstance: it is not on the read list"), want: snapshot.Skipped},
		"other shape": {answer: api.Answer{Status: 200, Body: []byte(`{"RequestId":"0","Result":{"instanceId":"es-cn-1"}}`)}, want: snapshot.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFake(demo())
			fake.fault = func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
				return c.answer, q.Operation == "ListInstance", errorIf(q.Operation == "ListInstance", c.err)
			}
			o := optionsFor(demo())
			o.Only, o.Record = []string{"elasticsearch", "vpc"}, filepath.Join(t.TempDir(), "r")
			run := collected(t, fake, o)
			wantState(t, run, "elasticsearch.ListInstance", "", c.want)
			wantState(t, run, "vpc.DescribeVpcs", "", snapshot.Read)
			for key := range keys(run) {
				if operationOf(key) == "elasticsearch.DescribeInstance" {
					t.Errorf("%s was asked", short(key))
				}
			}
			read, err := recording.Open(o.Record)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(canonical(t, run), canonical(t, read.Parts[0])) {
				t.Error("the recording gives another snapshot")
			}
		})
	}
}

// Lists that do not end, or shrink while they are read, do not count as read,
// and what they named is asked for.
func TestRunBadLists(t *testing.T) {
	const named = `{"RequestId":"0","MaxResults":100,"NextToken":%q,"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-%d"}]}}`
	token := func(q api.Request) string { return q.Page["NextToken"] }
	for name, c := range map[string]struct {
		body func(q api.Request, n int) string
		most int // requests
	}{
		"the same token": {func(q api.Request, n int) string { return fmt.Sprintf(named, "again", n) }, 2},
		"tokens in a ring": {func(q api.Request, n int) string {
			return fmt.Sprintf(named, map[string]string{"": "a", "a": "b", "b": "a"}[token(q)], n)
		}, 3},
		"the same page": {func(q api.Request, n int) string { return fmt.Sprintf(named, fmt.Sprint(n), 0) }, 2},
		"no end":        {func(q api.Request, n int) string { return fmt.Sprintf(named, fmt.Sprint(n), n) }, maxPages},
		"empty pages": {func(q api.Request, n int) string {
			return fmt.Sprintf(`{"RequestId":"0","NextToken":"%d","SecurityGroups":{"SecurityGroup":[]}}`, n)
		}, maxBlank + 1},
	} {
		t.Run(name, func(t *testing.T) {
			fake, asked := newFake(demo()), 0
			fake.fault = func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
				if q.Operation != "DescribeSecurityGroups" {
					return api.Answer{}, false, nil
				}
				asked++
				return api.Answer{Status: 200, Body: []byte(c.body(q, asked-1))}, true, nil
			}
			run := collected(t, fake, optionsFor(demo(), "ecs"))
			wantState(t, run, "ecs.DescribeSecurityGroups", "", snapshot.Incomplete)
			if asked != c.most {
				t.Errorf("%d requests, not %d", asked, c.most)
			}
			if name != "empty pages" && !keys(run)[callKey(api.Request{
				Region: "cn-hangzhou", Product: "ecs", Operation: "DescribeSecurityGroupAttribute", Params: map[string]string{"SecurityGroupId": "sg-0", "Direction": "all"},
			})] {
				t.Error("what the pages named was not asked for")
			}
		})
	}
}

// A list by page numbers that loses an object between two pages has skipped one,
// perhaps; one that repeats its pages is not all there.
func TestRunShrinkingList(t *testing.T) {
	vpcs := func(total int, from, to int) string {
		var items []string
		for i := from; i < to; i++ {
			items = append(items, fmt.Sprintf(`{"VpcId":"vpc-%d"}`, i))
		}
		return fmt.Sprintf(`{"RequestId":"0","TotalCount":%d,"Vpcs":{"Vpc":[%s]}}`, total, strings.Join(items, ","))
	}
	for name, c := range map[string]struct {
		pages []string
		want  snapshot.State
	}{
		"all":       {[]string{vpcs(80, 0, 50), vpcs(80, 50, 80)}, snapshot.Read},
		"shrinking": {[]string{vpcs(51, 0, 50), vpcs(50, 50, 50)}, snapshot.Incomplete},
		"shifting":  {[]string{vpcs(120, 0, 50), vpcs(100, 50, 100), vpcs(100, 100, 110), vpcs(100, 110, 110)}, snapshot.Incomplete},
		"growing":   {[]string{vpcs(51, 0, 50), vpcs(52, 50, 52)}, snapshot.Read},
		"repeating": {[]string{vpcs(500, 0, 50), vpcs(500, 0, 50)}, snapshot.Incomplete},
		"short":     {[]string{vpcs(60, 0, 20), vpcs(60, 20, 40), vpcs(60, 40, 60)}, snapshot.Read},
		"lying":     {[]string{vpcs(999, 0, 50), vpcs(999, 50, 60), vpcs(999, 60, 60)}, snapshot.Incomplete},
	} {
		t.Run(name, func(t *testing.T) {
			fake, last := newFake(demo()), 0
			fake.fault = func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
				if q.Operation != "DescribeVpcs" {
					return api.Answer{}, false, nil
				}
				last = atoi(q.Page["PageNumber"])
				return api.Answer{Status: 200, Body: []byte(c.pages[min(last, len(c.pages))-1])}, true, nil
			}
			run := collected(t, fake, optionsFor(demo(), "vpc"))
			wantState(t, run, "vpc.DescribeVpcs", "", c.want)
			if last != len(c.pages) {
				t.Errorf("the last page asked for is %d, of %d", last, len(c.pages))
			}
		})
	}
}

// A list without total or token that repeats itself is left, and does not count
// as read.
func TestRunRepeatingListWithoutTotal(t *testing.T) {
	p := demo()
	var items []string
	for i := range 20 {
		items = append(items, fmt.Sprintf(`{"endpointId":"ep-%d"}`, i))
	}
	fake := newFake(p)
	fake.fault = failing("elasticsearch.ListVpcEndpoints", api.Answer{Status: 200, Body: []byte(`{"RequestId":"0","Result":[` + strings.Join(items, ",") + `]}`)})
	run := collected(t, fake, optionsFor(p))
	for _, c := range accountOf(t, run).Objects(snapshot.Cluster) {
		wantState(t, run, "elasticsearch.ListVpcEndpoints", c.ID, snapshot.Skipped)
	}
}

func TestRunRegions(t *testing.T) {
	p := demo()
	answer := func(body string) func(context.Context, api.Request, int) (api.Answer, bool, error) {
		return failing("elasticsearch.DescribeRegions", api.Answer{Status: 200, Body: []byte(body)})
	}
	two := `{"RequestId":"0","Result":[{"regionId":"eu-central-1"},{"regionId":"cn-hangzhou"},{"regionId":"../../x"},{"regionId":"cn-hangzhou"}]}`

	fake := newFake(p)
	fake.fault = answer(two)
	run := collected(t, fake, Options{})
	if !slices.Equal(run.Regions, []string{"cn-hangzhou", "eu-central-1"}) {
		t.Errorf("discovered: %v", run.Regions)
	}
	for _, a := range run.Answers {
		if a.Operation == "ListInstance" && a.Region == "eu-central-1" {
			wantState(t, run, "elasticsearch.ListInstance", "", snapshot.Read)
		}
		if a.Product == "ram" && a.Region != "" {
			t.Errorf("ram has no regions: %q", a.Region)
		}
	}

	fake = newFake(p)
	fake.fault = answer(two)
	run = collected(t, fake, Options{Regions: []string{"eu-central-1", "eu-central-1"}})
	if !slices.Equal(run.Regions, []string{"eu-central-1"}) {
		t.Errorf("narrowed: %v", run.Regions)
	}

	_, err := Collect(t.Context(), fake, Options{Regions: []string{"cn-hangzhuo"}})
	if e, ok := errors.AsType[*RegionError](err); !ok || e.Region != "cn-hangzhuo" || !slices.Equal(e.Known, []string{"cn-hangzhou", "eu-central-1"}) {
		t.Errorf("unknown region: %v", err)
	}

	fake = newFake(p)
	fake.fault = failing("elasticsearch.DescribeRegions", denial())
	if run = collected(t, fake, Options{Regions: []string{"cn-hangzhou"}}); !slices.Equal(run.Regions, []string{"cn-hangzhou"}) {
		t.Errorf("not told: %v", run.Regions)
	}
	if run = collected(t, fake, Options{}); len(run.Regions) != 0 {
		t.Errorf("neither told nor asked for: %v", run.Regions)
	}
}

// Products that were not asked for are skipped, and say so.
func TestRunOnly(t *testing.T) {
	p := demo()
	fake := newFake(p)
	o := optionsFor(p)
	o.Only = []string{"vpc"}
	run := collected(t, fake, o)
	wantState(t, run, "vpc.DescribeVpcs", "", snapshot.Read)
	wantState(t, run, "elasticsearch.ListInstance", "", snapshot.Skipped)
	for _, q := range fake.asked {
		if name := q.Product + "." + q.Operation; q.Product != "vpc" && name != identityCall && name != regionsCall {
			t.Errorf("%s was asked", name)
		}
	}
	o.Only = []string{"oss"}
	if _, err := Collect(t.Context(), fake, o); !isOption(err) || !strings.Contains(err.Error(), "one of actiontrail, alb,") {
		t.Errorf("unknown product: %v", err)
	}
}

// An account whose every call is refused is read as such; whose it is has to be
// said.
func TestRunBlind(t *testing.T) {
	p := partOf("blind")
	run := collected(t, newFake(p), optionsFor(p))
	if run.Account != p.Account {
		t.Errorf("account %q", run.Account)
	}
	for _, c := range accountOf(t, run).Coverage() {
		if c.Product != "alb" && !strings.Contains(c.Operation, "SecurityPolicy") && c.Count(snapshot.Denied) == 0 {
			t.Errorf("%s.%s: %v", c.Product, c.Operation, c.Subjects)
		}
	}
	o := optionsFor(p)
	o.Account = ""
	if run = collected(t, newFake(p), o); run.Account != "unknown" {
		t.Errorf("account %q", run.Account)
	}
}

// The instant is the API's: what it was when it said who asks, else the earliest
// of its answers.
func TestRunClock(t *testing.T) {
	p := demo()
	for name, c := range map[string]struct {
		identity api.Answer
		want     string
	}{
		"who asks": {newFake(p).answer(api.Request{Product: "sts", Operation: "GetCallerIdentity"}), "2026-11-22T10:00:00Z"},
		"earliest": {api.Answer{Err: "timeout"}, "2026-11-22T09:00:00Z"},
	} {
		fake := newFake(p)
		fake.date = "Sun, 22 Nov 2026 11:00:00 GMT"
		fake.fault = func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
			switch q.Operation {
			case "GetCallerIdentity":
				a := c.identity
				a.Date = "Sun, 22 Nov 2026 10:00:00 GMT"
				return a, true, nil
			case "ListUsers", "DescribeVpcs":
				a := fake.answer(q)
				a.Date = "Sun, 22 Nov 2026 09:00:00 GMT"
				return a, true, nil
			}
			return api.Answer{}, false, nil
		}
		if got := collected(t, fake, optionsFor(p)).TakenAt.Format(time.RFC3339); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	fake := newFake(p)
	fake.date = ""
	if _, err := Collect(t.Context(), fake, optionsFor(p)); err == nil || !strings.Contains(err.Error(), "what time it is") {
		t.Errorf("an API without a clock: %v", err)
	}
}

func sameRun(t *testing.T, got, want recording.Part) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("another recording (-want +got):\n%s", cmp.Diff(want, got))
	}
}

func denial() api.Answer {
	return api.Answer{Status: 403, Body: []byte(`{"Code":"Forbidden.RAM","Message":"User not authorized","RequestId":"0"}`)}
}

func errorIf(is bool, err error) error {
	if is {
		return err
	}
	return nil
}

// failing gives one answer to all requests of an operation.
func failing(name string, a api.Answer) func(context.Context, api.Request, int) (api.Answer, bool, error) {
	return func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
		return a, q.Product+"."+q.Operation == name, nil
	}
}

func wantState(t *testing.T, p recording.Part, name, subject string, want snapshot.State) {
	t.Helper()
	product, operation, _ := strings.Cut(name, ".")
	region := p.Regions[0]
	if got := accountOf(t, p).Answer(snapshot.Call{Region: region, Product: product, Operation: operation, Subject: subject}); got != want {
		t.Errorf("%s %s is %s, not %s", name, subject, got, want)
	}
}
