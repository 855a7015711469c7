package collector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// interruptedAt is a run over a fake whose context ends with the nth request.
func interruptedAt(t *testing.T, fake *fakeAPI, o Options, n int) error {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	fake.fault = func(_ context.Context, _ api.Request, i int) (api.Answer, bool, error) {
		if i == n {
			cancel(errInterrupt)
		}
		return api.Answer{}, false, nil
	}
	_, err := Collect(ctx, fake, o)
	fake.fault = nil
	return err
}

var errInterrupt = errors.New("interrupted")

// A run that is interrupted and resumed makes the same files as one that was
// not, and asks for nothing that it had already.
func TestRunResumes(t *testing.T) {
	p := demo()
	want, requests := filesOf(t, p)
	for n := 1; n < requests; n += 1 + requests/12 {
		o := optionsFor(p)
		o.Record = filepath.Join(t.TempDir(), "r")
		if err := interruptedAt(t, newFake(p), o, n); !errors.Is(err, errInterrupt) {
			t.Fatalf("interrupted at %d: %v", n, err)
		}
		kept := journalled(t, o.Record)
		if _, err := recording.Open(o.Record); len(kept) > 0 && (err == nil || !strings.Contains(err.Error(), "interrupted")) {
			t.Errorf("interrupted at %d: %v", n, err)
		}
		o.Resume = true
		fake := newFake(p)
		collected(t, fake, o)
		for _, q := range fake.asked {
			if key := callKey(q); kept[key] && operationOf(key) != identityCall {
				t.Errorf("interrupted at %d: %s was asked again", n, short(key))
			}
		}
		if len(kept) > 20 && len(fake.asked)+len(kept) > requests+1 {
			t.Errorf("interrupted at %d: %d kept and %d asked, of %d", n, len(kept), len(fake.asked), requests)
		}
		sameFiles(t, o.Record, want)
	}
}

// filesOf is what an undisturbed run writes, and how many requests it makes.
func filesOf(t *testing.T, p recording.Part) (map[string][]byte, int) {
	t.Helper()
	o, fake := optionsFor(p), newFake(p)
	o.Record = filepath.Join(t.TempDir(), "whole")
	collected(t, fake, o)
	return readAll(t, o.Record), len(fake.asked)
}

func readAll(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func sameFiles(t *testing.T, dir string, want map[string][]byte) {
	t.Helper()
	got := readAll(t, dir)
	if len(got) != len(want) {
		t.Errorf("%s: %d files, not %d", dir, len(got), len(want))
	}
	for name, data := range want {
		if !bytes.Equal(got[name], data) {
			t.Errorf("%s is another file", name)
		}
	}
}

// journalled are the calls that an interrupted run has kept.
func journalled(t *testing.T, dir string) map[string]bool {
	t.Helper()
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	copied := t.TempDir()
	for name, data := range readAll(t, dir) {
		if err := os.WriteFile(filepath.Join(copied, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j, part, err := recording.Resume(copied)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	return keys(part)
}

// A run that was killed while it wrote a line is resumed without that line.
func TestRunResumesAfterKill(t *testing.T) {
	p := demo()
	want, _ := filesOf(t, p)
	o := optionsFor(p)
	o.Record = filepath.Join(t.TempDir(), "r")
	if err := interruptedAt(t, newFake(p), o, 200); err == nil {
		t.Fatal("not interrupted")
	}
	o.Resume = true
	calls := filepath.Join(o.Record, "calls.jsonl")
	data := readAll(t, o.Record)["calls.jsonl"]
	last := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
	for _, size := range []int{last, last + 1, (last + len(data)) / 2, len(data) - 1, len(data)} {
		if err := os.WriteFile(calls, data[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(o.Record, "recording.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		collected(t, newFake(p), o)
		sameFiles(t, o.Record, want)
	}
}

// A recording with gaps is resumed to fill them; what was read stays, and so
// does its instant.
func TestRunFillsGaps(t *testing.T) {
	p := demo()
	want, requests := filesOf(t, p)
	o, fake := optionsFor(p), newFake(p)
	o.Record = filepath.Join(t.TempDir(), "r")
	fake.fault = failing("elasticsearch.DescribeInstance", api.Answer{Status: 500, Body: []byte(`{"Code":"InternalError"}`)})
	first := collected(t, fake, o)
	wantState(t, first, "elasticsearch.DescribeInstance", accountOf(t, first).Objects(snapshot.Cluster)[0].ID, snapshot.Failed)

	o.Resume, o.Workers = true, 1
	second := newFake(p)
	if err := interruptedAt(t, second, o, 4); !errors.Is(err, errInterrupt) {
		t.Fatal(err)
	}
	third := newFake(p)
	third.date = "Sun, 29 Nov 2026 12:00:00 GMT"
	collected(t, third, o)
	sameFiles(t, o.Record, want)
	if len(second.asked)+len(third.asked) > requests/4 {
		t.Errorf("%d and %d requests, of %d", len(second.asked), len(third.asked), requests)
	}
	for _, q := range third.asked {
		if slices.ContainsFunc(second.asked[1:4], func(old api.Request) bool { return callKey(old) == callKey(q) }) {
			t.Errorf("%s was asked again", short(callKey(q)))
		}
	}
}

// A page set of which a page was not read is asked for anew, from its first page.
func TestRunResumesWholeLists(t *testing.T) {
	p := demo()
	o, fake := optionsFor(p), newFake(p)
	o.Record = filepath.Join(t.TempDir(), "r")
	fake.most = 1
	fake.fault = func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
		return denial(), q.Operation == "DescribeSecurityGroups" && q.Page["NextToken"] != "", nil
	}
	wantState(t, collected(t, fake, o), "ecs.DescribeSecurityGroups", "", snapshot.Denied)
	o.Resume = true
	fake = newFake(p)
	fake.most = 1
	run := collected(t, fake, o)
	wantState(t, run, "ecs.DescribeSecurityGroups", "", snapshot.Read)
	first := slices.IndexFunc(fake.asked, func(q api.Request) bool { return q.Operation == "DescribeSecurityGroups" })
	if first < 0 || fake.asked[first].Page["NextToken"] != "" {
		t.Errorf("asked for %v", fake.asked[max(first, 0)])
	}
}

// So is one of which the end was lost, though no page tells.
func TestRunResumesCutList(t *testing.T) {
	p := demo()
	endpoints := func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
		var items []string
		for i := range 25 {
			items = append(items, fmt.Sprintf(`{"endpointId":"ep-%d"}`, i))
		}
		page := strings.Join(items[:20], ",")
		if q.Page["page"] != "1" {
			page = strings.Join(items[20:], ",")
		}
		return api.Answer{Status: 200, Body: []byte(`{"RequestId":"0","Result":[` + page + `]}`)}, q.Operation == "ListVpcEndpoints" && q.Product == "elasticsearch", nil
	}
	o, fake := optionsFor(p), newFake(p)
	o.Record, fake.fault = filepath.Join(t.TempDir(), "r"), endpoints
	collected(t, fake, o)
	want := readAll(t, o.Record)
	var kept []byte
	for line := range bytes.Lines(want["calls.jsonl"]) {
		if !bytes.Contains(line, []byte(`{"endpointId":"ep-24"}`)) {
			kept = append(kept, line...)
		}
	}
	if len(kept) == len(want["calls.jsonl"]) {
		t.Fatal("nothing was lost")
	}
	if err := os.WriteFile(filepath.Join(o.Record, "calls.jsonl"), kept, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Resume = true
	fake = newFake(p)
	fake.fault = endpoints
	collected(t, fake, o)
	sameFiles(t, o.Record, want)
}

func TestRunResumesOneAccount(t *testing.T) {
	p := demo()
	o := optionsFor(p)
	o.Record = filepath.Join(t.TempDir(), "r")
	if err := interruptedAt(t, newFake(p), o, 200); err == nil {
		t.Fatal("not interrupted")
	}
	if _, err := Collect(t.Context(), newFake(p), o); !isOption(err) || !strings.Contains(err.Error(), "resume it") {
		t.Errorf("begun where something is: %v", err)
	}
	o.Resume = true
	fake := newFake(p)
	fake.fault = failing(identityCall, api.Answer{Status: 200, Body: []byte(`{"RequestId":"0","AccountId":"2345678901234567","Arn":"acs:ram::2345678901234567:root"}`)})
	if _, err := Collect(t.Context(), fake, o); !isOption(err) || !strings.Contains(err.Error(), "account 1234567890123456, and account 2345678901234567 asks") {
		t.Errorf("resumed by another account: %v", err)
	}
	if _, err := Collect(t.Context(), fake, Options{Resume: true}); !isOption(err) || !strings.Contains(err.Error(), "directory") {
		t.Errorf("resumed without a directory: %v", err)
	}
}

func isOption(err error) bool {
	_, is := errors.AsType[*OptionError](err)
	return is
}

// A run that is interrupted before the API said who asks is resumed with its
// instant, and with whoever asks.
func TestRunResumesNobodys(t *testing.T) {
	p := demo()
	o, fake := optionsFor(p), newFake(p)
	o.Account, o.Record = "", filepath.Join(t.TempDir(), "r")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fake.fault = func(ctx context.Context, q api.Request, n int) (api.Answer, bool, error) {
		if n == 100 {
			cancel()
		}
		if q.Product != "sts" {
			return api.Answer{}, false, nil
		}
		<-ctx.Done()
		return api.Answer{}, false, ctx.Err()
	}
	if _, err := Collect(ctx, fake, o); !errors.Is(err, context.Canceled) || len(journalled(t, o.Record)) == 0 {
		t.Fatal(err)
	}
	o.Resume = true
	fake = newFake(p)
	fake.date = "Sun, 29 Nov 2026 12:00:00 GMT"
	run := collected(t, fake, o)
	if run.Account != p.Account || !run.TakenAt.Equal(p.TakenAt) {
		t.Errorf("%s at %v", run.Account, run.TakenAt)
	}
}

// When the time is over, what was under way has no answer, and what was not
// asked says so; the rest is a recording.
func TestRunTimeout(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		p := demo()
		fake := newFake(p)
		fake.fault = func(ctx context.Context, q api.Request, _ int) (api.Answer, bool, error) {
			if q.Operation == "ListInstance" || q.Operation == "ListUsers" {
				<-ctx.Done()
				return api.Answer{Err: "canceled"}, false, ctx.Err()
			}
			return api.Answer{}, false, nil
		}
		o := optionsFor(p)
		o.Workers, o.Timeout, o.Record = 2, 5*time.Second, filepath.Join(dir, "r")
		begun := time.Now()
		run := collected(t, fake, o)
		if took := time.Since(begun); took != o.Timeout {
			t.Errorf("it took %v", took)
		}
		wantState(t, run, "elasticsearch.ListInstance", "", snapshot.Failed)
		wantState(t, run, "vpc.DescribeVpcs", "", snapshot.Skipped)
		for _, a := range run.Answers {
			if a.Operation == "ListInstance" && (a.Status != 0 || a.Err != "timeout") || a.Operation == "DescribeVpcs" && (a.Status != -1 || a.Err != "skipped: timeout") {
				t.Errorf("%s: %d %q", a.Operation, a.Status, a.Err)
			}
		}
		if read, err := recording.Open(o.Record); err != nil || !bytes.Equal(canonical(t, read.Parts[0]), canonical(t, run)) {
			t.Errorf("the recording gives another snapshot: %v", err)
		}
	})
}

// Regions that were asked for are skipped too, when the time was over before the
// API said that it has them.
func TestRunTimeoutBeforeRegions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFake(demo())
		fake.fault = func(ctx context.Context, q api.Request, _ int) (api.Answer, bool, error) {
			if q.Product+"."+q.Operation != regionsCall {
				return api.Answer{}, false, nil
			}
			<-ctx.Done()
			return api.Answer{}, false, ctx.Err()
		}
		o := optionsFor(demo())
		o.Timeout = time.Second
		run := collected(t, fake, o)
		wantState(t, run, regionsCall, "", snapshot.Failed)
		wantState(t, run, "elasticsearch.ListInstance", "", snapshot.Skipped)
	})
}

// A run ends within two seconds of its context, even when requests do not.
func TestRunEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := demo()
		ctx, cancel := context.WithCancelCause(t.Context())
		stuck := make(chan struct{})
		defer close(stuck)
		fake := newFake(p)
		fake.fault = func(_ context.Context, _ api.Request, n int) (api.Answer, bool, error) {
			if n == 50 {
				cancel(errInterrupt)
			}
			if n >= 50 {
				<-stuck
			}
			return api.Answer{}, false, nil
		}
		begun := time.Now()
		_, err := Collect(ctx, fake, optionsFor(p))
		if took := time.Since(begun); !errors.Is(err, errInterrupt) || took > 2*time.Second {
			t.Errorf("%v, after %v", err, took)
		}
	})
}

// An API that gives nothing at all is no empty account.
func TestRunNoAnswer(t *testing.T) {
	unreachable := errors.New("assume role: refused")
	for name, c := range map[string]struct {
		answer api.Answer
		err    error
		want   string
	}{
		"no network":     {api.Answer{Err: "refused"}, nil, "sts.GetCallerIdentity: refused"},
		"a proxy":        {api.Answer{Status: 502, Text: "<html>"}, nil, "HTTP 502"},
		"a portal":       {api.Answer{Status: 200, Text: "<html>log in</html>"}, nil, "HTTP 200"},
		"no credentials": {api.Answer{}, unreachable, "assume role"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFake(demo())
			fake.fault = func(context.Context, api.Request, int) (api.Answer, bool, error) { return c.answer, true, c.err }
			o := optionsFor(demo())
			o.Record, o.Workers = filepath.Join(t.TempDir(), "r"), 1
			_, err := Collect(t.Context(), fake, o)
			if !errors.Is(err, ErrNoAnswer) || !strings.Contains(err.Error(), c.want) || c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("%v", err)
			}
			if len(fake.asked) != silence {
				t.Errorf("%d requests", len(fake.asked))
			}
			if _, err := os.Stat(filepath.Join(o.Record, "calls.jsonl")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a recording of nothing: %v", err)
			}
			o.Only, o.Regions = []string{"vpc"}, nil
			if _, err := Collect(t.Context(), fake, o); !errors.Is(err, ErrNoAnswer) || len(fake.asked) != silence+2 {
				t.Errorf("%v, after %d requests", err, len(fake.asked))
			}
		})
	}
}

// A key that the API does not know ends the run; with one that it knew, a call
// that it refuses is one refused call.
func TestRunRefusedCredentials(t *testing.T) {
	strange := api.Answer{Status: 404, Body: []byte(`{"Code":"InvalidAccessKeyId.NotFound","Message":"Specified access key is not found.","RequestId":"0"}`)}
	fake := newFake(demo())
	fake.fault = func(context.Context, api.Request, int) (api.Answer, bool, error) { return strange, true, nil }
	_, err := Collect(t.Context(), fake, optionsFor(demo()))
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "InvalidAccessKeyId.NotFound") || len(fake.asked) > defaultWorkers {
		t.Errorf("after %d requests: %v", len(fake.asked), err)
	}

	fake = newFake(demo())
	fake.fault = func(_ context.Context, q api.Request, _ int) (api.Answer, bool, error) {
		if q.Product == "sts" {
			return api.Answer{Err: "timeout"}, true, nil
		}
		return strange, true, nil
	}
	if _, err = Collect(t.Context(), fake, optionsFor(demo())); !errors.Is(err, ErrRefused) {
		t.Errorf("refused everywhere: %v", err)
	}

	fake = newFake(demo())
	fake.fault = failing("vpc.DescribeVpcs", strange)
	wantState(t, collected(t, fake, optionsFor(demo())), "vpc.DescribeVpcs", "", snapshot.Failed)
}

// Progress counts every call once, and ends with as many done as expected.
func TestRunEvents(t *testing.T) {
	p := demo()
	last, ended := map[string]Event{}, map[snapshot.Call]int{}
	o := optionsFor(p)
	o.OnEvent = func(e Event) {
		if before := last[e.Product]; e.Done < before.Done || e.Expected < before.Expected || e.Done > e.Expected {
			t.Errorf("%d of %d after %d of %d", e.Done, e.Expected, before.Done, before.Expected)
		}
		last[e.Product] = e
		if e.Call != (snapshot.Call{}) {
			ended[e.Call]++
			if e.State == snapshot.NeverMade || e.State == snapshot.Read && e.Code != "" || e.Product != e.Call.Product {
				t.Errorf("%+v", e)
			}
		}
	}
	run := collected(t, newFake(p), o)
	done := 0
	for _, e := range last {
		done += e.Done
		if e.Done != e.Expected {
			t.Errorf("%s: %d of %d", e.Product, e.Done, e.Expected)
		}
	}
	if calls := len(keys(run)); done != calls || len(ended) < calls-2 {
		t.Errorf("%d done, %d ended, of %d", done, len(ended), calls)
	}
	account := accountOf(t, run)
	for c := range ended {
		if account.Answer(c) == snapshot.NeverMade {
			t.Errorf("%v ended, and is not in the snapshot", c)
		}
	}
}
