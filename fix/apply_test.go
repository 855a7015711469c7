package fix

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"esaudit/collector/api"
)

// options apply a plan to an account, with waits that take no time.
func options(f *fake, files Files) Options {
	return Options{
		Reader: f, Writer: f, Files: files, Journal: "dir/plan.journal", ID: "j1", MaxAge: time.Hour, MaxChanges: 10,
		Sleep: func(ctx context.Context, d time.Duration) error { f.pass(d); return ctx.Err() },
	}
}

// A whole plan is applied, is as planned, and is undone; a third run finds
// nothing to do.
func TestApplyAndUndo(t *testing.T) {
	f, files := newFakeAccount(), newCrashFiles()
	begin := f.state()
	out, err := Apply(t.Context(), wholePlan(), options(f, files))
	if err != nil || len(out.Done) != 7 {
		t.Fatalf("%v %v", out, err)
	}
	if f.state() != afterPlan().state() {
		t.Errorf("it is\n%s", f.state())
	}
	if len(f.effects) != 7 {
		t.Errorf("effects: %q", f.effects)
	}
	s, err := Status(files, "dir/plan.journal")
	if err != nil || !s.Verified || s.Undone || s.Actions[6].State != Done {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := Apply(t.Context(), wholePlan(), options(f, files)); !isRefused(err, "--resume") {
		t.Errorf("a second run: %v", err)
	}
	resume := options(f, files)
	resume.Resume = true
	if out, err := Apply(t.Context(), wholePlan(), resume); err != nil || len(out.Done) != 0 || len(f.effects) != 7 {
		t.Errorf("a resumed run: %v %v", out, err)
	}
	out, err = Undo(t.Context(), options(f, files))
	if err != nil || len(out.Done) != 7 || out.Done[0] != "a7" {
		t.Fatalf("%v %v", out, err)
	}
	if f.state() != begin {
		t.Errorf("undone, it is\n%s", f.state())
	}
	if s, err := Status(files, "dir/plan.journal"); err != nil || !s.Verified || !s.Undone || s.Actions[0].State != NotDone {
		t.Errorf("%+v %v", s, err)
	}
	if out, err := Undo(t.Context(), options(f, files)); err != nil || len(out.Done) != 0 {
		t.Errorf("undone twice: %v %v", out, err)
	}
	if _, err := Apply(t.Context(), wholePlan(), resume); !isRefused(err, "undone") {
		t.Errorf("applied after undo: %v", err)
	}
	if strings.Contains(string(files.now["dir/plan.journal"].live), "Pl4nted") {
		t.Error("the journal holds a secret")
	}
}

func isRefused(err error, why string) bool {
	_, ok := errors.AsType[*RefusedError](err)
	return ok && strings.Contains(err.Error(), why)
}

func isStopped(err error, why string) bool {
	_, ok := errors.AsType[*StoppedError](err)
	return ok && strings.Contains(err.Error(), why)
}

// What a plan may not do is refused before anything is asked or written.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Plan, *Options, *fake)
		why    string
	}{
		"too many":          {func(_ *Plan, o *Options, _ *fake) { o.MaxChanges = 6 }, "--max-changes 6"},
		"a lockout":         {func(p *Plan, _ *Options, _ *fake) { p.Actions[2].Lockout = "office" }, "office; --accept-lockout"},
		"a client":          {func(p *Plan, _ *Options, _ *fake) { p.Preview.CutOff = []string{"backend"} }, "backend; --accept-lockout"},
		"no inverse":        {func(p *Plan, _ *Options, _ *fake) { p.Actions[5].Inverse = nil }, "--accept-irreversible"},
		"another account":   {func(_ *Plan, _ *Options, f *fake) { f.account = "6543210987654321" }, "these credentials are of account 6543210987654321"},
		"old":               {func(_ *Plan, o *Options, _ *fake) { o.MaxAge = 29 * time.Minute }, "30m0s old, more than --max-age 29m0s"},
		"of the future":     {func(p *Plan, _ *Options, _ *fake) { p.TakenAt = "2026-11-22T00:06:00Z" }, "clock"},
		"nothing to resume": {func(_ *Plan, o *Options, _ *fake) { o.Resume = true }, "no journal"},
		"no":                {func(_ *Plan, o *Options, _ *fake) { o.Confirm = func(Question) (bool, error) { return false, nil } }, "not confirmed"},
		"cannot ask": {func(_ *Plan, o *Options, _ *fake) {
			o.Confirm = func(Question) (bool, error) { return true, errors.New("no input") }
		}, "no input"},
		"cannot read": {func(_ *Plan, _ *Options, f *fake) { f.broken = brokenRead("ListVpcEndpoints") }, "ListVpcEndpoints"},
		"unknown key": {func(_ *Plan, _ *Options, f *fake) { f.broken = brokenRead("GetCallerIdentity") }, "who this is"},
		"no clock": {func(_ *Plan, _ *Options, f *fake) {
			f.broken = func(operation string) (api.Answer, bool) {
				a := f.read(api.Request{Operation: operation})
				a.Date = ""
				return a, operation == "GetCallerIdentity"
			}
		}, "tell its time"},
		"a dry run says no": {func(_ *Plan, _ *Options, f *fake) {
			f.deny = func(operation string) bool { return operation == "UpdateVpcEndpointServiceAttribute" }
		}, "nothing was changed"},
	} {
		f, files, plan := newFakeAccount(), newCrashFiles(), wholePlan()
		begin, o := f.state(), options(f, files)
		c.change(plan, &o, f)
		_, err := Apply(t.Context(), plan, o)
		if !isRefused(err, c.why) {
			t.Errorf("%s: %v", name, err)
		}
		if f.state() != begin || f.writes > 0 || len(files.now) > 0 {
			t.Errorf("%s: %d writes, %d files", name, f.writes, len(files.now))
		}
	}
}

func brokenRead(broken string) func(string) (api.Answer, bool) {
	return func(operation string) (api.Answer, bool) {
		return api.Answer{Status: 500, Body: []byte(`{"Code":"InternalError"}`)}, operation == broken
	}
}

// What is accepted is done.
func TestAccepted(t *testing.T) {
	plan := wholePlan()
	plan.Actions[0].Lockout, plan.Actions[6].Inverse = "office", nil
	f, files := newFakeAccount(), newCrashFiles()
	o := options(f, files)
	o.AcceptLockout, o.AcceptIrreversible = true, true
	if _, err := Apply(t.Context(), plan, o); err != nil {
		t.Fatal(err)
	}
	o.AcceptIrreversible = false
	if _, err := Undo(t.Context(), o); !isRefused(err, "a7") {
		t.Errorf("%v", err)
	}
	o.AcceptIrreversible = true
	var asked Question
	o.Confirm = func(q Question) (bool, error) { asked = q; return true, nil }
	if _, err := Undo(t.Context(), o); !isStopped(err, "a1") { // the value of a7 is a1's too
		t.Errorf("%v", err)
	}
	plan.Actions = plan.Actions[4:5]
	plan.Actions[0].Recreates = "endpoint"
	f, files = newFakeAccount(), newCrashFiles()
	o.Reader, o.Writer, o.Files = f, f, files
	if _, err := Apply(t.Context(), plan, o); err != nil {
		t.Fatal(err)
	}
	if _, err := Undo(t.Context(), o); err != nil || len(asked.Recreates) != 1 || asked.ARN == "" || len(f.endpoints) > 0 {
		t.Errorf("%v %+v", err, asked)
	}
}

// A credential that may only read gives one clear line, and changes nothing; the
// same journal then serves one that may write.
func TestReadOnly(t *testing.T) {
	f, files := newFakeAccount(), newCrashFiles()
	begin := f.state()
	f.deny = func(operation string) bool { return operation != "UpdateVpcEndpointServiceAttribute" }
	_, err := Apply(t.Context(), wholePlan(), options(f, files))
	if !isRefused(err, "these credentials may not call elasticsearch ModifyWhiteIps (Forbidden.RAM it says so): nothing was changed") || f.state() != begin || f.writes > 0 {
		t.Errorf("%v", err)
	}
	f.deny = nil
	if _, err := Apply(t.Context(), wholePlan(), options(f, files)); err != nil || f.state() != afterPlan().state() {
		t.Errorf("%v", err)
	}
}

// A value that differs stops everything before the first write, whoever changed
// it; one that differs later stops there.
func TestDifferences(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*fake)
		why    string
	}{
		"an entry more":    {func(f *fake) { f.groups["PUBLIC_ES:default"] = append(f.groups["PUBLIC_ES:default"], "192.0.2.1") }, "192.0.2.1"},
		"a group less":     {func(f *fake) { delete(f.groups, "PUBLIC_ES:default") }, "it is null"},
		"done already":     {func(f *fake) { f.kibana = false }, "already"},
		"on the last page": {func(f *fake) { f.entries[60] = "192.0.2.1" }, "a3"},
		"a setting":        {func(f *fake) { f.config["x"] = "Pl4nted2" }, "it was changed"},
		"two of them":      {func(f *fake) { f.kibana, f.autoAccept = false, false }, "a4"},
	} {
		f, files := newFakeAccount(), newCrashFiles()
		c.change(f)
		begin := f.state()
		_, err := Apply(t.Context(), wholePlan(), options(f, files))
		if !isStopped(err, c.why) || !isStopped(err, "nothing was changed") || f.state() != begin || f.writes > 0 || len(files.now) > 0 {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(err.Error(), "Pl4nted") {
			t.Errorf("%s: a secret: %v", name, err)
		}
	}
	f, files := newFakeAccount(), newCrashFiles()
	o := options(f, files)
	o.Tell = func(e Event) {
		if e.Action.ID == "a3" && e.Text == "done" {
			f.mu.Lock()
			f.autoAccept = false
			f.mu.Unlock()
		}
	}
	if _, err := Apply(t.Context(), wholePlan(), o); !isStopped(err, "a4") || len(f.effects) != 3 {
		t.Errorf("%v %q", err, f.effects)
	}
}

// The order of a list, the order of keys and a secret do not change a digest;
// everything else does.
func TestDigest(t *testing.T) {
	same := func(a, b string, set, want bool) {
		t.Helper()
		x, errX := Digest([]byte(a), set)
		y, errY := Digest([]byte(b), set)
		if errX != nil || errY != nil || (x == y) != want {
			t.Errorf("%s and %s: %v, not %v (%v, %v)", a, b, x == y, want, errX, errY)
		}
	}
	same(`["a","b"]`, `["b","a"]`, true, true)
	same(`["a","b"]`, `["b","a"]`, false, false)
	same(`["a","b"]`, `["a"]`, true, false)
	same(`["a","a"]`, `["a"]`, true, false)
	same(`{"x":["a","b"],"y":1}`, `{"y":1,"x":["b","a"]}`, true, true)
	same(`{"x":1,"y":1}`, `{"y":1,"x":1}`, false, true)
	same(`{"password":"a"}`, `{"password":"b"}`, false, true)
	same(`{"password":"a"}`, `{"password":""}`, false, false)
	same(`null`, `""`, false, false)
	same(`true`, `"true"`, false, false)
	if _, err := Digest([]byte(`{`), false); err == nil {
		t.Error("no JSON has a digest")
	}
}
