package fix

import (
	"bytes"
	"slices"
	"testing"

	"esaudit/collector/api"
)

// struck applies a plan to an account whose writes are struck.
func struck(t *testing.T, f *fake, plan *Plan, strike func(n int) mishap) (*crashFiles, error) {
	t.Helper()
	files := newCrashFiles()
	f.strike = func(n int, _ api.Write) mishap { return strike(n) }
	_, err := Apply(t.Context(), plan, options(f, files))
	return files, err
}

// What passes is waited for, and what does not pass is given up, with as many
// calls as that takes and no more.
func TestGivesUp(t *testing.T) {
	always := func(kind mishap) func(int) mishap { return func(int) mishap { return kind } }
	first := func(kind mishap, times int) func(int) mishap {
		return func(n int) mishap {
			if n < times {
				return kind
			}
			return noMishap
		}
	}
	for name, c := range map[string]struct {
		strike func(int) mishap
		writes int
		ends   func(error) bool
	}{
		"a conflict that passes": {first(conflict, 3), 4, func(err error) bool { return err == nil }},
		"one that does not":      {always(conflict), busyFor/busyEvery + 1, func(err error) bool { return isRefused(err, "nothing was changed") }},
		"answers that are lost":  {always(timesOut), maxLost, func(err error) bool { return isStopped(err, "no answer came to 3 calls") }},
		"lost, then refused":     {func(n int) mishap { return []mishap{timesOut, expired}[min(n, 1)] }, 2, func(err error) bool { return isRefused(err, "nothing was changed") }},
	} {
		f := newFakeAccount()
		begin := f.state()
		_, err := struck(t, f, planOf(closeKibana("a1")), c.strike)
		if !c.ends(err) || f.writes != c.writes || err != nil && f.state() != begin {
			t.Errorf("%s: %d writes: %v", name, f.writes, err)
		}
	}
}

// Once something was changed, a refusal is a stop: the account is neither as it
// was nor as planned.
func TestRefusedOnTheWay(t *testing.T) {
	f := newFakeAccount()
	_, err := struck(t, f, wholePlan(), func(n int) mishap {
		if n == 1 {
			return expired
		}
		return noMishap
	})
	if !isStopped(err, "a2") || len(f.effects) != 1 {
		t.Errorf("%v %q", err, f.effects)
	}
}

// A plan whose actions do not fit each other is stopped before anything is
// written.
func TestUnchained(t *testing.T) {
	plan, f := wholePlan(), newFakeAccount()
	plan.Actions[6].Digest = digestOf([]string{"203.0.113.9", "192.0.2.1"}, true)
	if _, err := struck(t, f, plan, func(int) mishap { return noMishap }); !isStopped(err, "a7 (the title of a7): an action before it leaves another value") || f.writes > 0 {
		t.Errorf("%v", err)
	}
}

// A value that changes only a while after the call is waited for.
func TestLateEffect(t *testing.T) {
	f, reads := newFakeAccount(), 0
	f.lie = func(operation string, body []byte) []byte {
		if operation == "DescribeInstance" && !f.kibana {
			if reads++; reads < 12 {
				return bytes.ReplaceAll(body, []byte(`"enableKibanaPublicNetwork":false`), []byte(`"enableKibanaPublicNetwork":true`))
			}
		}
		return body
	}
	if _, err := struck(t, f, planOf(closeKibana("a1")), func(int) mishap { return noMishap }); err != nil || f.writes != 1 {
		t.Errorf("%d writes, %v", f.writes, err)
	}
}

// A secret that did not survive the call is noticed, although no digest shows it.
func TestLostSecret(t *testing.T) {
	f := newFakeAccount()
	f.lie = func(operation string, body []byte) []byte {
		if operation == "DescribeInstance" && f.writes > 0 {
			return bytes.ReplaceAll(body, []byte("Pl4nted"), []byte("[redacted]"))
		}
		return body
	}
	if _, err := struck(t, f, planOf(configure("a1")), func(int) mishap { return noMishap }); !isStopped(err, "the secret value of xpack.http.proxy.password is another") {
		t.Errorf("%v", err)
	}
}

// Where the answer with the id of what was made is lost, it is the one that was
// not there before; the other stays when it is undone.
func TestLostID(t *testing.T) {
	for _, kind := range []mishap{timesOutDone, emptyDone, noMishap} {
		f := newFakeAccount()
		f.endpoints = [][3]string{{"ep-old", "epsrv-1", "cn-hangzhou-h"}}
		a := connect("a1")
		a.Value.Path, a.Value.Set = []string{"Result", "*serviceId=epsrv-1", "serviceId"}, true
		a.Digest, a.Leaves = digestOf([]string{"epsrv-1"}, true), digestOf([]string{"epsrv-1", "epsrv-1"}, true)
		files, err := struck(t, f, planOf(a), func(int) mishap { return kind })
		if err != nil {
			t.Fatal(err)
		}
		f.strike = nil
		if _, err := Undo(t.Context(), options(f, files)); err != nil || !slices.Equal(f.endpoints, [][3]string{{"ep-old", "epsrv-1", "cn-hangzhou-h"}}) {
			t.Errorf("%d: %v %v", kind, err, f.endpoints)
		}
	}
}
